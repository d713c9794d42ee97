"""Words that must not land, and files that must be there."""

import re

from findings import Finding, Tree

# Written in pieces, so that this file does not find itself.
MACHINE = re.compile(r"(?<![\w.}-])/(?:wor" r"k|roo" r"t|hom" r"e/[a-z])/")
SCRATCH = re.compile(r"(?<![\w.}-])/(?:var/)?tm" r"p/")
REGISTRY = re.compile(r"https?://(?:registry|npm|deb|ftp|security|archive|mirrors?)\.[\w.-]+\.\w+")
RESOLVED = re.compile(r'^\s*"resolved": "https?://')
CONFLICT = re.compile(r"^(?:<{7}|>{7}) ")
PRODUCT = ("src/", "web/packages/", "web/apps/", "examples/", "protocol/", "cmake/")
IS_TEST = re.compile(r"(?:^|/)test/|\.test\.\w+$")

ESSENTIAL = {
    "README.md": "what it is and the two commands",
    "ARCHITECTURE.md": "the picture and the include rule",
    "CONTRIBUTING.md": "how to work on it",
    "CHANGELOG.md": "what changed for users",
    "LICENSE": "Apache-2.0",
    "THIRD_PARTY.md": "whose work we use, and under which licence",
    "packages.txt": "the Debian packages",
}


def check(tree: Tree) -> list[Finding]:
    findings = [
        Finding(path, 1, f"is missing: write it ({what})")
        for path, what in ESSENTIAL.items()
        if path not in tree.files
    ]
    if "CHANGELOG.md" in tree.files:
        if not any(line.startswith("## [Unreleased]") for line in tree.lines("CHANGELOG.md")):
            text = "has no heading '## [Unreleased]': add it; what you change goes under it"
            findings.append(Finding("CHANGELOG.md", 1, text))
    for path in tree.files:
        for number, line in enumerate(tree.lines(path), 1):
            text = _judge(path, line)
            if text:
                findings.append(Finding(path, number, text))
    return findings


def _judge(path: str, line: str) -> str | None:
    if CONFLICT.match(line):
        return "a merge conflict is still marked here: resolve it"
    if RESOLVED.match(line):
        return "the lock names a host: run npm with omit-lockfile-registry-resolved=true (.npmrc)"
    if REGISTRY.search(line):
        return "names a package registry's host: package names are enough, say those"
    if MACHINE.search(line):
        return "names a path of somebody's machine: use a path relative to the repository"
    if path.startswith(PRODUCT) and not IS_TEST.search(path) and SCRATCH.search(line):
        return "names a scratch folder: take the path as an argument, or ask the system for one"
    return None
