"""Who is called to confirm a warning gets it at once, in every chat of theirs, with buttons for them alone."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence

from bot.clock import Clock
from bot.messages import Address, Button, OutgoingMessage
from bot.staff import chats, codes, reminders
from bot.storage.db import Database
from broadcasts import notice_calls, notice_store
from broadcasts.notice_calls import Call
from broadcasts.notice_store import Notice
from broadcasts.notices import Kind, name_of
from broadcasts.office import Office
from handlers.chat import khan_words, values
from handlers.chat.officer_sitting import VERB
from handlers.notice_wording import NoticeWording
from handlers.officers_reached import OfficersReached

_ROWS = (
    ((khan_words.B_CONFIRM, "k-confirm"), (khan_words.B_ACK, "k-ack")),
    ((khan_words.B_REJECT, "k-reject"),),
)


class OfficersCalled:
    """One process at a time does this (the one that holds the schedule)."""

    def __init__(
        self, *, db: Database, office: Office, reached: OfficersReached, wording: NoticeWording, clock: Clock
    ) -> None:
        self._db = db
        self._office = office
        self._reached = reached
        self._wording = wording
        self._clock = clock
        # What this process knows to be marked: no transaction a second for each.
        self._done: set[tuple[int, str]] = set()

    async def tick(self) -> None:
        """Tell each call that was not told yet: once a rung and chat. What surely did not arrive is told again."""
        async with self._db.reading() as connection:
            calls = await notice_calls.unanswered(connection)
            if not calls:
                self._done.clear()
                return
            runs = dict.fromkeys(each.run_id for each in calls)
            called_for = {run_id: await notice_store.of_run(connection, run_id) for run_id in runs}
            where = await chats.addresses(connection, {each.officer_id for each in calls}, self._clock.now())
        for each in calls:
            notice = called_for[each.run_id]
            if self._open(notice, each):
                await self._tell(notice, each, where)

    def _open(self, notice: Notice, call: Call) -> bool:
        """Whether it still is what is said last, and nobody has confirmed it."""
        newest = notice.newest
        return newest.run_id == call.run_id and not newest.confirmed_by and self._clock.now() < notice.expires_at

    async def _tell(self, notice: Notice, call: Call, where: Mapping[int, Sequence[Address]]) -> None:
        for address in where.get(call.officer_id, ()):
            if not self._reached.speaks(address):
                continue
            once = f"notice/{call.run_id}/{call.rung}/{address.channel}/{self._mark(address)}"
            key = call.officer_id, once
            if key in self._done:
                continue
            async with self._db.transaction() as connection:
                first = await reminders.mark(connection, *key, self._clock.now())
            self._done.add(key)
            if not first:
                continue
            message = OutgoingMessage(self._words(notice), await self._buttons(call))
            if not await self._reached.show(address, message):
                async with self._db.transaction() as connection:
                    await reminders.unmark(connection, *key)
                self._done.discard(key)

    def _mark(self, address: Address) -> str:
        """Which of an officer's chats it is, without saying so."""
        whole = f"notice call\x1f{address.channel}\x1f{address.account}\x1f{address.external_id}"
        return hmac.new(self._office.key, whole.encode(), hashlib.sha256).hexdigest()[:12]

    def _words(self, notice: Notice) -> str:
        newest = notice.newest
        updated = newest.kind is Kind.UPDATE
        read = self._wording.message(notice, newest, "vi", knows=updated)
        at = newest.said_at.astimezone(self._office.zone)
        text = (khan_words.CALL_UPDATE if updated else khan_words.CALL).format(
            name=name_of(notice.id),
            by=newest.said_by,
            at=f"{at.hour}:{at.minute:02d}",
            text=read.text if read is not None else "",
        )
        text = f"{text}\n{khan_words.CALL_HOW.format(number=notice.id)}"
        return self._wording.drilled(text, "vi") if notice.drill else text

    async def _buttons(self, call: Call) -> tuple[tuple[Button, ...], ...]:
        """For this officer, this version and half an hour only."""
        now = self._clock.now()
        today = now.astimezone(self._office.zone).date()
        key, subject = self._office.key, str(call.run_id)
        async with self._db.transaction() as connection:
            made = [
                [
                    (label, await codes.button(connection, key, call.officer_id, action, subject, now))
                    for label, action in row
                ]
                for row in _ROWS
            ]
        return tuple(tuple(Button(label, values.value(today, VERB, one)) for label, one in row) for row in made)
