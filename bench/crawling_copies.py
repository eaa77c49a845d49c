"""How long it takes to see that an article is a copy, or none, as the store grows.

Texts of 300 words that are as unevenly common as real ones; rows are filled in as storing would do it.
"""

import random
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from sqlalchemy import insert
from sqlmodel import Session

from config.sources import SourceSpec
from storage import copies
from storage.articles import text_digest
from storage.database import Database
from storage.feeds import sync_sources
from storage.models import Article, Imprint
from storage.schema import upgrade

SIZES = (1_000, 10_000, 100_000)
LOOKS = 100
WORDS = [f"word{number}" for number in range(20_000)]
WEIGHTS = list(accumulate(1 / (rank + 10) for rank in range(len(WORDS))))


def text(number: int) -> str:
    """The text of one article."""
    return " ".join(random.Random(number).choices(WORDS, cum_weights=WEIGHTS, k=300))


def fill(session: Session, numbers: range, now: datetime) -> None:
    """Store articles with their imprints."""
    generation = int(now.timestamp() // copies.GENERATION.total_seconds())
    articles, imprints = [], []
    for number in numbers:
        words = text(number)
        articles.append(
            {
                "id": number + 1, "url": f"https://e.org/{number}", "source_slug": "e",
                "language": "en", "title": "T", "text": words, "fetched_at": now,
                "text_digest": text_digest(words), "follow_attempts": 0, "reasons": [],
            }
        )  # fmt: skip
        imprints += [
            {"generation": generation, "mark": int(mark), "article_id": number + 1}
            for mark in copies.runs_of(words)[: copies.KEPT]
        ]
    session.execute(insert(Article), articles)
    session.execute(insert(Imprint), imprints)


def look(session: Session, words: str, now: datetime) -> tuple[int | None, float]:
    """The original of a text, and the milliseconds of processor that finding it took."""
    runs, digest = copies.runs_of(words), text_digest(words)
    began = time.process_time()
    found = copies.find_original(session, None, "other", digest, runs, now)
    return found, 1000 * (time.process_time() - began)


def main() -> None:
    """Fill the store step by step, and look into it after every step."""
    now, stored = datetime.now(UTC), 0
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'bench.db'}")
        upgrade(database)
        spec = {
            "slug": "e",
            "name": "E",
            "homepage": "https://e.org",
            "feeds": [{"url": "https://e.org/f"}],
        }
        with database.write() as session:
            sync_sources(session, [SourceSpec.model_validate(spec)])
        for size in SIZES:
            while stored < size:
                with database.write() as session:
                    fill(session, range(stored, stored + 1_000), now)
                stored += 1_000
            chance = random.Random(size)
            with database.read() as session:
                for number in range(LOOKS):  # a store that is looked into has its index at hand
                    look(session, text(20_000_000 + number), now)
                told = [chance.randrange(stored) for _ in range(LOOKS)]
                again = [look(session, f"Breaking. {text(n)}", now) for n in told]
                new = [look(session, text(10_000_000 + n), now) for n in range(LOOKS)]
            right = sum(found == n + 1 for (found, _), n in zip(again, told, strict=True))
            wrong = sum(found is not None for found, _ in new)
            print(
                f"  {size:8,} articles: a copy {statistics.median(t for _, t in again):.2f} ms "
                f"({right} of {LOOKS} found), a new text {statistics.median(t for _, t in new):.2f} ms "
                f"({wrong} taken for copies)",
                flush=True,
            )
        database.close()


if __name__ == "__main__":
    main()
