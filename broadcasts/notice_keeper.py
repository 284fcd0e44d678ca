"""Looks after notices that are under way: the ladder when nobody confirms, newcomers, expiry, and the end of a run.

Beside the schedule of campaigns, so that no campaign keeps a warning waiting; one process at a time does this.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import logs
from bot.clock import Clock
from bot.errors import StoreUnavailable
from bot.staff import audit
from bot.storage.db import Database
from bot.storage.schema import runs
from broadcasts import freezing, notice_calls, notice_sending, notice_store, outbox, posts
from broadcasts.campaigns import RunState
from broadcasts.deliveries import Priority
from broadcasts.duty import Duty
from broadcasts.notice_store import Notice, NoticeChangedMeanwhile
from broadcasts.notices import MOST_RUNGS, Kind, NoticeEvent, NoticeState, expiry_when_held
from broadcasts.office import Office
from content.notice_templates import HOLD

log = logs.get("notices")


class NoticeKeeper:
    """``confirm_within``: how long each rung of the ladder is waited for."""

    def __init__(
        self, *, db: Database, office: Office, duty: Duty, clock: Clock, confirm_within: timedelta, pause: float = 0.02
    ) -> None:
        self._db = db
        self._office = office
        self._duty = duty
        self._clock = clock
        self._confirm_within = confirm_within
        self._pause = pause

    async def tick(self) -> None:
        """Do what is due now; each notice in transactions of its own."""
        now = self._clock.now()
        async with self._db.reading() as connection:
            live = await notice_store.live(connection)
        for notice in live:
            try:
                await self._look_after(notice, now)
            except NoticeChangedMeanwhile:
                continue  # an officer was faster; what is left to do is seen at the next tick
            except StoreUnavailable:
                raise
            except Exception:
                log.critical("a notice could not be looked after; the others are", notice=notice.id, exc_info=True)
        await self._expand()
        await self._close()

    async def _look_after(self, notice: Notice, now: datetime) -> None:
        if notice.expires_at <= now:
            async with self._db.transaction() as connection:
                await notice_sending.expire(connection, notice, now)
                await self._record(connection, "notice.expire", notice)
        elif notice.rung_at is not None and notice.rung_at <= now and notice.state is NoticeState.PENDING:
            await self._climb(notice, now)

    async def _climb(self, notice: Notice, now: datetime) -> None:
        """Nobody confirmed in time: the next one is called, or the ladder has ended."""
        async with self._db.transaction() as connection:
            area = self._office.remaining(notice.area)
            ladder = await self._duty.ladder(connection, area, now, notice.speakers)
            if notice.drill:
                members = {number for number, _ in await self._duty.drill_members(connection, now)}
                ladder = [each for each in ladder if each.id in members]
            # The ladder is today's, the rungs are past: who stands where on it says nothing of who was called.
            called = await notice_calls.alone(connection, notice.run_ids)
            next_one = next((each for each in ladder if each.id not in called), None)
            if next_one is not None and notice.rung < MOST_RUNGS:
                if not await notice_store.climb(connection, notice, now + self._confirm_within):
                    raise NoticeChangedMeanwhile
                await notice_calls.call(connection, notice.newest.run_id, [next_one.id], notice.rung + 1, now)
                await self._record(connection, "notice.rung", notice, rung=notice.rung + 1, called=next_one.name)
            elif notice.fate == HOLD:
                until = expiry_when_held(notice.issued_at, notice.expires_at)
                await notice_store.move(connection, notice, NoticeEvent.HOLD, rung_at=None, expires_at=until)
                await notice_store.shorten(connection, notice.newest.run_id, until)
                await self._record(connection, "notice.hold", notice)
            else:
                await notice_sending.end(
                    connection, self._office, self._duty, notice, Kind.WITHDRAW, NoticeEvent.WITHDRAW, {}, "", now
                )
                await self._record(connection, "notice.withdraw", notice)

    # --- freezing and closing -----------------------------------------------------------------------------------------

    async def _expand(self) -> None:
        """Freeze what is left of every notice; who has come since its release belongs to it while it is in force."""
        async with self._db.reading() as connection:
            top = await freezing.highest(connection)
            asked = select(runs.c.id, runs.c.upto, runs.c.cursor, runs.c.open).where(
                runs.c.priority == int(Priority.NOTICE), runs.c.state == RunState.SENDING, runs.c.drill.is_(False)
            )
            going = (await connection.execute(asked)).all()
        for run in going:
            upto = max(run.upto, top) if run.open else run.upto
            if run.cursor >= upto:
                continue
            async with self._db.reading() as connection:
                notice = await notice_store.of_run(connection, run.id)
            if not notice.drill:
                await self._freeze(notice, run.id, upto)

    async def _freeze(self, notice: Notice, run_id: int, upto: int) -> None:
        version = next(each for each in notice.versions if each.run_id == run_id)
        wanted = notice_sending.wanted_for(self._office, notice, version)
        done = False
        while not done:
            async with self._db.transaction() as connection:
                still = runs.c.id == run_id, runs.c.state == RunState.SENDING
                if not (await connection.execute(update(runs).where(*still).values(upto=upto))).rowcount:
                    return  # another version has taken its place
                now = self._clock.now()
                done = await freezing.expand(connection, run_id, wanted, now, self._office.urgent_routings)
            await self._clock.sleep(self._pause)

    async def _close(self) -> None:
        """A version that joins nobody any more is done with its last message, and the notice with its last version."""
        now = self._clock.now()
        async with self._db.reading() as connection:
            asked = select(runs.c.id, runs.c.campaign_id, runs.c.expires_at).where(
                runs.c.priority == int(Priority.NOTICE),
                runs.c.state == RunState.SENDING,
                runs.c.open.is_(False),
                runs.c.cursor >= runs.c.upto,
            )
            ended = (await connection.execute(asked)).all()
            waits = {run.id: await self._waits(connection, run.id) for run in ended}
        for run in ended:
            late = run.expires_at is not None and run.expires_at <= now
            if waits[run.id] and not late:
                continue
            async with self._db.transaction() as connection:
                if late:
                    await notice_sending.skip_rest(connection, run.id, notice_sending.EXPIRED, now)
                await notice_store.close_run(connection, run.id, RunState.DONE, "", now)
                await notice_store.finish_campaign(connection, run.campaign_id)

    async def _waits(self, connection: AsyncConnection, run_id: int) -> bool:
        return await outbox.waiting(connection, run_id) or bool(await posts.waiting(connection, run_id))

    async def _record(self, connection: AsyncConnection, action: str, notice: Notice, **detail: object) -> None:
        await audit.record(
            connection,
            self._office.key,
            self._clock.now(),
            "",
            action,
            str(notice.id),
            run=notice.newest.run_id,
            drill=notice.drill,
            **detail,
        )
