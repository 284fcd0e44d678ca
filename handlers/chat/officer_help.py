"""Requests for help at an officer's linked chat: listed for who is on duty there, and taken by one of them."""

from __future__ import annotations

from datetime import timedelta

from bot.staff import audit
from broadcasts import notice_taps
from broadcasts.notice_taps import Asked
from handlers import help_wording
from handlers.chat.context import Reply
from handlers.chat.officer_sitting import Choice, Sitting
from handlers.officers_helped import READ, TAKE, TAKEN

AT_ONCE = 5  # requests in one reply
LATELY = timedelta(hours=1)  # so long what was taken is listed too


async def listing(sitting: Sitting, _: str) -> Reply:
    """``/giup``: what waits where this officer is on duty, each with its button."""
    found = await _theirs(sitting)
    if not found:
        return await sitting.reply(sitting.say("officer.help_none"))
    turn, office = sitting.turn, sitting.staff.office
    shown = found[:AT_ONCE]
    async with turn.desk.db.transaction() as connection:
        for each in shown:
            await audit.record(connection, turn.desk.key, turn.now, sitting.officer.name, READ, str(each.request.id))
    text = "\n\n".join(help_wording.in_full(each, office.gazetteer, office.zone) for each in shown)
    if len(found) > AT_ONCE:
        text = f"{text}\n\n{sitting.say('officer.help_more', n=len(found) - AT_ONCE)}"
    rows = [
        (Choice(sitting.say("officer.b_take", code=help_wording.name_of(each.request.id)), TAKE, str(each.request.id)),)
        for each in shown
        if each.request.taken_at is None
    ]
    return await sitting.reply(text, *rows)


async def _theirs(sitting: Sitting) -> list[Asked]:
    """Those that nobody took come first."""
    turn, warned = sitting.turn, sitting.turn.desk.warned
    if warned is None:
        return []
    mine = []
    async with turn.desk.db.reading() as connection:
        for each in await notice_taps.asked(connection, turn.now - LATELY):
            if sitting.officer.id in await warned.duty.there(connection, each.area, turn.now):
                mine.append(each)
    return sorted(mine, key=lambda each: each.request.taken_at is not None)


async def take(sitting: Sitting, subject: str) -> Reply:
    """One of those who were told takes it; who comes later hears who was first."""
    turn, number = sitting.turn, int(subject)
    async with turn.desk.db.transaction() as connection:
        done = await notice_taps.take(connection, number, sitting.officer.name, turn.now)
        if done:
            await audit.record(connection, turn.desk.key, turn.now, sitting.officer.name, TAKEN, subject)
        request = await notice_taps.by_number(connection, number)
    code = help_wording.name_of(number)
    if request is None:
        return await sitting.reply(sitting.say("officer.help_gone", code=code))
    if not done:
        return await sitting.reply(help_wording.taken(request, sitting.staff.office.zone))
    return await sitting.reply(sitting.say("officer.help_yours", code=code))
