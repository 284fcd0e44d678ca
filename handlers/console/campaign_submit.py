"""Step 4, “Trình”: what is still missing, what to look at, who would get it; then it is handed in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from aiohttp import web

from bot.errors import CotMocError, StoreUnavailable
from bot.staff.roles import Action
from broadcasts import checking
from broadcasts.campaigns import CampaignState
from broadcasts.store import Campaign
from handlers.console.campaign_forecast import Seen, foreseen
from handlers.console.campaign_room import PATH, Room, address
from handlers.console.campaign_summaries import when, whom
from handlers.console.campaign_words import IN_SENTENCE
from handlers.console.gate import Visit

GOOD, LOOK, MISSING = "good", "look", "missing"


@dataclass(frozen=True, slots=True)
class Point:
    """One line of the list. ``how``: good, look (may be handed in all the same), missing; ``step``: where to mend."""

    how: str
    text: str
    step: str


class CampaignSubmit:
    def __init__(self, room: Room) -> None:
        self._room = room

    def routes(self) -> list[web.RouteDef]:
        path = f"{PATH}/{{id}}/submit"
        return [
            self._room.gate.get(path, self._asked, Action.DRAFT),
            self._room.gate.post(path, self._sent, Action.DRAFT),
        ]

    async def _asked(self, visit: Visit) -> web.Response:
        return await self._shown(visit, await self._room.campaign(visit, Action.DRAFT), "")

    async def _sent(self, visit: Visit) -> web.Response:
        campaign = await self._room.campaign(visit, Action.DRAFT)
        try:
            if not campaign.audience:
                raise CotMocError("Chưa chọn gửi ai; chọn nơi gửi rồi trình.")
            await self._room.service.submit(visit.officer, campaign.id)
        except StoreUnavailable:
            raise
        except CotMocError as error:
            campaign = await self._room.service.campaign(visit.officer, campaign.id)
            return await self._shown(visit, campaign, visit.words.say(str(error)), 409)
        done = self._room.phrase(visit, "officer.submitted")
        return self._room.pages.after(visit, address(campaign), done)

    async def _shown(self, visit: Visit, campaign: Campaign, why: str, status: int = 200) -> web.Response:
        room = self._room
        seen = await foreseen(room, visit, campaign) if campaign.audience else None
        points = [*self._points(visit, campaign, seen)]
        points += [
            Point(LOOK, visit.words.say(each), "time") for each in await room.dates.warnings(campaign, visit.now)
        ]
        return room.show(
            visit,
            campaign,
            "submit",
            {
                "step": "submit",
                "points": points,
                "ready": campaign.state is CampaignState.DRAFT and not any(each.how == MISSING for each in points),
                "returned": campaign.state is CampaignState.RETURNED,
                "foreseen": seen,
                "whom": whom(room, visit, campaign.audience),
                "when": when(room, visit, campaign.schedule),
                "why": why,
            },
            status,
        )

    def _points(self, visit: Visit, campaign: Campaign, seen: Seen | None) -> Iterator[Point]:
        say, office = visit.words.say, self._room.office
        written = ", ".join(say(IN_SENTENCE[each.language]) for each in campaign.texts)
        if written:
            yield Point(GOOD, say("Có chữ: %(languages)s.", languages=written), "texts")
        else:
            yield Point(MISSING, say("Chưa có bản ngôn ngữ nào."), "texts")
        for each in checking.faulty_entries(office, campaign, visit.now):
            yield Point(MISSING, say(each), "texts")
        for each in office.misfits(campaign):
            yield Point(MISSING, say(each), "texts")
        if not campaign.entries:
            yield Point(
                LOOK, say("Chưa gắn câu trả lời nào: mọi con số trong tin, người duyệt phải tự đối chiếu."), "texts"
            )
        if campaign.expires_at is None:
            yield Point(LOOK, say("Chưa ghi ngày hết hiệu lực."), "texts")
        for each in checking.changed_entries(office, campaign):
            yield Point(LOOK, say("Câu trả lời gắn kèm đã đổi từ lần trình trước: %(title)s.", title=each), "texts")
        if not campaign.audience:
            yield Point(MISSING, say("Chưa chọn gửi ai."), "audience")
        elif seen is not None and not seen.whole.reachable:
            yield Point(LOOK, say("Chưa ai nhận được tin này: xem lại nơi, chủ đề."), "audience")
        else:
            yield Point(GOOD, seen.sentence if seen is not None else "", "audience")
        if seen is not None:
            yield from (Point(LOOK, text, "audience") for text, enough in seen.quotas if not enough)
        yield self._time(visit, campaign)

    def _time(self, visit: Visit, campaign: Campaign) -> Point:
        said = " ".join(when(self._room, visit, campaign.schedule)[:1])
        if not campaign.schedule:
            return Point(MISSING, visit.words.say("Chưa chọn giờ gửi."), "time")
        if not checking.to_come(self._room.office, campaign, visit.now):
            return Point(MISSING, visit.words.say("Giờ gửi đã qua; chọn giờ khác."), "time")
        return Point(GOOD, said, "time")
