"""One campaign to be read, with what may be done with it now; throwing a draft away; planning what is approved."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.errors import CotMocError, StoreUnavailable
from bot.staff.roles import Action
from broadcasts import attached, history, todo
from broadcasts.approval import spoken
from broadcasts.campaigns import CampaignState
from broadcasts.store import Campaign
from handlers.console.campaign_forecast import foreseen
from handlers.console.campaign_room import PATH, Room, address
from handlers.console.campaign_summaries import when, whom
from handlers.console.campaign_trial import Trials
from handlers.console.campaign_words import CLOSED, moment
from handlers.console.gate import Visit
from handlers.officer_tasks import is_theirs

_AHEAD = (CampaignState.DRAFT, CampaignState.RETURNED, CampaignState.SUBMITTED, CampaignState.APPROVED)


class CampaignPage:
    def __init__(self, room: Room, trials: Trials) -> None:
        self._room = room
        self._trials = trials

    def routes(self) -> list[web.RouteDef]:
        gate = self._room.gate
        return [
            gate.get(f"{PATH}/{{id}}", self._read, Action.READ),
            gate.get(f"{PATH}/{{id}}/files/{{file}}", self._file, Action.READ),
            gate.post(f"{PATH}/{{id}}/schedule", self._schedule, Action.DRAFT),
            gate.post(f"{PATH}/{{id}}/cancel", self._cancel, Action.CONTROL),
            gate.post(f"{PATH}/{{id}}/trial", self._trial, Action.READ),
        ]

    async def _read(self, visit: Visit) -> web.Response:
        return await self._shown(visit, await self._room.campaign(visit), {})

    async def _shown(
        self, visit: Visit, campaign: Campaign, context: dict[str, Any], status: int = 200
    ) -> web.Response:
        room, office = self._room, self._room.office
        async with room.db.reading() as connection:
            past = await history.decided(connection, campaign.id)
        areas = office.areas_of(campaign.audience)
        given = {
            "whom": whom(room, visit, campaign.audience),
            "when": when(room, visit, campaign.schedule),
            "linked": [(each, office.entry_title(each)) for each in campaign.entries],
            "seen": await room.service.checklist(visit.officer, campaign.id),
            "spoken": spoken,
            "past": past,
            "runs": await room.service.runs(visit.officer, campaign.id),
            "foreseen": await foreseen(room, visit, campaign)
            if campaign.state in _AHEAD and campaign.audience
            else None,
            "warnings": [visit.words.say(each) for each in await room.dates.warnings(campaign, visit.now)],
            "signable": todo.signable(visit.officer, campaign, areas, visit.now, office.within)
            if campaign.state in (CampaignState.DRAFT, CampaignState.SUBMITTED)
            else [],
            "may_approve": room.may(visit, campaign, Action.APPROVE),
            "may_control": room.may(visit, campaign, Action.CONTROL) and campaign.state in _AHEAD,
            "may_copy": visit.may(Action.DRAFT) and "corrects" not in campaign.audience and bool(campaign.texts),
            "theirs": is_theirs(visit.officer, campaign),
            "over": campaign.state in CLOSED,
            "chat": await self._trials.chat_of(visit),
        }
        return room.show(visit, campaign, "read", given | context, status)

    async def _schedule(self, visit: Visit) -> web.Response:
        campaign = await self._room.campaign(visit)
        try:
            planned = await self._room.service.schedule(visit.officer, campaign.id)
        except StoreUnavailable:
            raise
        except CotMocError as error:
            return await self._shown(visit, campaign, {"why": visit.words.say(str(error))}, 409)
        done = visit.words.say(
            "CD-%(number)s sẽ gửi lúc %(when)s.",
            number=campaign.id,
            when=moment(visit.words, planned, self._room.zone),
        )
        return self._room.pages.after(visit, address(campaign), done)

    async def _cancel(self, visit: Visit) -> web.Response:
        campaign = await self._room.campaign(visit)
        if visit.text("sure") != "1":
            why = visit.words.say("Đánh dấu “Bỏ hẳn” rồi bấm lại: bỏ rồi không lấy lại được.")
            return await self._shown(visit, campaign, {"why": why}, 400)
        await self._room.service.cancel(visit.officer, campaign.id)
        done = visit.words.say("Đã bỏ CD-%(number)s. Không ai nhận được gì từ bản này.", number=campaign.id)
        return self._room.pages.after(visit, PATH, done)

    async def _trial(self, visit: Visit) -> web.Response:
        campaign = await self._room.campaign(visit)
        done, sent = await self._trials.send(visit, campaign)
        if not sent:
            return await self._shown(visit, campaign, {"why": done}, 409)
        return self._room.pages.after(visit, address(campaign), done)

    async def _file(self, visit: Visit) -> web.Response:
        """An attachment as residents get it: whoever signs or approves has to see it."""
        campaign = await self._room.campaign(visit)
        found = next((each for each in campaign.files if each.id == visit.number("file")), None)
        async with self._room.db.reading() as connection:
            content = await attached.content(connection, found.id) if found is not None else None
        if found is None or content is None:
            raise web.HTTPNotFound
        shown = "inline" if found.mime.startswith("image/") else "attachment"
        response = web.Response(body=content, content_type=found.mime)
        response.headers["Content-Disposition"] = (
            f'{shown}; filename="CD-{campaign.id}-{found.id}{_ending(found.name)}"'
        )
        return response


def _ending(name: str) -> str:
    return "." + name.rsplit(".", 1)[-1] if "." in name else ""
