"""Officers who may warn are told in their own chat that a CAP message of others waits for a person to read it.

A message that is not of a real event (exercises, tests, signs of life) is told by day, once a day at most.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot import logs
from bot.clock import Clock
from bot.staff import register, reminders, roster
from bot.staff.roles import Action, Officer, may
from bot.storage.db import Database
from broadcasts import cap_store, recurrence
from broadcasts.cap import Alert
from broadcasts.cap_areas import spoken_of
from broadcasts.cap_store import CapDraft, State
from broadcasts.cap_xml import CapRefused
from broadcasts.office import Office
from handlers.officers_reached import OfficersReached

LOOK_EVERY = timedelta(seconds=10)
NEWS_FOR = timedelta(hours=24)  # what has waited longer is seen in the list
MOST = 50
LONGEST_HEADLINE = 120  # characters
_WAITS = (
    "Bản tin CAP số {number} đang chờ người đọc: “{headline}”, của {sender}. Xem: cotmoc notice cap drafts {number}"
)
_EXERCISE = "Có bản tin CAP {status} (không phải sự việc thật) đang chờ. Xem: cotmoc notice cap drafts"
log = logs.get("officers")


class OfficersCap:
    """One process at a time does this (the one that holds the schedule)."""

    def __init__(self, *, db: Database, office: Office, reached: OfficersReached, clock: Clock) -> None:
        self._db = db
        self._office = office
        self._reached = reached
        self._clock = clock
        self._look_at: datetime | None = None

    async def tick(self) -> None:
        """Tell of what is new, each officer once."""
        now = self._clock.now()
        if self._look_at is not None and now < self._look_at:
            return
        self._look_at = now + LOOK_EVERY
        async with self._db.reading() as connection:
            waiting = await cap_store.listed(connection, State.WAITING, MOST)
            fresh = [each for each in waiting if each.received_at > now - NEWS_FOR]
            if not fresh:
                return
            known = await reminders.marked(connection, [self._once(each, now) for each in fresh])
            officers = [each.officer for each in await register.everybody(connection) if each.active]
        quiet = recurrence.quiet(now, self._office.zone, self._office.quiet_from_to)
        for draft in reversed(fresh):
            if draft.drill_only and quiet:
                continue
            await self._tell(draft, officers, known, now)

    async def _tell(
        self, draft: CapDraft, officers: Sequence[Officer], known: frozenset[tuple[int, str]], now: datetime
    ) -> None:
        once = self._once(draft, now)
        try:
            alert = draft.alert()
        except CapRefused:
            log.warning("a CAP draft cannot be read any more", draft=draft.id)
            return
        places = spoken_of(alert, self._office.gazetteer).places
        concerned = [each.id for each in officers if (each.id, once) not in known and self._concerns(each, places, now)]
        if draft.drill_only:
            text = _EXERCISE.format(status=draft.status)
        else:
            text = _WAITS.format(number=draft.id, headline=_headline(alert), sender=draft.sender)
        if concerned:
            await self._reached.say(concerned, text, once=once)

    def _concerns(self, officer: Officer, places: Sequence[str], now: datetime) -> bool:
        """Who may warn somewhere in its area; where its places are not known, who may warn at all."""
        held = [area for _, area in officer.roles if may(officer, Action.ISSUE, (area,), now, self._office.within)]
        return any(
            not places or any(roster.touch(area, place, self._office.within) for place in places) for area in held
        )

    def _once(self, draft: CapDraft, now: datetime) -> str:
        day = now.astimezone(self._office.zone).date().isoformat()
        return f"cap-exercise:{day}" if draft.drill_only else f"cap:{draft.id}"


def _headline(alert: Alert) -> str:
    info = next(iter(alert.infos), None)
    words = " ".join(((info.headline or info.event) if info is not None else "").split())
    return words if len(words) <= LONGEST_HEADLINE else f"{words[:LONGEST_HEADLINE]}…"
