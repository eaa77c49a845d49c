"""What large installations need, reckoned from the costs that stand in docs/scaling.md.

`make fix` puts the table into that document; a cost that is measured anew changes all that follows.

    .venv/bin/python bench/paper.py
"""

from pathlib import Path

DOCUMENT = Path(__file__).parents[1] / "docs" / "scaling.md"
UNITS = {
    "commit": "one committed row, the yardstick",
    "run": "a run over a feed: queued, taken, struck off",
    "listed": "a run that waits in the queue, at every tick of the scheduler",
    "turn": "a turn at a host, for every request",
    "stored": "an article of some 1,600 characters stored, with the search for copies",
    "read": "an article read by the rules (processor alone)",
    "followed": "an article followed, reading included, an opening in each",
    "queued": "a delivery written into the outbox, one of 3,000",
    "message": "a message: claimed, its turn, let go, settled",
    "room": "an article in the store, with claims, words and all indexes",
    "crawler": "a crawler's own process, before its first page",
}
"""What bench/scaling.py measures, as the document calls it."""

DAY, YEAR = 86_400, 365
EVERY = 900
"""Seconds between two readings of a feed."""
WAITS = (1, 3)
"""Seconds for which a run waits for the network."""
AT_ONCE = 4
"""Runs that a crawler has under way (crawler/crew.py)."""
PASSING = (0.01, 0.05, 0.23)
"""Shares of pages that the gate lets pass (docs/decisions/0009-the-gate.md has the last one)."""
PACE = 29
"""Messages a second over all senders (alerts/delivery/pacing.py)."""


def costs(text: str) -> dict[str, float]:
    """The figures of the document's table by their short names; in ms, kB or MB."""
    rows = [line.split(" | ") for line in text.splitlines() if line.startswith("| ")]
    stated = {row[0].removeprefix("| "): row[1].split()[0] for row in rows if len(row) > 2}
    return {name: float(stated[words]) for name, words in UNITS.items()}


def loads(cost: dict[str, float]) -> list[tuple[str, str, str]]:
    """Each load, what it needs, and the reckoning behind it."""
    runs, a_second = 10_000 / EVERY, 1_000_000 / DAY
    crawlers = [-(-runs * wait // AT_ONCE) for wait in WAITS]
    written = cost["followed"] - cost["read"]
    most = 1000 / written
    passing = [a_second * share for share in PASSING]
    followed = ", ".join(f"{one * written / 10:.1f} %" for one in passing)
    shares = ", ".join(f"{share:.0%}" for share in PASSING)
    store = 20_000 * YEAR * cost["room"] / 1e6
    return [
        (
            f"10,000 sources, a feed each, every {EVERY // 60} minutes",
            (
                f"{runs:.1f} runs a second: {runs * (cost['run'] + cost['turn']) / 1000:.2f} s of database "
                f"a second; {crawlers[0]:.0f} to {crawlers[1]:.0f} crawlers of {cost['crawler']:.0f} MB, "
                "and 147 MB for each process that reads pages (`make soak`)"
            ),
            f"runs x (run + turn); runs x {WAITS[0]} to {WAITS[1]} s of waiting / {AT_ONCE} at once",
        ),
        (
            "10,000 runs that wait, because crawlers are too few",
            f"{10_000 * cost['listed'] / 1000:.1f} s of every tick of a second",
            "10,000 x listed",
        ),
        (
            "1 million pages a day",
            (
                f"{a_second:.1f} a second: {a_second * cost['turn'] / 1000:.2f} s of turns a second; where "
                f"{shares} pass the gate: {followed} of what followers can write"
            ),
            "pages x turn; pages x share x (followed - read)",
        ),
        (
            "1 million **articles** a day (`crawl.store: all`, or feeds that are all about platforms)",
            (
                f"{a_second * cost['stored'] / 1000:.2f} s of storing a second over all crawlers; "
                f"{a_second * cost['read'] / 1000:.2f} s of reading over all followers; "
                f"{a_second * written / 1000:.2f} s of writing, one follower at a time, which ends at "
                f"{most:.0f} articles a second, {most * DAY / 1e6:.1f} million a day"
            ),
            "articles x stored, x read, x (followed - read); 1 s / (followed - read)",
        ),
        (
            "1 million subscribers, all of whom want the same event",
            (
                f"{cost['queued'] * 1000:.0f} s to queue, in one transaction; "
                f"{1_000_000 / PACE / 3600:.1f} hours to send at {PACE} a second, which keeps "
                f"senders busy for {PACE * cost['message'] / 1000:.2f} s of every second"
            ),
            f"1,000,000 x queued; 1,000,000 / {PACE}; {PACE} x message",
        ),
        (
            "the store after a year of 20,000 articles a day",
            f"{20_000 * YEAR / 1e6:.1f} million articles, {store:.0f} GB",
            "articles x room",
        ),
    ]


def table(text: str) -> str:
    """The loads as Markdown."""
    head = ["| load | what it needs | reckoned as |", "|---|---|---|"]
    return "\n".join([*head, *(f"| {' | '.join(row)} |" for row in loads(costs(text)))])


if __name__ == "__main__":
    print(table(DOCUMENT.read_text(encoding="utf-8")))
