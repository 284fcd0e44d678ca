"""A notice that was issued: how far it is, who has not heard of it, and what may be done with it now."""

from __future__ import annotations

from broadcasts import cells, notice_reports
from broadcasts.notice_reports import Progress
from broadcasts.notice_store import Notice
from broadcasts.notices import Kind, expiry_when_held, name_of
from content.notice_templates import HOLD
from handlers.chat import khan_words
from handlers.chat.context import Reply
from handlers.chat.officer_notice_areas import joined
from handlers.chat.officer_notice_texts import clock, moment, placed
from handlers.chat.officer_sitting import Choice, Sitting
from handlers.figures import grouped
from handlers.notice_rights import may_confirm, may_go_on, waits_for_second
from handlers.notice_texts import because

Rows = list[tuple[Choice, ...]]


async def card(sitting: Sitting, subject: str, above: str = "") -> Reply:
    """``subject``: its number. Raises NoSuchNotice, Forbidden."""
    notice = await sitting.notices.notice(sitting.officer, int(subject))
    larger = cells.larger_of(sitting.staff.office.gazetteer)
    async with sitting.turn.desk.db.reading() as connection:
        counted = await notice_reports.progress(connection, notice)
        quiet = await notice_reports.silent(connection, notice)
        behind = await notice_reports.only_old(connection, notice, larger)
    lines = [
        above,
        f"{_drill(notice)}{name_of(notice.id)} · {notice.title} · {khan_words.STATES[notice.state]}"
        + (f" · {khan_words.UNTIL.format(until=moment(sitting, notice.expires_at))}" if notice.live else ""),
        counts(counted),
    ]
    if counted.called:
        lines.append(khan_words.CALLED.format(answered=counted.answered, called=counted.called))
    if quiet and notice.live:
        lines.append(khan_words.SILENT.format(places=placed(sitting, quiet)))
    if behind:
        lines.append(khan_words.ONLY_OLD.format(places=placed(sitting, behind)))
    return await sitting.reply(joined(*lines), *await rows_of(sitting, notice))


def counts(counted: Progress) -> str:
    """ "Đã gửi 640/1.904 · chờ 1.200 · …": what is nought is left out, but for what was sent."""
    parts = [khan_words.COUNT_SENT.format(sent=grouped(counted.sent), total=grouped(counted.total))]
    for words, count in (
        (khan_words.COUNT_WAITING, counted.waiting),
        (khan_words.COUNT_FAILED, counted.failed),
        (khan_words.COUNT_UNKNOWN, counted.unknown),
        (khan_words.COUNT_STOPPED, counted.stopped),
    ):
        if count:
            parts.append(words.format(count=grouped(count)))
    if counted.out_of_reach:
        why = because(counted.unreachable)
        parts.append(khan_words.COUNT_UNREACHED.format(count=grouped(counted.out_of_reach), why=why))
    parts.append(khan_words.COUNT_UNDERSTOOD.format(count=grouped(counted.understood)))
    parts.append(khan_words.COUNT_HELP.format(count=grouped(counted.help_asked)))
    return " · ".join(parts)


async def sending(sitting: Sitting, notice: Notice) -> Reply:
    """It is in the database: that, and what happens when nobody confirms it."""
    async with sitting.turn.desk.db.reading() as connection:
        counted = await notice_reports.progress(connection, notice)
    by = notice.rung_at or notice.issued_at
    head = khan_words.SENDING.format(
        name=name_of(notice.id),
        at=clock(sitting, notice.issued_at),
        sent=grouped(counted.sent),
        total=grouped(counted.total),
        by=clock(sitting, by),
    )
    return await sitting.reply(f"{_drill(notice)}{head}\n{_fate(sitting, notice)}", *await rows_of(sitting, notice))


async def said(sitting: Sitting, notice: Notice, words: str) -> Reply:
    """The same of a later version; ``words`` from ``khan_words``."""
    async with sitting.turn.desk.db.reading() as connection:
        counted = await notice_reports.progress(connection, notice)
    text = words.format(
        name=name_of(notice.id),
        at=clock(sitting, notice.newest.said_at),
        sent=grouped(counted.sent),
        total=grouped(counted.total),
    )
    return await sitting.reply(f"{_drill(notice)}{text}", *await rows_of(sitting, notice))


async def rows_of(sitting: Sitting, notice: Notice) -> Rows:
    """What this officer may do with it now."""
    number, run = str(notice.id), str(notice.newest.run_id)
    rows: Rows = []
    if not notice.live:
        return [(Choice(khan_words.B_PROGRESS, "k-card", number),)]
    if waits_for_second(notice) and may_confirm(sitting.notices, sitting.officer, notice):
        rows.append((Choice(khan_words.B_CONFIRM, "k-confirm", run), Choice(khan_words.B_ACK, "k-ack", run)))
        rows.append((Choice(khan_words.B_REJECT, "k-reject", run),))
    if not await may_go_on(sitting.notices, sitting.staff.office, sitting.officer, notice):
        return [*rows, (Choice(khan_words.B_PROGRESS, "k-card", number),)]
    rows.append((Choice(khan_words.B_PROGRESS, "k-card", number), Choice(khan_words.B_UPDATE, "k-update", number)))
    rows.append((Choice(khan_words.B_CLEAR, "k-clear", number),))
    rows.append((Choice(khan_words.B_CANCEL, "k-cancel", number),))
    return rows


def kind_words(kind: Kind) -> str:
    return {
        Kind.UPDATE: khan_words.UPDATING,
        Kind.CLEAR: khan_words.ENDING_CLEAR,
        Kind.CANCEL: khan_words.ENDING_CANCEL,
    }[kind]


def _fate(sitting: Sitting, notice: Notice) -> str:
    if notice.fate != HOLD:
        return khan_words.FATE_WITHDRAW
    until = expiry_when_held(notice.issued_at, notice.expires_at)
    return khan_words.FATE_HOLD.format(until=clock(sitting, until))


def _drill(notice: Notice) -> str:
    return f"[{khan_words.B_DRILL}] " if notice.drill else ""
