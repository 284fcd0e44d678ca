"""Step 2, “Gửi ai”: places, topics, languages and channels to tick, with who would get it counted as one ticks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.errors import CotMocError, StoreUnavailable
from bot.staff.roles import Action, Forbidden
from broadcasts import audience, parts
from broadcasts.audience import Audience, AudienceError
from broadcasts.store import Campaign, ChangedMeanwhile
from broadcasts.templates import own_areas
from handlers.chat.subscriptions import SUBSCRIBABLE_TOPICS
from handlers.console import campaign_places
from handlers.console.campaign_forecast import foreseen, sampled, with_rule
from handlers.console.campaign_room import Room, address, chosen, pressed, to_reopen
from handlers.console.campaign_summaries import whom
from handlers.console.campaign_words import LANGUAGES, OPEN
from handlers.console.gate import Visit
from handlers.http.server import LARGEST_BODY
from handlers.previews import NAMES

EVERYWHERE, CHOSEN = "everywhere", "chosen"
_QUICK = (campaign_places.BORDER, campaign_places.COAST)


class CampaignAudience:
    def __init__(self, room: Room) -> None:
        self._room = room

    def routes(self) -> list[web.RouteDef]:
        return self._room.step_routes("audience", self._asked, self._sent, self._auto, LARGEST_BODY)

    async def _asked(self, visit: Visit) -> web.Response:
        campaign = await self._room.campaign(visit, Action.DRAFT)
        if "corrects" in campaign.audience:
            return self._room.show(
                visit,
                campaign,
                "audience_fixed",
                {"step": "audience", "whom": whom(self._room, visit, campaign.audience)},
            )
        return await self._shown(visit, campaign, self._kept(visit, campaign), {})

    async def _sent(self, visit: Visit) -> web.Response:
        room, campaign = self._room, await self._room.campaign(visit, Action.DRAFT)
        what, which = pressed(visit)
        typed = self._typed(visit, what, which)
        try:
            rule = self._rule(visit, typed)
            if what not in ("save", "next"):
                return await self._shown(visit, campaign, typed, {})
            if to_reopen(visit, campaign):
                raise CotMocError("Sửa nơi gửi thì phải duyệt lại. Đánh dấu “Tôi hiểu” rồi bấm lại.")
            done = await self._keep(visit, campaign, rule)
        except StoreUnavailable:
            raise
        except ChangedMeanwhile:
            campaign = await room.service.campaign(visit.officer, campaign.id)
            why = visit.words.say(
                "Có người vừa đổi nơi gửi, nên chưa lưu đè. Bản của họ ở dưới; bấm Lưu lần nữa nếu vẫn lấy bản này."
            )
            return await self._shown(
                visit, campaign, typed, {"why": why, "theirs": whom(room, visit, campaign.audience)}, 409
            )
        except CotMocError as error:
            return await self._shown(visit, campaign, typed, {"why": visit.words.say(str(error))}, 400)
        said = visit.words.say("Đã lưu.") if done else ""
        return room.pages.after(visit, f"{address(campaign)}/{'time' if what == 'next' else 'audience'}", said)

    async def _auto(self, visit: Visit) -> web.Response:
        """What htmx sends at every tick: who would get it; a draft keeps itself besides."""
        campaign = await self._room.campaign(visit, Action.DRAFT)
        typed = self._typed(visit, "auto", "")
        context: dict[str, Any] = {"said": "", "kept": False}
        try:
            rule = self._rule(visit, typed)
            if campaign.state in OPEN:
                await self._keep(visit, campaign, rule)
                context = {"said": self._room.kept_at(visit), "kept": True}
            campaign = await self._room.service.campaign(visit.officer, campaign.id)
            context |= await self._counted(visit, campaign, rule)
        except StoreUnavailable:
            raise
        except CotMocError as error:
            context |= {"said": visit.words.say(str(error)), "kept": False}
        context["seen"] = parts.mark(campaign, parts.AUDIENCE)
        return self._room.show(visit, campaign, "audience_auto", context)

    async def _keep(self, visit: Visit, campaign: Campaign, rule: Audience) -> bool:
        """Whether there was anything to change. Raises Forbidden, AudienceError, ChangedMeanwhile."""
        if campaign.audience and audience.from_json(dict(campaign.audience)) == rule:
            return False
        await self._room.service.aim(visit.officer, campaign.id, rule, visit.text("seen") or None)
        return True

    # --- What is ticked -----------------------------------------------------------------------------------------------

    def _kept(self, visit: Visit, campaign: Campaign) -> dict[str, Any]:
        rule = audience.from_json(dict(campaign.audience))
        every = bool(campaign.audience) and not rule.places
        return {
            "where": EVERYWHERE if every else CHOSEN,
            "rule": rule,
            "opened": (),
            "search": "",
            "settled": bool(campaign.audience),
        }

    def _typed(self, visit: Visit, what: str, which: str) -> dict[str, Any]:
        places, opened = chosen(visit, "places"), chosen(visit, "opened")
        if what in _QUICK:
            found = campaign_places.of_kind(self._room.office.gazetteer, self._home, self._areas(visit), what)
            places = tuple(dict.fromkeys((*places, *found)))
        if what == "open":
            opened = tuple(dict.fromkeys((*opened, which)))
        where = CHOSEN if what in _QUICK else visit.text("where")
        rule = Audience(
            places=() if where == EVERYWHERE else places,
            topics=chosen(visit, "topics"),
            languages=chosen(visit, "languages"),
            channels=chosen(visit, "channels"),
            exclusions=chosen(visit, "exclusions"),
            posts=chosen(visit, "posts"),
        )
        return {
            "where": where,
            "rule": rule,
            "opened": opened,
            "search": visit.text("q"),
            "settled": True,
            "reopening": visit.text("reopen") == "1",
            "finding": what in ("find", "open", *_QUICK),
        }

    def _rule(self, visit: Visit, typed: Mapping[str, Any]) -> Audience:
        """Raises AudienceError when nothing says where; what is not on the closed lists; Forbidden elsewhere."""
        rule: Audience = typed["rule"]
        if typed.get("finding"):
            return rule
        if typed["where"] not in (EVERYWHERE, CHOSEN):
            raise AudienceError("Chọn “mọi nơi” hoặc đánh dấu từng nơi.")
        if typed["where"] == CHOSEN and not rule.places:
            raise AudienceError("Chưa đánh dấu nơi nào. Đánh dấu xã, phường, hoặc cả tỉnh.")
        known = {
            "topics": SUBSCRIBABLE_TOPICS,
            "languages": tuple(LANGUAGES),
            "channels": self._room.staff.previews.channels,
        }
        for name, allowed in known.items():
            if any(each not in allowed for each in getattr(rule, name)):
                raise AudienceError("Có điều kiện không còn trong danh sách; tải lại trang rồi chọn lại.")
        self._room.office.wanted(rule, tuple(LANGUAGES))
        self._room.office.targets(rule.posts)
        if not visit.may(Action.DRAFT, self._room.office.areas(rule)):
            raise Forbidden("Có nơi ngoài khu vực của tài khoản này. Chỉ đánh dấu nơi trong khu vực của mình.")
        return rule

    # --- Showing ------------------------------------------------------------------------------------------------------

    @property
    def _home(self) -> str:
        return self._room.settings.province

    def _areas(self, visit: Visit) -> tuple[str, ...]:
        return own_areas(self._room.office, visit.officer, visit.now)

    async def _counted(self, visit: Visit, campaign: Campaign, rule: Audience) -> dict[str, Any]:
        aimed = with_rule(campaign, rule)
        return {
            "foreseen": await foreseen(self._room, visit, aimed),
            "sample": await sampled(self._room, visit, aimed),
        }

    async def _shown(
        self,
        visit: Visit,
        campaign: Campaign,
        typed: Mapping[str, Any],
        context: Mapping[str, Any],
        status: int = 200,
    ) -> web.Response:
        room, rule, areas = self._room, typed["rule"], self._areas(visit)
        ticked = (*rule.places, *rule.exclusions)
        gazetteer, language = room.office.gazetteer, visit.words.language
        places = campaign_places.checklist(
            gazetteer, self._home, areas, typed["opened"], ticked, typed["search"], language
        )
        counts: dict[str, Any] = {}
        if typed["settled"] and (rule.places or typed["where"] == EVERYWHERE) and not (status >= 400 and not campaign):
            try:
                counts = await self._counted(visit, campaign, self._rule(visit, typed))
            except CotMocError:
                counts = {}  # the sentence above the form says why
        quick = [(each, len(campaign_places.of_kind(gazetteer, self._home, areas, each))) for each in _QUICK]
        given = {
            "step": "audience",
            "typed": typed,
            "rule": rule,
            "places": places,
            "everywhere": not areas,
            "quick": [(each, count) for each, count in quick if count],
            "topics": [(each, room.topic(visit, each)) for each in SUBSCRIBABLE_TOPICS],
            "channels": [(each, NAMES.get(each, each)) for each in room.staff.previews.channels],
            "posts": sorted(room.office.posts),
            "seen": parts.mark(campaign, parts.AUDIENCE),
            "people": self._people(campaign),
            "cap": room.office.cap,
            "theirs": [],
            "foreseen": None,
            "sample": [],
        }
        return room.show(visit, campaign, "audience", given | counts | dict(context), status)

    def _people(self, campaign: Campaign) -> str:
        """Whom the plan means, for officers to read: nobody is chosen by it."""
        template = self._room.staff.templates().get(campaign.template_id) if campaign.template_id else None
        return template.people if template is not None else ""
