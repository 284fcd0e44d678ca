"""Approving a campaign or giving it back: the whole text, whom and when, what changed since the last time, the ticks.

Its author sees the same page, without the button and with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.errors import CotMocError, StoreUnavailable
from bot.staff.roles import Action
from broadcasts import history
from broadcasts.approval import SECRECY, NotAllowed, missing_ticks, spoken
from broadcasts.campaigns import CampaignState
from broadcasts.checking import Checklist
from broadcasts.history import Decided
from broadcasts.store import Campaign, ChangedMeanwhile
from handlers.console.campaign_changes import Change, changes
from handlers.console.campaign_forecast import foreseen
from handlers.console.campaign_room import PATH, Room, address, chosen
from handlers.console.campaign_summaries import when, whom
from handlers.console.gate import Visit, why_not

LEAST_WORDS = 5  # of a reason that somebody can act on
READ, LOOKED = "read", "looked"


class CampaignApproval:
    def __init__(self, room: Room) -> None:
        self._room = room

    def routes(self) -> list[web.RouteDef]:
        gate = self._room.gate
        return [
            gate.get(f"{PATH}/{{id}}/approve", self._asked, Action.READ),
            gate.post(f"{PATH}/{{id}}/approve", self._approved, Action.APPROVE),
            gate.post(f"{PATH}/{{id}}/return", self._returned, Action.APPROVE),
        ]

    async def _asked(self, visit: Visit) -> web.Response:
        return await self._shown(visit, await self._room.campaign(visit), {})

    async def _approved(self, visit: Visit) -> web.Response:
        """Everything is looked at before the code is: a code that was good is spent on nothing in vain."""
        campaign = await self._room.campaign(visit, Action.APPROVE)
        seen = await self._room.service.checklist(visit.officer, campaign.id)
        ticks, proven = chosen(visit, "tick"), False
        try:
            self._same(visit, campaign, seen)
            if seen.refused:
                raise NotAllowed(seen.refused)
            missing = missing_ticks(seen.ticks, ticks)
            if missing:
                raise NotAllowed(f"Chưa đánh dấu: {missing[0]}.")
            if visit.text(READ) != "1" or visit.text(LOOKED) != "1":
                raise NotAllowed("Đánh dấu “Đã đọc hết chữ” và “Đã xem nơi và giờ gửi” rồi duyệt.")
            await self._room.gate.prove(visit, visit.text("code"))
            proven = True
            await self._room.service.approve(visit.officer, campaign.id, seen.digest, ticks)
        except StoreUnavailable:
            raise
        except CotMocError as error:
            return await self._again(visit, campaign, why_not(visit, error, proven), ticks)
        done = self._room.phrase(visit, "officer.approved", code=spoken(seen.digest))
        return self._room.pages.after(visit, address(campaign), done)

    async def _returned(self, visit: Visit) -> web.Response:
        campaign = await self._room.campaign(visit, Action.APPROVE)
        reason = " ".join(visit.text("reason").split())
        try:
            seen = await self._room.service.checklist(visit.officer, campaign.id)
            self._same(visit, campaign, seen)
            if len(reason.split()) < LEAST_WORDS:
                raise CotMocError("Lý do cần ít nhất 5 chữ, để người soạn biết sửa gì.")
            await self._room.service.return_(visit.officer, campaign.id, reason)
        except StoreUnavailable:
            raise
        except CotMocError as error:
            return await self._again(visit, campaign, visit.words.say(str(error)), chosen(visit, "tick"))
        done = self._room.phrase(visit, "officer.returned", code=f"CD-{campaign.id}")
        return self._room.pages.after(visit, address(campaign), done)

    def _same(self, visit: Visit, campaign: Campaign, seen: Checklist) -> None:
        """Raises ChangedMeanwhile unless the page was of what stands now."""
        if visit.text("digest") != seen.digest or visit.text("version") != str(campaign.version):
            raise ChangedMeanwhile("Chiến dịch đã đổi từ khi mở trang này. Đọc lại bản mới dưới đây.")

    async def _again(self, visit: Visit, campaign: Campaign, why: str, ticks: tuple[str, ...]) -> web.Response:
        """What was ticked stays ticked, as long as it is still what was read."""
        campaign = await self._room.service.campaign(visit.officer, campaign.id)
        same = visit.text("version") == str(campaign.version)
        kept = {
            "ticked": ticks if same else (),
            READ: same and visit.text(READ) == "1",
            LOOKED: same and visit.text(LOOKED) == "1",
            "reason": visit.text("reason"),
            "why": why,
        }
        return await self._shown(visit, campaign, kept, 409)

    async def _shown(
        self, visit: Visit, campaign: Campaign, context: Mapping[str, Any], status: int = 200
    ) -> web.Response:
        room = self._room
        seen = await room.service.checklist(visit.officer, campaign.id)
        async with room.db.reading() as connection:
            past = await history.decided(connection, campaign.id)
        refused = self._refused(visit, campaign, seen)
        given: dict[str, Any] = {
            "seen": seen,
            "mark": spoken(seen.digest),
            "ticks": [(each, visit.words.say(each) if each == SECRECY else each) for each in seen.ticks],
            "ticked": (),
            READ: False,
            LOOKED: False,
            "reason": "",
            "refused": refused,
            "may_return": room.may(visit, campaign, Action.APPROVE)
            and campaign.state in (CampaignState.SUBMITTED, CampaignState.APPROVED),
            "whom": whom(room, visit, campaign.audience),
            "when": when(room, visit, campaign.schedule),
            "foreseen": await foreseen(room, visit, campaign) if campaign.audience else None,
            "warnings": [visit.words.say(each) for each in await room.dates.warnings(campaign, visit.now)],
            "linked": [(each, room.office.entry_title(each)) for each in campaign.entries],
            "previews": room.staff.previews.of(campaign),
            **self._since(visit, campaign, past),
        }
        return room.show(visit, campaign, "approve", given | dict(context), status)

    def _since(self, visit: Visit, campaign: Campaign, past: list[Decided]) -> dict[str, Any]:
        """What is another than when it was decided about last."""
        last = next((each for each in past if each.seen), None)
        found: list[Change] = changes(self._room, visit, campaign, last.seen) if last is not None else []
        return {"last": last, "decided": bool(past), "changes": found}

    def _refused(self, visit: Visit, campaign: Campaign, seen: Checklist) -> str:
        """Why this officer cannot approve it now; empty: they can."""
        say = visit.words.say
        if campaign.state is not CampaignState.SUBMITTED:
            return say("Chiến dịch không ở bước chờ duyệt.")
        if not self._room.may(visit, campaign, Action.APPROVE):
            return say("Tài khoản này không có quyền duyệt ở nơi tin sẽ gửi.")
        return say(seen.refused) if seen.refused else ""
