"""What the checks share: the files of the tree, and the form of a finding.

A finding is (path, line, text); the text says what is wrong and what to do. Checks are functions
from a Tree to findings: they print nothing and change nothing.
"""

import os
import pathlib
import subprocess
from typing import NamedTuple

SKIPPED_FOLDERS = {".git", "build", "node_modules", "dist", "demo-data"}


class Finding(NamedTuple):
    path: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text}"


class Tree:
    """The files that are tracked or would be: ignored ones are not ours to judge."""

    def __init__(self, root: str):
        self.root = pathlib.Path(root).resolve()
        self.files = sorted(path for path in self._list() if (self.root / path).is_file())
        self._lines: dict[str, list[str]] = {}

    def _list(self) -> list[str]:
        command = ["git", "-C", str(self.root), "ls-files", "-z"]
        command += ["--cached", "--others", "--exclude-standard"]
        answer = subprocess.run(command, capture_output=True, check=False)
        if answer.returncode == 0:
            return [path for path in set(answer.stdout.decode().split("\0")) if path]
        return self._walk()  # a source archive without .git

    def _walk(self) -> list[str]:
        found = []
        for folder, folders, names in os.walk(self.root):
            folders[:] = [name for name in folders if name not in SKIPPED_FOLDERS]
            found += [os.path.relpath(os.path.join(folder, name), self.root) for name in names]
        return found

    def with_ending(self, *endings: str) -> list[str]:
        return [path for path in self.files if path.endswith(endings)]

    def node_scripts(self) -> list[str]:
        """Those that web's own lint does not reach."""
        return [path for path in self.with_ending(".mjs", ".mts") if not path.startswith("web/")]

    def lines(self, path: str) -> list[str]:
        """The lines of a text file; of a binary one, none."""
        if path not in self._lines:
            content = (self.root / path).read_bytes()
            text = "" if b"\0" in content[:8000] else content.decode("utf-8", "replace")
            self._lines[path] = text.splitlines()
        return self._lines[path]

    def shell_scripts(self) -> list[str]:
        def is_shell(path: str) -> bool:
            first = (self.lines(path) or [""])[0]
            return first.startswith("#!") and first.rstrip().endswith(("bash", "/sh", " sh"))

        return [path for path in self.files if path.endswith((".sh", ".bash")) or is_shell(path)]
