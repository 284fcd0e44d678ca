"""Officers are reminded in their own chat, by day only: of a plan's reporting deadline three times, each with the
figures ready; and once of what has been waiting for them for a day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from bot.clock import Clock
from bot.staff import register, reminders
from bot.staff.roles import Action, Officer, may
from bot.storage.db import Database
from broadcasts import deadlines, recurrence, reports, store, todo
from broadcasts.campaigns import CampaignState, RunState
from broadcasts.cells import larger_of
from broadcasts.deadlines import Deadline, Reminder
from broadcasts.office import Office
from broadcasts.reports import Period, Prices
from broadcasts.store import Campaign
from broadcasts.welcome import FILLING
from handlers.figures import in_one_line
from handlers.officers_reached import OfficersReached

LOOK_EVERY = timedelta(minutes=1)
WAITED = timedelta(days=1)
_MOST = 200  # campaigns that wait at one time, the newest
_KEPT = 8  # periods whose figures are kept in memory
_STOPPED = {RunState.HELD: "vẫn bị giữ lại, chưa gửi thêm", RunState.MISSED: "lỡ giờ, chưa ai quyết có gửi hay không"}
_OWNERS = {CampaignState.RETURNED: "bị trả lại, chưa sửa", CampaignState.APPROVED: "đã duyệt, chưa đặt lịch"}


class OfficersReminded:
    """``province``: the slug of the installation's; ``prices``: of what would have been printed."""

    def __init__(
        self,
        *,
        db: Database,
        office: Office,
        reached: OfficersReached,
        clock: Clock,
        duties: Sequence[Deadline],
        province: str,
        prices: Prices,
    ) -> None:
        self._db = db
        self._office = office
        self._reached = reached
        self._clock = clock
        self._duties = duties
        self._province = province
        self._prices = prices
        self._look_at: datetime | None = None
        self._figures: dict[tuple[date, date], Period] = {}

    async def tick(self) -> None:
        """Look, at most once a minute, and never at night."""
        now = self._clock.now()
        if self._look_at is not None and now < self._look_at:
            return
        self._look_at = now + LOOK_EVERY
        if recurrence.quiet(now, self._office.zone, self._office.quiet_from_to):
            return
        async with self._db.reading() as connection:
            everybody = [each.officer for each in await register.everybody(connection) if each.active]
        await self._deadlines(everybody, now.astimezone(self._office.zone).date())
        await self._what_waits(everybody, now)
        await self._what_stands_still(everybody, now)

    # --- deadlines ------------------------------------------------------------------------------------------------

    async def _deadlines(self, everybody: Sequence[Officer], today: date) -> None:
        """Duties that end on the same day are one reminder."""
        by_day: dict[tuple[date, int], list[Reminder]] = {}
        for reminder, stage in deadlines.due(today, self._duties, province=self._province):
            by_day.setdefault((reminder.last_day, stage), []).append(reminder)
        concerned = [each.id for each in everybody if self._reports(each)]
        for (last_day, stage), found in by_day.items():
            text = await self._words(found, today)
            await self._reached.say(concerned, text, once=f"deadline:{self._province}:{last_day}:{stage}")

    def _reports(self, officer: Officer) -> bool:
        """Whether they write or approve for the province, or for a part of it."""
        province, now = f"p-{self._province}", self._clock.now()
        areas = {area for _, area in officer.roles if not area or self._office.within(area, province)}
        wanted = [(area or province,) for area in areas]
        actions = (Action.DRAFT, Action.APPROVE)
        return any(may(officer, each, area, now, self._office.within) for each in actions for area in wanted)

    async def _words(self, found: Sequence[Reminder], today: date) -> str:
        days, last_day = found[0].days, found[0].last_day
        left = f"Còn {days} ngày" if days else "Hôm nay"
        lines = [f"{left} là hạn cuối nộp báo cáo ({last_day:%d/%m/%Y}), theo kế hoạch:"]
        lines += [f"· {each.deadline.plan}: {each.deadline.chain}" for each in found]
        lines.append("Tên cơ quan ghi theo kế hoạch cũ; xin đối chiếu kế hoạch năm nay.")
        spans = [span for each in found for span in deadlines.spans(each.deadline, last_day)]
        for first, last in dict.fromkeys(spans):
            figures = in_one_line((await self._period(first, min(last, today))).whole, self._prices)
            lines.append(f"Từ {first:%d/%m/%Y} tới nay: {figures}.")
            lines.append(f"Bảng đầy đủ: cotmoc campaign period --from {first} --to {last} --xlsx bao-cao.xlsx")
        return "\n".join(lines)

    async def _period(self, first: date, last: date) -> Period:
        """Counted once a day: the reminder is looked at every minute."""
        if (first, last) not in self._figures:
            async with self._db.reading() as connection:
                larger = larger_of(self._office.gazetteer)
                found = await reports.period(connection, first, last, larger, self._office.zone)
            if len(self._figures) >= _KEPT:
                self._figures.clear()
            self._figures[first, last] = found
        return self._figures[first, last]

    # --- what waits -----------------------------------------------------------------------------------------------

    async def _what_waits(self, everybody: Sequence[Officer], now: datetime) -> None:
        async with self._db.reading() as connection:
            submitted = await store.listed(connection, [CampaignState.SUBMITTED], _MOST)
            waiting = [await store.load(connection, each.id) for each in submitted]
            owned = await store.listed(connection, [str(each) for each in _OWNERS], _MOST)
            decided = {each.id: await store.last_decision(connection, each.id) for each in owned}
        for campaign in waiting:
            await self._signers(campaign, everybody, now)
        numbers = {each.name: each.id for each in everybody}
        for line in owned:
            decision, owner = decided[line.id], numbers.get(line.created_by)
            if decision is not None and owner is not None and now - decision.at >= WAITED:
                text = f"Nhắc: CD-{line.id} “{line.title}” {_OWNERS[CampaignState(line.state)]}. Xem: /viec"
                await self._again([owner], text, line.id, line.state, decision.at)

    async def _what_stands_still(self, everybody: Sequence[Officer], now: datetime) -> None:
        """Runs that were held or missed, a day after they were first seen so."""
        async with self._db.reading() as connection:
            stopped = await store.runs_in(connection, tuple(_STOPPED))
            fresh = [each for each in stopped if each.reason != FILLING and not _long_ago(each.finished_at, now)]
            campaigns = {each.campaign_id: await store.load(connection, each.campaign_id) for each in fresh}
        numbers = {each.name: each.id for each in everybody}
        for run in fresh:
            campaign = campaigns[run.campaign_id]
            owner = numbers.get(campaign.created_by)
            if owner is None or campaign.state is not CampaignState.SCHEDULED:
                continue
            seen = await self._seen(owner, f"stopped:{run.id}:{run.state}", now)
            if now - seen >= WAITED:
                text = f"Nhắc: CD-{campaign.id} “{campaign.title}”: đợt {run.id} {_STOPPED[run.state]}. Xem: /viec"
                await self._again([owner], text, campaign.id, f"{run.state}:{run.id}", seen)

    async def _seen(self, officer_id: int, subject: str, now: datetime) -> datetime:
        """Since when this is known; from now on, if it was not."""
        async with self._db.reading() as connection:
            since = await reminders.since(connection, officer_id, subject)
        if since is None:
            async with self._db.transaction() as connection:
                await reminders.mark(connection, officer_id, subject, now)
        return since or now

    async def _signers(self, campaign: Campaign, everybody: Sequence[Officer], now: datetime) -> None:
        if campaign.submitted_at is None or now - campaign.submitted_at < WAITED:
            return
        areas = self._office.areas_of(campaign.audience)
        asked: Mapping[int, str] = {
            each.id: todo.waits_for(each, campaign, areas, now, self._office.within) for each in everybody
        }
        since = f"{campaign.submitted_at.astimezone(self._office.zone):%H:%M %d/%m}"
        for what, word in (("sign", "ký"), ("approve", "duyệt")):
            concerned = [number for number, waits in asked.items() if waits == what]
            text = f"Nhắc: CD-{campaign.id} “{campaign.title}” vẫn chờ {word}, từ {since}. Xem: /viec"
            await self._again(concerned, text, campaign.id, campaign.state, campaign.submitted_at)

    async def _again(self, concerned: Sequence[int], text: str, number: int, state: str, since: datetime) -> None:
        once = f"waits:{number}:{state}:{int(since.timestamp())}"
        await self._reached.say(concerned, text, campaign_id=number, once=once)


def _long_ago(ended_at: datetime | None, now: datetime) -> bool:
    """What was missed days ago was let go."""
    return ended_at is not None and now - ended_at > 3 * WAITED
