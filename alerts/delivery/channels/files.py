"""Atom and JSON Feed files of stage changes, for readers of news and for programs.

One file of each kind for everything, for each platform, capability and stage. They are written
from the store, whole and at once, so that whatever was missed before is in them too.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from alerts.delivery.channels import NotSent, Outcome, Sent
from alerts.delivery.messages import Message, Names
from alerts.delivery.words import nearest_language
from config.drafts import draft_of
from config.settings import Publish
from config.words import Capability, Stage
from storage.database import Database
from storage.deliveries import AlertView
from storage.export_feeds import atom, json_feed, stage_changes, told_platforms
from storage.listings import Wanted

ENTRIES = 100
"""Entries of a file: the newest."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _File:
    """One feed: its place below the folder, its title, and what is in it."""

    name: str
    title: str
    wanted: Wanted


class FilesChannel:
    """Keeps a folder of feeds up to date. Every sender needs to reach the same folder."""

    def __init__(
        self, settings: Publish, database: Database, names: Names, clock: Callable[[], datetime]
    ) -> None:
        if settings.folder is None:
            raise ValueError("files need publish.folder")
        self._folder, self._language = settings.folder, nearest_language(settings.language)
        self._database, self._names, self._clock = database, names, clock
        self._whole = False

    async def open(self) -> None:
        """Write all files: what is subscribed to must be there before there is news."""
        try:
            await self._write_all()
        except (OSError, SQLAlchemyError) as error:
            log.error("feeds cannot be written to %s: %s", self._folder, error)  # noqa: TRY400

    async def send(
        self,
        address: str,  # noqa: ARG002 - the interface's; the folder is one place
        topic: int,  # noqa: ARG002
        message: Message,
        reply_to: int | None,  # noqa: ARG002
        *,
        silent: bool,  # noqa: ARG002
    ) -> Outcome:
        """Write the files that a stage change belongs into."""
        try:
            if self._whole and message.about is not None:
                await self._write(self._about(message.about))
            else:
                await self._write_all()
        except (OSError, SQLAlchemyError) as error:
            self._whole = False
            return NotSent(f"feeds cannot be written to {self._folder}: {error}")
        return Sent(1)

    async def edit(
        self,
        address: str,  # noqa: ARG002
        message_id: int,
        message: Message,  # noqa: ARG002
    ) -> Outcome:
        """Nothing to do: an entry is about the stage change, not about who wrote of it since."""
        return Sent(message_id)

    async def close(self) -> None:
        """Nothing to let go of."""

    async def _write_all(self) -> None:
        known = await self._database.ask(told_platforms)
        await self._write([*self._for_all(), *(self._for_platform(one) for one in sorted(known))])
        self._whole = True

    def _for_all(self) -> list[_File]:
        return [
            _File("all", "interopwatch", Wanted(limit=ENTRIES)),
            *map(self._for_capability, Capability),
            *map(self._for_stage, Stage),
        ]

    def _about(self, view: AlertView) -> list[_File]:
        return [
            self._for_all()[0],
            self._for_capability(view.capability),
            self._for_stage(view.stage),
            *(self._for_platform(one) for one in dict.fromkeys((*view.hosts, *view.guests))),
        ]

    def _for_capability(self, one: Capability) -> _File:
        wanted = Wanted(capability=one, limit=ENTRIES)
        return _File(f"capabilities/{one}", f"interopwatch: {one}", wanted)

    def _for_stage(self, one: Stage) -> _File:
        return _File(f"stages/{one}", f"interopwatch: {one}", Wanted(stage=one, limit=ENTRIES))

    def _for_platform(self, one: str) -> _File:
        wanted = Wanted(parties=frozenset({one}), limit=ENTRIES)
        return _File(
            f"platforms/{quote(one, safe='')}", f"interopwatch: {self._name(one)}", wanted
        )

    def _name(self, platform: str) -> str:
        return self._names.name(platform, self._language)

    async def _write(self, files: Iterable[_File]) -> None:
        for file in files:
            texts = await self._database.ask(self._render, file)
            await asyncio.to_thread(self._put, file.name, texts)

    def _render(self, session: Session, file: _File) -> dict[str, str]:
        entries = stage_changes(session, self._name, file.wanted, alerted=True)
        return {
            ".atom": atom(file.title, entries, self._clock(), f"feeds/{file.name}"),
            ".json": json_feed(file.title, entries),
        }

    def _put(self, name: str, texts: dict[str, str]) -> None:
        """Put files in place that are whole: whoever reads one meanwhile has the old one."""
        for ending, text in texts.items():
            file = self._folder / f"{name}{ending}"
            file.parent.mkdir(parents=True, exist_ok=True)
            with draft_of(file, shared=True) as draft:  # with other senders
                draft.write_text(text, encoding="utf-8")
