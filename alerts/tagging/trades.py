"""Who does the same and who does something else: what traits say of two platforms.

Rivals stand side by side in comparisons, and what differs takes part in each other.
"""

from collections.abc import Iterable

from alerts.tagging.roles import related
from config.platforms import Platforms

_PAYING = frozenset(("pay", "wallet", "card", "code", "bank"))


def complement(topic: str, others: Iterable[str], platforms: Platforms) -> bool:
    """True if the others do nothing that the topic does: no rivals that a text compares.

    What makers of devices and systems do says nothing: they rival and carry everybody.
    """
    own = trades(topic, platforms)
    return bool(own) and all(
        (other := trades(party, platforms)) and not own & other for party in others
    )


def rivals(one: str, two: str, platforms: Platforms) -> bool:
    """True if two platforms do the same, and seldom take part in each other.

    Games are played across consoles, national codes are scanned across borders, cards are held in
    wallets.
    """
    both = [platforms.traits(one), platforms.traits(two)]
    held = any("card" in side for side in both) and any("wallet" in side for side in both)
    crossed = frozenset.intersection(*both) & {"game", "code"}
    return not (held or crossed) and bool(trades(one, platforms) & trades(two, platforms))


def rivals_beside(topic: str, host: str, guest: str, platforms: Platforms) -> bool:
    """True if two sides rival each other, and neither belongs to the topic.

    Of ways to pay nothing follows: banks and wallets are named as examples under any of them.
    """
    alike = trades(host, platforms) & trades(guest, platforms)
    if alike & _PAYING & trades(topic, platforms):
        return False
    return bool(alike) and not any(related(topic, side, platforms) for side in (host, guest))


def trades(platform: str, platforms: Platforms) -> frozenset[str]:
    """What a platform does; all that pays is one trade, and carrying others is none."""
    known = platforms.by_id.get(platform)
    if known is None or (known.kind == "company" and "device" in known.traits):
        return frozenset()
    traits = known.traits - {"device", "os"}
    return traits | _PAYING if traits & _PAYING else traits
