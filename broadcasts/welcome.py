"""The one message to who was imported, with how to stop first: a run like any other, filled while the import goes on.

A row of the run and the resident it is for are written in one transaction, so nobody imported is left out and nobody
is welcomed twice. Until the import is complete the run is held; then the scheduler releases it, outside quiet hours.
Who proposed the import stands for the text, who confirmed it has signed and approved it: two people, as always.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import CotMocError
from bot.staff import audit
from bot.storage.schema import campaigns, deliveries, runs
from broadcasts import approval, forecast, recurrence, store
from broadcasts.audience import Contact, Counted, Way
from broadcasts.campaigns import Event, RunState
from broadcasts.cells import larger_of
from broadcasts.deliveries import DeliveryState, Priority
from broadcasts.office import Office
from broadcasts.store import Run

FILLING = "import"  # why the run is held
TITLE = "Tin chào người được nhập (đề nghị {number})"
# Down for longer than a week after an import: a person says whether it still goes out.
TOO_LATE_AFTER = timedelta(days=7)


class NotWaiting(CotMocError):
    """Tin chào của lần nhập này đã được cho gửi hoặc đã huỷ; hãy từ chối đề nghị, rồi đề nghị lại với cùng tệp."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who has just been kept."""

    resident_id: int
    channel: str
    account: str
    language: str | None
    place_code: str


class Welcome:
    """``texts``: the message by language, Vietnamese among them."""

    def __init__(self, office: Office, texts: Mapping[str, str]) -> None:
        self._office = office
        self.texts = texts

    async def greet(
        self,
        connection: AsyncConnection,
        number: int,
        newcomers: Sequence[Newcomer],
        *,
        proposed_by: str,
        confirmed_by: str,
        now: datetime,
    ) -> None:
        """In the transaction that keeps them. ``number``: of the proposal. Raises NotWaiting."""
        if not newcomers:
            return
        run = await self._run(connection, number)
        run_id = await self._begin(connection, number, proposed_by, confirmed_by, now) if run is None else run.id
        if run is not None and (run.state, run.reason) != (RunState.HELD, FILLING):
            raise NotWaiting
        await connection.execute(deliveries.insert(), [self._row(run_id, each, now) for each in newcomers])
        more = runs.c.audience_count + len(newcomers)
        await connection.execute(update(runs).where(runs.c.id == run_id).values(audience_count=more))

    async def release(self, connection: AsyncConnection, number: int, now: datetime) -> tuple[int, datetime] | None:
        """The import is complete: the run and when it goes out. None: nobody was added, or it went out before."""
        run = await self._run(connection, number)
        if run is None or (run.state, run.reason) != (RunState.HELD, FILLING):
            return None
        at = recurrence.after_quiet(now, self._office.zone, self._office.quiet_from_to)
        foreseen = (await self._foreseen(connection, run.id)).to_json()
        await store.move_run_to(connection, run, Event.SCHEDULE, reason="", planned_at=at, forecast=foreseen)
        return run.id, at

    async def _run(self, connection: AsyncConnection, number: int) -> Run | None:
        """The run of this proposal, which nobody else moves until the transaction ends; None: not begun."""
        asked = (
            select(runs.c.id)
            .join(campaigns, campaigns.c.id == runs.c.campaign_id)
            .where(campaigns.c.template_id == _mark(number))
            .with_for_update(of=runs)
        )
        run_id = (await connection.execute(asked)).scalar()
        return None if run_id is None else await store.load_run(connection, run_id)

    async def _begin(
        self, connection: AsyncConnection, number: int, proposed_by: str, confirmed_by: str, now: datetime
    ) -> int:
        """The campaign and its run, by the steps that every campaign takes."""
        title = TITLE.format(number=number)
        campaign_id = await store.create(connection, title=title, by=proposed_by, at=now, template_id=_mark(number))
        for language, text in self.texts.items():
            await store.write_text(connection, campaign_id, language, text, proposed_by)
            await store.sign(connection, campaign_id, language, confirmed_by, now)
        run_id = await store.plan(connection, campaign_id, now, priority=int(Priority.CORRECTION))
        assert run_id is not None  # a new campaign has no run at that time yet
        local = now.astimezone(self._office.zone).replace(tzinfo=None, second=0, microsecond=0)
        minutes = int(TOO_LATE_AFTER.total_seconds()) // 60
        schedule = recurrence.Schedule(local, missed=recurrence.Missed.SEND, too_late_after=minutes)
        # Its people are those of its own rows, wherever they live: it is expanded no further.
        audience = {"corrects": [str(run_id)]}
        draft = await store.load(connection, campaign_id)
        await store.move(
            connection, draft, Event.SUBMIT, audience=audience, schedule=schedule.to_json(), submitted_at=now
        )
        submitted = await store.load(connection, campaign_id)
        digest = approval.digest(submitted.draft)
        approval.may_approve(submitted.draft, confirmed_by)
        await store.move(connection, submitted, Event.APPROVE, submitted_digest=digest, approved_digest=digest)
        await store.clear_authors(connection, campaign_id)
        why = f"subscribers.import {number}"
        await store.decide(
            connection,
            campaign_id,
            draft=submitted.draft,
            officer=confirmed_by,
            decision="approved",
            at=now,
            reason=why,
        )
        await store.move(connection, await store.load(connection, campaign_id), Event.SCHEDULE)
        run = await store.load_run(connection, run_id)
        await store.move_run_to(connection, run, Event.HOLD, reason=FILLING, upto=0)
        await audit.record(
            connection,
            self._office.key,
            now,
            confirmed_by,
            "subscribers.welcome",
            str(campaign_id),
            run=run_id,
            proposal=number,
            digest=digest,
        )
        return run_id

    def _row(self, run_id: int, each: Newcomer, now: datetime) -> dict[str, Any]:
        routing = self._office.routings.get(each.channel)
        way = routing(Contact(None, None), now) if routing is not None else Way()
        state = DeliveryState.SKIPPED if way.obstacle else DeliveryState.QUEUED
        return {
            "run_id": run_id,
            "resident_id": each.resident_id,
            "channel": each.channel,
            "account": each.account,
            "language": each.language if each.language in self.texts else "vi",
            "place_code": each.place_code,
            "route": way.route,
            "price": 0 if way.obstacle else way.price,
            "state": state,
            "reason": way.obstacle,
            "at": now,
        }

    async def _foreseen(self, connection: AsyncConnection, run_id: int) -> forecast.Forecast:
        kinds = (
            *(deliveries.c.channel, deliveries.c.account, deliveries.c.language, deliveries.c.place_code),
            *(deliveries.c.reason, deliveries.c.route, deliveries.c.price),
        )
        rows = await connection.execute(
            select(*kinds, func.count()).where(deliveries.c.run_id == run_id).group_by(*kinds)
        )
        reached = []
        for channel, account, language, place, reason, route, price, count in rows:
            counted = Counted(channel, account, language, place, reason, int(count))
            reached.append(forecast.Reached(counted, Way(route, int(price))))
        return forecast.forecast(reached, self._office.rates, larger_of(self._office.gazetteer))


def _mark(number: int) -> str:
    """By what the campaign of a proposal is found again."""
    return f"subscribers.import:{number}"
