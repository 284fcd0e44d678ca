"""What officers write and publish answers with, put together for one installation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Clock
from bot.settings import Settings
from bot.storage.db import Database
from broadcasts import waiting
from broadcasts.office import Office
from content.check_files import shipped_reference
from content.checks.reference import Reference
from content.editing import Editing
from content.publishing import Publishing
from content.room import Room
from content.serving import Serving
from content.trials import Trials
from content.tried_questions import tried_questions


@dataclass(frozen=True, slots=True)
class Answering:
    room: Room
    editing: Editing
    publishing: Publishing


@cache
def _reference() -> Reference:
    return shipped_reference(name.upper() for name in Settings.model_fields)


def answering(*, settings: Settings, db: Database, serving: Serving, office: Office, clock: Clock) -> Answering:
    room = Room(
        db=db,
        serving=serving,
        trials=Trials(serving, tried_questions()),
        clock=clock,
        key=office.key,
        zone=settings.zone,
        within=office.within,
        reference=_reference,
    )
    return Answering(room, Editing(room), Publishing(room, partial(_tell, office.key)))


async def _tell(
    key: bytes,
    connection: AsyncConnection,
    questions: Sequence[str],
    *,
    entry_id: str,
    day: date,
    by: str,
    instead_of: Sequence[str],
) -> int:
    return await waiting.answered(connection, key, questions, entry_id=entry_id, day=day, by=by, instead_of=instead_of)
