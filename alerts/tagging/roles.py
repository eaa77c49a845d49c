"""Who is the host and who the guest, where the words alone do not say.

What a platform can do says it better: a shop takes a way to pay, a wallet holds a card, a super
app runs a mini program, whatever the order in which a sentence names them.
"""

from collections.abc import Iterable, Sequence

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
    Capability.OTHER: frozenset(("charging", "logistics")),
    Capability.ADS: frozenset(("ads", "social", "shop")),
    Capability.DATA: frozenset(("cloud",)),
    Capability.DEVICE: frozenset(("home", "share", "device", "os")),
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


def fits(party: str, capability: Capability, platforms: Platforms) -> int:
    """How well a name says what is opened: 2 for a service that does it, 1 for any service."""
    known = platforms.by_id.get(party)
    if known is None or known.kind in ("company", "device"):
        return 0
    if platforms.surface(party) != party:
        return 1
    return 2 if known.traits & (_WANTED.get(capability, frozenset()) | _TAKES_PAY) else 1


def specialise(
    party: str, mentioned: Iterable[str], capability: Capability, platforms: Platforms
) -> str:
    """The product that is meant where only its company stands in the frame.

    A company (or a device) that does not itself do what the capability is about gives way to the
    one product of its own that the title or the lead names and that does; where several do, the
    company stays.
    """
    known = platforms.by_id.get(party)
    wanted = _WANTED.get(capability, frozenset())
    if known is None or known.kind not in ("company", "device") or known.traits & wanted:
        return party
    if capability is Capability.PAYMENT and known.traits & _TAKES_PAY:
        return party
    family = dict.fromkeys(
        m for m in mentioned if m != party and platforms.owner(m) == platforms.owner(party)
    )
    fitting = [m for m in family if platforms.traits(m) & wanted and not _is_company(m, platforms)]
    surfaces = {platforms.surface(m) for m in fitting}
    return fitting[0] if len(surfaces) == 1 else party


def takes_payments(party: str, platforms: Platforms) -> bool:
    """True for a shop, an app or a code that people pay through."""
    return bool(platforms.traits(party) & (_TAKES_PAY | {"code", "pay"}))


def opposite(
    party: str, other: str, capability: Capability, platforms: Platforms, *, hosts: bool
) -> str:
    """The console or the charging network of a house, where its like or a car stands opposite.

    Sony plays with the Xbox on the PlayStation, and Ford charges at Tesla's network; at Ford's it
    is a Tesla that charges.
    """
    known = platforms.by_id.get(party)
    if known is None or known.kind != "company":
        return party
    if other == ANYONE or "car" in platforms.traits(other):
        charges = hosts and capability is Capability.OTHER and "car" in known.traits
        kind = "charging" if charges else ""
    else:
        facing = platforms.by_id.get(other)
        kind = "game" if facing and facing.kind == "device" and "game" in facing.traits else ""
    like = ("device", "network")
    own = [p.id for p in platforms.owned(party) if kind in p.traits and p.kind in like]
    return own[0] if len(own) == 1 else party


def is_chat(party: str, platforms: Platforms) -> bool:
    """True for a messenger, whose own wallet takes part where money does."""
    return "chat" in platforms.traits(party)


def way_to_pay(party: str, mentioned: Iterable[str], platforms: Platforms) -> str:
    """The way to pay that is meant where a text names only the app that it belongs to."""
    ways = frozenset(("pay", "wallet", "card", "code"))
    if platforms.traits(party) & ways:
        return party
    own = [
        m
        for m in dict.fromkeys(mentioned)
        if platforms.traits(m) & ways and platforms.owner(m) == platforms.owner(party)
    ]
    return own[0] if len(own) == 1 else party


def alike(
    host: str, guest: str, mentioned: Iterable[str], platforms: Platforms
) -> tuple[str, str]:
    """The products of both sides that are of one kind, where a side is named by less.

    Steered homes and files handed over are matters of SmartThings and ThinQ, of Quick Share and
    AirDrop, although headlines name their makers; a card is held in the wallet of a phone.
    """
    if ANYONE in (host, guest) or platforms.owner(host) == platforms.owner(guest):
        return host, guest
    named = list(dict.fromkeys(mentioned))
    for kind in ("home", "share"):
        two = [_product(side, kind, named, platforms) for side in (host, guest)]
        if two[0] and two[1]:
            return two[0], two[1]
    return _wallet(host, guest, platforms), guest


def _product(party: str, kind: str, named: Sequence[str], platforms: Platforms) -> str | None:
    """The one service of a kind that a party is, or that its house has and the text names."""
    known = platforms.by_id.get(party)
    if known is None or (kind in known.traits and known.kind not in ("company", "device")):
        return party if known else None
    own = [
        m
        for m in named
        if kind in platforms.traits(m)
        and platforms.by_id[m].kind not in ("company", "device", "standard")
        and platforms.by_id[m].twin != platforms.owner(m) == platforms.owner(party)
    ]
    carries = known.kind in ("company", "device") or "os" in known.traits
    return own[0] if carries and len(own) == 1 else None


def _wallet(host: str, guest: str, platforms: Platforms) -> str:
    """The wallet of a maker in which a card is held; the maker where it has none or several."""
    known = platforms.by_id.get(host)
    maker = known is not None and known.kind in ("company", "device")
    if not maker or "card" not in platforms.traits(guest):
        return host
    own = {
        platforms.surface(p.id)
        for p in platforms
        if "wallet" in p.traits and p.owner == host and platforms.traits(host) & {"device", "os"}
    }
    return own.pop() if len(own) == 1 else host


def whole(party: str, platforms: Platforms) -> str:
    """The service of which a party is only a part (a live channel of a shop is the shop).

    A system whose maker acts as one with it (`with:` its owner) is the maker.
    """
    known = platforms.by_id.get(party)
    if known and known.owner and known.twin == known.owner:
        return known.owner
    owner = platforms.by_id.get(known.owner) if known and known.owner else None
    return owner.id if owner is not None and owner.kind == "service" else party


def _is_company(platform: str, platforms: Platforms) -> bool:
    return platforms.by_id[platform].kind == "company"


def related(first: str, second: str, platforms: Platforms) -> bool:
    """True for a company and its own product, and for products that belong to each other.

    Two products of one company that do the same (two messengers, two ways to pay) are rivals
    under one roof, and an opening between them is news; an app and its own way to pay are not.
    A way to pay that owns another (PayPal, Venmo) is such a rival itself.
    """
    if platforms.surface(first) == platforms.surface(second):
        return True
    if platforms.owner(first) != platforms.owner(second):
        return False
    shared = platforms.traits(first) & platforms.traits(second)
    if platforms.owner(first) in (first, second):
        return "pay" not in shared
    return not shared
