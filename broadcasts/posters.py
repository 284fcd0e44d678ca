"""Pictures of campaigns that a public screen shows: of runs that go out or went out in the last days, and still hold.

What was taken back, corrected, cancelled or has expired is not among them; neither is any drill.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, false, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.schema import campaigns, runs, withdrawals
from broadcasts.audience import Audience, AudienceError, from_json
from broadcasts.campaigns import CampaignState, RunState
from broadcasts.composing import LANGUAGES, Content, File
from broadcasts.office import Office
from broadcasts.store import CAMPAIGN

SHOWN_FOR = timedelta(days=7)  # after its release
MOST_RUNS = 12  # the newest


@dataclass(frozen=True, slots=True)
class Poster:
    """A picture with the text it went out with; ``until``: when both are over, None where no end is set."""

    file: File
    language: str
    text: str
    until: datetime | None


async def on_show(connection: AsyncConnection, office: Office, place: str, now: datetime) -> list[Poster]:
    """Those for a place, the newest first; each picture once, in the first of its languages."""
    later = runs.alias("later")
    asked = (
        select(runs.c.content, runs.c.audience, runs.c.corrects, runs.c.expires_at)
        .join(campaigns, campaigns.c.id == runs.c.campaign_id)
        .where(
            campaigns.c.kind == CAMPAIGN,
            campaigns.c.state.in_((CampaignState.SCHEDULED, CampaignState.DONE)),
            runs.c.state.in_((RunState.SENDING, RunState.DONE)),
            runs.c.drill == false(),
            runs.c.started_at >= now - SHOWN_FOR,
            or_(runs.c.expires_at.is_(None), runs.c.expires_at > now),
            ~exists().where(withdrawals.c.run_id == runs.c.id),
            ~exists().where(later.c.corrects == runs.c.id, later.c.started_at.is_not(None)),
        )
        .order_by(runs.c.started_at.desc(), runs.c.id.desc())
        .limit(MOST_RUNS)
    )
    found: dict[str, Poster] = {}
    for row in (await connection.execute(asked)).all():
        audience = await _audience(connection, row.audience, row.corrects)
        if audience is not None and _is_for(office, audience, place):
            for each in _pictures(Content.from_json(row.content), row.expires_at):
                found.setdefault(each.file.digest, each)
    return list(found.values())


async def _audience(connection: AsyncConnection, raw: Mapping[str, Any], corrects: int | None) -> Audience | None:
    """A correction goes where the run went that it corrects."""
    seen: set[int] = set()
    while corrects is not None and corrects not in seen:
        seen.add(corrects)
        before = select(runs.c.audience, runs.c.corrects).where(runs.c.id == corrects)
        row = (await connection.execute(before)).first()
        if row is None:
            return None
        raw, corrects = row.audience, row.corrects
    try:
        return from_json(raw)
    except AudienceError:
        return None


def _is_for(office: Office, audience: Audience, place: str) -> bool:
    if any(office.within(place, area) for area in audience.exclusions):
        return False
    return not audience.places or _meet(office, audience.places, place)


def _meet(office: Office, places: Sequence[str], place: str) -> bool:
    """Whether they have anything in common; a province stands for all in it."""
    return not set(office.codes(office.remaining(places))).isdisjoint(office.codes(office.remaining((place,))))


def _pictures(content: Content, until: datetime | None) -> list[Poster]:
    languages = [each for each in LANGUAGES if each in content.texts]
    files = [(each, content.file(each)) for each in languages]
    return [
        Poster(file, language, content.texts[language], until)
        for language, file in files
        if file is not None and file.mime.startswith("image/")
    ]
