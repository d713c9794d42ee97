"""Dead files: what nobody builds, includes or names, and links that lead nowhere."""

import fnmatch
import posixpath
import re

from findings import Finding, Tree

BUILT = ("src/", "test/", "examples/", "sim/", "bench/")
SOURCE_TOKEN = re.compile(r"[\w./*${}+-]+\.(?:cpp|cc|c)\b")
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')
LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)")
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$")
BINARY = (".png", ".jpg", ".svg", ".ico", ".woff2", ".gz", ".db")


def check(tree: Tree) -> list[Finding]:
    return _sources(tree) + _headers(tree) + _sql(tree) + _links(tree)


def _sources(tree: Tree) -> list[Finding]:
    patterns = []
    for path in tree.files:
        if posixpath.basename(path) != "CMakeLists.txt":
            continue
        for line in tree.lines(path):
            for token in SOURCE_TOKEN.findall(line.split("#")[0]):
                token = re.sub(r"\$\{(?:CMAKE_CURRENT_SOURCE_DIR|PROJECT_SOURCE_DIR)\}/", "", token)
                token = re.sub(r"\$\{[^}]*\}", "*", token)
                patterns.append(posixpath.normpath(posixpath.join(posixpath.dirname(path), token)))
    text = "no CMakeLists.txt names this file: add it to the one of its folder, or delete it"
    return [
        Finding(path, 1, text)
        for path in tree.with_ending(".cpp", ".cc", ".c")
        if path.startswith(BUILT) and not any(fnmatch.fnmatchcase(path, p) for p in patterns)
    ]


def _headers(tree: Tree) -> list[Finding]:
    included = set()
    for path in tree.with_ending(".h", ".hpp", ".cpp", ".cc", ".c"):
        for line in tree.lines(path):
            include = INCLUDE.match(line)
            if include:
                name, folder, top = include.group(1), posixpath.dirname(path), path.split("/")[0]
                for start in {"src", "test", "examples", top, folder}:
                    target = posixpath.normpath(posixpath.join(start, name))
                    if target != path:
                        included.add(target)
    text = "nobody includes this header: include it where it is meant, or delete it"
    headers = tree.with_ending(".h", ".hpp")
    return [Finding(path, 1, text) for path in headers if path not in included]


def _sql(tree: Tree) -> list[Finding]:
    """Prisma finds its migrations by itself; everything else is named by a file that uses it."""
    findings = []
    readers = [p for p in tree.files if not p.endswith((".sql", ".md") + BINARY)]
    for path in tree.with_ending(".sql"):
        if "/prisma/migrations/" in path:
            continue
        name, glob = posixpath.basename(path), posixpath.basename(posixpath.dirname(path)) + "/*.sql"
        if not any(name in line or glob in line for p in readers for line in tree.lines(p)):
            text = "nothing names this SQL file: embed it in its folder's CMakeLists.txt, or delete it"
            findings.append(Finding(path, 1, text))
    return findings


def _links(tree: Tree) -> list[Finding]:
    findings = []
    for path in tree.with_ending(".md"):
        fenced = False
        for number, line in enumerate(tree.lines(path), 1):
            fenced ^= line.lstrip().startswith("```")
            for target in [] if fenced else LINK.findall(re.sub(r"`[^`]*`", "", line)):
                text = _broken(tree, path, target)
                if text:
                    findings.append(Finding(path, number, text))
    return findings


def _broken(tree: Tree, path: str, target: str) -> str | None:
    if re.match(r"[a-z][a-z0-9+.-]*:", target):
        return None  # elsewhere: a lint must not depend on the network
    name, _, anchor = target.partition("#")
    file = posixpath.normpath(posixpath.join(posixpath.dirname(path), name)) if name else path
    if not (tree.root / file).exists():
        return f"the link to {target} leads nowhere: mend it or write the file"
    if anchor and file.endswith(".md") and anchor not in _anchors(tree, file):
        return f"{file} has no heading #{anchor}: mend the link"
    return None


def _anchors(tree: Tree, path: str) -> set[str]:
    anchors = set()
    for line in tree.lines(path):
        heading = HEADING.match(line)
        if heading:
            words = re.sub(r"[^\w\- ]", "", heading.group(1).lower())
            anchors.add(words.replace(" ", "-"))
    return anchors
