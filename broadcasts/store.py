"""Campaigns, their texts, files, authors, decisions and runs in the database; saved by version, never overwritten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import CotMocError
from bot.storage.db import insert_for
from bot.storage.schema import campaign_authors, campaign_files, campaign_texts, campaigns, decisions, runs
from broadcasts.approval import Draft, Text, digest, kept
from broadcasts.campaigns import FINAL_RUN, CampaignState, Event, RunState, move_campaign, move_run
from broadcasts.composing import File
from broadcasts.deliveries import Priority

CAMPAIGN = "campaign"  # the other kind of row there is a notice


class ChangedMeanwhile(CotMocError):
    """Có người vừa sửa chiến dịch này; mở lại để thấy bản mới."""


class NoSuchCampaign(CotMocError):
    """Không có chiến dịch này; xem lại số."""


@dataclass(frozen=True, slots=True)
class Campaign:
    """One campaign with everything that is approved. ``version`` grows with every change.

    ``marks``: the linked entries as they were when the campaign was handed in last, by id.
    """

    id: int
    title: str
    state: CampaignState
    version: int
    texts: tuple[Text, ...]
    files: tuple[File, ...]
    authors: frozenset[str]
    audience: Mapping[str, Any]
    schedule: Mapping[str, Any]
    entries: tuple[str, ...]
    expires_at: datetime | None
    created_by: str
    template_id: str = ""
    submitted_digest: str = ""
    approved_digest: str = ""
    submitted_at: datetime | None = None
    marks: Mapping[str, str] = field(default_factory=dict)

    @property
    def draft(self) -> Draft:
        """What an approval is about."""
        return Draft(
            texts=self.texts,
            files=tuple((each.language, each.name, each.digest) for each in self.files),
            audience=self.audience,
            schedule=self.schedule,
            entries=self.entries,
            marks=self.marks,
            expires_at=self.expires_at,
            authors=self.authors,
        )


@dataclass(frozen=True, slots=True)
class Run:
    """One release of a campaign."""

    id: int
    campaign_id: int
    planned_at: datetime
    state: RunState
    reason: str
    priority: int
    corrects: int | None
    content: Mapping[str, Any]
    audience: Mapping[str, Any]
    expires_at: datetime | None
    cursor: int
    upto: int | None
    audience_count: int
    forecast: Mapping[str, Any] | None
    totals: Mapping[str, Any] | None
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def frozen(self) -> bool:
        """Whether all its recipients are known."""
        return self.upto is not None and self.cursor >= self.upto


async def create(connection: AsyncConnection, *, title: str, by: str, at: datetime, template_id: str = "") -> int:
    """A new, empty draft; returns its number."""
    statement = campaigns.insert().values(
        title=title,
        template_id=template_id,
        state=CampaignState.DRAFT,
        version=1,
        audience={},
        schedule={},
        entries=[],
        buttons=[],
        created_by=by,
        created_at=at,
    )
    campaign_id = int((await connection.execute(statement.returning(campaigns.c.id))).scalar_one())
    await add_author(connection, campaign_id, by)
    return campaign_id


async def load(connection: AsyncConnection, campaign_id: int) -> Campaign:
    """Raises NoSuchCampaign."""
    mine = select(campaigns).where(campaigns.c.id == campaign_id, campaigns.c.kind == CAMPAIGN)
    row = (await connection.execute(mine)).first()
    if row is None:
        raise NoSuchCampaign
    texts = await connection.execute(
        select(campaign_texts)
        .where(campaign_texts.c.campaign_id == campaign_id)
        .order_by(campaign_texts.c.language.desc())  # vi, km, en
    )
    kept = await connection.execute(
        select(
            campaign_files.c.id,
            campaign_files.c.language,
            campaign_files.c.name,
            campaign_files.c.mime,
            campaign_files.c.digest,
        )
        .where(campaign_files.c.campaign_id == campaign_id)
        .order_by(campaign_files.c.id)
    )
    authors = select(campaign_authors.c.officer).where(campaign_authors.c.campaign_id == campaign_id)
    linked = [(each, "") if isinstance(each, str) else each for each in row.entries]  # with a mark once handed in
    return Campaign(
        id=row.id,
        title=row.title,
        state=CampaignState(row.state),
        version=row.version,
        texts=tuple(Text(each.language, each.text, each.changed_by, each.signed_by) for each in texts),
        files=tuple(File(*each) for each in kept),
        authors=frozenset((await connection.execute(authors)).scalars()),
        audience=row.audience,
        schedule=row.schedule,
        entries=tuple(entry_id for entry_id, _ in linked),
        marks={entry_id: mark for entry_id, mark in linked if mark},
        expires_at=row.expires_at,
        created_by=row.created_by,
        template_id=row.template_id,
        submitted_digest=row.submitted_digest,
        approved_digest=row.approved_digest,
        submitted_at=row.submitted_at,
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A campaign in a list."""

    id: int
    title: str
    state: str
    created_by: str
    created_at: datetime


async def listed(
    connection: AsyncConnection, states: Sequence[str] = (), most: int = 50, before: int | None = None
) -> list[Line]:
    """The newest campaigns; ``before``: those with smaller numbers only."""
    asked = select(
        campaigns.c.id, campaigns.c.title, campaigns.c.state, campaigns.c.created_by, campaigns.c.created_at
    ).where(campaigns.c.kind == CAMPAIGN)
    asked = asked.order_by(campaigns.c.id.desc())
    if states:
        asked = asked.where(campaigns.c.state.in_(states))
    if before is not None:
        asked = asked.where(campaigns.c.id < before)
    return [Line(*row) for row in await connection.execute(asked.limit(most))]


async def move(connection: AsyncConnection, campaign: Campaign, event: Event, **columns: Any) -> CampaignState:
    """Move the campaign and change columns with it, if nobody changed it since it was loaded.

    Raises IllegalMove, or ChangedMeanwhile.
    """
    after = move_campaign(campaign.state, event)
    done = await connection.execute(
        update(campaigns)
        .where(campaigns.c.id == campaign.id, campaigns.c.version == campaign.version)
        .values(state=after, version=campaign.version + 1, **columns)
    )
    if done.rowcount != 1:
        raise ChangedMeanwhile
    return after


async def touch(connection: AsyncConnection, campaign: Campaign) -> None:
    """A new version of the same state: who loaded the old one must look again. Raises ChangedMeanwhile."""
    done = await connection.execute(
        update(campaigns)
        .where(campaigns.c.id == campaign.id, campaigns.c.version == campaign.version)
        .values(version=campaign.version + 1)
    )
    if done.rowcount != 1:
        raise ChangedMeanwhile


async def write_text(connection: AsyncConnection, campaign_id: int, language: str, text: str, by: str) -> None:
    """A text as somebody typed it; an earlier signature goes."""
    values = {"text": text, "changed_by": by, "signed_by": "", "signed_at": None}
    await connection.execute(
        insert_for(connection)(campaign_texts)
        .values(campaign_id=campaign_id, language=language, **values)
        .on_conflict_do_update(index_elements=["campaign_id", "language"], set_=values)
    )


async def drop_text(connection: AsyncConnection, campaign_id: int, language: str) -> None:
    await connection.execute(
        delete(campaign_texts).where(campaign_texts.c.campaign_id == campaign_id, campaign_texts.c.language == language)
    )


async def sign(connection: AsyncConnection, campaign_id: int, language: str, by: str, at: datetime) -> None:
    await connection.execute(
        update(campaign_texts)
        .where(campaign_texts.c.campaign_id == campaign_id, campaign_texts.c.language == language)
        .values(signed_by=by, signed_at=at, signed_text=campaign_texts.c.text)
    )


async def add_author(connection: AsyncConnection, campaign_id: int, officer: str) -> None:
    await connection.execute(
        insert_for(connection)(campaign_authors)
        .values(campaign_id=campaign_id, officer=officer)
        .on_conflict_do_nothing()
    )


async def clear_authors(connection: AsyncConnection, campaign_id: int) -> None:
    """After an approval nobody has changed anything since."""
    await connection.execute(delete(campaign_authors).where(campaign_authors.c.campaign_id == campaign_id))


async def decide(
    connection: AsyncConnection,
    campaign_id: int,
    *,
    draft: Draft,
    officer: str,
    decision: str,
    at: datetime,
    reason: str = "",
    ticks: Sequence[str] = (),
) -> None:
    """Keep an approval or a return, with what it was about: the next approver is shown what has changed since."""
    await connection.execute(
        decisions.insert().values(
            campaign_id=campaign_id,
            digest=digest(draft),
            seen=kept(draft),
            officer=officer,
            decision=decision,
            reason=reason,
            ticks=list(ticks),
            at=at,
        )
    )


async def last_decision(connection: AsyncConnection, campaign_id: int) -> Row[Any] | None:
    asked = select(decisions).where(decisions.c.campaign_id == campaign_id).order_by(decisions.c.id.desc()).limit(1)
    return (await connection.execute(asked)).first()


# --- Runs ---------------------------------------------------------------------------------------------------------


async def plan(
    connection: AsyncConnection,
    campaign_id: int,
    planned_at: datetime,
    *,
    priority: int,
    corrects: int | None = None,
    expires_at: datetime | None = None,
) -> int | None:
    """A run at a planned time; None when the campaign has one at that time already."""
    statement = (
        insert_for(connection)(runs)
        .values(
            campaign_id=campaign_id,
            planned_at=planned_at,
            state=RunState.SCHEDULED,
            priority=priority,
            corrects=corrects,
            content={},
            audience={},
            expires_at=expires_at,
        )
        .on_conflict_do_nothing()
    )
    return (await connection.execute(statement.returning(runs.c.id))).scalar()


async def load_run(connection: AsyncConnection, run_id: int) -> Run:
    """Raises NoSuchCampaign."""
    row = (await connection.execute(select(runs).where(runs.c.id == run_id))).first()
    if row is None:
        raise NoSuchCampaign("Không có đợt gửi này.")
    return _run(row)


async def runs_of(connection: AsyncConnection, campaign_id: int) -> list[Run]:
    asked = select(runs).where(runs.c.campaign_id == campaign_id).order_by(runs.c.planned_at, runs.c.id)
    return [_run(row) for row in await connection.execute(asked)]


async def runs_in(connection: AsyncConnection, states: Sequence[RunState], due_at: datetime | None = None) -> list[Run]:
    """Runs of campaigns in these states, planned for no later than ``due_at``; those that matter most first."""
    of_campaigns = runs.c.priority > int(Priority.NOTICE)
    asked = (
        select(runs)
        .where(of_campaigns, runs.c.state.in_(states))
        .order_by(runs.c.priority, runs.c.planned_at, runs.c.id)
    )
    if due_at is not None:
        asked = asked.where(runs.c.planned_at <= due_at)
    return [_run(row) for row in await connection.execute(asked)]


def _run(row: Row[Any]) -> Run:
    return Run(
        id=row.id,
        campaign_id=row.campaign_id,
        planned_at=row.planned_at,
        state=RunState(row.state),
        reason=row.reason,
        priority=row.priority,
        corrects=row.corrects,
        content=row.content,
        audience=row.audience,
        expires_at=row.expires_at,
        cursor=row.cursor,
        upto=row.upto,
        audience_count=row.audience_count,
        forecast=row.forecast,
        totals=row.totals,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )


async def still_sending(connection: AsyncConnection, run_id: int) -> bool:
    """Whether the run is being sent; nobody cancels it before this transaction ends."""
    asked = select(runs.c.state).where(runs.c.id == run_id).with_for_update()
    return (await connection.execute(asked)).scalar() == RunState.SENDING


async def move_run_to(connection: AsyncConnection, run: Run, event: Event, **columns: Any) -> RunState:
    """Move the run if it is still in the state it was loaded in. Raises IllegalMove, or ChangedMeanwhile."""
    after = move_run(run.state, event)
    done = await connection.execute(
        update(runs).where(runs.c.id == run.id, runs.c.state == run.state).values(state=after, **columns)
    )
    if done.rowcount != 1:
        raise ChangedMeanwhile
    return after


async def keep_totals(connection: AsyncConnection, run_id: int, totals: Mapping[str, Any]) -> None:
    """What a report needs once the deliveries are gone."""
    await connection.execute(update(runs).where(runs.c.id == run_id).values(totals=dict(totals)))


async def without_totals(connection: AsyncConnection) -> list[int]:
    """Runs that are over and whose report has not been kept yet."""
    over = runs.c.state.in_([str(each) for each in FINAL_RUN])
    return list((await connection.execute(select(runs.c.id).where(over, runs.c.totals.is_(None)))).scalars())


async def open_runs(connection: AsyncConnection, campaign_id: int) -> int:
    """Runs of a campaign that are not over."""
    over = ("done", "cancelled", "expired")
    asked = select(func.count()).select_from(runs).where(runs.c.campaign_id == campaign_id, runs.c.state.not_in(over))
    return int((await connection.execute(asked)).scalar_one())
