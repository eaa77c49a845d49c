"""Finding the article that another one is a copy of, in the same time however many there are.

Of the overlapping runs of five words that a text consists of, those with the smallest hashes are
kept in a table: two texts that share much share some of these. Candidates are then compared in
full. Only the newest generations are searched and kept: nobody reprints a text months later.
"""

import re
from collections import Counter
from datetime import datetime, timedelta
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import bindparam, delete, or_, tuple_, update
from sqlmodel import Session, col, select

from config.characters import fold
from storage.columns import tables_of
from storage.models import Article, Imprint
from storage.upserts import insert

GENERATION = timedelta(days=30)
GENERATIONS = 3
"""How many of them are searched; older ones are forgotten bit by bit."""

KEPT = 24
"""Hashes of a text that are kept; candidates must share at least SHARED of them."""

SHARED = 2
CANDIDATES = 5
"""Articles that are compared in full at most."""

CROWD = 40
"""A run of words that so many articles of a generation have is a phrase of a site's template."""

LEAST_RUNS = 20
CONTAINED = 0.4
"""A copy has so many runs of words in common with its original, and this share of the shorter."""

ALIKE = 0.7
"""Share of the longer text, where both are of one source: its own phrases are no copies."""

FORGOTTEN = 200
"""Rows of old generations that are removed with every article that is added."""

_WORD = re.compile("[0-9a-z\u00df-\u024f\u0400-\u04ff]+|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_RUN = 5
_LONGEST = 100_000
"""Characters of a text that are compared."""

Runs = NDArray[np.uint64]

# Asked with every article, so they are made once.
[_IMPRINT] = tables_of(Imprint)
_KEY = (_IMPRINT.c.generation, _IMPRINT.c.mark, _IMPRINT.c.article_id)
_MARKED = _IMPRINT.c.mark.in_(bindparam("marks", expanding=True))
_SHARERS = select(_IMPRINT.c.article_id).where(
    _IMPRINT.c.generation.in_(bindparam("generations", expanding=True)), _MARKED
)
_OFTEN = select(_IMPRINT.c.mark).where(_IMPRINT.c.generation == bindparam("now"), _MARKED)
_OLD = select(*_KEY).where(_IMPRINT.c.generation <= bindparam("last")).limit(FORGOTTEN)
_FORGET = delete(_IMPRINT).where(tuple_(*_KEY).in_(_OLD))
_SAME = (
    select(Article)
    .where(Article.text_digest == bindparam("digest"))
    .order_by(col(Article.id))
    .limit(2)
)


def runs_of(text: str) -> Runs:
    """Hashes of the runs of five words, each once, the smallest first.

    Every Chinese, Japanese or Korean character is a word. Case, width and the Chinese script make
    no difference.
    """
    words = _WORD.findall(fold(text[:_LONGEST], chinese=True))
    marks = np.fromiter((crc32(word.encode()) for word in words), np.uint64, len(words))
    runs = np.zeros(max(0, len(marks) - _RUN + 1), np.uint64)
    for place in range(_RUN if len(runs) else 0):
        runs = (runs ^ marks[place : place + len(runs)]) * np.uint64(0x9E3779B97F4A7C15)
        runs ^= runs >> np.uint64(29)
    return np.unique(runs >> np.uint64(1))  # what both databases hold as an integer


def find_original(
    session: Session, stored: Article | None, slug: str, digest: str, runs: Runs, now: datetime
) -> int | None:
    """The article whose text another one of the source repeats; never a copy itself.

    For one that is `stored` already only what it was a copy of and older ones are looked at, and
    one that has copies stays an original.
    """
    article_id = stored.id if stored is not None else None
    if article_id is not None and _has_copies(session, article_id):
        return None
    if stored is not None and stored.copy_of is not None:
        known = session.get_one(Article, stored.copy_of)
        if _repeats(runs, runs_of(known.text), own=known.source_slug == slug):
            return known.id
    for row in session.exec(_SAME, params={"digest": digest}):
        if article_id is None or (row.id or 0) < article_id:
            return row.copy_of or row.id
    for candidate in _candidates(session, article_id, runs, now):
        row = session.get_one(Article, candidate)
        if _repeats(runs, runs_of(row.text), own=row.source_slug == slug):
            return row.copy_of or row.id
    return None


def came_before(session: Session, at: datetime | None, original: int | None) -> bool:
    """Whether a text published then is older than the article that it was found to repeat.

    The crawl may well meet a reprint before the article itself. Where no time is stated the first
    to be met is taken for the original.
    """
    if at is None or original is None:
        return False
    known = session.get_one(Article, original).published_at
    return known is not None and at < known


def hand_over(session: Session, article_id: int, original: int) -> None:
    """Let the article be the original of what was taken for one, and of all copies of that."""
    family = or_(col(Article.id) == original, col(Article.copy_of) == original)
    session.execute(
        update(Article).where(family, col(Article.id) != article_id).values(copy_of=article_id)
    )


def remember(session: Session, article_id: int, runs: Runs, now: datetime) -> None:
    """Let copies of the article be found from now on, and forget a little of what is too old."""
    generation = _generation(now)
    marks = [int(mark) for mark in runs[:KEPT]]
    crowded = Counter(session.execute(_OFTEN, {"now": generation, "marks": marks}).scalars())
    rows = [
        {"generation": generation, "mark": mark, "article_id": article_id}
        for mark in marks
        if crowded[mark] < CROWD
    ]
    if rows:
        session.execute(insert(session, _IMPRINT).on_conflict_do_nothing(), rows)
    session.execute(_FORGET, {"last": generation - GENERATIONS})


def _generation(now: datetime) -> int:
    return int(now.timestamp() // GENERATION.total_seconds())


def _candidates(session: Session, article_id: int | None, runs: Runs, now: datetime) -> list[int]:
    """Articles that share several marks, those that share most before the others."""
    newest = _generation(now)
    asked = {
        "generations": list(range(newest - GENERATIONS + 1, newest + 1)),
        "marks": [int(mark) for mark in runs[:KEPT]],
    }
    rows = session.execute(_SHARERS, asked).scalars()
    found = Counter(row for row in rows if article_id is None or row < article_id)
    likely = sorted(found, key=lambda one: (-found[one], one))
    return [one for one in likely if found[one] >= SHARED][:CANDIDATES]


def _repeats(one: Runs, other: Runs, *, own: bool) -> bool:
    shared = len(np.intersect1d(one, other, assume_unique=True))
    most = max(len(one), len(other)) * ALIKE if own else min(len(one), len(other)) * CONTAINED
    return shared >= max(LEAST_RUNS, most)


def _has_copies(session: Session, article_id: int) -> bool:
    copies = select(Article.id).where(Article.copy_of == article_id).limit(1)
    return session.exec(copies).first() is not None
