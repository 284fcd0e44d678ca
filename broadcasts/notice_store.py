"""Notices and their versions in the database: made, loaded, moved by compare and swap; drafts and signatures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, delete, func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import CotMocError
from bot.storage.db import insert_for
from bot.storage.schema import campaigns, notice_drafts, notice_signatures, notice_versions, notices, runs
from broadcasts.campaigns import CampaignState, RunState
from broadcasts.deliveries import Priority
from broadcasts.notices import LIVE, Kind, NoticeDraft, NoticeEvent, NoticeState, Said, move_notice

NOTICE = "notice"  # the kind of its row among the campaigns
DRAFT_FOR = timedelta(days=1)
ISSUE_LOCK = 0x43_4D_49  # PostgreSQL: who issues takes turns, so that each sees what the other issued


class NoSuchNotice(CotMocError):
    """Không có tin khẩn này; xem lại số."""


class NoticeChangedMeanwhile(CotMocError):
    """Có người vừa làm một việc khác với tin này; mở lại để thấy bản mới."""


@dataclass(frozen=True, slots=True)
class Version:
    """What was said at one time, and by which run it goes out."""

    run_id: int
    number: int
    kind: Kind
    said_by: str
    said_at: datetime
    confirmed_by: str
    confirmed_at: datetime | None
    run_state: RunState
    said: Said
    area: tuple[str, ...] = ()  # place codes, as they were then


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice with all its versions, the newest last. ``area`` are place codes; ``hazard`` the template's words.

    ``revision`` grows with whatever is done with it.
    """

    id: int
    title: str
    template_id: str
    drill: bool
    state: NoticeState
    identifier: str
    hazard: Mapping[str, Any]
    area: tuple[str, ...]
    blanks: Mapping[str, str]
    fate: str
    issued_by: str
    issued_at: datetime
    confirmed_by: str
    confirmed_at: datetime | None
    expires_at: datetime
    rung: int
    rung_at: datetime | None
    ended_at: datetime | None
    ended_by: str
    taps: Mapping[str, Any] | None
    versions: tuple[Version, ...]
    revision: int = 1

    @property
    def live(self) -> bool:
        return self.state in LIVE

    @property
    def newest(self) -> Version:
        return self.versions[-1]

    @property
    def in_force(self) -> Version:
        """The version that says what is so (of one that has ended: the last that did)."""
        return next(each for each in reversed(self.versions) if each.kind.goes_on)

    @property
    def run_ids(self) -> tuple[int, ...]:
        return tuple(each.run_id for each in self.versions)

    @property
    def speakers(self) -> frozenset[str]:
        """Who said any of it: none of them is a second person."""
        return frozenset(each.said_by for each in self.versions if each.said_by)


async def take_turn(connection: AsyncConnection) -> None:
    """Be the only one who issues until this transaction ends. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_advisory_xact_lock(ISSUE_LOCK)))


async def create(
    connection: AsyncConnection,
    *,
    title: str,
    draft: NoticeDraft,
    identifier: str,
    hazard: Mapping[str, Any],
    fate: str,
    by: str,
    now: datetime,
    expires_at: datetime,
    rung_at: datetime,
) -> int:
    """A new notice without a version yet; returns its number."""
    campaign = (
        campaigns.insert()
        .values(
            kind=NOTICE,
            title=title,
            template_id=draft.template_id,
            state=CampaignState.SCHEDULED,
            version=1,
            audience={"places": list(draft.area)},
            schedule={},
            entries=[],
            buttons=[],
            expires_at=expires_at,
            created_by=by,
            created_at=now,
        )
        .returning(campaigns.c.id)
    )
    notice_id = int((await connection.execute(campaign)).scalar_one())
    await connection.execute(
        notices.insert().values(
            id=notice_id,
            template_id=draft.template_id,
            drill=draft.drill,
            state=NoticeState.PENDING,
            identifier=identifier,
            hazard=dict(hazard),
            area=list(draft.area),
            blanks=dict(draft.blanks),
            fate=fate,
            issued_by=by,
            issued_at=now,
            expires_at=expires_at,
            rung_at=rung_at,
        )
    )
    return notice_id


async def add_version(
    connection: AsyncConnection,
    said: Said,
    *,
    by: str,
    drill: bool,
    area: Sequence[str],
    follows: Sequence[int],
    upto: int,
) -> int:
    """A version that is being sent from now on; returns its run."""
    run = (
        runs.insert()
        .values(
            campaign_id=said.notice_id,
            planned_at=said.said_at,
            state=RunState.SENDING,
            priority=int(Priority.NOTICE),
            content=said.to_json(),
            audience={"places": list(area)},
            expires_at=said.expires_at,
            upto=upto,
            started_at=said.said_at,
            drill=drill,
            open=said.kind.goes_on,
            follows=list(follows),
        )
        .returning(runs.c.id)
    )
    run_id = int((await connection.execute(run)).scalar_one())
    await connection.execute(
        notice_versions.insert().values(
            run_id=run_id,
            notice_id=said.notice_id,
            number=said.number,
            kind=str(said.kind),
            said_by=by,
            said_at=said.said_at,
        )
    )
    return run_id


async def load(connection: AsyncConnection, notice_id: int) -> Notice:
    """Raises NoSuchNotice."""
    found = await _read(connection, notices.c.id == notice_id)
    if not found:
        raise NoSuchNotice
    return found[0]


async def of_run(connection: AsyncConnection, run_id: int) -> Notice:
    """The notice that this run is a version of. Raises NoSuchNotice."""
    asked = select(notice_versions.c.notice_id).where(notice_versions.c.run_id == run_id)
    notice_id = (await connection.execute(asked)).scalar()
    if notice_id is None:
        raise NoSuchNotice
    return await load(connection, int(notice_id))


async def live(connection: AsyncConnection, now: datetime | None = None) -> list[Notice]:
    """Notices that have not ended, the newest first; with ``now``: those that have not expired either."""
    still = notices.c.ended_at.is_(None)
    return await _read(connection, still if now is None else and_(still, notices.c.expires_at > now))


async def public(
    connection: AsyncConnection, ended_after: datetime, most: int = 200, before: tuple[datetime, int] | None = None
) -> list[Notice]:
    """In force or ended after this time, no drill, the newest first; ``before``: (issued at, number) of a later one."""
    wanted = and_(notices.c.drill.is_(False), or_(notices.c.ended_at.is_(None), notices.c.ended_at > ended_after))
    if before is not None:
        wanted = and_(wanted, tuple_(notices.c.issued_at, notices.c.id) < before)
    return await _read(connection, wanted, most)


async def lately(connection: AsyncConnection, since: datetime, most: int = 50) -> list[Notice]:
    """Notices issued since then, the newest first."""
    return await _read(connection, notices.c.issued_at >= since, most)


async def _read(connection: AsyncConnection, where: Any, most: int | None = None) -> list[Notice]:
    asked = (
        select(notices, campaigns.c.title, campaigns.c.version.label("revision"))
        .join(campaigns, campaigns.c.id == notices.c.id)
        .where(where)
    )
    rows = (await connection.execute(asked.order_by(notices.c.issued_at.desc(), notices.c.id.desc()))).all()
    versions: dict[int, list[Version]] = {row.id: [] for row in rows}
    said = (
        select(notice_versions, runs.c.state.label("run_state"), runs.c.content, runs.c.audience)
        .join(runs, runs.c.id == notice_versions.c.run_id)
        .where(notice_versions.c.notice_id.in_(versions))
        .order_by(notice_versions.c.notice_id, notice_versions.c.number)
    )
    for row in await connection.execute(said):
        versions[row.notice_id].append(_version(row))
    return [_notice(row, tuple(versions[row.id])) for row in rows if versions[row.id]]


def _version(row: Row[Any]) -> Version:
    return Version(
        row.run_id,
        row.number,
        Kind(row.kind),
        row.said_by,
        row.said_at,
        row.confirmed_by,
        row.confirmed_at,
        RunState(row.run_state),
        Said.from_json(row.content),
        tuple((row.audience or {}).get("places", ())),
    )


def _notice(row: Row[Any], versions: tuple[Version, ...]) -> Notice:
    return Notice(
        id=row.id,
        title=row.title,
        template_id=row.template_id,
        drill=row.drill,
        state=NoticeState(row.state),
        identifier=row.identifier,
        hazard=row.hazard,
        area=tuple(row.area),
        blanks=row.blanks,
        fate=row.fate,
        issued_by=row.issued_by,
        issued_at=row.issued_at,
        confirmed_by=row.confirmed_by,
        confirmed_at=row.confirmed_at,
        expires_at=row.expires_at,
        rung=row.rung,
        rung_at=row.rung_at,
        ended_at=row.ended_at,
        ended_by=row.ended_by,
        taps=row.taps,
        versions=versions,
        revision=row.revision,
    )


async def move(connection: AsyncConnection, notice: Notice, event: NoticeEvent, **columns: Any) -> NoticeState:
    """Move the notice, if nobody did since it was loaded. Raises IllegalNoticeMove, or NoticeChangedMeanwhile."""
    after = move_notice(notice.state, event)
    if not await _revise(connection, notice):
        raise NoticeChangedMeanwhile
    await connection.execute(update(notices).where(notices.c.id == notice.id).values(state=after, **columns))
    return after


async def climb(connection: AsyncConnection, notice: Notice, rung_at: datetime | None) -> bool:
    """The next rung of the ladder; False when somebody else was faster."""
    if not await _revise(connection, notice):
        return False
    rung = update(notices).where(notices.c.id == notice.id).values(rung=notice.rung + 1, rung_at=rung_at)
    await connection.execute(rung)
    return True


async def _revise(connection: AsyncConnection, notice: Notice) -> bool:
    """False: somebody did something with it since it was loaded. An update leaves its state as it was, so that the
    state alone would not tell."""
    done = await connection.execute(
        update(campaigns)
        .where(campaigns.c.id == notice.id, campaigns.c.version == notice.revision)
        .values(version=notice.revision + 1)
    )
    return done.rowcount == 1


async def confirm_version(connection: AsyncConnection, run_id: int, by: str, now: datetime) -> None:
    await connection.execute(
        update(notice_versions).where(notice_versions.c.run_id == run_id).values(confirmed_by=by, confirmed_at=now)
    )


async def finish_campaign(connection: AsyncConnection, notice_id: int) -> None:
    """Its row among the campaigns is over with it."""
    await connection.execute(update(campaigns).where(campaigns.c.id == notice_id).values(state=CampaignState.DONE))


async def shorten(connection: AsyncConnection, run_id: int, until: datetime) -> None:
    """Nothing of a version is begun shortly before this time, nor after it."""
    await connection.execute(update(runs).where(runs.c.id == run_id).values(expires_at=until))


async def close_run(connection: AsyncConnection, run_id: int, state: RunState, reason: str, now: datetime) -> None:
    """A version that is sent no further."""
    await connection.execute(
        update(runs)
        .where(runs.c.id == run_id, runs.c.state.in_(("sending", "paused", "held")))
        .values(state=state, reason=reason, finished_at=now, open=False)
    )


# --- Drafts and signatures ------------------------------------------------------------------------------------------


async def keep_draft(connection: AsyncConnection, officer_id: int, draft: NoticeDraft, now: datetime) -> None:
    """What an officer has filled in so far, in place of what was there."""
    values = {"body": draft.to_json(), "at": now}
    await connection.execute(
        insert_for(connection)(notice_drafts)
        .values(officer_id=officer_id, **values)
        .on_conflict_do_update(index_elements=["officer_id"], set_=values)
    )


async def kept_draft(connection: AsyncConnection, officer_id: int) -> tuple[NoticeDraft, datetime] | None:
    row = (await connection.execute(select(notice_drafts).where(notice_drafts.c.officer_id == officer_id))).first()
    return None if row is None else (NoticeDraft.from_json(row.body), row.at)


async def forget_drafts(connection: AsyncConnection, now: datetime) -> int:
    """Remove drafts that nobody has touched for a day: they say nothing about today. Returns how many."""
    old = delete(notice_drafts).where(notice_drafts.c.at < now - DRAFT_FOR)
    return (await connection.execute(old)).rowcount


async def drop_draft(connection: AsyncConnection, officer_id: int) -> None:
    await connection.execute(delete(notice_drafts).where(notice_drafts.c.officer_id == officer_id))


async def sign(
    connection: AsyncConnection, template_id: str, language: str, digest: str, officer: str, now: datetime
) -> None:
    """A commander has read this language of a template, in this wording."""
    values = {"digest": digest, "officer": officer, "at": now}
    await connection.execute(
        insert_for(connection)(notice_signatures)
        .values(template_id=template_id, language=language, **values)
        .on_conflict_do_update(index_elements=["template_id", "language"], set_=values)
    )


async def signatures(connection: AsyncConnection) -> dict[tuple[str, str], tuple[str, str, datetime]]:
    """By template and language: the digest that was signed, by whom and when."""
    rows = await connection.execute(select(notice_signatures))
    return {(row.template_id, row.language): (row.digest, row.officer, row.at) for row in rows}
