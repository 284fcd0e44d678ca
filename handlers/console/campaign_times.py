"""Step 3, “Lúc nào”: once or repeating, by plain controls; the next five dates, and what comes too close."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from aiohttp import web

from bot.errors import CotMocError, StoreUnavailable
from bot.staff.roles import Action
from broadcasts import parts, recurrence, templates
from broadcasts.recurrence import Missed, Schedule, ScheduleError
from broadcasts.store import Campaign, ChangedMeanwhile
from handlers.console.campaign_forecast import foreseen
from handlers.console.campaign_room import Room, address, chosen, pressed, to_reopen
from handlers.console.campaign_rules import DAYS, KINDS, OWN, fields_of, schedule_of, weekdays_of
from handlers.console.campaign_summaries import MISSED, when
from handlers.console.campaign_words import OPEN, WEEK, and_weekday
from handlers.console.gate import Visit
from handlers.console.sent_forms import fields
from handlers.console.words import N_
from handlers.http.server import LARGEST_BODY

KIND_LABELS = {
    "once": N_("Một lần"),
    "daily": N_("Mỗi ngày"),
    "weekly": N_("Mỗi tuần, vào những ngày đánh dấu"),
    "monthly": N_("Mỗi tháng, vào ngày giống ngày đầu"),
    "last": N_("Mỗi tháng, vào ngày cuối tháng"),
    "own": N_("Giữ quy tắc đang có"),
}
SHOWN = 5
LATE = (1, 2, 6, 12, 24, 48, 72, 168)  # hours
_MORNING = "07:30"


class CampaignTimes:
    def __init__(self, room: Room) -> None:
        self._room = room

    def routes(self) -> list[web.RouteDef]:
        return self._room.step_routes("time", self._asked, self._sent, self._auto, LARGEST_BODY)

    async def _asked(self, visit: Visit) -> web.Response:
        campaign = await self._room.campaign(visit, Action.DRAFT)
        given = {"kind": "once", "date": "", "time": _MORNING, "missed": str(Missed.ASK), "late": "24"}
        days: tuple[str, ...] = ()
        if campaign.schedule:
            schedule = recurrence.from_json(campaign.schedule)
            given, days = fields_of(schedule), weekdays_of(schedule)
        wanted = visit.request.query.get("use", "")
        offered = self._suggested(visit, campaign)
        if wanted.isdigit() and len(wanted) < 3 and int(wanted) < len(offered):
            given, days = fields_of(offered[int(wanted)][0]), weekdays_of(offered[int(wanted)][0])
        return await self._shown(visit, campaign, given, days, {})

    async def _sent(self, visit: Visit) -> web.Response:
        room, campaign = self._room, await self._room.campaign(visit, Action.DRAFT)
        what, _ = pressed(visit)
        given, days = fields(visit.form), chosen(visit, "days")
        try:
            schedule = schedule_of(given, days)
            if what == "look":
                return await self._shown(visit, campaign, given, days, {})
            if to_reopen(visit, campaign):
                raise CotMocError("Sửa giờ gửi thì phải duyệt lại. Đánh dấu “Tôi hiểu” rồi bấm lại.")
            if not recurrence.next_dates(schedule, visit.now, room.office.zone, 1):
                raise ScheduleError("Giờ gửi đã qua; chọn giờ khác.")
            done = await self._keep(visit, campaign, schedule)
        except StoreUnavailable:
            raise
        except ChangedMeanwhile:
            campaign = await room.service.campaign(visit.officer, campaign.id)
            why = visit.words.say(
                "Có người vừa đổi giờ gửi, nên chưa lưu đè. Bản của họ ở dưới; bấm Lưu lần nữa nếu vẫn lấy bản này."
            )
            context = {"why": why, "theirs": when(room, visit, campaign.schedule)}
            return await self._shown(visit, campaign, given, days, context, 409)
        except CotMocError as error:
            return await self._shown(visit, campaign, given, days, {"why": visit.words.say(str(error))}, 400)
        said = visit.words.say("Đã lưu.") if done else ""
        return room.pages.after(visit, f"{address(campaign)}/{'submit' if what == 'next' else 'time'}", said)

    async def _auto(self, visit: Visit) -> web.Response:
        """What htmx sends at every change: the next dates; a draft keeps itself besides."""
        campaign = await self._room.campaign(visit, Action.DRAFT)
        context: dict[str, Any] = {"said": "", "kept": False, "dates": [], "warnings": []}
        try:
            schedule = schedule_of(fields(visit.form), chosen(visit, "days"))
            context |= await self._coming(visit, campaign, schedule)
            if campaign.state in OPEN and context["dates"]:
                await self._keep(visit, campaign, schedule)
                context |= {"said": self._room.kept_at(visit), "kept": True}
                campaign = await self._room.service.campaign(visit.officer, campaign.id)
        except StoreUnavailable:
            raise
        except CotMocError as error:
            context |= {"said": visit.words.say(str(error))}
        context["seen"] = parts.mark(campaign, parts.SCHEDULE)
        return self._room.show(visit, campaign, "time_auto", context)

    async def _keep(self, visit: Visit, campaign: Campaign, schedule: Schedule) -> bool:
        """Whether there was anything to change. Raises ScheduleError, ChangedMeanwhile, Forbidden."""
        if schedule.to_json() == dict(campaign.schedule):
            return False
        await self._room.service.time(visit.officer, campaign.id, schedule, visit.text("seen") or None)
        return True

    # --- Showing ------------------------------------------------------------------------------------------------------

    async def _coming(self, visit: Visit, campaign: Campaign, schedule: Schedule) -> dict[str, Any]:
        """The next dates, which of them the quiet hours move, and what is planned close to them."""
        office, words = self._room.office, visit.words
        dates = []
        for at in recurrence.next_dates(schedule, visit.now, office.zone, SHOWN):
            moved = recurrence.after_quiet(at, office.zone, office.quiet_from_to)
            asked = and_weekday(words, at, office.zone)
            dates.append((and_weekday(words, moved, office.zone), asked if moved != at else ""))
        aimed = replace(campaign, schedule=schedule.to_json())
        warnings = [words.say(each) for each in await self._room.dates.warnings(aimed, visit.now)]
        return {"dates": dates, "warnings": warnings}

    async def _shown(
        self,
        visit: Visit,
        campaign: Campaign,
        given: Mapping[str, str],
        days: tuple[str, ...],
        context: Mapping[str, Any],
        status: int = 200,
    ) -> web.Response:
        room = self._room
        coming: dict[str, Any] = {"dates": [], "warnings": []}
        with suppress(CotMocError):  # nothing is chosen yet, or the sentence above the form says what is wrong
            coming = await self._coming(visit, campaign, schedule_of(given, days))
        kinds = [*KINDS, OWN] if given.get("kind") == OWN or (given.get("rule", "") and _kept_own(campaign)) else KINDS
        begin, end = room.office.quiet_from_to
        local = visit.now.astimezone(room.zone)
        shown = {
            "step": "time",
            "foreseen": await foreseen(room, visit, campaign) if campaign.audience else None,
            "given": given,
            "days": days,
            "week": list(zip(DAYS, WEEK, strict=True)),
            "kinds": [(each, KIND_LABELS[each]) for each in kinds],
            "missed": [(str(each), MISSED[each]) for each in Missed],
            "late": LATE,
            "seen": parts.mark(campaign, parts.SCHEDULE),
            "quiet": (f"{begin.hour}:{begin.minute:02d}", f"{end.hour}:{end.minute:02d}"),
            "today": local.date().isoformat(),
            "suggested": [(text, sure) for _, text, sure in self._suggested(visit, campaign)],
            "theirs": [],
            "reopening": given.get("reopen") == "1",
        }
        return room.show(visit, campaign, "time", shown | coming | dict(context), status)

    def _suggested(self, visit: Visit, campaign: Campaign) -> list[tuple[Schedule, str, bool]]:
        """What the template's plan names: schedule, in words, and whether an editor has confirmed the day."""
        room = self._room
        template = room.staff.templates().get(campaign.template_id) if campaign.template_id else None
        if template is None:
            return []
        today = visit.now.astimezone(room.zone).date()
        try:
            start = templates.start_from(template, room.office.gazetteer, room.office.catalog, today)
        except CotMocError:
            return []
        found = [(each, True) for each in start.schedules] + [(each, False) for each in start.to_confirm]
        return [(each, when(room, visit, each.to_json())[0], sure) for each, sure in found]


def _kept_own(campaign: Campaign) -> bool:
    return bool(campaign.schedule.get("rule")) and fields_of(recurrence.from_json(campaign.schedule))["kind"] == OWN
