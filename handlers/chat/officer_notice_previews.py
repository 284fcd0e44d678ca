"""Before a notice is said: word for word what residents get, how many, until when, at what cost; then the code."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta

from bot.staff.roles import Action, Forbidden
from broadcasts import notice_composing, notice_reports
from broadcasts.notice_service import Preview
from broadcasts.notice_store import Notice, NoticeChangedMeanwhile
from broadcasts.notices import Kind, NoticeDraft, check_later_expiry, name_of
from handlers.chat import khan_words
from handlers.chat.context import Reply
from handlers.chat.officer_notice_areas import joined, two_a_row
from handlers.chat.officer_notice_texts import clock, end_text, moment, new_text, update_text
from handlers.chat.officer_sitting import Choice, Sitting
from handlers.figures import grouped
from handlers.notice_texts import because, lasting

ISSUE, UPDATE, CLEAR, CANCEL = "k-do-issue", "k-do-update", "k-do-clear", "k-do-cancel"
CONFIRM, REJECT = "k-do-confirm", "k-do-reject"
_HOURS = (1, 3, 6, 12, 24)
_SAID = {CLEAR: khan_words.PREVIEW_CLEAR, CANCEL: khan_words.PREVIEW_CANCEL}
_KINDS = {CLEAR: Kind.CLEAR, CANCEL: Kind.CANCEL}
_ASKED = {CONFIRM: khan_words.ASK_CONFIRM, REJECT: khan_words.ASK_REJECT}


async def preview(sitting: Sitting, draft: NoticeDraft, above: str = "") -> Reply:
    """Of a draft in which nothing is missing. The code that follows is for exactly this."""
    if draft.updates:
        return await preview_update(sitting, draft, above)
    found = await sitting.notices.preview(sitting.officer, draft)
    alike = _alike(sitting, found.alike) if found.alike is not None else ""
    head = joined(above, *_numbers(sitting, found), alike)
    text = f"{head}\n\n{new_text(sitting, draft, found)}\n\n{khan_words.TYPE_CODE}"
    rows = [_changes()]
    if found.alike is not None:
        rows.append((_join(found.alike),))
    return await ask_code(sitting, ISSUE, f"{found.seen}:{int(draft.drill)}", text, *rows)


async def preview_update(sitting: Sitting, draft: NoticeDraft, above: str = "") -> Reply:
    """What those will read who know the version before."""
    notice = await sitting.notices.notice(sitting.officer, draft.updates)
    draft = replace(draft, news=_checked(sitting, draft.news))
    now = sitting.turn.now
    until = check_later_expiry(notice.state, notice.issued_at, notice.expires_at, draft.lasts_for, now)
    head = khan_words.PREVIEW_UPDATE.format(name=name_of(notice.id), until=moment(sitting, until))
    text = f"{joined(above, head)}\n\n{update_text(sitting, notice, draft)}\n\n{khan_words.TYPE_CODE}"
    return await ask_code(sitting, UPDATE, f"{notice.id}:{notice.newest.number}:{digest_of(draft)}", text, _changes())


async def preview_end(sitting: Sitting, subject: str, deed: str, above: str = "") -> Reply:
    """The all-clear, or that it was wrong."""
    notice = await sitting.notices.notice(sitting.officer, int(subject.split(":")[0]))
    head = _SAID[deed].format(name=name_of(notice.id))
    text = f"{joined(above, head)}\n\n{end_text(sitting, notice, _KINDS[deed])}\n\n{khan_words.TYPE_CODE}"
    return await ask_code(sitting, deed, f"{notice.id}:{notice.newest.number}", text)


async def ask_second(sitting: Sitting, subject: str, deed: str, above: str = "") -> Reply:
    """Of whoever confirms or rejects; ``subject`` is the run that was read."""
    found = await sitting.notices.notices(sitting.officer)
    notice = next((each for each in found if each.newest.run_id == int(subject)), None)
    if notice is None:
        raise NoticeChangedMeanwhile
    if not sitting.notices.may(sitting.officer, Action.CONFIRM, notice.area):
        raise Forbidden
    text = joined(above, _ASKED[deed].format(name=name_of(notice.id)))
    return await ask_code(sitting, deed, subject, text)


async def ask_code(sitting: Sitting, deed: str, subject: str, text: str, *rows: tuple[Choice, ...]) -> Reply:
    """What is to be done is kept as a one-time id until the code is typed."""
    held = await sitting.once(deed, subject)
    declined = Choice(khan_words.B_DROP, "k-away") if deed in (ISSUE, UPDATE) else None
    return await sitting.reply(text, *rows, step=f"k-code:{held}:{deed}", declined=declined)


async def lengths(sitting: Sitting, _: str) -> Reply:
    rows = two_a_row([Choice(khan_words.B_HOURS.format(n=each), "k-hours", str(each)) for each in _HOURS])
    return await sitting.reply(khan_words.HOW_LONG, *rows)


def lasting_hours(draft: NoticeDraft, hours: str) -> NoticeDraft:
    return replace(draft, lasts_for=timedelta(hours=int(hours)))


def digest_of(draft: NoticeDraft) -> str:
    """What an officer read of an update: another for another sentence or another end."""
    whole = f"{draft.lasts_for}\n{draft.news}"
    return hashlib.sha256(whole.encode()).hexdigest()[:16]


async def told(sitting: Sitting, notice: Notice) -> notice_reports.Progress:
    async with sitting.turn.desk.db.reading() as connection:
        return await notice_reports.progress(connection, notice)


def _checked(sitting: Sitting, news: str) -> str:
    return notice_composing.checked_news({"vi": news}, sitting.staff.warning.wording.drill_marks)["vi"]


def _numbers(sitting: Sitting, found: Preview) -> list[str]:
    seen = found.forecast
    head = khan_words.WILL_DRILL if found.drill else khan_words.WILL_SEND
    said = found.said
    lines = [
        head.format(
            reachable=grouped(seen.reachable),
            until=moment(sitting, said.expires_at),
            hours=lasting(said.expires_at - said.said_at),
        )
    ]
    if seen.unreachable:
        count = sum(seen.unreachable.values())
        lines.append(khan_words.UNREACHED.format(count=grouped(count), why=because(seen.unreachable)))
    if seen.post_only:
        lines.append(khan_words.POST_ONLY.format(count=grouped(seen.post_only)))
    if not seen.reachable:
        lines.append(khan_words.NOBODY)
    if seen.cost:
        lines.append(khan_words.COST.format(cost=grouped(seen.cost)))
    if len(said.texts) > 1:
        names = ", ".join(khan_words.LANGUAGE_NAMES[each] for each in said.texts)
        lines.append(khan_words.LANGUAGES.format(names=names))
    return lines


def _alike(sitting: Sitting, alike: Notice) -> str:
    at = clock(sitting, alike.issued_at)
    return khan_words.ALIKE.format(name=name_of(alike.id), by=alike.issued_by, at=at)


def _join(alike: Notice) -> Choice:
    return Choice(khan_words.B_JOIN.format(name=name_of(alike.id)), "k-join", str(alike.id))


def _changes() -> tuple[Choice, ...]:
    return Choice(khan_words.B_LENGTH, "k-length"), Choice(khan_words.B_MEND, "k-mend")
