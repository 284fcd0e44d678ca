"""What is due: runs released, frozen chunk by chunk, closed; the next run planned; missed ones judged.

Something else wakes the ticks; what is due is always read from the database. One process at a time does this.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import logs
from bot.clock import Clock
from bot.staff import audit
from bot.storage.db import Database
from bot.storage.ownership import Post, hold
from bot.storage.schema import deliveries
from broadcasts import approval, checking, forecast, freezing, outbox, posts, recurrence, reports, store
from broadcasts.audience import AudienceError, Wanted
from broadcasts.campaigns import CampaignState, Event, RunState
from broadcasts.cells import larger_of
from broadcasts.composing import Content, signed_languages
from broadcasts.office import Office
from broadcasts.recurrence import Missed
from broadcasts.service import ASKED
from broadcasts.store import Campaign, Run

MOST_SKEW = 5.0  # seconds a server's clock may be off before nothing is released any more
MISSED_AFTER = 120.0  # seconds behind its time after which a run was missed, not merely late
_POST = Post("scheduler")
log = logs.get("scheduler")


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the owner of a campaign should be told at once."""

    campaign_id: int
    run_id: int
    what: str  # missed, held, done
    reason: str = ""


Tell = Callable[[Notice], Awaitable[None]]


class Scheduler:
    """``skew`` is how far the clock is off, in seconds, as far as anybody knows; ``tell`` reaches the owner."""

    def __init__(
        self,
        *,
        db: Database,
        office: Office,
        clock: Clock,
        owner: str,
        tell: Tell,
        skew: Callable[[], float] = lambda: 0.0,
        pause: float = 0.02,
        alone: bool = False,
    ) -> None:
        self._db = db
        self._office = office
        self._clock = clock
        self._owner = owner
        self._tell = tell
        self._skew = skew
        self._pause = pause
        self._alone = alone
        self._larger = larger_of(office.gazetteer)

    async def tick(self) -> bool:
        """Do what is due now. False: it is another process's turn, and nothing was done."""
        async with self._db.transaction() as connection:
            if await hold(connection, _POST, self._owner, self._clock.now(), alone=self._alone) is None:
                return False
        if abs(self._skew()) <= MOST_SKEW:
            await self._release_due()
        else:
            log.error("the clock is off; nothing is released", seconds=round(self._skew(), 1))
        await self._expand_all()
        await self._close()
        return True

    # --- releasing ------------------------------------------------------------------------------------------------

    async def _release_due(self) -> None:
        async with self._db.reading() as connection:
            due = await store.runs_in(connection, (RunState.SCHEDULED,), self._clock.now())
        for run in due:
            notice = None
            foreseen = await self._foreseen(run)
            try:
                async with self._db.transaction() as connection:
                    notice = await self._release(connection, run, foreseen)
            except store.ChangedMeanwhile:
                continue
            if notice is not None:
                await self._tell(notice)

    async def _foreseen(self, run: Run) -> forecast.Forecast | None:
        """Counted before the transaction that releases the run, which nobody who writes should have to wait for."""
        async with self._db.reading() as connection:
            campaign = await store.load(connection, run.campaign_id)
            if campaign.state is not CampaignState.SCHEDULED:
                return None
            try:
                wanted = self.wanted(campaign)
            except AudienceError:
                return None
            texts = {each.language: each.text for each in campaign.texts}
            return await forecast.foretell(connection, self._office, wanted, self._clock.now(), run.priority, texts)

    async def _release(
        self, connection: AsyncConnection, run: Run, foreseen: forecast.Forecast | None = None
    ) -> Notice | None:
        """Release, hold or miss one run; the next one of its campaign is planned in the same transaction."""
        now = self._clock.now()
        campaign = await store.load(connection, run.campaign_id)
        schedule = recurrence.from_json(campaign.schedule)
        await self._plan_next(connection, campaign, schedule, run, now)
        if campaign.expires_at is not None and campaign.expires_at <= now:
            await store.move_run_to(connection, run, Event.EXPIRE, finished_at=now)
            return None
        missed = self._missed(run, schedule, now)
        if missed:
            await store.move_run_to(connection, run, Event.MISS, reason=missed, finished_at=now)
            await self._record(connection, "run.missed", run, reason=missed)
            return Notice(campaign.id, run.id, "missed", missed)
        held = self._held(campaign, now)
        if held:
            await store.move_run_to(connection, run, Event.HOLD, reason=held)
            await self._record(connection, "run.held", run, reason=held)
            return Notice(campaign.id, run.id, "held", held)
        wanted = self.wanted(campaign)
        content = Content(
            {each.language: each.text for each in campaign.texts if each.signed_by}, campaign.files, campaign.entries
        )
        await store.move_run_to(
            connection,
            run,
            Event.RELEASE,
            reason="",
            content=content.to_json(),
            audience=dict(campaign.audience),
            started_at=run.started_at or now,
            forecast=run.forecast or (foreseen.to_json() if foreseen else None),
            upto=run.upto if run.upto is not None else await freezing.highest(connection),
        )
        await self._record(connection, "run.released", run, digest=campaign.approved_digest)
        names = wanted.audience.posts
        if wanted.corrects is not None:  # who read the wrong one there must be able to read this
            names = tuple(each for each in await posts.names(connection, wanted.corrects) if each in self._office.posts)
        await posts.plan(connection, run.id, self._office.targets(names), wanted.languages, now)
        await freezing.expand(connection, run.id, wanted, now, self._office.routings_for(run.priority))
        return None

    def _missed(self, run: Run, schedule: recurrence.Schedule, now: datetime) -> str:
        """Why this run does not go out by itself; empty: it does."""
        if run.reason == ASKED or (now - run.planned_at).total_seconds() <= MISSED_AFTER:
            return ""
        if recurrence.too_late(schedule, run.planned_at, now):
            return "too-late"
        return "" if schedule.missed is Missed.SEND else str(schedule.missed)

    def _held(self, campaign: Campaign, now: datetime) -> str:
        """What changed since the approval; empty: nothing."""
        if campaign.state is not CampaignState.SCHEDULED:
            return "not-approved"
        if approval.digest(campaign.draft) != campaign.approved_digest:
            return "changed"
        today = now.astimezone(self._office.zone).date()
        for entry_id in campaign.entries:
            entry = self._office.catalog.get(entry_id)
            if entry is None or entry.expired(today):
                return "entry"
        if any(name not in self._office.posts for name in campaign.audience.get("posts", ())):
            return "post"
        return "entry-changed" if checking.changed_entries(self._office, campaign) else ""

    async def _plan_next(
        self, connection: AsyncConnection, campaign: Campaign, schedule: recurrence.Schedule, run: Run, now: datetime
    ) -> None:
        if not schedule.repeats or campaign.state is not CampaignState.SCHEDULED:
            return
        for date in recurrence.next_dates(schedule, max(now, run.planned_at), self._office.zone, 1):
            planned = recurrence.after_quiet(date, self._office.zone, self._office.quiet_from_to)
            await store.plan(connection, campaign.id, planned, priority=run.priority, expires_at=campaign.expires_at)

    def wanted(self, campaign: Campaign) -> Wanted:
        """The audience of a campaign as a question."""
        texts = {each.language: each.text for each in campaign.texts}
        return forecast.wanted_of(self._office, campaign, signed_languages(texts, campaign.draft.signed))

    # --- freezing and closing -------------------------------------------------------------------------------------

    async def _expand_all(self) -> None:
        """Freeze what is left, in chunks with a pause, so that nobody who writes waits long."""
        async with self._db.reading() as connection:
            going = [run for run in await store.runs_in(connection, (RunState.SENDING,)) if not run.frozen]
            campaigns = {run.id: await store.load(connection, run.campaign_id) for run in going}
        for run in going:
            done = run.upto is None
            while not done:
                async with self._db.transaction() as connection:
                    if not await store.still_sending(connection, run.id):
                        break  # it was cancelled meanwhile: nobody else is added to it
                    now = self._clock.now()
                    routings = self._office.routings_for(run.priority)
                    done = await freezing.expand(connection, run.id, self.wanted(campaigns[run.id]), now, routings)
                await self._clock.sleep(self._pause)

    async def _close(self) -> None:
        """Runs with nothing left to do are done; what expired is over; a campaign ends with its last run."""
        now = self._clock.now()
        async with self._db.reading() as connection:
            open_states = (RunState.SENDING, RunState.PAUSED, RunState.HELD, RunState.SCHEDULED)
            going = await store.runs_in(connection, open_states)
        for run in going:
            if run.expires_at is not None and run.expires_at <= now:
                await self._end(run, Event.EXPIRE, "expired")
            elif run.state is RunState.SENDING and run.frozen:
                async with self._db.reading() as connection:
                    left = await outbox.waiting(connection, run.id) or await posts.waiting(connection, run.id)
                if not left:
                    await self._end(run, Event.FINISH, "")
        await self._keep_totals()

    async def _keep_totals(self) -> None:
        """Of runs that are over, however they ended: their report, for the time when the deliveries are gone."""
        async with self._db.reading() as connection:
            without = await store.without_totals(connection)
        for run_id in without:
            async with self._db.transaction() as connection:
                # Nobody sends of it any more: what came back to its queue would keep it open for ever.
                await outbox.skip(connection, deliveries.c.run_id == run_id, "over", self._clock.now())
                if not await outbox.waiting(connection, run_id):
                    await reports.keep(connection, run_id, self._larger, self._office.zone)

    async def _end(self, run: Run, event: Event, reason: str) -> None:
        now = self._clock.now()
        try:
            async with self._db.transaction() as connection:
                await store.move_run_to(connection, run, event, reason=reason, finished_at=now)
                await outbox.skip(connection, deliveries.c.run_id == run.id, reason or "over", now)
                await posts.skip(connection, run.id, reason or "over", now)
                totals = await reports.totals(connection, run.id)
                await self._record(connection, f"run.{event}", run, **totals)
                campaign = await store.load(connection, run.campaign_id)
                if campaign.state is CampaignState.SCHEDULED and not await store.open_runs(connection, campaign.id):
                    await store.move(connection, campaign, Event.FINISH)
        except store.ChangedMeanwhile:
            return
        await self._tell(Notice(run.campaign_id, run.id, "done" if event is Event.FINISH else str(event)))

    async def _record(self, connection: AsyncConnection, action: str, run: Run, **detail: object) -> None:
        await audit.record(
            connection,
            self._office.key,
            self._clock.now(),
            "",
            action,
            str(run.id),
            campaign=run.campaign_id,
            **detail,
        )
