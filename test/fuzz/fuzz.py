"""Runs the fuzz targets. `fuzz.py`: the bounded run of the checks on a change, whose last line is
counted; `fuzz.py --minutes M [TARGET]`: a long run that goes on from the last one's inputs.

Kept between runs, in the build folder: corpus/TARGET (inputs that reached something new) and
findings/ (inputs that broke a demand). An input that found a bug becomes a named file in
regressions/TARGET and is run each time from then on.
"""

import argparse
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

import seeds

HERE = pathlib.Path(__file__).resolve().parent
BUILD = HERE.parents[1] / "build" / "fuzz"
REGRESSIONS = HERE / "regressions"

# Executions of each target in the bounded run: half a minute of one core or less. Those that make a
# database for each input are slower by a factor of a hundred.
RUNS = {
    "json": 750_000,
    "wire": 150_000,
    "http_request": 470_000,
    "gzip": 560_000,
    "failure": 150_000,
    "events": 280_000,
    "config": 120_000,
    "jwt": 20_000,
    "cloud": 4_500,
    "cloud_routes": 2_500,
    "device": 4_500,
    "rest": 2_500,
    "local_api": 4_500,
}
EXECUTIONS_MIN = 2_000_000  # all targets together, by the contract
SECONDS_MAX = 100  # of one target in the bounded run: a machine that is busy must not run for ever
INPUT_BYTES_MAX = 4096
ONE_INPUT_SECONDS_MAX = 25
MEMORY_MB_MAX = 2048

ENVIRONMENT = os.environ | {
    "ASAN_OPTIONS": "malloc_context_size=4:quarantine_size_mb=16",
    "UBSAN_OPTIONS": "print_stacktrace=1",
    "ASAN_SYMBOLIZER_PATH": shutil.which("addr2line") or "",
}


class Run:
    """One process of one target."""

    def __init__(self, target: str):
        self.target = target
        self.seconds = 0.0
        self.code = 0
        self.output = ""

    def start(self, *arguments: str) -> "Run":
        with tempfile.TemporaryDirectory(dir=fast_folder()) as folder:
            command = [
                str(BUILD / "bin" / f"fuzz_{self.target}"),
                f"-artifact_prefix={BUILD / 'findings'}/{self.target}-",
                f"-timeout={ONE_INPUT_SECONDS_MAX}",
                f"-rss_limit_mb={MEMORY_MB_MAX}",
                "-print_final_stats=1",
                "-print_funcs=0",
                *arguments,
            ]
            began = time.monotonic()
            done = subprocess.run(
                command, env=ENVIRONMENT | {"TMPDIR": folder}, capture_output=True, check=False
            )
            self.seconds = time.monotonic() - began
        self.code = done.returncode
        self.output = (done.stdout + done.stderr).decode(errors="replace")
        return self

    def executions(self) -> int:
        found = re.findall(r"stat::number_of_executed_units: *(\d+)", self.output)
        # Several processes for one target tell it at the beginning of their lines.
        found = found or re.findall(r"^#(\d+):", self.output, re.MULTILINE)
        return int(found[-1]) if found else 0

    def show_failure(self) -> None:
        print(f"--- {self.target}, exit code {self.code}")
        print("\n".join(self.output.splitlines()[-60:]))
        print("---")


def fast_folder() -> str | None:
    """Databases are made by the thousand: in memory, where the machine has such a folder."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def regressions_of(target: str) -> list[pathlib.Path]:
    folder = REGRESSIONS / target
    return sorted(folder.iterdir()) if folder.is_dir() else []


def starting_points(target: str) -> list[str]:
    seeds.write_seeds(target, BUILD / "seeds" / target)
    return [str(BUILD / "seeds" / target)] + [str(REGRESSIONS / target)] * bool(regressions_of(target))


def explore(target: str, *arguments: str) -> Run:
    return Run(target).start(f"-max_len={INPUT_BYTES_MAX}", *arguments)


def side_by_side(targets, run_one):
    """One process a core; whoever is done first makes room for the next."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        jobs = [pool.submit(run_one, target) for target in targets]
        for job in concurrent.futures.as_completed(jobs):
            run = job.result()
            rate = run.executions() / max(run.seconds, 0.001)
            print(
                f"{run.target:14} {run.executions():12,} executions {run.seconds:7.1f} s"
                f" {rate:10,.0f} a second   {'ok' if run.code == 0 else 'FAILED'}",
                flush=True,
            )
            if run.code != 0:
                run.show_failure()
            yield run


def bounded() -> int:
    passed = failed = 0
    for target in RUNS:
        files = regressions_of(target)
        if not files:
            continue
        run = Run(target).start(*map(str, files))
        print(f"{target:14} {len(files):12,} inputs that once found a bug", flush=True)
        if run.code != 0:
            run.show_failure()
        passed, failed = (passed + len(files), failed) if run.code == 0 else (passed, failed + 1)

    # From the same beginning each time: what fails is the change, not chance. Chance is for the long
    # run.
    def one(target: str) -> Run:
        with tempfile.TemporaryDirectory() as fresh:
            bounds = "-seed=1", f"-runs={RUNS[target]}", f"-max_total_time={SECONDS_MAX}"
            return explore(target, *bounds, fresh, *starting_points(target))

    slowest_first = sorted(RUNS, key=RUNS.get)
    total = 0
    for run in side_by_side(slowest_first, one):
        total += run.executions()
        passed, failed = (passed + 1, failed) if run.code == 0 else (passed, failed + 1)
    enough = total >= EXECUTIONS_MIN
    print(f"figure: {total:,} fuzz executions, all targets together; {EXECUTIONS_MIN:,} are wanted")
    passed, failed = (passed + 1, failed) if enough else (passed, failed + 1)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


def long_run(targets: list[str], minutes: float) -> int:
    processes = os.cpu_count() or 1
    seconds = max(1, int(minutes * 60 / -(-len(targets) // processes)))
    print(f"{len(targets)} targets, {seconds} s each; inputs are kept in build/fuzz/corpus", flush=True)
    if len(targets) == 1:  # all cores for one: libFuzzer shares its inputs among processes
        arguments = [f"-fork={processes}", "-ignore_crashes=0", f"-max_total_time={seconds}"]
    else:
        arguments = [f"-max_total_time={seconds}"]

    def one(target: str) -> Run:
        corpus = BUILD / "corpus" / target
        corpus.mkdir(parents=True, exist_ok=True)
        return explore(target, *arguments, str(corpus), *starting_points(target))

    runs = list(side_by_side(targets, one))
    failed = sum(run.code != 0 for run in runs)
    print(f"{sum(run.executions() for run in runs):,} executions, {failed} of {len(runs)} targets failed")
    if failed:
        print("the inputs are in build/fuzz/findings; one again: build/fuzz/bin/fuzz_TARGET FILE")
    return 1 if failed else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float)
    parser.add_argument("targets", nargs="*", choices=[*RUNS, []])
    options = parser.parse_args()
    (BUILD / "findings").mkdir(parents=True, exist_ok=True)
    if options.minutes is None:
        return bounded()
    return long_run(options.targets or list(RUNS), options.minutes)


if __name__ == "__main__":
    sys.exit(main())
