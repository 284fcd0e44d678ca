"""What every step of an entry's life needs: rights by the province it is for, the log, the day, the catalogue."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Clock
from bot.staff import audit
from bot.staff.roles import Action, Forbidden, Officer, Within, may, require
from bot.storage.db import Database
from content import draft_checks, draft_store
from content.catalog import Catalog, parse
from content.checks.reference import Reference
from content.draft_checks import Findings
from content.drafts import Draft, NotAllowed
from content.scopes import NATIONAL
from content.serving import Serving
from content.trials import Trials


@dataclass(frozen=True, slots=True)
class Room:
    """``key``: the installation's; ``reference``: what the checks compare with, read when it is first needed."""

    db: Database
    serving: Serving
    trials: Trials
    clock: Clock
    key: bytes
    zone: ZoneInfo
    within: Within
    reference: Callable[[], Reference]

    @property
    def now(self) -> datetime:
        return self.clock.now()

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def require(self, officer: Officer, action: Action, *scopes: str) -> None:
        """The right must be held wherever these scopes are read. Raises Forbidden."""
        require(officer, action, tuple(map(area_of, scopes)), self.now, self.within)

    def may(self, officer: Officer, action: Action, *scopes: str) -> bool:
        return may(officer, action, tuple(map(area_of, scopes)), self.now, self.within)

    def somewhere(self, officer: Officer, action: Action) -> None:
        """The right must be held anywhere at all. Raises Forbidden."""
        if not any(may(officer, action, (area,), self.now, self.within) for _, area in officer.roles):
            raise Forbidden

    def no_script(self, officer: Officer) -> None:
        """What a person has to do themselves. Raises NotAllowed."""
        if officer.scopes is not None:
            raise NotAllowed("Việc này phải do người làm, không làm qua mã của chương trình khác.")

    async def record(
        self, connection: AsyncConnection, officer: Officer, action: str, subject: str, **detail: object
    ) -> None:
        await audit.record(connection, self.key, self.now, officer.name, action, subject, **detail)

    async def check(self, body: Mapping[str, Any], catalog: Catalog, kept: Collection[str]) -> Findings:
        """``kept``: languages that would be shown. Found in a thread: it takes part of a second."""
        reference = await asyncio.to_thread(self.reference)
        return await asyncio.to_thread(draft_checks.findings, body, catalog, self.today, reference, kept)


def area_of(scope: str) -> str:
    """The area in which an officer needs rights for an entry of this scope; a national one is read everywhere."""
    return "" if scope in ("", NATIONAL) else f"p-{scope}"


def catalogue_with(catalog: Catalog, body: Mapping[str, Any]) -> Catalog:
    """The catalogue as it would be with this entry, in its place. Raises BadContent."""
    entry = parse(body, str(body["topic"]))
    if entry.id not in catalog:
        return Catalog([*catalog, entry])
    return Catalog(entry if each.id == entry.id else each for each in catalog)


async def scopes_of(connection: AsyncConnection, draft: Draft) -> tuple[str, ...]:
    """Wherever a draft is read, now or once it is published."""
    served = await draft_store.served(connection, draft.entry_id)
    scopes = [str(draft.body["scope"]), *([str(served.body["scope"])] if served is not None else [])]
    return tuple(dict.fromkeys(scopes))
