"""Urgent notices in an officer's linked chat: the commands, the buttons, and what is typed after them.

To everybody who may not warn anybody now ``/khan`` is an unknown command; whoever is called to confirm a notice has
the buttons of that call besides.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.errors import CotMocError, StoreUnavailable
from bot.messages import UpdateKind
from broadcasts import notice_store
from broadcasts.notice_store import Notice
from broadcasts.notices import NoticeDraft, name_of
from handlers.chat import khan_line, khan_words
from handlers.chat import officer_notice_filling as filling
from handlers.chat import officer_notice_previews as previews
from handlers.chat.context import Reply, Turn
from handlers.chat.khan_line import Line
from handlers.chat.officer_notice_areas import typed
from handlers.chat.officer_notice_deeds import LATE_AFTER, done_already, issue_now, minutes_late, on_code
from handlers.chat.officer_notice_progress import card
from handlers.chat.officer_sitting import Choice, Sitting, awaited, seated
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
        return await safely(sitting, filling.begin(sitting))
    line = khan_line.read(rest, sitting.notices.hazards.templates.values())
    if line is None:
        unknown = khan_words.NO_SUCH_HAZARD.format(typed=rest.strip()[:30])
        return await safely(sitting, filling.begin(sitting, above=unknown))
    return await safely(sitting, _by_line(sitting, line))


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
    """A code that nothing waits for: sent once more by a phone that got no answer. None: of nothing that was issued."""
    sitting = await seated(turn)
    return None if sitting is None else await done_already(sitting, previews.ISSUE)


async def on_press(sitting: Sitting, action: str, subject: str) -> Reply:
    step = _PRESSED.get(action)
    if step is None:
        return await sitting.reply(khan_words.USED)
    return await safely(sitting, step(sitting, subject))


async def safely(sitting: Sitting, step: Awaitable[Reply], *, again: bool = False) -> Reply:
    """The step's reply, or the sentence that says why not. ``again``: what was waited for is still waited for."""
    try:
        return await step
    except StoreUnavailable:
        raise
    except CotMocError as error:
        why = str(error)
    if again:
        return Reply((sitting.turn.message(why),))
    if not await sitting.notices.hazards.on_duty(sitting.officer):
        return await sitting.reply(why)
    return await sitting.reply(why, (Choice(khan_words.B_BEGIN, "k-begin"),))


async def _on_duty(turn: Turn) -> Sitting | None:
    sitting = await seated(turn)
    if sitting is None or not await sitting.notices.hazards.on_duty(sitting.officer):
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


# --- the one-line form ----------------------------------------------------------------------------------------------


async def _by_line(sitting: Sitting, line: Line) -> Reply:
    """Issued at once where nothing is missing and a good code stands at its end; else shown, or asked on."""
    blanks = {each.name: each.default for each in line.template.blanks if each.default}
    draft = NoticeDraft(line.template.id, blanks=blanks, drill=line.drill)
    if line.hours is not None:
        if not 1 <= line.hours <= 24:
            return await filling.begin(sitting, above=khan_words.LINE_HOURS)
        draft = previews.lasting_hours(draft, str(line.hours))
    missing = [each.label["vi"].rstrip("?: ") for each in line.template.blanks if not each.default]
    if line.place:
        found = await typed(sitting, draft, line.place)
        if isinstance(found, Reply):  # it has to be asked which place, or a whole province was named
            await sitting.notices.keep(sitting.officer, draft)
            return found
        draft = found
    if missing:
        title = line.template.title["vi"]
        return await filling.onward(sitting, draft, khan_words.LINE_BLANK.format(title=title, label=", ".join(missing)))
    if not draft.area:
        return await filling.onward(sitting, draft, khan_words.LINE_NO_PLACE if line.code else "")
    if not line.code:
        return await filling.onward(sitting, draft)
    late = minutes_late(sitting)
    if late:
        return await filling.onward(sitting, draft, khan_words.LATE.format(minutes=late))
    return await _issue_line(sitting, draft, line.code)


async def _issue_line(sitting: Sitting, draft: NoticeDraft, code: str) -> Reply:
    found = await sitting.notices.preview(sitting.officer, draft)
    if found.alike is not None and _just_issued(sitting, found.alike):  # by a phone that got no answer
        return await card(sitting, str(found.alike.id), khan_words.ISSUED_ALREADY)
    await sitting.notices.keep(sitting.officer, draft)
    if found.alike is not None:  # a colleague's, perhaps: looked at before it is said twice
        return await filling.show(sitting, draft, khan_words.LINE_ALIKE)
    try:
        await sitting.staff.door.require_code(sitting.turn.desk.db, sitting.officer, code, sitting.turn.now)
    except CotMocError as error:
        return await filling.show(sitting, draft, str(error))
    return await issue_now(sitting, found.seen)


def _just_issued(sitting: Sitting, alike: Notice) -> bool:
    return alike.issued_by == sitting.officer.name and sitting.turn.now - alike.issued_at < LATE_AFTER


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
    "k-begin": filling.begin,
    "k-more": filling.more,
    "k-hazard": filling.hazard,
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
