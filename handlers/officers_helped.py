"""Officers on duty are told at once who asks for help where they are on duty, and who took it; the resident, that
somebody did.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection
from datetime import datetime, timedelta
from hashlib import sha256

from bot import logs
from bot.clock import Clock
from bot.messages import OutgoingMessage
from bot.staff import register, reminders
from bot.staff.roles import Officer
from bot.storage.db import Database
from broadcasts import notice_taps, subscribers
from broadcasts.notice_taps import Asked, HelpRequest
from broadcasts.office import Office
from content.phrases import Phrases
from handlers import help_wording
from handlers.officers_reached import Handed, OfficersReached
from handlers.on_duty import OnDuty

TAKE = "help-take"  # what the button does
READ, TAKEN = "help.read", "help.take"  # lines of the log
NEWS_FOR = timedelta(hours=1)  # so long it is told that somebody took a request
AGAIN_AFTER = timedelta(seconds=15)  # where somebody could not be told
_LEAST_KEPT = 5000  # marks that are kept in memory
log = logs.get("help")


class OfficersHelped:
    """One process at a time does this (the one that holds the schedule)."""

    def __init__(
        self, *, db: Database, office: Office, duty: OnDuty, reached: OfficersReached, phrases: Phrases, clock: Clock
    ) -> None:
        self._db = db
        self._office = office
        self._duty = duty
        self._reached = reached
        self._phrases = phrases
        self._clock = clock
        self._not_before: dict[tuple[int, str], datetime] = {}  # told, or not reached: in memory, to ask less

    async def tick(self) -> None:
        """Tell what is new: a request, words that were added to it, who took it."""
        now = self._clock.now()
        async with self._db.reading() as connection:
            found = await notice_taps.asked(connection, now - NEWS_FOR)
            if not found:
                self._not_before.clear()
                return
            officers = {each.officer.id: each.officer for each in await register.everybody(connection) if each.active}
            areas = {each.area for each in found}
            there = {area: await self._duty.there(connection, area, now) for area in areas}
        for each in found:
            if each.request.taken_at is None:
                await self._offer(each, [officers[number] for number in there[each.area] if number in officers])
            else:
                await self._settle(each.request, officers)
        if len(self._not_before) > _LEAST_KEPT:
            self._not_before.clear()

    async def _offer(self, asked: Asked, officers: Collection[Officer]) -> None:
        number = str(asked.request.id)
        words = self._fingerprint(asked.request.words) if asked.request.words else ""
        text = f"{help_wording.in_full(asked, self._office.gazetteer, self._office.zone)}\nXem lại: /giup"
        handed = Handed(text, f"{_mark(number)}{words}", "Nhận việc này", TAKE, number, READ)
        for officer in officers:
            await self._hand(officer, handed)

    def _fingerprint(self, words: str) -> str:
        """Tells other words from these, and nothing about them."""
        return hmac.new(self._office.key, b"help words\n" + words.encode(), sha256).hexdigest()[:8]

    async def _settle(self, request: HelpRequest, officers: dict[int, Officer]) -> None:
        """Those who heard of it need not go; the resident knows that somebody has it."""
        async with self._db.reading() as connection:
            heard = await reminders.whom(connection, _mark(str(request.id)))
        handed = Handed(help_wording.taken(request, self._office.zone), f"help-taken:{request.id}")
        for number in sorted(heard):
            officer = officers.get(number)
            if officer is not None and officer.name != request.taken_by:
                await self._hand(officer, handed)
        taker = next((each for each in officers.values() if each.name == request.taken_by), None)
        if taker is not None:
            await self._comfort(taker, request)

    async def _comfort(self, taker: Officer, request: HelpRequest) -> None:
        once = f"help-told:{request.id}"
        if not self._due(taker.id, once):
            return
        async with self._db.transaction() as connection:
            if not await reminders.mark(connection, taker.id, once, self._clock.now()):
                return
            resident = (await subscribers.load(connection, [request.address]))[request.address]
        if resident.safety is False or request.taken_at is None:  # STOP ends this too
            return
        at = request.taken_at.astimezone(self._office.zone)
        language = resident.language or "vi"
        text = self._phrases.say("help.taken", language, time=f"{at.hour}:{at.minute:02d}")
        if not await self._reached.send(request.address, OutgoingMessage(text, language=language)):
            log.warning("who asked for help could not be told that it was taken")

    async def _hand(self, officer: Officer, handed: Handed) -> None:
        if self._due(officer.id, handed.once):
            await self._reached.hand(officer, handed)

    def _due(self, officer_id: int, once: str) -> bool:
        """Whether to ask again now; what was told is marked in the database."""
        key, now = (officer_id, once), self._clock.now()
        if now < self._not_before.get(key, now):
            return False
        self._not_before[key] = now + AGAIN_AFTER
        return True


def _mark(number: str) -> str:
    return f"help:{number}:"
