"""Where a notice begins: what was left half-finished, what is in force, and hazards, those used last first."""

from __future__ import annotations

from broadcasts.notices import NoticeDraft, name_of
from handlers.chat import khan_words
from handlers.chat.context import Reply
from handlers.chat.officer_notice_areas import joined, two_a_row
from handlers.chat.officer_notice_filling import kept_draft, onward
from handlers.chat.officer_notice_texts import clock, where
from handlers.chat.officer_sitting import Choice, Sitting

PAGE = 6  # hazards at a time; with what else stands below them there are never more than nine numbers to type
NUMBERS = 9
_LIVE = 2  # notices in force that are offered at once; the others by their number
_LONGEST_LABEL = 40


async def begin(sitting: Sitting, _: str = "", above: str = "") -> Reply:
    """``/khan``: what was left half-finished, what is in force, and hazards, those used last first."""
    rows: list[tuple[Choice, ...]] = []
    kept = await kept_draft(sitting)
    if kept is not None:
        rows.append((Choice(await _resumed(sitting, kept), "k-resume"),))
    for each in (await sitting.notices.notices(sitting.officer))[:_LIVE]:
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


async def _resumed(sitting: Sitting, draft: NoticeDraft) -> str:
    kept = await sitting.notices.kept(sitting.officer)
    at = clock(sitting, kept[1] if kept is not None else sitting.turn.now)
    if draft.updates:
        return khan_words.B_RESUME.format(what=f"{khan_words.B_UPDATE} {name_of(draft.updates)}", at=at)
    title = sitting.notices.hazards.template(draft.template_id).title["vi"]
    what = f"{title}, {where(sitting, draft.area)}" if draft.area else title
    return khan_words.B_RESUME.format(what=what[:_LONGEST_LABEL].rstrip(" ,"), at=at)
