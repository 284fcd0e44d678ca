"""/calendar/{secret}.ics: an officer's private calendar; times and titles of what they may read, and nothing else."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections.abc import Iterable
from datetime import timedelta

from aiohttp import web

from bot.clock import Clock
from bot.staff import calendars
from bot.storage.db import Database
from broadcasts import ics
from broadcasts.campaigns import RunState
from broadcasts.dates import Dates
from broadcasts.ics import Event
from broadcasts.office import Office
from broadcasts.planned import Planned

BACK, AHEAD = timedelta(days=31), timedelta(days=366)
NAME = "Cột Mốc – lịch gửi"
_NOTES = {
    RunState.PAUSED: " (tạm dừng)",
    RunState.HELD: " (bị giữ lại)",
    RunState.MISSED: " (lỡ giờ)",
    RunState.DONE: " (đã gửi)",
}
_UNSURE = (RunState.PAUSED, RunState.HELD, RunState.MISSED)
HEADERS = {
    "Content-Type": "text/calendar; charset=utf-8",
    "Cache-Control": "private, max-age=600",
    "X-Robots-Tag": "noindex",
}


def routes(db: Database, office: Office, clock: Clock) -> Iterable[web.RouteDef]:
    """The address is the only proof: what does not open is not told from what does not exist."""
    dates = Dates(db, office)

    async def feed(request: web.Request) -> web.Response:
        now = clock.now()
        async with db.reading() as connection:
            officer = await calendars.reader(connection, office.key, request.match_info["secret"], now)
        if officer is None:
            raise web.HTTPNotFound
        found = await dates.calendar(officer, now - BACK, now + AHEAD, now)
        body = ics.calendar(NAME, [_event(office.key, each) for each in found], now)
        return web.Response(body=body, headers=HEADERS)

    return [web.get("/calendar/{secret}.ics", feed)]


def _event(key: bytes, each: Planned) -> Event:
    """A date keeps its id when it becomes a run; the id tells nothing to who has not the key."""
    ours = uuid.UUID(bytes=hmac.new(key, b"calendar", hashlib.sha256).digest()[:16])
    made = uuid.uuid5(ours, f"{each.campaign_id}/{each.at.timestamp():.0f}")
    state = RunState(each.state) if each.state else RunState.SCHEDULED
    title = f"CD-{each.campaign_id} {each.title}{_NOTES.get(state, '')}"
    return Event(str(made), each.at, title, ics.TENTATIVE if state in _UNSURE else ics.CONFIRMED)
