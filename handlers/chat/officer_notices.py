"""Urgent notices in an officer's linked chat: the commands, the buttons, and what is typed after them.

To everybody who may not warn anybody now ``/khan`` is an unknown command; whoever is called to confirm a notice has
the buttons of that call besides.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.messages import UpdateKind
from broadcasts import notice_store
from broadcasts.notices import name_of
from handlers.chat import khan_line, khan_words
from handlers.chat import officer_notice_filling as filling
from handlers.chat import officer_notice_previews as previews
from handlers.chat import officer_notice_start as start
from handlers.chat.context import Reply, Turn
from handlers.chat.officer_notice_deeds import done_already, on_code
from handlers.chat.officer_notice_lines import by_line
from handlers.chat.officer_notice_progress import card
from handlers.chat.officer_sitting import Choice, Sitting, attempted, awaited, seated
from handlers.chat.typed_codes import code_in, mistyped

MARK = "k-"  # what every button and step of notices begins with
COMMAND = "khan"
SENTENCES = ("k-blank", "k-news")  # steps in which words for residents are typed
_FREE_TEXTS = ("text", "reason")  # … and words that may begin with any others
_MOST_DIGITS = 9
Step = Callable[[Sitting, str], Awaitable[Reply]]


async def called(turn: Turn, rest: str) -> Reply | None:
    """``/khan``, ``/khan 413``, ``/khan satlo thuong phuoc 6h 123456``; None: an unknown command here."""
    sitting = await _on_duty(turn)
    if sitting is None:
        return None
    number = rest.strip().upper().removeprefix("TK-")
    if number.isdecimal() and len(number) <= _MOST_DIGITS:
        return await safely(sitting, card(sitting, number))
    if not rest.strip():
        return await safely(sitting, start.begin(sitting))
    line = khan_line.read(rest, sitting.notices.hazards.templates.values())
    if line is None:
        unknown = khan_words.NO_SUCH_HAZARD.format(typed=rest.strip()[:30])
        return await safely(sitting, start.begin(sitting, above=unknown))
    return await safely(sitting, by_line(sitting, line))


async def on_words(turn: Turn) -> Reply | None:
    """ "khan", "TIN KHẨN", or a notice in one line, from an officer who may warn now; None: something else."""
    if turn.update.kind is not UpdateKind.TEXT:
        return None
    rest, staff, step = khan_line.rest_of(turn.text), turn.desk.staff, awaited(turn)[0]
    if rest is None or staff is None or (rest and step in _FREE_TEXTS):
        return None
    line = khan_line.read(rest, staff.warning.hazards.templates.values()) if rest else None
    if rest and (line is None or (step in SENTENCES and not line.code and line.hours is None)):
        return None  # a sentence that happens to begin so
    return await called(turn, rest)


async def on_typed(sitting: Sitting, kind: str, subject: str) -> Reply | None:
    """What was waited for; None: something else."""
    text = sitting.turn.text
    match kind:
        case "k-code":
            return await _typed_code(sitting, subject, text)
        case "k-place":
            return None if _presses(text) else await safely(sitting, filling.typed_area(sitting, text))
        case "k-whole":
            return None if _presses(text) else await safely(sitting, filling.typed_whole(sitting, subject, text))
        case "k-blank":
            if _presses(text) and not await filling.takes_digits(sitting, subject):
                return None
            return await safely(sitting, filling.typed_blank(sitting, subject, text))
        case "k-news" if not _presses(text):
            return await safely(sitting, filling.typed_news(sitting, subject, text), again=True)
    return None


async def on_spare_code(turn: Turn) -> Reply | None:
    """A code that nothing waits for: typed after a long silence, or sent once more by a phone that got no answer.

    None: no officer's who may warn now, or of nothing that was issued.
    """
    sitting = await _on_duty(turn)
    if sitting is None:
        return None
    draft = await filling.kept_draft(sitting)
    if draft is not None:
        return await safely(sitting, filling.show(sitting, draft, khan_words.WAITED))
    return await done_already(sitting, previews.ISSUE)


async def on_press(sitting: Sitting, action: str, subject: str) -> Reply:
    step = _PRESSED.get(action)
    if step is None:
        return await sitting.reply(khan_words.USED)
    return await safely(sitting, step(sitting, subject))


async def safely(sitting: Sitting, step: Awaitable[Reply], *, again: bool = False) -> Reply:
    """The step's reply, or the sentence that says why not. ``again``: what was waited for is still waited for."""
    why = await attempted(sitting, step, again=again)
    if isinstance(why, Reply):
        return why
    if not await sitting.notices.hazards.areas(sitting.officer):
        return await sitting.reply(why)
    return await sitting.reply(why, (Choice(khan_words.B_BEGIN, "k-begin"),))


async def _on_duty(turn: Turn) -> Sitting | None:
    sitting = await seated(turn)
    if sitting is None or not await sitting.notices.hazards.areas(sitting.officer):
        return None
    return sitting


async def _typed_code(sitting: Sitting, subject: str, text: str) -> Reply | None:
    held, _, deed = subject.partition(":")
    code = code_in(text)
    if code:
        return await safely(sitting, on_code(sitting, held, deed, code))
    if mistyped(text):  # not counted as a try
        return Reply((sitting.turn.message(sitting.say("officer.ask_code")),))
    return None


def _presses(text: str) -> bool:
    """One digit, which stands for a button where there are none."""
    return len(text.strip()) == 1 and text.strip().isdigit()


# --- buttons --------------------------------------------------------------------------------------------------------


async def _clear(sitting: Sitting, subject: str) -> Reply:
    return await previews.preview_end(sitting, subject, previews.CLEAR)


async def _cancel(sitting: Sitting, subject: str) -> Reply:
    return await previews.preview_end(sitting, subject, previews.CANCEL)


async def _confirm(sitting: Sitting, subject: str) -> Reply:
    return await previews.ask_second(sitting, subject, previews.CONFIRM)


async def _reject(sitting: Sitting, subject: str) -> Reply:
    return await previews.ask_second(sitting, subject, previews.REJECT)


async def _acknowledge(sitting: Sitting, subject: str) -> Reply:
    first = await sitting.notices.acknowledge(sitting.officer, int(subject))
    words = khan_words.ACKNOWLEDGED if first else khan_words.ACKNOWLEDGED_BEFORE
    async with sitting.turn.desk.db.reading() as connection:
        notice = await notice_store.of_run(connection, int(subject))
    return await sitting.reply(words.format(name=name_of(notice.id)))


async def _join(sitting: Sitting, subject: str) -> Reply:
    notice = await sitting.notices.join(sitting.officer, int(subject))
    await sitting.notices.drop(sitting.officer)  # it is this one; a second one would be sent by mistake
    return await card(sitting, str(notice.id), khan_words.JOINED.format(name=name_of(notice.id)))


_PRESSED: dict[str, Step] = {
    "k-begin": start.begin,
    "k-more": start.more,
    "k-hazard": start.hazard,
    "k-resume": filling.resume,
    "k-away": filling.drop,
    "k-blank": filling.blank,
    "k-mend": filling.mend,
    "k-reblank": filling.reblank,
    "k-replace": filling.replace_area,
    "k-area": filling.area,
    "k-length": previews.lengths,
    "k-hours": filling.hours,
    "k-join": _join,
    "k-card": card,
    "k-update": filling.ask_news,
    "k-clear": _clear,
    "k-cancel": _cancel,
    "k-confirm": _confirm,
    "k-reject": _reject,
    "k-ack": _acknowledge,
}
