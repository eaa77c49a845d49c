"""How well articles are understood, measured end to end; figures may only rise.

Rules and names were tuned on all of these sets but g, n, o and p, after each had been measured unread:
docs/decisions/0006-reading.md has what it was then. Nobody has read the errors of these four: leave
it so.
The texts of all sets are made up. Events and dates are real, those of o and p only in part.
The development set is measured where it lies beside the repository.
"""

import json
from collections import defaultdict
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from alerts.classify import classify
from config.words import Stage
from interopwatch import Installation

HERE = Path(__file__).parent
SETS = {
    "held_out_a": HERE / "held_out_a.jsonl",
    "held_out_b": HERE / "held_out_b.jsonl",
    "held_out_c": HERE / "held_out_c.jsonl",
    "held_out_d": HERE / "held_out_d.jsonl",
    "held_out_e": HERE / "held_out_e.jsonl",
    "held_out_f": HERE / "held_out_f.jsonl",
    "held_out_g": HERE / "held_out_g.jsonl",
    "held_out_h": HERE / "held_out_h.jsonl",
    "held_out_i": HERE / "held_out_i.jsonl",
    "held_out_j": HERE / "held_out_j.jsonl",
    "held_out_k": HERE / "held_out_k.jsonl",
    "held_out_l": HERE / "held_out_l.jsonl",
    "held_out_m": HERE / "held_out_m.jsonl",
    "held_out_n": HERE / "held_out_n.jsonl",
    "held_out_o": HERE / "held_out_o.jsonl",
    "held_out_p": HERE / "held_out_p.jsonl",
    "devset": HERE.parents[2] / "shared" / "devset" / "articles.jsonl",
}

FLOORS: dict[str, dict[str, float]] = {
    "relevance": {
        "held_out_a": 0.98,
        "held_out_b": 0.955,
        "held_out_c": 0.97,
        "held_out_d": 0.925,
        "held_out_e": 0.965,
        "held_out_f": 0.905,
        "held_out_g": 0.885,
        "held_out_h": 0.96,
        "held_out_i": 0.95,
        "held_out_j": 0.96,
        "held_out_k": 0.98,
        "held_out_l": 0.98,
        "held_out_m": 0.925,
        "held_out_n": 0.96,
        "held_out_o": 0.95,
        "held_out_p": 0.925,
        "devset": 0.98,
    },
    "relevance precision": {
        "held_out_a": 0.98,
        "held_out_b": 0.96,
        "held_out_c": 0.965,
        "held_out_d": 0.96,
        "held_out_e": 0.975,
        "held_out_f": 0.975,
        "held_out_g": 0.935,
        "held_out_h": 0.96,
        "held_out_i": 0.96,
        "held_out_j": 0.98,
        "held_out_k": 0.98,
        "held_out_l": 0.98,
        "held_out_m": 0.91,
        "held_out_n": 0.96,
        "held_out_o": 0.92,
        "held_out_p": 0.935,
        "devset": 0.98,
    },
    "parties": {
        "held_out_a": 0.965,
        "held_out_b": 0.865,
        "held_out_c": 0.9,
        "held_out_d": 0.86,
        "held_out_e": 0.885,
        "held_out_f": 0.84,
        "held_out_g": 0.835,
        "held_out_h": 0.89,
        "held_out_i": 0.92,
        "held_out_j": 0.915,
        "held_out_k": 0.915,
        "held_out_l": 0.945,
        "held_out_m": 0.95,
        "held_out_n": 0.905,
        "held_out_o": 0.96,
        "held_out_p": 0.915,
        "devset": 0.94,
    },
    "capability": {
        "held_out_a": 0.98,
        "held_out_b": 0.965,
        "held_out_c": 0.865,
        "held_out_d": 0.865,
        "held_out_e": 0.925,
        "held_out_f": 0.865,
        "held_out_g": 0.955,
        "held_out_h": 0.895,
        "held_out_i": 0.96,
        "held_out_j": 0.875,
        "held_out_k": 0.915,
        "held_out_l": 0.88,
        "held_out_m": 0.85,
        "held_out_n": 0.885,
        "held_out_o": 0.9,
        "held_out_p": 0.935,
        "devset": 0.965,
    },
    "stage": {
        "held_out_a": 0.98,
        "held_out_b": 0.925,
        "held_out_c": 0.88,
        "held_out_d": 0.865,
        "held_out_e": 0.93,
        "held_out_f": 0.865,
        "held_out_g": 0.83,
        "held_out_h": 0.955,
        "held_out_i": 0.915,
        "held_out_j": 0.98,
        "held_out_k": 0.94,
        "held_out_l": 0.955,
        "held_out_m": 0.905,
        "held_out_n": 0.885,
        "held_out_o": 0.92,
        "held_out_p": 0.935,
        "devset": 0.955,
    },
    "date": {
        "held_out_a": 0.945,
        "held_out_b": 0.91,
        "held_out_c": 0.89,
        "held_out_d": 0.85,
        "held_out_e": 0.87,
        "held_out_f": 0.84,
        "held_out_g": 0.84,
        "held_out_h": 0.93,
        "held_out_i": 0.86,
        "held_out_j": 0.935,
        "held_out_k": 0.935,
        "held_out_l": 0.95,
        "held_out_m": 0.92,
        "held_out_n": 0.96,
        "held_out_o": 0.91,
        "held_out_p": 0.955,
        "devset": 0.98,
    },
    "grouping": {
        "held_out_a": 0.97,
        "held_out_b": 0.93,
        "held_out_c": 0.91,
        "held_out_d": 0.835,
        "held_out_e": 0.86,
        "held_out_f": 0.86,
        "held_out_g": 0.855,
        "held_out_h": 0.955,
        "held_out_i": 0.91,
        "held_out_j": 0.94,
        "held_out_k": 0.94,
        "held_out_l": 0.94,
        "held_out_m": 0.945,
        "held_out_n": 0.9,
        "held_out_o": 0.925,
        "held_out_p": 0.92,
        "devset": 0.96,
    },
    "grouping across languages": {
        "held_out_a": 0.965,
        "held_out_b": 0.89,
        "held_out_c": 0.82,
        "held_out_d": 0.7,
        "held_out_e": 0.72,
        "held_out_f": 0.78,
        "held_out_g": 0.735,
        "held_out_h": 0.935,
        "held_out_i": 0.81,
        "held_out_j": 0.905,
        "held_out_k": 0.91,
        "held_out_l": 0.905,
        "held_out_m": 0.91,
        "held_out_n": 0.835,
        "held_out_o": 0.85,
        "held_out_p": 0.85,
        "devset": 0.935,
    },
}
"""About 0.02 under what the rules reach."""

Row = dict[str, Any]
Pair = tuple[Row, Row]
"""What an article is about, and what was read."""


@dataclass(frozen=True)
class Ratio:
    """Right answers, wrong answers, and what was missed."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        return self.right / max(self.right + self.wrong, 1)

    @property
    def f1(self) -> float:
        return 2 * self.right / max(2 * self.right + self.wrong + self.missed, 1)


def relevance(pairs: list[Pair]) -> Ratio:
    """Of all articles: those that report an opening."""
    marks = [(gold["relevant"], read["relevant"]) for gold, read in pairs]
    return Ratio(*(marks.count(mark) for mark in ((True, True), (False, True), (True, False))))


def parties(pairs: list[Pair]) -> Ratio:
    """Of the relevant articles: ids, without those that may be named or not."""
    right = wrong = missed = 0
    for gold, read in pairs:
        if gold["relevant"]:
            wanted = set(gold["platforms"])
            found = set(read["platforms"]) - set(gold["also"]["platforms"])
            right += len(found & wanted)
            wrong += len(found - wanted)
            missed += len(wanted - found)
    return Ratio(right, wrong, missed)


def share(pairs: list[Pair], field: str) -> float:
    """Of the articles found: those with the right value, or one that is accepted for it."""
    both = found(pairs)
    right = [read[field] in (gold[field], *gold["also"][field]) for gold, read in both]
    return sum(right) / max(len(right), 1)


def dates(pairs: list[Pair]) -> float:
    """Of the articles found that give a day: those with that day."""
    dated = [(gold, read) for gold, read in found(pairs) if gold["event_date"]]
    right = [bool(gold["event_date"] == read["event_date"]) for gold, read in dated]
    return sum(right) / max(len(dated), 1)


def found(pairs: list[Pair]) -> list[Pair]:
    return [(gold, read) for gold, read in pairs if gold["relevant"] and read["relevant"]]


def labels(pairs: list[Pair]) -> list[tuple[Row, Hashable]]:
    """The relevant articles with the event they were put to; what was missed stands alone."""
    return [
        (gold, read["event"] or ("alone", gold["id"])) for gold, read in pairs if gold["relevant"]
    ]


def b_cubed(pairs: list[Pair]) -> float:
    """How alike the events are to the real ones, seen from each relevant article."""
    articles = labels(pairs)
    wanted: dict[Hashable, set[str]] = defaultdict(set)
    made: dict[Hashable, set[str]] = defaultdict(set)
    for gold, label in articles:
        wanted[gold["event"]].add(gold["id"])
        made[label].add(gold["id"])
    shared = [(wanted[gold["event"]] & made[label], gold, label) for gold, label in articles]
    precision = sum(len(both) / len(made[label]) for both, _, label in shared) / len(articles)
    recall = sum(len(both) / len(wanted[gold["event"]]) for both, gold, _ in shared)
    recall /= len(articles)
    return 2 * precision * recall / (precision + recall)


def across_languages(pairs: list[Pair]) -> Ratio:
    """Of all pairs of relevant articles in two languages: those of one event."""
    right = wrong = missed = 0
    for (one, first), (two, second) in combinations(labels(pairs), 2):
        if one["lang"].split("-")[0] != two["lang"].split("-")[0]:
            same, joined = one["event"] == two["event"], first == second
            right += same and joined
            wrong += joined and not same
            missed += same and not joined
    return Ratio(right, wrong, missed)


def figures(pairs: list[Pair]) -> dict[str, float]:
    """All figures of one set."""
    return {
        "relevance": relevance(pairs).f1,
        "relevance precision": relevance(pairs).precision,
        "parties": parties(pairs).f1,
        "capability": share(pairs, "capability"),
        "stage": share(pairs, "stage"),
        "date": dates(pairs),
        "grouping": b_cubed(pairs),
        "grouping across languages": across_languages(pairs).f1,
    }


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    given = Installation()
    yield given
    given.close()


@pytest.mark.parametrize("name", SETS)
def test_figures_do_not_fall(name: str, installation: Installation) -> None:
    """The articles of a set arrive in the order of its file."""
    if not SETS[name].exists():
        pytest.skip(f"{SETS[name]} is absent: the set is not part of the repository")
    lines = SETS[name].read_text(encoding="utf-8").splitlines()
    gold = [json.loads(line) for line in lines]
    reader, detect = installation.reader, installation.detect_language
    read = list(classify(lines, reader, detect, name))
    assert [one["id"] for one in gold] == [one["id"] for one in read]
    reached = figures(list(zip(gold, read, strict=True)))
    fallen = {
        figure: f"{reached[figure]:.3f} under {floors[name]}"
        for figure, floors in FLOORS.items()
        if reached[figure] < floors[name]
    }
    assert not fallen


LOOKALIKES = [
    ("de", "Zalando öffnet sich für Klarna: Wartezeit endet", "", "live"),
    ("de", "Zalando akzeptiert Klarna, die Gebühr entfällt", "", "live"),
    ("de", "Slack: Anmeldung mit Zoom-Konto endet im Mai", "", "withdrawn"),
    ("de", "Zalando setzt auf Klarna und baut Angebot aus", "", "live"),
    ("en", "Meta hits back at Apple over iMessage support", "", "announced"),
    ("en", "Venmo back on Amazon", "", "live"),
    ("en", "WhatsApp opens to Signal", "A video shows how WhatsApp users write to Signal.", "live"),
    ("es", "Instagram se abre a Threads", "La última versión de Instagram ya publica en Threads.", "live"),
    ("es", "WhatsApp ultima un acuerdo con Telegram", "", "announced"),
    ("en", "Uber denies it will stop accepting PayPal", "", None),
    ("en", "Uber has no plans to stop taking Venmo", "", None),
    ("en", "Snapchat denies it will accept Venmo", "", "withdrawn"),
    ("zh", "微信否认将停止支持支付宝", "", None),
    ("zh", "微信否认将接入支付宝", "", "withdrawn"),
    ("zh", "微信澄清没有接入支付宝", "", "withdrawn"),
    ("ko", "카카오톡에서 라인페이 다시 쓸 수 있다", "", "live"),
    ("zh", "微信将重新开放淘宝链接", "", "announced"),
    ("zh", "微信重新开放淘宝链接", "", "live"),
    ("zh", "微信恢复对淘宝的支持", "", "live"),
    ("zh", "微信支持上传到QQ空间", "微信称，上传内容将更快。", "live"),
]  # fmt: skip
"""Words that are a stage's beside those that only look like it, and what the news tells."""


def test_words_that_look_like_a_stage_are_none(installation: Installation) -> None:
    for language, title, text, stage in LOOKALIKES:
        reading = installation.reader.read(title, text, language, date(2024, 9, 5))
        told = next((str(claim.stage) for claim in reading.claims if claim.leading), None)
        assert told == stage, (title, reading.claims)


@pytest.mark.parametrize(
    ("language", "text", "stage"),
    [
        ("ja", "連携を再開した。", True),
        ("ja", "連携を再開し、送金できる。", True),
        ("ja", "連携を再開しない。", False),
        ("ja", "連携を再開していない。", False),
        ("ja", "連携を再開したい考え。", False),
        ("ja", "連携が再開される。", False),
        ("ko", "이제는 다시 쓸 수 없다.", False),
        ("zh", "不恢复支持。", False),
    ],
)
def test_what_does_not_come_back_is_not_live(
    installation: Installation, language: str, text: str, *, stage: bool
) -> None:
    cues = installation.reader.packs[language].stages[Stage.LIVE]
    assert bool(cues.strong.search(text)) is stage


class TestScorer:
    """The figures themselves, on three articles of two events."""

    @staticmethod
    def article(number: int, event: str | None, lang: str = "en", **more: Any) -> Row:
        also = {"platforms": ["tencent"], "capability": ["links"], "stage": []}
        row = {"id": str(number), "lang": lang, "relevant": event is not None, "event": event,
               "platforms": ["a", "b"] if event else [], "capability": "payment",
               "stage": "live", "event_date": "2024-09-04", "also": also}  # fmt: skip
        return {**row, **more}

    @pytest.fixture
    def gold(self) -> list[Row]:
        return [
            self.article(1, "one"),
            self.article(2, "one", "zh-Hans"),
            self.article(3, "two", "zh-Hant"),
            self.article(4, None),
        ]

    def test_perfect_answers(self, gold: list[Row]) -> None:
        assert set(figures([(one, one) for one in gold]).values()) == {1.0}

    def test_what_is_missed_or_wrong_costs(self, gold: list[Row]) -> None:
        missed = self.article(1, None, platforms=[])
        wrong = self.article(2, "x", platforms=["a", "c", "tencent"], capability="links",
                             stage="test", event_date=None)  # fmt: skip
        fine, false = self.article(3, "x"), self.article(4, "y")
        pairs = list(zip(gold, (missed, wrong, fine, false), strict=True))
        assert relevance(pairs) == Ratio(2, 1, 1)
        assert parties(pairs) == Ratio(3, 1, 3)
        assert share(pairs, "capability") == 1
        assert share(pairs, "stage") == dates(pairs) == 0.5
        assert b_cubed(pairs) == pytest.approx(2 * (2 / 3) * (2 / 3) / (4 / 3))
        assert across_languages(pairs) == Ratio(0, 0, 1)

    def test_scripts_of_chinese_are_one_language(self, gold: list[Row]) -> None:
        one = [(row, {**row, "event": "x"}) for row in gold[1:3]]
        assert across_languages(one) == Ratio(0, 0, 0)


def test_the_sets_are_sound() -> None:
    for name in SETS.keys() - {"devset"}:
        rows = [json.loads(line) for line in SETS[name].read_text("utf-8").splitlines()]
        assert len({row["id"] for row in rows}) == len(rows) > 60
        assert all(date.fromisoformat(row["published"]) for row in rows if row["published"])
        assert {bool(row["event"]) for row in rows if row["relevant"]} == {True}
