"""Signing a language off: the whole text, what changed since it was signed last, and a fresh code.

What it is compared with: the text as it was signed last (of the campaign that a copy was made from, too); else the
text as it was approved or returned last; else the template; and where nothing is kept, the page says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.errors import CotMocError, StoreUnavailable
from bot.staff.roles import Action
from broadcasts import approval, history, todo
from broadcasts.approval import NotAllowed, Text, text_mark
from broadcasts.campaigns import CampaignState
from broadcasts.store import Campaign, ChangedMeanwhile
from handlers.console.campaign_counts import counted
from handlers.console.campaign_differences import SAME, Piece, difference
from handlers.console.campaign_room import PATH, Room, address
from handlers.console.campaign_words import IN_SENTENCE
from handlers.console.gate import Visit, why_not
from handlers.console.words import N_

_SIGNABLE = (CampaignState.DRAFT, CampaignState.SUBMITTED)
_SIGNED = N_("bản được ký lần trước")
_APPROVED = N_("bản được duyệt lần trước")
_RETURNED = N_("bản bị trả lại lần trước")
_TEMPLATE = N_("mẫu ban đầu, chưa ai ký")


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a text is compared with. ``name``: what it is; empty: nothing was kept."""

    name: str = ""
    text: str = ""


class CampaignSigning:
    def __init__(self, room: Room) -> None:
        self._room = room

    def routes(self) -> list[web.RouteDef]:
        path = f"{PATH}/{{id}}/sign/{{language}}"
        return [
            self._room.gate.get(path, self._asked, Action.READ),
            self._room.gate.post(path, self._sent, Action.SIGN),
        ]

    async def _asked(self, visit: Visit) -> web.Response:
        campaign, text = await self._text(visit)
        return await self._shown(visit, campaign, text, "")

    async def _sent(self, visit: Visit) -> web.Response:
        campaign, text = await self._text(visit)
        proven = False
        try:
            if campaign.state not in _SIGNABLE:
                raise NotAllowed("Chỉ ký khi đang soạn hoặc chờ duyệt.")
            approval.may_sign(campaign.draft, visit.officer.name, text.language)
            if text_mark(text.text) != visit.text("seen"):
                raise ChangedMeanwhile("Chữ đã đổi từ khi mở trang này. Đọc lại bản mới dưới đây rồi ký.")
            if visit.text("read") != "1":
                raise CotMocError("Đánh dấu “Đã đọc hết chữ” rồi ký.")
            await self._room.gate.prove(visit, visit.text("code"))
            proven = True
            await self._room.service.sign(visit.officer, campaign.id, text.language, visit.text("seen"))
        except StoreUnavailable:
            raise
        except CotMocError as error:
            return await self._shown(visit, campaign, text, why_not(visit, error, proven), 409)
        done = visit.words.say(
            "CD-%(number)s: đã ký bản %(language)s.",
            number=campaign.id,
            language=visit.words.say(IN_SENTENCE[text.language]),
        )
        return self._room.pages.after(visit, address(campaign), done)

    async def _text(self, visit: Visit) -> tuple[Campaign, Text]:
        campaign = await self._room.campaign(visit)
        language = visit.request.match_info["language"]
        found = next((each for each in campaign.texts if each.language == language), None)
        if found is None:
            raise web.HTTPNotFound
        return campaign, found

    async def _shown(self, visit: Visit, campaign: Campaign, text: Text, why: str, status: int = 200) -> web.Response:
        room, office = self._room, self._room.office
        areas = office.areas_of(campaign.audience)
        able = campaign.state in _SIGNABLE and text.language in todo.signable(
            visit.officer, campaign, areas, visit.now, office.within
        )
        earlier = await self._earlier(campaign, text.language)
        pieces: list[Piece] = difference(earlier.text, text.text) if earlier.name else []
        other = next((each for each in campaign.texts if each.language == "vi" and text.language != "vi"), None)
        context: dict[str, Any] = {
            "text": text,
            "other": other,
            "counts": counted(text.text, text.language),
            "seen": text_mark(text.text),
            "able": able,
            "refused": "" if able else self._refused(visit, campaign, text),
            "earlier": earlier,
            "pieces": pieces,
            "unchanged": bool(earlier.name) and all(each.kind == SAME for each in pieces),
            "previews": room.staff.previews.of(campaign, language=text.language),
            "linked": [(each, office.entry_title(each)) for each in campaign.entries],
            "ticked": visit.text("read") == "1",
            "why": why,
        }
        return room.show(visit, campaign, "sign", context, status)

    def _refused(self, visit: Visit, campaign: Campaign, text: Text) -> str:
        say = visit.words.say
        if text.signed_by:
            return say("Đã ký: %(name)s.", name=text.signed_by)
        if campaign.state not in _SIGNABLE:
            return say("Chỉ ký khi đang soạn hoặc chờ duyệt.")
        try:
            approval.may_sign(campaign.draft, visit.officer.name, text.language)
        except NotAllowed as error:
            return say(str(error))
        return say("Tài khoản này không có quyền ký ở nơi tin sẽ gửi.")

    async def _earlier(self, campaign: Campaign, language: str) -> Earlier:
        async with self._room.db.reading() as connection:
            signed = await history.signed_texts(connection, campaign.id)
            past = await history.decided(connection, campaign.id)
        if language in signed:
            return Earlier(_SIGNED, signed[language])
        for each in past:
            found = each.seen.get("texts", {}).get(language)
            if found:
                return Earlier(_APPROVED if each.decision == history.APPROVED else _RETURNED, found)
        template = self._room.staff.templates().get(campaign.template_id) if campaign.template_id else None
        if template is not None and language in template.texts:
            return Earlier(_TEMPLATE, template.texts[language])
        return Earlier()
