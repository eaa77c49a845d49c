"""What is left of a small world in the end, and how it differs from what was promised."""

from collections import Counter
from dataclasses import dataclass

LEFT = {
    "articles": "SELECT url, title, text, copy_of, relevant, follow_error FROM article ORDER BY 1",
    "rejections": "SELECT url, reason FROM rejection ORDER BY 1",
    "claims": "SELECT a.url, c.host, c.guest, c.capability, c.stage, c.quote, c.leading"
    " FROM claim c JOIN article a ON a.id = c.article_id ORDER BY 1, 2, 3, 4, 5, 6",
    "mentions": "SELECT a.url, m.platform, m.count FROM mention m"
    " JOIN article a ON a.id = m.article_id ORDER BY 1, 2",
    "words": "SELECT count(*) FROM articlewords UNION ALL SELECT count(*) FROM claimwords",
    "events": "SELECT host, guest, capability, stage, merged_into FROM event ORDER BY 1, 2, 3",
    "steps": "SELECT e.host, e.guest, c.stage, c.alerted FROM stagechange c"
    " JOIN event e ON e.id = c.event_id ORDER BY 1, 2, 3",
    "owed": "SELECT s.address, e.host, c.stage, d.status FROM delivery d"
    " JOIN subscription s ON s.id = d.subscription_id"
    " JOIN stagechange c ON c.id = d.stage_change_id"
    " JOIN event e ON e.id = c.event_id ORDER BY 1, 2, 3",
    "wishes": "SELECT s.address, i.platform, i.other FROM interest i"
    " JOIN subscription s ON s.id = i.subscription_id ORDER BY 1, 2, 3",
    "open runs": "SELECT id FROM crawlrun WHERE status = 'running'",
    "integrity": "PRAGMA integrity_check",
    "references": "PRAGMA foreign_key_check",
}
"""What a store holds, by meaning and not by number."""

MOST_COPIES = 3


@dataclass
class Remains:
    """What is left when all is done."""

    store: dict[str, list[tuple[object, ...]]]
    told: dict[int, Counter[str]]
    """By chat: how often each text came, as it came first."""
    shown: dict[int, Counter[str]]
    """By chat: what its messages say in the end."""
    rung: dict[int, Counter[str]]
    """By chat that is sent alerts: how often each came with a sound."""
    passings: Counter[tuple[str, str]]
    sprung: bool = True
    """Whether the trap was reached."""
    deaths: int = 0


def faults(found: Remains, calm: Remains) -> list[str]:
    """What differs from what nobody disturbed by more than was promised."""
    wrong = [] if found.sprung else ["the point was not reached"]
    wrong += [
        f"{name} differ: {found.store[name]} instead of {calm.store[name]}"
        for name in calm.store
        if found.store[name] != calm.store[name]
    ]
    for chat, told in calm.told.items():
        if lost := set(told) - set(found.told[chat]):
            wrong.append(f"{chat} was never told {lost}")
        repeats = found.told[chat] - told
        if repeats.total() > found.deaths:
            wrong.append(f"{chat} was told again {dict(repeats)}")
        if many := [text for text, times in found.told[chat].items() if times > MOST_COPIES]:
            wrong.append(f"{chat} has too many copies of {many}")
        if stale := set(calm.shown[chat]) - set(found.shown[chat]):
            wrong.append(f"{chat} does not show {stale}")
    for chat, rung in found.rung.items():
        if loud := [text for text, times in rung.items() if times > 1]:
            wrong.append(f"{chat} rang again for {loud}")
    return wrong
