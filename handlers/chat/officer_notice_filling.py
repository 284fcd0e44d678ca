"""A notice is filled in step by step: hazard, blanks, places; a lost connection loses none, for each step is kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.errors import CotMocError
from broadcasts.notices import NoticeDraft, name_of
from content.notice_blanks import CHOICE, NoticeTextError, said
from handlers.chat import khan_words, officer_notice_areas
from handlers.chat.context import Reply
from handlers.chat.officer_notice_blanks import STANDARD, TYPED, ask_blank, blank_of, chosen
from handlers.chat.officer_notice_previews import lasting_hours, preview
from handlers.chat.officer_sitting import Choice, Sitting
from handlers.notice_rights import kept_lately


class NothingKept(CotMocError):
    """Bản nháp này không còn. Bắt đầu lại: /khan"""


# --- what comes next ------------------------------------------------------------------------------------------------


async def onward(sitting: Sitting, draft: NoticeDraft, above: str = "") -> Reply:
    """Keep the draft, and ask for what is missing in it, or show what it would say."""
    await sitting.notices.keep(sitting.officer, draft)
    return await show(sitting, draft, above)


async def show(sitting: Sitting, draft: NoticeDraft, above: str = "") -> Reply:
    if draft.updates:
        return await preview(sitting, draft, above)
    template = sitting.notices.hazards.template(draft.template_id)
    missing = next((each for each in template.blanks if each.name not in draft.blanks), None)
    if missing is not None:
        return await ask_blank(sitting, missing, above)
    if not draft.area:
        return await officer_notice_areas.ask(sitting, draft, above)
    return await preview(sitting, draft, above)


async def kept_draft(sitting: Sitting) -> NoticeDraft | None:
    """What was filled in lately."""
    kept = await kept_lately(sitting.notices, sitting.officer, sitting.turn.now)
    return None if kept is None else kept[0]


Change = Callable[[NoticeDraft], Awaitable["Reply | NoticeDraft"]]


async def changed(sitting: Sitting, change: Change) -> Reply:
    """Change the kept draft and go on. Raises NothingKept."""
    draft = await kept_draft(sitting)
    if draft is None:
        raise NothingKept
    after = await change(draft)
    return after if isinstance(after, Reply) else await onward(sitting, after)


async def resume(sitting: Sitting, _: str) -> Reply:
    draft = await kept_draft(sitting)
    if draft is None:
        raise NothingKept
    return await show(sitting, draft)


async def drop(sitting: Sitting, _: str) -> Reply:
    await sitting.notices.drop(sitting.officer)
    return await sitting.reply(khan_words.DROPPED, (Choice(khan_words.B_BEGIN, "k-begin"),))


# --- blanks ---------------------------------------------------------------------------------------------------------


async def blank(sitting: Sitting, subject: str) -> Reply:
    """One of the choices, or the words that the template has ready."""
    name, _, value = subject.partition(":")

    async def fill(draft: NoticeDraft) -> NoticeDraft:
        asked = blank_of(sitting, draft, name)
        if asked is None:
            return draft
        return replace(draft, blanks={**draft.blanks, name: asked.default if value == STANDARD else value})

    return await changed(sitting, fill)


async def takes_digits(sitting: Sitting, name: str) -> bool:
    """Whether a digit is what goes into this blank, and no number of a button."""
    draft = await kept_draft(sitting)
    asked = None if draft is None else blank_of(sitting, draft, name)
    return asked is not None and asked.kind in TYPED


async def typed_blank(sitting: Sitting, name: str, text: str) -> Reply:
    async def fill(draft: NoticeDraft) -> Reply | NoticeDraft:
        asked = blank_of(sitting, draft, name)
        if asked is None:
            return draft
        value = chosen(asked, text) if asked.kind == CHOICE else text
        try:
            said(asked, value, "vi")
        except NoticeTextError as error:
            return await ask_blank(sitting, asked, str(error))
        return replace(draft, blanks={**draft.blanks, name: value.strip()})

    return await changed(sitting, fill)


async def mend(sitting: Sitting, _: str) -> Reply:
    """Which blank, or the place."""

    async def choose(draft: NoticeDraft) -> Reply:
        if draft.updates:
            return await ask_news(sitting, str(draft.updates))
        template = sitting.notices.hazards.template(draft.template_id)
        buttons = [Choice(each.label["vi"].rstrip("?: "), "k-reblank", each.name) for each in template.blanks]
        buttons.append(Choice(khan_words.B_PLACE, "k-replace"))
        return await sitting.reply(
            khan_words.MEND, *((each,) for each in buttons), (Choice(khan_words.B_DROP, "k-away"),)
        )

    return await changed(sitting, choose)


async def reblank(sitting: Sitting, name: str) -> Reply:
    async def again(draft: NoticeDraft) -> Reply | NoticeDraft:
        asked = blank_of(sitting, draft, name)
        return draft if asked is None else await ask_blank(sitting, asked)

    return await changed(sitting, again)


# --- places, hours, and what is new ---------------------------------------------------------------------------------


async def area(sitting: Sitting, subject: str) -> Reply:
    async def choose(draft: NoticeDraft) -> Reply | NoticeDraft:
        return await officer_notice_areas.chosen(sitting, draft, subject)

    return await changed(sitting, choose)


async def replace_area(sitting: Sitting, _: str) -> Reply:
    async def again(draft: NoticeDraft) -> Reply:
        return await officer_notice_areas.ask(sitting, draft)

    return await changed(sitting, again)


async def typed_area(sitting: Sitting, text: str) -> Reply:
    async def choose(draft: NoticeDraft) -> Reply | NoticeDraft:
        return await officer_notice_areas.typed(sitting, draft, text)

    return await changed(sitting, choose)


async def typed_whole(sitting: Sitting, subject: str, text: str) -> Reply:
    """ "CA TINH", or another place instead."""

    async def choose(draft: NoticeDraft) -> Reply | NoticeDraft:
        whole = officer_notice_areas.typed_whole(draft, subject, text)
        return whole if whole is not None else await officer_notice_areas.typed(sitting, draft, text)

    return await changed(sitting, choose)


async def hours(sitting: Sitting, subject: str) -> Reply:
    async def longer(draft: NoticeDraft) -> NoticeDraft:
        return lasting_hours(draft, subject)

    return await changed(sitting, longer)


async def ask_news(sitting: Sitting, subject: str) -> Reply:
    """What is new is the next message."""
    text = khan_words.ASK_NEWS.format(name=name_of(int(subject)))
    return await sitting.reply(text, step=f"k-news:{subject}")


async def typed_news(sitting: Sitting, subject: str, text: str) -> Reply:
    notice = await sitting.notices.notice(sitting.officer, int(subject))
    before = await kept_draft(sitting)
    length = before.lasts_for if before is not None and before.updates == notice.id else None
    draft = NoticeDraft(notice.template_id, notice.area, notice.blanks, length, notice.drill, notice.id, text)
    shown = await preview(sitting, draft)  # first, for a sentence that cannot be said is not kept
    await sitting.notices.keep(sitting.officer, draft)
    return shown
