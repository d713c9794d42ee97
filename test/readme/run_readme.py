"""Runs what README.md says can be run; see run.sh."""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ["SLIPWAY_BIN_DIR"])
BLOCK = re.compile(r"^```(sh test|text expect)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
END = "--- the block has ended with "
SECONDS_MAX = 60  # of one block


class Demo:
    """What ./dev demo starts, with its files where the README looks for them."""

    def __init__(self, folder: pathlib.Path):
        self.folder, self.processes = folder, []
        (folder / "build").mkdir()
        (folder / "build/bin").symlink_to(BIN)
        (folder / "demo-data").mkdir()

    def run(self, *words: str) -> str:
        done = subprocess.run([BIN / words[0], *words[1:]], cwd=self.folder, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{' '.join(words)}: {done.stderr}")
        return done.stdout

    def daemon(self, *words: str) -> dict:
        process = subprocess.Popen([BIN / words[0], *words[1:]], cwd=self.folder, stdout=subprocess.PIPE, text=True)
        self.processes.append(process)
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"{' '.join(words)} did not start")
        return json.loads(line)

    def start(self) -> None:
        cloud = self.daemon("slipway-cloud", "serve", "--database", "sqlite:demo-data/cloud.db", "--listen", "127.0.0.1:0")
        self.run("freight-data", "--database", "demo-data/hamburg.db", "--customers", "5", "--shipments", "10",
                 "--quotes", "5", "--invoices", "5")
        self.run("slipway", "init", "--database", "demo-data/hamburg.db", "--yes")
        self.run("freight-data", "--database", "demo-data/new-york.db", "--empty")
        for name, city in (("hamburg", "Hamburg"), ("new-york", "New York")):
            data = self.folder / "demo-data"
            token = self.run("slipway-cloud", "token", "create", "--database", "sqlite:demo-data/cloud.db",
                             "--tenant", "demo", "--device", city)
            (data / f"{name}.token").write_text(token)
            desk = self.daemon("slipway", "serve", "--database", f"demo-data/{name}.db", "--cloud", cloud["url"],
                               "--cloud-token-file", f"demo-data/{name}.token", "--listen", "127.0.0.1:0")
            local = (self.folder / desk["tokenFile"]).read_text().strip()
            (data / f"{name}.url").write_text(desk["url"] + "\n")
            (data / f"{name}.header").write_text(f"Authorization: Bearer {local}\n")
            self.wait_until_online(name)

    # ./dev demo waits, too, until both desks agree.
    def wait_until_online(self, name: str) -> None:
        for _ in range(600):
            status = json.loads(self.run("slipway", "status", "--json", "--database", f"demo-data/{name}.db"))
            if status["connection"] == "online" and status["waiting"] == 0:
                return
            time.sleep(0.1)
        raise RuntimeError(f"{name} does not come online: {status}")

    def stop(self) -> None:
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            process.wait(timeout=60)


class Shell:
    """One bash for all blocks, as a reader has one."""

    def __init__(self, folder: pathlib.Path):
        self.process = subprocess.Popen(["timeout", "--foreground", "600", "bash", "--noprofile", "--norc"], cwd=folder,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                        text=True, start_new_session=True)

    def run(self, block: str) -> tuple[int, str]:
        # Not in a subshell, so that variables stay; the first command that fails ends the shell.
        trap = f"trap 'code=$?; echo; echo \"{END}$code\"' EXIT"
        self.process.stdin.write(f"set -eu -o pipefail\n{trap}\n{block}\necho; echo '{END}0'\n")
        self.process.stdin.flush()
        signal.alarm(SECONDS_MAX)
        output = []
        for line in self.process.stdout:
            if line.startswith(END):
                signal.alarm(0)
                return int(line[len(END):]), "".join(output)
            output.append(line)
        return 1, "".join(output)

    def stop(self) -> None:
        try:
            self.process.stdin.close()
            os.killpg(self.process.pid, signal.SIGTERM)
        except (BrokenPipeError, ProcessLookupError):
            pass  # it has ended by itself
        self.process.wait(timeout=60)


def too_long(*_):
    raise TimeoutError(f"a block took longer than {SECONDS_MAX} s")


def main() -> int:
    signal.signal(signal.SIGALRM, too_long)
    blocks = BLOCK.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    folder = pathlib.Path(tempfile.mkdtemp(prefix="slipway-readme-"))
    demo, shell, passed, failed, printed = Demo(folder), None, 0, 0, ""
    try:
        demo.start()
        shell = Shell(folder)
        for kind, text in blocks:
            first = text.strip().splitlines()[0]
            if kind == "sh test":
                code, printed = shell.run(text)
                fault = f"ended with {code}" if code else ""
            else:
                missing = [line for line in text.strip().splitlines() if line not in printed]
                fault = f"not printed: {missing}" if missing else ""
            print(f"{'FAILED ' if fault else 'ok     '} {kind}: {first}")
            if fault:
                print(f"        {fault}\n{printed}")
                failed += 1
                if kind == "sh test":
                    break  # the shell has ended
            else:
                passed += 1
    except (RuntimeError, TimeoutError, OSError, ValueError) as error:
        print(f"FAILED  {error}")
        failed += 1
    finally:
        if shell:
            shell.stop()
        demo.stop()
        shutil.rmtree(folder, ignore_errors=True)
    if passed < 10 and not failed:
        print(f"FAILED  only {passed} blocks have run: the marks of the README are lost")
        failed += 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
