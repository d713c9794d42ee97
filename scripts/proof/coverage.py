"""Sums llvm-cov's export by folder: coverage.py EXPORT.json GOAL FOLDER…

A branch is covered when its condition was seen both true and false. The switch of a planted bug is
no branch here: it is a constant in every build but one. Prints a line for each folder, the functions
that never ran, and fails below the goal.
"""

import collections
import json
import re
import subprocess
import sys

FUNCTION_LINES_MIN = 4  # shorter ones are not worth a line of their own in the list


def folder_of(path: str, folders: list[str]) -> str | None:
    for folder in folders:
        if f"/src/{folder}/" in path:
            return folder
    return None


def branches_of(file: dict) -> tuple[int, int]:
    """Outcomes seen, and outcomes that there are; a template's instances are one."""
    with open(file["filename"], encoding="utf-8") as source:
        lines = source.read().split("\n")
    seen: dict[tuple[int, int, int, int], set[bool]] = collections.defaultdict(set)
    for line, column, last_line, last_column, when_true, when_false, *_ in file.get("branches", []):
        if re.match(r"!?planted\(", lines[line - 1][column - 1 :]):
            continue
        place = seen[(line, column, last_line, last_column)]
        place.update([True] if when_true else [], [False] if when_false else [])
    return sum(map(len, seen.values())), 2 * len(seen)


def functions_never_run(data: dict, folders: list[str]) -> list[str]:
    """By place, so that a template counts as run when one of its instances ran."""
    ran: dict[tuple[str, int, int], bool] = collections.defaultdict(bool)
    names = {}
    for function in data["functions"]:
        path = function["filenames"][0]
        first, last = function["regions"][0][0], function["regions"][0][2]
        if not folder_of(path, folders) or last - first + 1 < FUNCTION_LINES_MIN:
            continue
        place = (path.split("/src/", 1)[1], first, last)
        ran[place] = ran[place] or function["count"] > 0
        names[place] = function["name"].split(":", 1)[-1] if ".cpp:" in function["name"] else function["name"]
    missed = [place for place, did in sorted(ran.items()) if not did]
    mangled = "\n".join(names[place] for place in missed)
    plain = subprocess.run(["c++filt"], input=mangled, capture_output=True, text=True, check=True)
    return [
        f"  {path}:{first} {name.split('(')[0]}"
        for (path, first, _), name in zip(missed, plain.stdout.splitlines())
    ]


def main() -> int:
    export, goal, folders = sys.argv[1], float(sys.argv[2]), sys.argv[3:]
    with open(export, encoding="utf-8") as file:
        data = json.load(file)["data"][0]
    covered: dict[str, int] = collections.Counter()
    count: dict[str, int] = collections.Counter()
    for file in data["files"]:
        folder = folder_of(file["filename"], folders)
        if folder:
            taken, there = branches_of(file)
            covered[folder] += taken
            count[folder] += there
            print(f"  {file['filename'].split('/src/', 1)[1]:40} {taken:5} of {there:5}")
    print("never run:")
    print("\n".join(functions_never_run(data, folders)) or "  none")
    for folder in folders:
        print(f"{folder:8} {100 * covered[folder] / count[folder]:5.1f} % of {count[folder]} branches")
    share = 100 * sum(covered.values()) / sum(count.values())
    print(f"proof coverage: {share:.1f} % of {sum(count.values())} branches (goal {goal:.0f} %)")
    return 0 if share >= goal else 1


if __name__ == "__main__":
    sys.exit(main())
