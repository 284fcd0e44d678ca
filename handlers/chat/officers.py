"""An officer's linked chat: its commands, its buttons, and what is typed after them.

To a chat that is no officer's nothing of this exists: each function returns None, and the router answers as it does
to whatever it does not know.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.messages import UpdateKind
from bot.staff import chats
from bot.staff.chats import ChatTaken
from bot.staff.codes import LINK_SIGNS
from bot.staff.sign_in import CodeRefused
from handlers.chat import (
    distress,
    officer_audience,
    officer_decisions,
    officer_drafts,
    officer_help,
    officer_notices,
    officer_previews,
    officer_times,
    words,
)
from handlers.chat.context import Reply, Turn
from handlers.chat.officer_cards import name_of, opened, waiting
from handlers.chat.officer_sitting import VERB, Choice, Sitting, at_work, attempted, awaited, seated, sitting_of
from handlers.chat.typed_codes import code_in, mistyped
from handlers.officers_helped import TAKE

__all__ = ["VERB", "on_command", "on_file", "on_press", "on_typed"]

Step = Callable[[Sitting, str], Awaitable[Reply]]


async def _drop(sitting: Sitting, _: str) -> Reply:
    return await sitting.reply(sitting.say("officer.dropped"))


_PRESSED: dict[str, Step] = {
    "drop": _drop,
    "open": opened,
    "more": officer_drafts.begin,
    "template": officer_drafts.from_template,
    "free": officer_drafts.free,
    "rewrite": officer_drafts.rewrite,
    "whom": officer_audience.whom,
    "aim": officer_audience.aim,
    "pick": officer_audience.pick,
    "topic": officer_audience.topic,
    "edit": officer_drafts.edit,
    "try": officer_previews.try_out,
    "view": officer_previews.view,
    "copy": officer_drafts.copy,
    "submit": officer_drafts.submit,
    "when": officer_times.when,
    "days": officer_times.days,
    "hours": officer_times.hours,
    "at": officer_times.at,
    "monthly": officer_times.monthly,
    "tick": officer_decisions.tick,
    "sign": officer_decisions.sign,
    "approve": officer_decisions.approve,
    "return": officer_decisions.return_,
    "schedule": officer_decisions.schedule,
    "pause": officer_decisions.pause,
    "resume": officer_decisions.resume,
    "release": officer_decisions.release,
    "cancel": officer_decisions.cancel,
    "do-cancel": officer_decisions.do_cancel,
    "withdraw": officer_decisions.withdraw,
    "report": officer_decisions.report,
    TAKE: officer_help.take,
}
_COMMANDS: dict[str, Step] = {"soan": officer_drafts.anew, "viec": waiting, "giup": officer_help.listing}


async def on_command(turn: Turn, name: str, rest: str) -> Reply | None:
    """``/noi CODE``, ``/khan``, ``/soan``, ``/viec``, ``/viec 118``; None: an unknown command here."""
    if name == "noi":
        return await _link(turn, rest)
    if name == officer_notices.COMMAND:
        return await officer_notices.called(turn, rest)
    step = _COMMANDS.get(name)
    sitting = await seated(turn) if step is not None else None
    return None if sitting is None or step is None else await _taken(sitting, "", step(sitting, rest))


async def _link(turn: Turn, code: str) -> Reply | None:
    """Five wrong codes are told so; then the command is as unknown here as to everybody, whatever the code."""
    desk, address = turn.desk, turn.update.address
    staff = desk.staff
    if staff is None or not turn.capabilities.subscribable or not staff.tries.left(address, turn.now):
        return None
    if sum(map(str.isalnum, code)) != LINK_SIGNS:
        return None
    own = turn.in_language(turn.resident.language or "vi")
    try:
        async with desk.db.transaction() as connection:
            officer = await chats.link(connection, desk.key, code, address, turn.now)
    except ChatTaken as error:
        return Reply((own.message(str(error)),))
    if officer is None:
        staff.tries.failed(address, turn.now)
        return Reply((own.message(own.say("officer.bad_code")),))
    sitting = sitting_of(turn, staff, officer)
    return await sitting.reply(sitting.say("officer.linked", who=officer.name))


async def on_press(turn: Turn, button_id: str) -> Reply | None:
    """None: no officer's chat. A button that was used, is too old or somebody else's does nothing."""
    sitting = await seated(turn)
    if sitting is None:
        return None
    pressed = await sitting.press(button_id)
    if pressed is not None and pressed.action.startswith(officer_notices.MARK):
        return await officer_notices.on_press(sitting, pressed.action, pressed.subject)
    step = _PRESSED.get(pressed.action) if pressed is not None else None
    if pressed is None or step is None:
        return await sitting.reply(sitting.say("officer.used"))
    return await _taken(sitting, pressed.subject, step(sitting, pressed.subject))


async def on_typed(turn: Turn) -> Reply | None:
    """What was waited for: a text, a place, a reason, a code. None: nothing was, or this is something else.

    A cry for help is answered with its numbers even so; as a text for residents it is kept besides, for such texts
    sound like one.
    """
    notice = await officer_notices.on_words(turn)
    if notice is not None:
        return notice
    kind, subject = awaited(turn) if turn.update.kind is UpdateKind.TEXT else ("", "")
    if not kind and turn.update.kind is UpdateKind.TEXT and code_in(turn.text):
        return await officer_notices.on_spare_code(turn)
    if not kind or words.command(turn.text) is not None or words.whole(turn.text) in words.STOP:
        return None
    if kind.startswith(officer_notices.MARK):
        return await _for_notice(turn, kind, subject)
    code = code_in(turn.text)
    if kind != "code" and (code or words.key(turn.text) is not None):
        return None  # a code that comes too late is no text and no reason
    cry = None if code else distress.in_distress(turn)
    if cry is not None and kind != "text":
        return None
    sitting = await seated(turn)
    if sitting is None:
        return None
    match kind:
        case "code" if code:
            return await _with_code(sitting, subject, code)
        case "code" if mistyped(turn.text):  # not counted, and nothing to be asked of the answers
            return Reply((sitting.turn.message(sitting.say("officer.ask_code")),))
        case "reason":
            return await _with_reason(sitting, subject)
        case "place":
            return await _taken(sitting, subject, officer_audience.on_place(sitting, subject, turn.text))
        case "text":
            step = officer_drafts.on_text(sitting, subject, turn.text)
            reply = await _taken(sitting, subject, step, again=True)
            if cry is None:
                return reply
            numbers = distress.on_distress(turn, cry)
            return replace(numbers, messages=numbers.messages + reply.messages, dialogue=reply.dialogue)
    return None


async def _for_notice(turn: Turn, kind: str, subject: str) -> Reply | None:
    """What an officer types into a warning may sound like a cry for help: it is taken, and answered with the numbers
    even so. Typed where a place or a code is waited for, it is nothing but a cry."""
    cry = None if code_in(turn.text) else distress.in_distress(turn)
    if cry is not None and kind not in officer_notices.SENTENCES:
        return None
    sitting = await seated(turn)
    reply = None if sitting is None else await officer_notices.on_typed(sitting, kind, subject)
    if reply is None or cry is None:
        return reply
    numbers = distress.on_distress(turn, cry)
    return replace(numbers, messages=numbers.messages + reply.messages, dialogue=reply.dialogue)


async def on_file(turn: Turn) -> Reply | None:
    """A picture, a document or a recording from an officer at work: not taken here, and where it is. None: a
    resident's, or an officer's own question."""
    sitting = await seated(turn) if at_work(turn) else None
    return None if sitting is None else Reply((sitting.turn.message(sitting.say("officer.no_files")),))


async def _with_code(sitting: Sitting, held: str, code: str) -> Reply:
    turn = sitting.turn
    try:
        await sitting.staff.door.require_code(turn.desk.db, sitting.officer, code, turn.now)
    except CodeRefused as error:
        return Reply((turn.message(str(error)),))  # what was pressed still waits for its code
    pressed = await sitting.press(held)
    step = officer_decisions.AFTER_CODE.get(pressed.action) if pressed is not None else None
    if pressed is None or step is None:
        return await sitting.reply(sitting.say("officer.used"))
    return await _taken(sitting, pressed.subject, step(sitting, pressed.subject))


async def _with_reason(sitting: Sitting, held: str) -> Reply:
    pressed = await sitting.press(held)
    if pressed is None or pressed.action != "do-return":
        return await sitting.reply(sitting.say("officer.used"))
    step = officer_decisions.do_return(sitting, pressed.subject, sitting.turn.text)
    return await _taken(sitting, pressed.subject, step)


async def _taken(sitting: Sitting, subject: str, step: Awaitable[Reply], *, again: bool = False) -> Reply:
    """The step's reply, or the sentence that says why not and the card as it is now.

    ``again``: what was waited for is still waited for.
    """
    why = await attempted(sitting, step, again=again)
    if isinstance(why, Reply):
        return why
    number = subject.split(":")[0]
    if not number.isdigit() or number == officer_drafts.NEW:
        return await sitting.reply(why)
    label = sitting.say("officer.b_open", code=name_of(int(number)))
    return await sitting.reply(why, (Choice(label, "open", number),))
