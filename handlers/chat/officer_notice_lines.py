"""A notice that came in one line: issued at once where nothing is missing, else shown, or asked on."""

from __future__ import annotations

from bot.staff.sign_in import CodeRefused
from broadcasts.notice_store import Notice
from broadcasts.notices import NoticeDraft
from handlers.chat import khan_words
from handlers.chat import officer_notice_filling as filling
from handlers.chat.context import Reply
from handlers.chat.khan_line import Line
from handlers.chat.officer_notice_areas import typed
from handlers.chat.officer_notice_deeds import LATE_AFTER, issue_now, minutes_late
from handlers.chat.officer_notice_previews import lasting_hours
from handlers.chat.officer_notice_progress import card
from handlers.chat.officer_notice_start import begin
from handlers.chat.officer_sitting import Sitting


async def by_line(sitting: Sitting, line: Line) -> Reply:
    """Issued at once where nothing is missing and a good code stands at its end; else shown, or asked on."""
    blanks = {each.name: each.default for each in line.template.blanks if each.default}
    draft = NoticeDraft(line.template.id, blanks=blanks, drill=line.drill)
    if line.hours is not None:
        if not 1 <= line.hours <= 24:
            return await begin(sitting, above=khan_words.LINE_HOURS)
        draft = lasting_hours(draft, str(line.hours))
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
    except CodeRefused as error:
        return await filling.show(sitting, draft, str(error))
    return await issue_now(sitting, found.seen)


def _just_issued(sitting: Sitting, alike: Notice) -> bool:
    return alike.issued_by == sitting.officer.name and sitting.turn.now - alike.issued_at < LATE_AFTER
