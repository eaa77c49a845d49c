"""How much memory the image needs: the daemon in a container with a limit, under the news of the soak.

Says what of its memory could not be given back at most, whether the kernel ended a process for want of
memory, and whether all the work was done. The exit code is 1 if not.

    make image-check    # builds interopwatch:check
    .venv/bin/python bench/contained.py [--memory 512m] [--minutes 5] [--feeds 500] [--articles 3000]
                                        [--chats 100]
"""

# ruff: noqa: E402

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from soak import settings, sources
from soak_world import Plan

from tests.fakes.bot_api import BotApi, Limits
from tests.fakes.processes import rows, write_config

ENGINE = os.environ.get("ENGINE", "podman")
IMAGE = "interopwatch:check"
NAME = f"interopwatch-contained-{os.getpid()}"
PORT = 8_981
MIB = 1024 * 1024
BETWEEN = 5.0
"""Seconds between two samples."""

OFTEN = {
    "interval_seconds": 30,
    "shortest_interval_seconds": 15,
    "longest_interval_seconds": 40,
}
"""So that the end of a short run, which brings no news, is enough to read every feed once more."""

ASKED = "cat /sys/fs/cgroup/memory.stat /sys/fs/cgroup/memory/memory.stat 2>/dev/null"
KILLED = "cat /sys/fs/cgroup/memory.events /sys/fs/cgroup/memory/memory.oom_control 2>/dev/null"


@dataclass
class Container:
    """The daemon, hardened as in compose.yaml, on the network of this machine."""

    folder: Path
    memory: str
    token: str

    def start(self) -> None:
        """Run it in the background."""
        data = self.folder / "data"
        data.mkdir()
        os.chown(data, 10001, 10001)
        self.engine(
            "run", "--detach", "--name", NAME, "--network=host", "--read-only",
            "--tmpfs", "/tmp:rw,noexec,nosuid,size=16m", "--cap-drop=ALL",
            "--security-opt", "no-new-privileges", "--pids-limit", "128",
            "--memory", self.memory, "--memory-swap", self.memory,
            "--volume", f"{data}:/data", "--volume", f"{self.folder / 'config'}:/config:ro",
            "--env", f"INTEROPWATCH_TELEGRAM_TOKEN={self.token}", IMAGE,
        )  # fmt: skip

    def engine(self, *words: str) -> str:
        """What docker or podman answers."""
        done = subprocess.run(
            [ENGINE, *words], cwd=self.folder, capture_output=True, text=True, check=False
        )
        return done.stdout + (done.stderr if words[0] == "logs" else "")

    def fixed(self) -> float:
        """MiB of memory that the kernel cannot take back, of all its processes together."""
        said = self.engine("exec", NAME, "sh", "-c", ASKED)
        found = re.search(r"(?m)^(?:anon|total_rss) (\d+)", said)
        return int(found[1]) / MIB if found else 0.0

    def killed(self) -> int:
        """How many processes were ended for want of memory; -1 where that cannot be asked any more."""
        found = re.search(r"(?m)^oom_kill (\d+)", self.engine("exec", NAME, "sh", "-c", KILLED))
        return int(found[1]) if found else -1

    def alive(self) -> bool:
        """Whether it runs."""
        return self.engine("inspect", "--format", "{{.State.Running}}", NAME).strip() == "true"

    def number(self, query: str) -> int:
        """The answer to a question of its store whose answer is a number; 0 before there is one."""
        found = rows(self.folder / "data" / "interopwatch.db", query)
        return int(found[0][0]) if found else 0


def watch(container: Container, seconds: float) -> tuple[float, int]:
    """Look at it until the time is over or it has ended: most memory, processes that were killed."""
    began, most, killed = time.monotonic(), 0.0, 0
    while time.monotonic() - began < seconds and container.alive():
        most, killed = max(most, container.fixed()), max(killed, container.killed())
        stored = container.number("SELECT count(*) FROM article")
        print(f"{time.monotonic() - began:5.0f} s  {most:6.1f} MiB  {stored} articles", flush=True)
        time.sleep(BETWEEN)
    return most, killed


def run(plan: Plan, chats: int, memory: str) -> bool:
    """One life under a limit; true if all work was done in it."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="contained-")))
        folder.chmod(0o755)
        api = stack.enter_context(BotApi(limits=Limits(), answer_seconds=0.03))
        given = settings(api, chats)
        given["crawl"] |= OFTEN
        write_config(folder / "config", sources(plan), **given)
        words = map(str, (plan.feeds, plan.articles, plan.seconds, plan.port))
        site = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("soak_world.py")), *words],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        stack.callback(site.wait)
        stack.callback(site.kill)
        if site.stdout is None or site.stdout.readline().strip() != "ready":
            sys.exit("the site did not start")
        container = Container(folder, memory, api.token)
        stack.callback(container.engine, "rm", "--force", NAME)
        container.start()
        most, killed = watch(container, plan.seconds)
        container.engine("stop", "--time", "30", NAME)
        asked = "{{.State.ExitCode}} {{.State.OOMKilled}}"
        code, _, starved = container.engine("inspect", "--format", asked, NAME).partition(" ")
        killed += starved.strip() == "true"
        stored = container.number("SELECT count(*) FROM article")
        unsent = container.number("SELECT count(*) FROM delivery WHERE status <> 'sent'")
        done = stored == plan.articles and not unsent and not killed and code == "0"
        print(
            f"limit {memory}: {most:.0f} MiB at most, {killed} processes killed for want of memory, "
            f"{stored} of {plan.articles} articles, {unsent} alerts unsent, exit {code}"
        )
        if not done:
            print(container.engine("logs", "--tail", "5", NAME))
        return done


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--memory", default="512m")
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--feeds", type=int, default=500)
    parser.add_argument("--articles", type=int, default=3_000)
    parser.add_argument("--chats", type=int, default=100)
    given = parser.parse_args()
    plan = Plan(given.feeds, given.articles, given.minutes * 60, PORT)
    sys.exit(0 if run(plan, given.chats, given.memory) else 1)


if __name__ == "__main__":
    main()
