"""interopwatch as a process of its own: clean environment, loopback outlets, deadlines."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from config.load import PACKAGED_SOURCES, load_sources
from config.sources import SourceSpec
from tests.fakes.leaks import CANARY

ROOT = Path(__file__).parents[2]
PATIENCE = 90.0
"""Seconds until something that must happen counts as never happening; machines may be busy."""


def environment(**given: object) -> dict[str, str]:
    """What a process needs of ours, and INTEROPWATCH_* as given (upper case is added).

    With TEST_LOG_LEVEL=DEBUG (`make secrets`) it tells all that it does, so that a secret which it could
    tell is found (tests/fakes/leaks.py); journeys take half as long again.
    """
    kept = ("PATH", "HOME", "TMPDIR", "SYSTEMROOT")
    found = {name: value for name, value in os.environ.items() if name in kept}
    found |= {name: value for name, value in os.environ.items() if name.startswith("COV")}
    given = {"log_level": os.environ.get("TEST_LOG_LEVEL", "INFO"), **given}
    ours = {f"INTEROPWATCH_{name.upper()}": str(value) for name, value in given.items()}
    return found | {"LANG": "C.UTF-8", "PYTHONPATH": str(ROOT)} | ours


def command(*words: str) -> list[str]:
    """The command line of a call."""
    return [sys.executable, str(ROOT / "interopwatch.py"), *words]


def call(
    *words: str, cwd: Path, stdin: bytes = b"", **settings: object
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    done = subprocess.run(
        command(*words),
        cwd=cwd,
        env=environment(**settings),
        input=stdin,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    assert CANARY.encode() not in done.stdout + done.stderr
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
    )


def wait_until(
    holds: Callable[[], object], what: str, seconds: float = PATIENCE, *, look: float = 0.02
) -> None:
    """Wait for a condition. Raises TimeoutError, with `what` it was."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not happen within {seconds:g} s")
        time.sleep(look)


def write_config(folder: Path, sources: Iterable[SourceSpec], **sections: Any) -> Path:
    """A configuration folder with these sources alone: the packaged ones are switched off."""
    (folder / "sources").mkdir(parents=True)
    own = [spec.model_dump(mode="json", exclude_none=True) for spec in sources]
    off = [
        spec.model_dump(mode="json", exclude_none=True) | {"enabled": False}
        for spec in load_sources([PACKAGED_SOURCES])
    ]
    for spec in (*off, *own):  # JSON is YAML
        text = json.dumps(spec, ensure_ascii=False, indent=1)
        (folder / "sources" / f"{spec['slug']}.yaml").write_text(text, encoding="utf-8")
    crawl = {
        "allow_networks": ["127.0.0.0/8"],
        "contact": "https://tests.invalid/",
        "host_delay_seconds": 0,
        "interval_seconds": 1,
        "store": "all",
    }
    crawl |= sections.pop("crawl", {})
    settings = {"crawl": crawl, "alerts": {"max_age_days": 100_000}} | sections
    (folder / "interopwatch.yaml").write_text(json.dumps(settings, indent=1), encoding="utf-8")
    return folder


def rows(file: Path, query: str) -> list[tuple[Any, ...]]:
    """What a SQLite file holds, asked from outside; nothing while there is no such table."""
    if not file.exists():
        return []
    address = f"{file.as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=30)) as connection:
        try:
            return connection.execute(query).fetchall()
        except sqlite3.OperationalError:
            return []


class Process:
    """A process that runs until it is told to end; its output goes to files."""

    def __init__(self, *words: str, folder: Path, **settings: object) -> None:
        self.out, self.err = folder / "out.txt", folder / "err.txt"
        with self.out.open("ab") as out, self.err.open("ab") as err:
            self.popen = subprocess.Popen(
                command(*words),
                cwd=folder,
                env=environment(**settings),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        """Everything on standard error so far."""
        return self.err.read_text("utf-8")

    @property
    def printed(self) -> str:
        """Everything on standard output so far."""
        return self.out.read_text("utf-8")

    def until(self, holds: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
        """Wait for a condition; a process that ends meanwhile is an error, with what it said."""

        def happened() -> bool:
            if holds():
                return True
            if self.popen.poll() is not None:
                raise AssertionError(f"ended with {self.popen.returncode}:\n{self.said[-3000:]}")
            return False

        try:
            wait_until(happened, what, seconds)
        except TimeoutError as error:
            raise TimeoutError(f"{error}; it said:\n{self.said[-3000:]}") from error

    def end(self, number: signal.Signals, seconds: float = 10.0) -> tuple[int, float]:
        """Send a signal; the exit code, and how long it took."""
        started = time.monotonic()
        self.popen.send_signal(number)
        code = self.popen.wait(seconds + PATIENCE)
        return code, time.monotonic() - started

    def kill(self) -> None:
        """End it and all that it started, at once."""
        if self.popen.poll() is None:
            os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait(PATIENCE)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()
