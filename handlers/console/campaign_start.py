"""Beginning a campaign: empty, from a template of the provincial plans, or as a copy of an earlier one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from aiohttp import web

from bot.errors import CotMocError, StoreUnavailable
from bot.staff.roles import Action, Forbidden
from broadcasts import templates
from broadcasts.service import LONGEST_TITLE
from content.campaign_templates import PLANS, Template
from content.entries import TOPICS
from handlers.console.campaign_room import PATH, Room
from handlers.console.campaign_words import IN_SENTENCE, LANGUAGES, listed
from handlers.console.gate import Visit

NEW = f"{PATH}/new"


@dataclass(frozen=True, slots=True)
class Card:
    """A template as the gallery shows it. ``day``: the next one that its plan names."""

    template: Template
    topics: str
    languages: str
    day: str


class CampaignStart:
    def __init__(self, room: Room) -> None:
        self._room = room

    def routes(self) -> list[web.RouteDef]:
        gate = self._room.gate
        return [
            gate.get(NEW, self._asked, Action.DRAFT),
            gate.post(NEW, self._empty, Action.DRAFT),
            gate.post(f"{NEW}/template", self._from_template, Action.DRAFT),
            gate.get(f"{NEW}/template/{{template}}", self._template, Action.DRAFT),
            gate.post(f"{PATH}/{{id}}/copy", self._copy, Action.DRAFT),
        ]

    async def _asked(self, visit: Visit) -> web.Response:
        return self._shown(visit, {})

    async def _empty(self, visit: Visit) -> web.Response:
        try:
            number = await self._room.service.draft(visit.officer, visit.text("title"))
        except (StoreUnavailable, Forbidden):
            raise
        except CotMocError as error:
            return self._shown(visit, {"title": visit.text("title"), "why": visit.words.say(str(error))}, 400)
        return self._begun(visit, number)

    async def _template(self, visit: Visit) -> web.Response:
        """One template whole, before anything is made of it."""
        template = self._named(visit.request.match_info["template"])
        return self._room.pages.show(
            visit,
            "console/campaigns/template.html",
            {
                "card": self._card(visit, template),
                "names": LANGUAGES,
                "linked": [self._room.office.entry_title(each) for each in template.entries],
                "address": NEW,
            },
        )

    async def _from_template(self, visit: Visit) -> web.Response:
        template, office = self._named(visit.text("template")), self._room.office
        within = templates.own_areas(office, visit.officer, visit.now)
        try:
            number = await templates.from_template(
                self._room.service, office, visit.officer, template, visit.now, within
            )
        except (StoreUnavailable, Forbidden):
            raise
        except CotMocError as error:
            return self._shown(visit, {"why": visit.words.say(str(error))}, 400)
        return self._begun(visit, number)

    async def _copy(self, visit: Visit) -> web.Response:
        campaign = await self._room.campaign(visit)
        number = await templates.copy_of(self._room.service, self._room.office, visit.officer, campaign.id)
        return self._begun(visit, number)

    def _begun(self, visit: Visit, number: int) -> web.Response:
        done = visit.words.say("Đã tạo bản nháp CD-%(number)s. Chưa ai nhận được gì.", number=number)
        return self._room.pages.after(visit, f"{PATH}/{number}/texts", done)

    def _named(self, template_id: str) -> Template:
        found = self._room.staff.templates().get(template_id)
        if found is None:
            raise web.HTTPNotFound
        return found

    def _shown(self, visit: Visit, context: dict[str, str], status: int = 200) -> web.Response:
        plan, topic = visit.text("plan"), visit.text("topic")
        every = self._room.staff.templates().values()
        kept = [
            each
            for each in every
            if (not plan or any(name.startswith(f"{plan} ") for name in each.plans))
            and (not topic or topic in each.topics)
        ]
        used = {name for each in every for name in each.topics}
        given = {
            "cards": [self._card(visit, each) for each in kept],
            "plans": [("", visit.words.say("Mọi kế hoạch")), *((each, each) for each in PLANS)],
            "topics": [
                ("", visit.words.say("Mọi chủ đề")),
                *((each, self._room.topic(visit, each)) for each in TOPICS if each in used),
            ],
            "plan": plan,
            "topic": topic,
            "address": NEW,
            "longest": LONGEST_TITLE,
            "title": "",
        }
        return self._room.pages.show(visit, "console/campaigns/new.html", given | context, status=status)

    def _card(self, visit: Visit, template: Template) -> Card:
        today = visit.now.astimezone(self._room.zone).date()
        coming = [each.in_year(year) for each in template.dates for year in (today.year, today.year + 1)]
        day: date | None = min((each for each in coming if each is not None and each > today), default=None)
        return Card(
            template,
            listed([self._room.topic(visit, each) for each in template.topics]),
            listed([visit.words.say(IN_SENTENCE[each]) for each in template.texts]),
            f"{day:%d/%m/%Y}" if day else "",
        )
