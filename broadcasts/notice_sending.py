"""A version of a notice on its way: who gets it, what of the version before goes no further, and how it all ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.schema import deliveries, residents, runs
from broadcasts import drills, freezing, notice_calls, notice_store, notice_taps, outbox, posts, withdrawals
from broadcasts.audience import Audience, Wanted
from broadcasts.campaigns import RunState
from broadcasts.deliveries import DeliveryState, Priority
from broadcasts.duty import Duty
from broadcasts.notice_store import Notice
from broadcasts.notices import Kind, NoticeEvent, Said
from broadcasts.office import Office
from broadcasts.post_targets import PostTarget

TOLD_FOR = timedelta(hours=24)  # so long it is tried to tell those who were reached how it ended
# What is put over the messages that said otherwise.
MARKS = {Kind.UPDATE: "updated", Kind.CLEAR: "clear", Kind.CANCEL: "cancelled", Kind.WITHDRAW: "withdrawn"}
EXPIRED = "expired"


def wanted_of(
    office: Office,
    area: Sequence[str],
    languages: tuple[str, ...],
    earlier: Sequence[int] = (),
    *,
    only_earlier: bool = False,
) -> Wanted:
    """Whom a version is for: who lives in the area and wants warnings, and who was reached by an earlier version."""
    rule = Audience(places=tuple(area))
    return Wanted(
        rule,
        office.codes(office.remaining(rule.places)),
        (),
        languages,
        Priority.NOTICE,
        earlier=tuple(earlier),
        only_earlier=only_earlier,
    )


def wanted_for(office: Office, notice: Notice, version: notice_store.Version) -> Wanted:
    """Whom this version of the notice is for."""
    said = version.said
    earlier = [each.run_id for each in notice.versions if each.number < version.number]
    languages = tuple(said.texts) or tuple(notice.in_force.said.texts)
    return wanted_of(office, notice.area, languages, earlier, only_earlier=not said.kind.goes_on)


async def join(
    connection: AsyncConnection,
    office: Office,
    notice: Notice,
    who: ColumnElement[bool],
    now: datetime,
    *,
    told: bool = False,
) -> int:
    """Residents who came while a notice is in force get its newest version, if that is still being sent.

    ``told``: they have just read it in this chat, and hear of it again only when something changes. Returns how many
    came in.
    """
    run_id = notice.newest.run_id
    going = select(runs.c.id).where(runs.c.id == run_id, runs.c.open.is_(True), runs.c.state == RunState.SENDING)
    if (await connection.execute(going.with_for_update())).first() is None:
        return 0
    wanted = wanted_for(office, notice, notice.newest)
    added = await freezing.join(connection, run_id, wanted, now, office.urgent_routings, who)
    if added and told:
        theirs = deliveries.c.resident_id.in_(select(residents.c.id).where(who))
        await connection.execute(
            update(deliveries)
            .where(deliveries.c.run_id == run_id, theirs, deliveries.c.state == DeliveryState.QUEUED)
            .values(state=DeliveryState.SENT, price=0, at=now)
        )
    return added


async def say(
    connection: AsyncConnection,
    office: Office,
    duty: Duty,
    said: Said,
    *,
    by: str,
    area: Sequence[str],
    drill: bool,
    before: Notice | None = None,
) -> int:
    """Begin to send a version, and call those who must know of it; returns its run."""
    earlier = before.run_ids if before is not None else ()
    now = said.said_at
    if before is not None and now <= before.newest.said_at:  # a clock that was set back; versions keep their order
        said = replace(said, said_at=before.newest.said_at + timedelta(microseconds=1))
    upto = await freezing.highest(connection)
    run_id = await notice_store.add_version(connection, said, by=by, drill=drill, area=area, follows=earlier, upto=upto)
    members = await duty.drill_members(connection, now) if drill else []
    if drill:
        await drills.freeze(connection, run_id, members, now)
    else:
        languages = tuple(said.texts) or (tuple(before.in_force.said.texts) if before is not None else ())
        wanted = wanted_of(office, area, languages, earlier, only_earlier=not said.kind.goes_on)
        await freezing.expand(connection, run_id, wanted, now, office.urgent_routings)
        await posts.plan(connection, run_id, _targets(office, area), languages, now)
    if said.kind.goes_on:
        spoke = frozenset((by,)) | (before.speakers if before is not None else frozenset())
        ladder = await duty.ladder(connection, office.remaining(area), now, spoke)
        drilling = {officer_id for officer_id, _ in members}
        called = [each.id for each in ladder if not drill or each.id in drilling]
        await notice_calls.call(connection, run_id, called, 0, now)
    return run_id


def _targets(office: Office, area: Sequence[str]) -> list[PostTarget]:
    """The public places that lie in the area, and those that stand for more than it."""
    return [
        each
        for each in office.posts.values()
        if not each.place_code
        or any(office.within(each.place_code, code) or office.within(code, each.place_code) for code in area)
    ]


async def supersede(connection: AsyncConnection, notice: Notice, mark: str, by: str, now: datetime) -> None:
    """What still waits of earlier versions is not sent any more; what was sent gets a mark, where that can be."""
    for version in notice.versions:
        await notice_store.close_run(connection, version.run_id, RunState.DONE, mark, now)
        await skip_rest(connection, version.run_id, mark, now)
    standing = [each.run_id for each in notice.versions if each.kind.goes_on]
    await withdrawals.mark(connection, standing, mark, by, now)


async def skip_rest(connection: AsyncConnection, run_id: int, why: str, now: datetime) -> None:
    """What has not begun of a version will not, neither to residents nor in public places."""
    await outbox.skip(connection, deliveries.c.run_id == run_id, why, now)
    await posts.skip(connection, run_id, why, now)


async def end(
    connection: AsyncConnection,
    office: Office,
    duty: Duty,
    notice: Notice,
    kind: Kind,
    event: NoticeEvent,
    news: Mapping[str, str],
    by: str,
    now: datetime,
) -> int:
    """The last version: told to whom the notice reached, and nothing else of it is sent. Returns its run.

    ``by`` is empty where nobody confirmed it and the service itself takes it back.
    """
    taps = await notice_taps.close(connection, notice.id)
    await notice_store.move(connection, notice, event, ended_at=now, ended_by=by, rung_at=None, taps=taps)
    await supersede(connection, notice, MARKS[kind], by, now)
    number = notice.newest.number + 1
    said = Said(notice.id, kind, number, notice.issued_at, now, now + TOLD_FOR, news=dict(news))
    return await say(connection, office, duty, said, by=by, area=notice.area, drill=notice.drill, before=notice)


async def expire(connection: AsyncConnection, notice: Notice, now: datetime) -> None:
    """Its time is over: nothing more is sent, nobody is told again, and what was sent gets a mark."""
    taps = await notice_taps.close(connection, notice.id)
    await notice_store.move(connection, notice, NoticeEvent.EXPIRE, ended_at=now, rung_at=None, taps=taps)
    await supersede(connection, notice, EXPIRED, "", now)
    await notice_store.finish_campaign(connection, notice.id)
