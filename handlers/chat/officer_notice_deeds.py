"""After the code: a notice is issued, updated, cleared, cancelled, confirmed or rejected, once, and never too late.

The reply is made of what the database holds by then: nobody is told that something is sent before it is.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.staff.sign_in import CodeRefused
from broadcasts.notice_store import Notice, NoticeChangedMeanwhile
from broadcasts.notices import name_of
from handlers.chat import khan_words
from handlers.chat import officer_notice_previews as previews
from handlers.chat.context import Reply
from handlers.chat.officer_notice_filling import kept_draft, show
from handlers.chat.officer_notice_previews import CANCEL, CLEAR, CONFIRM, ISSUE, REJECT, UPDATE, digest_of
from handlers.chat.officer_notice_progress import card, kind_words, rows_of, said, sending
from handlers.chat.officer_notice_texts import clock
from handlers.chat.officer_sitting import Sitting
from handlers.notice_from_cap import taking
from handlers.notice_rights import just_said

LATE_AFTER = timedelta(minutes=2)
Do = Callable[[Sitting, str], Awaitable[Reply]]
Again = Callable[[Sitting, str, str], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Deed:
    """``again``: shows once more what would be done, below a sentence that says why it was not."""

    do: Do
    again: Again


async def on_code(sitting: Sitting, held: str, deed: str, code: str) -> Reply:
    """The code for what was shown last. A late one is not tried at all, and so does not count as wrong."""
    turn = sitting.turn
    late = minutes_late(sitting)
    if late:
        pressed = await sitting.press(held)
        if pressed is None:
            return await stale(sitting, deed)
        return await DEEDS[deed].again(sitting, pressed.subject, khan_words.LATE.format(minutes=late))
    try:
        await sitting.staff.door.require_code(turn.desk.db, sitting.officer, code, turn.now)
    except CodeRefused as error:
        done = await done_already(sitting, deed)
        return done or Reply((turn.message(str(error)),))  # what was shown still waits for its code
    pressed = await sitting.press(held)
    if pressed is None or pressed.action not in DEEDS:
        return await stale(sitting, deed)
    found = DEEDS[pressed.action]
    try:
        return await found.do(sitting, pressed.subject)
    except NoticeChangedMeanwhile as error:
        return await found.again(sitting, pressed.subject, str(error))


def minutes_late(sitting: Sitting) -> int:
    """How late a message is that came too late; 0: in time."""
    waited = sitting.turn.now - sitting.turn.update.at
    return int(waited.total_seconds() // 60) if waited > LATE_AFTER else 0


async def stale(sitting: Sitting, deed: str) -> Reply:
    """What was shown was done, or is too old: the draft again, or what became of it."""
    draft = await kept_draft(sitting)
    if draft is not None and deed in (ISSUE, UPDATE):
        return await show(sitting, draft, khan_words.AGAIN)
    return await done_already(sitting, deed) or await sitting.reply(khan_words.USED)


async def done_already(sitting: Sitting, deed: str) -> Reply | None:
    """What was said a moment ago, for a code that came twice."""
    said_now = await just_said(sitting.notices, sitting.officer, sitting.turn.now) if deed in (ISSUE, UPDATE) else None
    return None if said_now is None else await card(sitting, str(said_now.id), khan_words.ISSUED_ALREADY)


# --- what is done ---------------------------------------------------------------------------------------------------


async def issue_now(sitting: Sitting, seen: str) -> Reply:
    """The kept draft, if it still says what was read."""
    draft = await sitting.notices.kept(sitting.officer)
    if draft is None:
        return await stale(sitting, ISSUE)
    also = None
    if draft[0].cap:
        also = taking(sitting.staff.office, sitting.officer.name, draft[0], draft[0].cap, sitting.turn.now)
    issued = await sitting.notices.issue(sitting.officer, draft[0], seen=seen, also=also)
    return await sending(sitting, await sitting.notices.notice(sitting.officer, issued.notice_id))


async def _issue(sitting: Sitting, subject: str) -> Reply:
    return await issue_now(sitting, subject.partition(":")[0])


async def _show_draft(sitting: Sitting, _: str, above: str) -> Reply:
    draft = await kept_draft(sitting)
    return await stale(sitting, ISSUE) if draft is None else await show(sitting, draft, above)


async def _update(sitting: Sitting, subject: str) -> Reply:
    number, version, digest = subject.split(":")
    draft = await kept_draft(sitting)
    if draft is None or draft.updates != int(number):
        return await stale(sitting, UPDATE)
    notice = await _unchanged(sitting, number, version)
    if digest_of(draft) != digest:
        raise NoticeChangedMeanwhile
    await sitting.notices.update(sitting.officer, notice.id, {"vi": draft.news}, lasts_for=draft.lasts_for)
    return await _said(sitting, notice.id)


async def _clear(sitting: Sitting, subject: str) -> Reply:
    notice = await _unchanged(sitting, *subject.split(":"))
    await sitting.notices.clear(sitting.officer, notice.id)
    return await _said(sitting, notice.id)


async def _cancel(sitting: Sitting, subject: str) -> Reply:
    notice = await _unchanged(sitting, *subject.split(":"))
    await sitting.notices.cancel(sitting.officer, notice.id)
    return await _said(sitting, notice.id)


async def _confirm(sitting: Sitting, subject: str) -> Reply:
    notice = await sitting.notices.confirm(sitting.officer, int(subject))
    at = clock(sitting, notice.confirmed_at or sitting.turn.now)
    return await sitting.reply(
        khan_words.CONFIRMED.format(name=name_of(notice.id), at=at), *await rows_of(sitting, notice)
    )


async def _reject(sitting: Sitting, subject: str) -> Reply:
    issued = await sitting.notices.reject(sitting.officer, int(subject))
    return await sitting.reply(khan_words.REJECTED.format(name=issued.name, at=clock(sitting, issued.at)))


async def _said(sitting: Sitting, notice_id: int) -> Reply:
    notice = await sitting.notices.notice(sitting.officer, notice_id)
    return await said(sitting, notice, kind_words(notice.newest.kind))


async def _unchanged(sitting: Sitting, number: str, version: str) -> Notice:
    """Raises NoticeChangedMeanwhile where somebody has said something newer than what was read."""
    notice = await sitting.notices.notice(sitting.officer, int(number))
    if notice.newest.number != int(version) and notice.live:
        raise NoticeChangedMeanwhile
    return notice


# --- shown again ----------------------------------------------------------------------------------------------------


async def _end_again(sitting: Sitting, subject: str, above: str, deed: str) -> Reply:
    return await previews.preview_end(sitting, subject, deed, above)


async def _clear_again(sitting: Sitting, subject: str, above: str) -> Reply:
    return await _end_again(sitting, subject, above, CLEAR)


async def _cancel_again(sitting: Sitting, subject: str, above: str) -> Reply:
    return await _end_again(sitting, subject, above, CANCEL)


async def _confirm_again(sitting: Sitting, subject: str, above: str) -> Reply:
    return await previews.ask_second(sitting, subject, CONFIRM, above)


async def _reject_again(sitting: Sitting, subject: str, above: str) -> Reply:
    return await previews.ask_second(sitting, subject, REJECT, above)


DEEDS = {
    ISSUE: Deed(_issue, _show_draft),
    UPDATE: Deed(_update, _show_draft),
    CLEAR: Deed(_clear, _clear_again),
    CANCEL: Deed(_cancel, _cancel_again),
    CONFIRM: Deed(_confirm, _confirm_again),
    REJECT: Deed(_reject, _reject_again),
}
