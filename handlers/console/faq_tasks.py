"""Which answers wait for an officer: to be signed, to be decided on, to be mended, to be read again."""

from __future__ import annotations

from bot.staff.roles import Action
from content.drafts import Draft, DraftState, NotAllowed, Unfit, may_decide, may_sign
from content.due import due
from content.room import area_of
from handlers.answering import Answering
from handlers.console.faq_shown import ROOT
from handlers.console.gate import Visit


async def answer_tasks(visit: Visit, answering: Answering) -> list[tuple[str, str, str, str]]:
    """Address, label, what it is about, and how it is marked."""
    if not visit.may(Action.READ):
        return []
    found = []
    for draft in await answering.editing.drafts(visit.officer):
        what = _waits(visit, draft)
        if what:
            title = str((draft.body.get("title") or {}).get("vi") or draft.entry_id)
            path = f"{ROOT}/drafts/{draft.id}" + ("" if draft.state is DraftState.RETURNED else "/review")
            found.append((path, what, title, "bad" if draft.state is DraftState.RETURNED else "waiting"))
    late = due(answering.room.serving.catalog, answering.room.today) if visit.may(Action.CONTENT) else ()
    if late:
        label = visit.words.say("%(n)s câu trả lời tới ngày xem lại hoặc sắp hết hạn", n=len(late))
        found.append((f"{ROOT}?state=due", label, "", "waiting"))
    return found


def _waits(visit: Visit, draft: Draft) -> str:
    """What this officer is waited for with; empty when it is for somebody else."""
    say, area = visit.words.say, (area_of(str(draft.body["scope"])),)
    if draft.state is DraftState.RETURNED:
        return say("Câu trả lời bị trả lại") if visit.officer.name in draft.authors else ""
    if draft.state is not DraftState.SUBMITTED:
        return ""
    try:
        if not draft.signed("vi") and visit.may(Action.SIGN, area):
            may_sign(draft, visit.officer.name, "vi")
            return say("Câu trả lời chờ ký")
        if visit.may(Action.APPROVE, area):
            may_decide(draft, visit.officer.name)
            return say("Câu trả lời chờ duyệt")
    except (NotAllowed, Unfit):
        pass
    return ""
