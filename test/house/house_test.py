"""Plants each fault in a small tree, and looks whether the lint names it at its line."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts" / "lint"))

import dead  # noqa: E402
import includes  # noqa: E402
import words  # noqa: E402
from findings import Tree  # noqa: E402

SOUND = {
    "README.md": "# Slipway\n\nSee [how](CONTRIBUTING.md#how-to-begin).\n",
    "ARCHITECTURE.md": "# A\n",
    "CONTRIBUTING.md": "# C\n\n## How to begin\n",
    "CHANGELOG.md": "# Changelog\n\n## [Unreleased]\n",
    "LICENSE": "Apache\n",
    "THIRD_PARTY.md": "# T\n",
    "packages.txt": "g++  # the compiler\n",
    "src/base/CMakeLists.txt": "slipway_library(base SOURCES a.cpp)\n",
    "src/base/a.cpp": '#include "base/a.h"\n\n#include <string>\n',
    "src/base/a.h": "#pragma once\n",
    "src/http/CMakeLists.txt": "slipway_library(http SOURCES server.cpp)\n",
    "src/http/server.cpp": '#include <boost/asio.hpp>\n#include "base/a.h"\n',
    "test/CMakeLists.txt": 'file(GLOB files "${folder}/*.cpp")\n',
    "test/base/a_test.cpp": '#include <sqlite3.h>\n#include "http/../base/a.h"\n',
    "src/store/CMakeLists.txt": "slipway_embed(store FILES migrations/0001_a.sql)\n",
    "src/store/migrations/0001_a.sql": "CREATE TABLE a(b);\n",
}

# Stands in for slipway-sim, and says what it says at the end of each command.
SIMULATOR = """#!/bin/sh
case "$*" in
  *--canary*) exit 1 ;;
  *--seeds\\ 6000*)
    echo " 63 ignores_unknown_receipts  for I19  caught by I9   at seed 50, after 45 seeds: entry 3"
    echo "1 planted bugs: 1 caught, 0 survived" ;;
  *--seeds*) echo "seeds 1 to 20000: 20000, each twice, in 500.0 s: $RATE seeds/s with 2 at once; 0" ;;
  *--crash-points*) echo "crash points: 40 transactions" ;;
  *--requests*) echo "requests: 11 scenarios" ;;
esac
"""


def stages():
    """Of test/stages.txt: name → (seconds, figures)."""
    lines = (ROOT / "test" / "stages.txt").read_text().splitlines()
    fields = [line.split(None, 2) for line in lines if line and not line.startswith("#")]
    return {name: (int(seconds), *more) for name, seconds, *more in fields}


class House(unittest.TestCase):
    def findings(self, check, **changed):
        """The findings for the sound tree with some files changed, as path:line."""
        with tempfile.TemporaryDirectory() as folder:
            for path, text in (SOUND | changed.get("files", {})).items():
                if text is not None:
                    file = pathlib.Path(folder, path)
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_text(text)
            return [f"{f.path}:{f.line}" for f in check(Tree(folder))]

    def assert_found(self, check, path, text, line=1):
        self.assertEqual(self.findings(check, files={path: text}), [f"{path}:{line}"])

    def test_a_sound_tree_has_no_findings(self):
        for check in (includes.check, dead.check, words.check):
            self.assertEqual(self.findings(check), [])

    def test_an_include_against_the_architecture_is_found(self):
        self.assert_found(includes.check, "src/base/a.cpp", '\n#include "http/server.h"\n', 2)

    def test_every_pair_of_folders_follows_the_table(self):
        for folder in includes.MAY_INCLUDE:
            for other in includes.MAY_INCLUDE:
                found = self.findings(
                    includes.check, files={f"src/{folder}/x.cpp": f'#include "{other}/y.h"\n'}
                )
                legal = other == folder or other in includes.MAY_INCLUDE[folder]
                self.assertEqual(found, [] if legal else [f"src/{folder}/x.cpp:1"])

    def test_the_include_table_has_no_circles(self):
        def reaches(start, goal, seen):
            return any(
                n == goal or (n not in seen and reaches(n, goal, seen | {n}))
                for n in includes.MAY_INCLUDE[start] - {start}
            )

        for folder in includes.MAY_INCLUDE:
            self.assertFalse(reaches(folder, folder, set()), folder)

    def test_a_foreign_header_outside_of_its_home_is_found(self):
        for header in ("boost/asio.hpp", "sqlite3.h", "curl/curl.h", "boost/json.hpp", "sodium.h"):
            self.assert_found(includes.check, "src/base/a.cpp", f"#include <{header}>\n")

    def test_a_foreign_header_in_quotes_is_found(self):
        self.assert_found(includes.check, "src/base/a.cpp", '#include "sqlite3.h"\n')

    def test_a_clock_in_the_logic_is_found_and_a_comment_about_it_is_not(self):
        clock = "auto now = std::chrono::system_clock::now();\n"
        self.assert_found(includes.check, "src/base/a.cpp", clock)
        self.assertEqual(self.findings(includes.check, files={"src/base/a.cpp": "// " + clock}), [])

    def test_a_folder_that_the_table_does_not_know_is_found(self):
        self.assert_found(includes.check, "src/novelty/a.cpp", "int a;\n")

    def test_a_source_that_nobody_builds_is_found(self):
        self.assert_found(dead.check, "src/base/forgotten.cpp", "int a;\n")

    def test_a_header_that_nobody_includes_is_found(self):
        self.assert_found(dead.check, "src/base/forgotten.h", "#pragma once\n")

    def test_an_sql_file_that_nobody_names_is_found(self):
        self.assert_found(dead.check, "src/store/migrations/0002_b.sql", "SELECT 1;\n")

    def test_a_link_to_nowhere_is_found(self):
        self.assert_found(dead.check, "README.md", "# S\n\n[x](docs/gone.md)\n", 3)

    def test_a_link_to_a_heading_that_is_gone_is_found(self):
        self.assert_found(dead.check, "README.md", "[x](CONTRIBUTING.md#how-to-end)\n")

    def test_a_path_of_somebodys_machine_is_found(self):
        self.assert_found(words.check, "LICENSE", "see /wor" + "k/here/x\n")

    def test_a_scratch_folder_is_found_in_the_product_and_allowed_in_a_test(self):
        line = 'auto x = "/tm' + 'p/x";\n'
        self.assert_found(words.check, "src/base/a.cpp", line)
        self.assertEqual(self.findings(words.check, files={"test/base/a_test.cpp": line}), [])

    def test_a_registry_host_is_found(self):
        self.assert_found(words.check, "LICENSE", "https://reg" + "istry.example.org/x\n")

    def test_a_lock_that_names_a_host_is_found(self):
        line = '  "resolved": "htt' + 'ps://packages.example.org/x.tgz"\n'
        self.assert_found(words.check, "web/package-lock.json", line)

    def test_a_missing_changelog_is_found(self):
        self.assertEqual(
            self.findings(words.check, files={"CHANGELOG.md": None}), ["CHANGELOG.md:1"]
        )

    def test_a_changelog_without_unreleased_is_found(self):
        self.assert_found(words.check, "CHANGELOG.md", "# Changelog\n")

    def test_every_package_says_why(self):
        for line in (ROOT / "packages.txt").read_text().splitlines():
            if line and not line.startswith(("#", "[")):
                self.assertRegex(line, r"^[a-z0-9.+-]+ +# \S")

    def test_each_stage_has_a_budget_and_all_together_40_minutes(self):
        tests = (folder for folder in (ROOT / "test").iterdir() if folder.is_dir())
        of_tests = {f.name for f in tests if [*f.glob("*.cpp"), *f.glob("run.sh")]}
        self.assertEqual(set(stages()), of_tests | {"build", "lint", "web"})
        self.assertLessEqual(sum(seconds for seconds, *_ in stages().values()), 40 * 60)

    def test_what_is_to_be_told_is_demanded_and_printed(self):
        for stage, figure, file in (
            ("fuzz", "fuzz executions", "test/fuzz/fuzz.py"),
            ("ha", "primaries killed", "deploy/ha/prove.mjs"),
            ("system", "kill -9", "test/system/drain.test.mjs"),
        ):
            self.assertIn(figure, stages()[stage][1])
            self.assertRegex((ROOT / file).read_text(), f"(figure: |proven: ).*{figure}")
        self.assertIn("s/^/figure: /", (ROOT / "test/ha/run.sh").read_text())

    def figures_of_the_simulator(self, rate):
        with tempfile.TemporaryDirectory() as folder:
            tree = pathlib.Path(folder)
            (tree / "test" / "sim").mkdir(parents=True)
            shutil.copy(ROOT / "test" / "sim" / "run.sh", tree / "test" / "sim")
            (tree / "dev").symlink_to("/bin/true")
            for bin in ("build", "build-planted"):
                program = tree / bin / "bin" / "slipway-sim"
                program.parent.mkdir(parents=True)
                program.write_text(SIMULATOR)
                program.chmod(0o755)
            environment = os.environ | {"RATE": rate, "SLIPWAY_BIN_DIR": str(tree / "build" / "bin")}
            command = ["bash", tree / "test" / "sim" / "run.sh"]
            done = subprocess.run(command, env=environment, capture_output=True, check=True, text=True)
            self.assertTrue(done.stdout.endswith("\n8 passed, 0 failed\n"), done.stdout)
            return re.findall("^figure: (.*)", done.stdout, re.MULTILINE)

    def test_the_simulator_tells_its_figures_and_how_to_replay_what_it_caught(self):
        told = self.figures_of_the_simulator("42.5")
        for figure in stages()["sim"][1].split("; "):
            self.assertIn(figure.replace("bug 1", "bug 63"), "\n".join(told))
        bug = "planted bug 63 (I19, ignores_unknown_receipts) caught by I9 after 45 seeds"
        self.assertIn(f"{bug}: ./dev sim 50 --bug 63", told)

    def test_a_figure_at_the_head_of_a_long_log_is_not_missed(self):
        untold = re.search(r"^untold\(\) \{.*?^\}$", (ROOT / "dev").read_text(), re.S | re.M).group()
        with tempfile.TemporaryDirectory() as folder:
            log = pathlib.Path(folder, "stage.log")
            log.write_text("figure: 35 seeds/s\n" + "figure: planted bug 1 was caught\n" * 50_000)
            told = f"untold {log} 'seeds/s; crash points; planted bug'"
            script = f"set -euo pipefail\n{untold}\n{told}"
            run = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
        self.assertEqual(run.stdout, "crash points\n")

    def test_a_sweep_below_its_floor_says_so_and_does_not_fail(self):
        slow = "below the floor of 20 seeds a second and core: 15.0"
        self.assertIn(slow, self.figures_of_the_simulator("30.0"))
        self.assertNotIn("below", str(self.figures_of_the_simulator("40.0")))

    def test_dev_refuses_wrong_use_with_2_and_help_is_0(self):
        for arguments, code in (
            (["help"], 0),
            (["sim"], 2),
            (["sim", "--backwards"], 2),
            (["bench", "extra"], 2),
            (["package", "extra"], 2),
            (["ha", "extra"], 2),
            (["fuzz", "no_such_target"], 2),
            (["fuzz", "../json"], 2),
            (["fuzz", "--minutes", "soon"], 2),
            (["fuzz", "--backwards"], 2),
            (["proof"], 2),
            (["proof", "no-such-proof"], 2),
            (["proof", "../node_tests"], 2),
            (["unknown"], 2),
            (["build", "no-such-preset"], 2),
            (["demo", "--seconds", "soon"], 2),
            (["test", "--unknown"], 2),
            (["lint", "extra"], 2),
        ):
            answer = subprocess.run([ROOT / "dev", *arguments], capture_output=True, check=False)
            self.assertEqual(answer.returncode, code, arguments)
            if code:
                self.assertEqual(answer.stdout, b"")
                self.assertIn(b"dev: ", answer.stderr)


def main() -> int:
    result = unittest.main(exit=False, verbosity=2, argv=["house"]).result
    bad = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - bad} passed, {bad} failed", flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
