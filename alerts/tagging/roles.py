"""Who is the host and who the guest, where the words alone do not say.

What a platform can do says it better: a shop takes a way to pay, a wallet holds a card, a super
app runs a mini program, whatever the order in which a sentence names them.
"""

from collections.abc import Iterable

from config.platforms import Platforms
from config.words import ANYONE, Capability

_TAKES_PAY = frozenset(
    ("shop", "superapp", "chat", "social", "video", "ride", "game", "search", "store", "logistics")
)
"""Traits of platforms that accept payments but are not themselves a way to pay."""

_WANTED: dict[Capability, frozenset[str]] = {
    Capability.PAYMENT: frozenset(("pay", "wallet", "card", "code")),
    Capability.TRANSFER: frozenset(("pay", "code", "bank")),
    Capability.MESSAGING: frozenset(("chat", "protocol")),
    Capability.MINIPROGRAM: frozenset(("superapp",)),
    Capability.MEETING: frozenset(("meet",)),
    Capability.CONTENT: frozenset(("video", "game", "social", "search", "music")),
    Capability.OTHER: frozenset(("charging", "store", "home")),
    Capability.ADS: frozenset(("ads", "social", "shop")),
    Capability.DATA: frozenset(("cloud",)),
    Capability.DEVICE: frozenset(("home", "device", "os")),
}


def orient(host: str, guest: str, capability: Capability, platforms: Platforms) -> tuple[str, str]:
    """Turn the pair round where traits decide against the order of the words."""
    if ANYONE in (host, guest):
        return host, guest
    first, second = platforms.traits(host), platforms.traits(guest)
    if _decides(second, first, capability) and not _decides(first, second, capability):
        return guest, host
    return host, guest


def _decides(host: Iterable[str], guest: Iterable[str], capability: Capability) -> bool:
    """True if traits alone say that the first takes in the second."""
    takes, comes = frozenset(host), frozenset(guest)
    if capability is Capability.PAYMENT:
        if "wallet" in takes and "wallet" not in comes:
            return bool(comes & {"card", "code", "bank"})
        shops = bool(takes & _TAKES_PAY) and not takes & {"pay", "wallet", "card", "code"}
        return shops and bool(comes & {"pay", "wallet", "card", "code"})
    if capability is Capability.MINIPROGRAM:
        return "superapp" in takes and "superapp" not in comes
    if capability is Capability.OTHER:
        return "charging" in takes and "charging" not in comes
    return False


def specialise(
    party: str, mentioned: Iterable[str], capability: Capability, platforms: Platforms
) -> str:
    """The product that is meant where only its company stands in the frame.

    A company (or a device) gives way to the one product of its own that the title or the lead
    names and that fits the capability; where several fit, the company stays.
    """
    known = platforms.by_id.get(party)
    if known is None or known.kind not in ("company", "device"):
        return party
    wanted = _WANTED.get(capability, frozenset())
    family = dict.fromkeys(
        m for m in mentioned if m != party and platforms.owner(m) == platforms.owner(party)
    )
    fitting = [
        m for m in family if platforms.traits(m) & wanted and platforms.by_id[m].kind != "company"
    ]
    surfaces = {platforms.surface(m) for m in fitting}
    return fitting[0] if len(surfaces) == 1 else party


def related(first: str, second: str, platforms: Platforms) -> bool:
    """True for a company and its own product, and for one surface under two names."""
    if platforms.surface(first) == platforms.surface(second):
        return True
    return platforms.owner(first) == second or platforms.owner(second) == first
