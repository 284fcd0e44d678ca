"""Requests for help at an officer's linked chat: listed for who is on duty there, and taken by one of them."""

from __future__ import annotations

from handlers import help_wording
from handlers.chat.context import Reply
from handlers.chat.officer_sitting import Choice, Sitting
from handlers.help_desk import HelpDesk
from handlers.officers_helped import TAKE

AT_ONCE = 5  # requests in one reply


async def listing(sitting: Sitting, _: str) -> Reply:
    """``/giup``: what waits where this officer is on duty, each with its button."""
    turn, office, desk = sitting.turn, sitting.staff.office, _desk(sitting)
    found = await desk.theirs(sitting.officer, turn.now)
    if not found:
        return await sitting.reply(sitting.say("officer.help_none"))
    shown = found[:AT_ONCE]
    await desk.read(sitting.officer, shown, turn.now)
    text = "\n\n".join(help_wording.in_full(each, office.gazetteer, office.zone) for each in shown)
    if len(found) > AT_ONCE:
        text = f"{text}\n\n{sitting.say('officer.help_more', n=len(found) - AT_ONCE)}"
    rows = [
        (Choice(sitting.say("officer.b_take", code=help_wording.name_of(each.request.id)), TAKE, str(each.request.id)),)
        for each in shown
        if each.request.taken_at is None
    ]
    return await sitting.reply(text, *rows)


async def take(sitting: Sitting, subject: str) -> Reply:
    """One of those who were told takes it; who comes later hears who was first."""
    number = int(subject)
    done, request = await _desk(sitting).take(sitting.officer, number, sitting.turn.now)
    code = help_wording.name_of(number)
    if request is None:
        return await sitting.reply(sitting.say("officer.help_gone", code=code))
    if not done:
        return await sitting.reply(help_wording.taken(request, sitting.staff.office.zone))
    return await sitting.reply(sitting.say("officer.help_yours", code=code))


def _desk(sitting: Sitting) -> HelpDesk:
    desk = sitting.turn.desk
    return HelpDesk(desk.db, desk.key, sitting.staff.warning.duty)
