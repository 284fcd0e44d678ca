"""/campaigns: a script reads them, drafts one, writes in it and hands it in; people sign and approve it elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.staff.roles import Officer
from bot.storage.db import Database
from broadcasts import recurrence, templates
from broadcasts.audience import Audience
from broadcasts.composing import ComposeError
from broadcasts.dates import Dates
from broadcasts.office import Office
from broadcasts.recurrence import ScheduleError
from broadcasts.seen_service import SeenService
from broadcasts.store import Campaign
from content.campaign_templates import Template
from handlers.api.campaign_bodies import body_of, line_of
from handlers.api.campaign_shapes import (
    AskedCampaigns,
    AudienceWithPosts,
    CampaignBody,
    CampaignPage,
    LinkedEntries,
    NewCampaign,
    PlannedRun,
    ScheduleRule,
    Submitted,
    TemplateLine,
    TemplatePage,
    WrittenText,
)
from handlers.api.cursors import Cursors
from handlers.api.operations import Answer, Call, Operation

GROUP = "campaigns"
_ONE = "/campaigns/{campaign_id}"
_CHANGED = ("not-found", "wrong-state", "changed-meanwhile")


class Campaigns:
    def __init__(
        self,
        db: Database,
        office: Office,
        clock: Clock,
        cursors: Cursors,
        starts: Mapping[str, Template],
    ) -> None:
        """``starts``: the templates by id."""
        self._db = db
        self._office = office
        self._clock = clock
        self._cursors = cursors
        self._starts = starts
        self._dates = Dates(db, office)

    def operations(self) -> tuple[Operation, ...]:
        one, changed = CampaignBody, {"scope": "draft", "guarded": True, "tagged": True, "errors": _CHANGED}
        return (
            Operation(
                "GET", "/campaigns", "listCampaigns", GROUP, "Các chiến dịch, mới nhất trước.", self._list,
                CampaignPage, query=AskedCampaigns,
            ),
            Operation(
                "POST", "/campaigns", "draftCampaign", GROUP, "Bản nháp mới, trống hoặc theo một mẫu.", self._draft,
                one, "draft", body=NewCampaign, statuses=(201,), once=True, tagged=True,
            ),
            Operation(
                "GET", _ONE, "readCampaign", GROUP, "Cả chiến dịch, với ETag của bản này.", self._read,
                one, tagged=True, errors=("not-found",),
            ),
            Operation(
                "PUT", f"{_ONE}/texts/{{language}}", "writeText", GROUP,
                "Ghi toàn văn một ngôn ngữ; chữ ký và phê duyệt trước đó mất.", self._write,
                one, body=WrittenText, **changed,  # type: ignore[arg-type]
            ),
            Operation(
                "PUT", f"{_ONE}/audience", "chooseAudience", GROUP, "Ai nhận.", self._aim,
                one, body=AudienceWithPosts, **changed,  # type: ignore[arg-type]
            ),
            Operation(
                "PUT", f"{_ONE}/schedule", "chooseTime", GROUP, "Khi nào gửi.", self._time,
                one, body=ScheduleRule, **changed,  # type: ignore[arg-type]
            ),
            Operation(
                "PUT", f"{_ONE}/entries", "linkEntries", GROUP, "Những câu trả lời mà tin dựa vào.", self._link,
                one, body=LinkedEntries, **changed,  # type: ignore[arg-type]
            ),
            Operation(
                "POST", f"{_ONE}/submission", "submitCampaign", GROUP,
                "Trình để cán bộ khác ký và duyệt; chương trình không ký, không duyệt được.", self._submit,
                Submitted, once=True, body=None, **(changed | {"tagged": False}),  # type: ignore[arg-type]
            ),
            Operation(
                "POST", f"{_ONE}/plan", "planRun", GROUP, "Đặt lịch đợt đầu của bản đã được người duyệt.", self._plan,
                PlannedRun, once=True, body=None, **(changed | {"tagged": False}),  # type: ignore[arg-type]
            ),
            Operation(
                "GET", "/campaign-templates", "listTemplates", GROUP, "Các mẫu chiến dịch.", self._templates,
                TemplatePage,
            ),
        )  # fmt: skip

    async def _list(self, call: Call) -> Answer:
        asked = call.asked(AskedCampaigns)
        which = f"campaigns/{asked.state or ''}"
        last = self._cursors.read(which, asked.cursor)
        states = (asked.state,) if asked.state else ()
        found = await self._service().campaigns(call.officer, states, asked.limit + 1, int(last) if last else None)
        shown = found[: asked.limit]
        lines = [line_of(each) for each in shown]
        more = self._cursors.after(which, str(shown[-1].id)) if len(found) > len(shown) else None
        return Answer(CampaignPage(campaigns=lines, next=more))

    async def _draft(self, call: Call) -> Answer:
        given, service = call.given(NewCampaign), self._service()
        if given.template is None:
            number = await service.draft(call.officer, given.title or "")
        else:
            template, now = self._starts.get(given.template), self._clock.now()
            if template is None:
                raise ComposeError(f"Không có mẫu “{given.template}”.")
            within = tuple(given.within) or templates.own_areas(self._office, call.officer, now)
            number = await templates.from_template(service, self._office, call.officer, template, now, within)
        return await self._whole(call.officer, number, status=201)

    async def _read(self, call: Call) -> Answer:
        return await self._whole(call.officer, call.number("campaign_id"))

    async def _write(self, call: Call) -> Answer:
        number = call.number("campaign_id")
        text = call.given(WrittenText).text
        await self._service(call).write(call.officer, number, call.path["language"], text)
        return await self._whole(call.officer, number)

    async def _aim(self, call: Call) -> Answer:
        number, given = call.number("campaign_id"), call.given(AudienceWithPosts)
        rule = Audience(**{field: tuple(values) for field, values in given.model_dump().items()})
        await self._service(call).aim(call.officer, number, rule)
        return await self._whole(call.officer, number)

    async def _time(self, call: Call) -> Answer:
        number = call.number("campaign_id")
        schedule = recurrence.from_json(call.given(ScheduleRule).model_dump())
        await self._service(call).time(call.officer, number, schedule)
        return await self._whole(call.officer, number)

    async def _link(self, call: Call) -> Answer:
        number, given = call.number("campaign_id"), call.given(LinkedEntries)
        await self._service(call).link(call.officer, number, given.entries, self._moment(given.expires_at))
        return await self._whole(call.officer, number)

    async def _submit(self, call: Call) -> Answer:
        number = call.number("campaign_id")
        digest = await self._service(call).submit(call.officer, number)
        campaign = await self._service().campaign(call.officer, number)
        warnings = await self._dates.warnings(campaign, self._clock.now())
        return Answer(Submitted(digest=digest, warnings=list(warnings)))

    async def _plan(self, call: Call) -> Answer:
        planned = await self._service(call).schedule(call.officer, call.number("campaign_id"))
        return Answer(PlannedRun(planned_at=planned))

    async def _templates(self, call: Call) -> Answer:
        lines = [
            TemplateLine(id=each.id, title=each.title, ready=each.ready, to_add=list(each.to_add), note=each.note)
            for each in self._starts.values()
        ]
        return Answer(TemplatePage(templates=lines))

    # --- shared ---------------------------------------------------------------------------------------------------

    def _service(self, call: Call | None = None) -> SeenService:
        return SeenService(self._db, self._office, self._clock, call.version if call is not None else None)

    async def _whole(self, officer: Officer, number: int, status: int = 200) -> Answer:
        campaign = await self._service().campaign(officer, number)
        warnings = await self._dates.warnings(campaign, self._clock.now())
        body = body_of(campaign, self._next(campaign), list(warnings))
        location = f"/campaigns/{number}" if status == 201 else ""
        return Answer(body, status, version=campaign.version, location=location)

    def _next(self, campaign: Campaign) -> list[datetime]:
        if not campaign.schedule:
            return []
        try:
            schedule = recurrence.from_json(campaign.schedule)
        except ScheduleError:  # written by an earlier release; whoever hands it in is told
            return []
        return recurrence.next_dates(schedule, self._clock.now(), self._office.zone)

    def _moment(self, local: str | None) -> datetime | None:
        if local is None:
            return None
        try:
            moment = datetime.fromisoformat(local).replace(tzinfo=self._office.zone)
        except ValueError:
            raise ComposeError("Không có ngày giờ này; ghi như 2026-12-31T23:59.") from None
        if moment <= self._clock.now() + timedelta(minutes=1):
            raise ComposeError("Ngày hết hiệu lực đã qua.")
        return moment
