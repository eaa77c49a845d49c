"""The store as one folder of static pages: the matrix, a timeline per platform, a page per event.

The pages open from disk and may be published as they are. They hold no script and load nothing:
their policy allows their own style, by its fingerprint, and nothing else.
"""

import base64
import hashlib
import re
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlmodel import Session

from config.errors import InteropwatchError
from config.steering import escaped
from storage import listings, matrix, records, timeline
from storage.layouts import Naming
from storage.listings import Wanted
from storage.steps import Evidence

TEMPLATES = Path(__file__).parent / "site"

_MARK = '<meta name="generator" content="interopwatch">'
_PAGE = 500


@dataclass(frozen=True)
class Site:
    """What was written: where, and how many pages of events and of timelines."""

    folder: Path
    events: int
    timelines: int


def write_site(
    session: Session, folder: Path, named: Naming, owner: Callable[[str], str], today: date
) -> Site:
    """Write all pages into a folder, which is put in place once it is whole.

    Raises InteropwatchError when the folder holds something else, or cannot be written.
    """
    _refuse_foreign(folder)
    draft, old = (folder.with_name(f".{folder.name}.{end}") for end in ("part", "old"))
    try:
        if old.exists() and not folder.exists():  # killed between two names
            old.rename(folder)
        shutil.rmtree(draft, ignore_errors=True)
        for part in (draft, draft / "events", draft / "timelines"):
            part.mkdir(parents=True)
        site = _Writer(session, draft, named, owner, today).write()
        _put_in_place(draft, folder, old)
    except OSError as error:
        raise InteropwatchError(f"cannot write the pages to {folder}: {error}") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return Site(folder, *site)


def _refuse_foreign(folder: Path) -> None:
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    index = folder / "index.html"
    if not (index.is_file() and _MARK in index.read_text(encoding="utf-8", errors="replace")):
        raise InteropwatchError(
            f"{folder} holds something that is no export of interopwatch; name another folder"
        )


def _put_in_place(draft: Path, folder: Path, old: Path) -> None:
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    draft.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


class _Writer:
    def __init__(
        self,
        session: Session,
        folder: Path,
        named: Naming,
        owner: Callable[[str], str],
        today: date,
    ) -> None:
        self._session, self._folder, self._owner, self._today = session, folder, owner, today
        style = (TEMPLATES / "style.css").read_text(encoding="utf-8")
        self._pages = Environment(
            loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined,
            trim_blocks=True, lstrip_blocks=True, finalize=_shown,
        )  # fmt: skip
        self._pages.globals |= {
            "style": style,
            "policy": _policy(style),
            "made": today.isoformat(),
            "named": named,
            "safe": _leads_to_the_web,
            "platform_page": lambda platform: quote(f"timelines/{_file(platform)}"),
            "event_page": lambda event: quote(f"events/{event}.html"),
        }
        self._named = named
        self._evidence = listings.claims(session, Wanted())
        self._by_event: dict[int, list[Evidence]] = defaultdict(list)
        for one in self._evidence:
            self._by_event[one.edge.event_id].append(one)

    def write(self) -> tuple[int, int]:
        """Write everything; gives how many events and timelines."""
        timelines = self._timelines()
        events = sum(map(self._event, self._events()))
        cells = matrix.rows(matrix.matrix(self._evidence, self._today))
        said = {"cells": cells, "platforms": timelines, "events": events}
        self._write("index.html", "", "index", **said)
        return events, len(timelines)

    def _write(self, file: str, root: str, template: str, **said: Any) -> None:
        page = self._pages.get_template(f"{template}.html.j2")
        (self._folder / file).write_text(page.render(root=root, **said), encoding="utf-8")

    def _timelines(self) -> list[str]:
        """A page per platform and per owner; gives their ids in the order of their names."""
        concerned: dict[str, list[Evidence]] = defaultdict(list)
        companies: dict[str, str] = {}
        for one in self._evidence:
            sides = (one.edge.host, one.edge.guest)
            companies.update({side: self._owner(side) for side in sides})
            for party in {*sides, *(companies[side] for side in sides)}:
                concerned[party].append(one)
        for party, evidence in concerned.items():
            steps = timeline.rows(timeline.timeline(evidence, party, companies=companies))
            self._write(f"timelines/{_file(party)}", "../", "timeline", party=party, steps=steps)
        return sorted(concerned, key=lambda party: (self._named(party).casefold(), party))

    def _events(self) -> Iterator[dict[str, Any]]:
        wanted = Wanted(limit=_PAGE)
        while found := listings.events(self._session, wanted):
            yield from records.events(self._session, found)
            wanted = Wanted(limit=_PAGE, after=found[-1].id)

    def _event(self, event: Mapping[str, Any]) -> int:
        number = int(event["id"][1:])
        said = self._by_event[number]
        claims = [records.claim(one) | {"outlet": one.source.name} for one in said]
        stages = records.stages(self._session, number)
        self._write(
            f"events/{event['id']}.html", "../", "event", event=event, stages=stages,
            claims=claims,
        )  # fmt: skip
        return 1


def _policy(style: str) -> str:
    """What the pages may do: show their own style, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _shown(value: Any) -> Any:
    """Text that others wrote, on one line and without controls; the rest as it is."""
    if isinstance(value, str) and not hasattr(value, "__html__"):
        return escaped(" ".join(value.split()))
    return value


def _leads_to_the_web(url: str) -> bool:
    """Whether a link may be followed: never one that a page made up to run something."""
    try:
        return urlsplit(url).scheme in {"http", "https"} and bool(urlsplit(url).hostname)
    except ValueError:
        return False


def _file(platform: str) -> str:
    """The name of a platform's page."""
    if re.fullmatch(r"[a-z0-9][a-z0-9-]{0,80}", platform):
        return f"{platform}.html"
    return f"other-{hashlib.sha256(platform.encode()).hexdigest()[:16]}.html"
