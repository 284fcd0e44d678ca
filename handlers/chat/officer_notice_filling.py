"""A notice is filled in step by step: hazard, blanks, places; a lost connection loses none, for each step is kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

from broadcasts.notices import NoticeDraft, name_of
from content.notice_blanks import CHOICE, NUMBER, TEXT, TIME, Blank, NoticeTextError, said
from content.notice_templates import NoticeTemplate
from handlers.chat import khan_words, officer_notice_areas, words
from handlers.chat.context import Reply
from handlers.chat.officer_notice_areas import joined, two_a_row
from handlers.chat.officer_notice_previews import lasting_hours, preview
from handlers.chat.officer_notice_texts import clock, where
from handlers.chat.officer_sitting import Choice, Sitting

PAGE = 6  # hazards at a time; with what else stands below them there are never more than nine numbers to type
NUMBERS = 9
RESUMED_FOR = timedelta(hours=2)
_STANDARD = "="  # of a blank: the words that the template has ready
_LONGEST_LABEL = 30
_TYPED = (NUMBER, TIME)  # blanks in which a digit is no number of a button


# --- the hazard -----------------------------------------------------------------------------------------------------


async def begin(sitting: Sitting, _: str = "", above: str = "") -> Reply:
    """``/khan``: what was left half-finished, what is in force, and hazards, those used last first."""
    rows: list[tuple[Choice, ...]] = []
    kept = await kept_draft(sitting)
    if kept is not None:
        rows.append((Choice(await _resumed(sitting, kept), "k-resume"),))
    for each in (await sitting.notices.notices(sitting.officer))[:2]:
        rows.append((Choice(f"{name_of(each.id)} {each.title}"[:_LONGEST_LABEL].rstrip(), "k-card", str(each.id)),))
    return await _hazards(sitting, 0, drill=False, before=rows, above=above)


async def more(sitting: Sitting, subject: str) -> Reply:
    start, drill = subject.split(":")
    return await _hazards(sitting, int(start), drill=drill == "1")


async def _hazards(
    sitting: Sitting, start: int, *, drill: bool, before: list[tuple[Choice, ...]] | None = None, above: str = ""
) -> Reply:
    offered = await sitting.notices.hazards.offered(sitting.officer, drill=drill)
    offered = [each for each in offered if drill or not each.drill_only]
    rows = list(before or ())
    room = min(PAGE, NUMBERS - 2 - len(rows))
    shown = offered[start : start + room]
    rows += two_a_row([Choice(each.title["vi"], "k-hazard", f"{each.id}:{int(drill)}") for each in shown])
    switch = Choice(khan_words.B_REAL, "k-begin") if drill else Choice(khan_words.B_DRILL, "k-more", "0:1")
    last = [switch]
    if start + room < len(offered):
        last.append(Choice(khan_words.B_MORE, "k-more", f"{start + room}:{int(drill)}"))
    rows.append(tuple(last))
    head = khan_words.WHAT_DRILL if drill else khan_words.WHAT if offered else khan_words.NONE_SIGNED
    return await sitting.reply(joined(above, head), *rows)


async def hazard(sitting: Sitting, subject: str) -> Reply:
    template_id, drill = subject.split(":")
    return await onward(sitting, NoticeDraft(template_id, drill=drill == "1"))


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
        return await _ask_blank(sitting, missing, above)
    if not draft.area:
        return await officer_notice_areas.ask(sitting, draft, above)
    return await preview(sitting, draft, above)


async def kept_draft(sitting: Sitting) -> NoticeDraft | None:
    """What was filled in lately; what is older than two hours says nothing about now."""
    kept = await sitting.notices.kept(sitting.officer)
    return kept[0] if kept is not None and sitting.turn.now - kept[1] < RESUMED_FOR else None


Change = Callable[[NoticeDraft], Awaitable["Reply | NoticeDraft"]]


async def changed(sitting: Sitting, change: Change) -> Reply:
    """Change the kept draft and go on; without one, begin anew."""
    draft = await kept_draft(sitting)
    if draft is None:
        return await begin(sitting, above=khan_words.USED)
    after = await change(draft)
    return after if isinstance(after, Reply) else await onward(sitting, after)


async def resume(sitting: Sitting, _: str) -> Reply:
    draft = await kept_draft(sitting)
    return await begin(sitting, above=khan_words.USED) if draft is None else await show(sitting, draft)


async def drop(sitting: Sitting, _: str) -> Reply:
    await sitting.notices.drop(sitting.officer)
    return await sitting.reply(khan_words.DROPPED, (Choice(khan_words.B_BEGIN, "k-begin"),))


async def _resumed(sitting: Sitting, draft: NoticeDraft) -> str:
    kept = await sitting.notices.kept(sitting.officer)
    at = clock(sitting, kept[1] if kept is not None else sitting.turn.now)
    if draft.updates:
        return khan_words.B_RESUME.format(what=f"{khan_words.B_UPDATE} {name_of(draft.updates)}", at=at)
    title = sitting.notices.hazards.template(draft.template_id).title["vi"]
    what = f"{title}, {where(sitting, draft.area)}" if draft.area else title
    return khan_words.B_RESUME.format(what=what[:_LONGEST_LABEL].rstrip(" ,"), at=at)


# --- blanks ---------------------------------------------------------------------------------------------------------


async def blank(sitting: Sitting, subject: str) -> Reply:
    """One of the choices, or the words that the template has ready."""
    name, _, value = subject.partition(":")

    async def fill(draft: NoticeDraft) -> NoticeDraft:
        asked = _blank_of(sitting, draft, name)
        if asked is None:
            return draft
        return replace(draft, blanks={**draft.blanks, name: asked.default if value == _STANDARD else value})

    return await changed(sitting, fill)


async def takes_digits(sitting: Sitting, name: str) -> bool:
    """Whether a digit is what goes into this blank, and no number of a button."""
    draft = await kept_draft(sitting)
    asked = None if draft is None else _blank_of(sitting, draft, name)
    return asked is not None and asked.kind in _TYPED


async def typed_blank(sitting: Sitting, name: str, text: str) -> Reply:
    async def fill(draft: NoticeDraft) -> Reply | NoticeDraft:
        asked = _blank_of(sitting, draft, name)
        if asked is None:
            return draft
        value = _chosen(asked, text) if asked.kind == CHOICE else text
        try:
            said(asked, value, "vi")
        except NoticeTextError as error:
            return await _ask_blank(sitting, asked, str(error))
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
        asked = _blank_of(sitting, draft, name)
        return draft if asked is None else await _ask_blank(sitting, asked)

    return await changed(sitting, again)


async def _ask_blank(sitting: Sitting, asked: Blank, above: str = "") -> Reply:
    buttons = [Choice(said["vi"], "k-blank", f"{asked.name}:{value}") for value, said in asked.choices]
    buttons.sort(key=lambda each: each.subject != f"{asked.name}:{asked.default}")  # the usual one first
    if asked.default and asked.kind != CHOICE:
        buttons.append(Choice(asked.default, "k-blank", f"{asked.name}:{_STANDARD}"))
    text = asked.label["vi"]
    if asked.kind == TEXT and asked.default:
        text = khan_words.BLANK_DEFAULT.format(label=text)
    return await sitting.reply(joined(above, text), *two_a_row(buttons[: NUMBERS - 1]), step=f"k-blank:{asked.name}")


def _blank_of(sitting: Sitting, draft: NoticeDraft, name: str) -> Blank | None:
    template: NoticeTemplate = sitting.notices.hazards.template(draft.template_id)
    return next((each for each in template.blanks if each.name == name), None)


def _chosen(asked: Blank, text: str) -> str:
    """The value of a choice that was typed in words; what fits none stays as it is and is refused."""
    typed = words.bare(text)
    return next((value for value, said in asked.choices if typed in (words.bare(said["vi"]), value)), text)


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
