"""python3 scripts/lint [ROOT]: the include rule, dead files and forbidden words.

Prints one finding a line, "path:line: what, and what to do", and exits 1 if there is one.
With --list=KIND (cpp, shell or node) it prints the files of that kind instead, for the other tools.
"""

import os
import sys

import dead
import includes
import words
from findings import Tree

CHECKS = {"include rule": includes.check, "dead files": dead.check, "words": words.check}
KINDS = {
    "cpp": lambda tree: tree.with_ending(*includes.CPP_ENDINGS),
    "shell": Tree.shell_scripts,
    "node": Tree.node_scripts,
}


def main(arguments: list[str]) -> int:
    kinds = [a.removeprefix("--list=") for a in arguments if a.startswith("--list=")]
    roots = [a for a in arguments if not a.startswith("--")]
    here = os.path.dirname(os.path.abspath(__file__))
    tree = Tree(roots[0] if roots else os.path.join(here, "..", ".."))
    if kinds:
        print("\n".join(KINDS[kinds[0]](tree)))
        return 0
    total = 0
    for name, check in CHECKS.items():
        for finding in sorted(check(tree)):
            print(f"{finding}  [{name}]")
            total += 1
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
