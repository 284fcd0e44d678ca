"""What every page of a campaign stands on: the services, who may do what to it, and the frame around its steps."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from aiohttp import web

from bot.settings import Settings
from bot.staff.roles import Action, Forbidden
from bot.storage.db import Database
from broadcasts.dates import Dates
from broadcasts.office import Office
from broadcasts.service import Service
from broadcasts.store import Campaign
from content.phrases import Phrases
from handlers.chat.staff import Staff
from handlers.console.campaign_words import CLOSED, IN_SENTENCE, LANGUAGES, OPEN, STATES, STEPS, code, moment
from handlers.console.gate import Gate, Handler, Visit
from handlers.console.rendering import Pages
from handlers.officers_reached import OfficersReached

PATH = "/console/campaigns"
_LINES = re.compile(r"\r\n?")


@dataclass(frozen=True, slots=True)
class Room:
    """``reached``: how an officer's own chat is written to; ``dates``: what comes too close to a campaign."""

    db: Database
    settings: Settings
    staff: Staff
    phrases: Phrases
    gate: Gate
    pages: Pages
    reached: OfficersReached

    @property
    def service(self) -> Service:
        return self.staff.service

    @property
    def office(self) -> Office:
        return self.staff.office

    @property
    def zone(self) -> tzinfo:
        return self.office.zone

    @property
    def dates(self) -> Dates:
        return Dates(self.db, self.office)

    async def campaign(self, visit: Visit, action: Action | None = None) -> Campaign:
        """The campaign of the address. Raises NoSuchCampaign; Forbidden without the right where it goes."""
        campaign = await self.service.campaign(visit.officer, visit.number())
        if action is not None and not self.may(visit, campaign, action):
            raise Forbidden
        return campaign

    def may(self, visit: Visit, campaign: Campaign, action: Action) -> bool:
        """Before it is known where it goes: whoever holds the right anywhere."""
        return visit.may(action, self.office.areas_of(campaign.audience) if campaign.audience else None)

    def phrase(self, visit: Visit, key: str, **fields: str | int) -> str:
        """A sentence that the officers' chat says, too."""
        return self.phrases.say(key, visit.words.language, **fields)

    def topic(self, visit: Visit, topic: str) -> str:
        return self.phrases.say(f"topic.{topic}", visit.words.language)

    def step_routes(self, name: str, asked: Handler, sent: Handler, auto: Handler, largest: int) -> list[web.RouteDef]:
        """Of a step of the editor: its page, its form, and what htmx sends meanwhile."""
        path = f"{PATH}/{{id}}/{name}"
        return [
            self.gate.get(path, asked, Action.DRAFT),
            self.gate.post(path, sent, Action.DRAFT, largest=largest),
            self.gate.post(f"{path}/auto", auto, Action.DRAFT),
        ]

    def show(
        self, visit: Visit, campaign: Campaign, page: str, context: Mapping[str, Any], status: int = 200
    ) -> web.Response:
        """A page of this campaign: ``page`` is a template of its folder."""
        return self.pages.show(
            visit, f"console/campaigns/{page}.html", self.frame(visit, campaign) | dict(context), status=status
        )

    def frame(self, visit: Visit, campaign: Campaign) -> dict[str, Any]:
        label, look, icon = STATES[campaign.state]
        path = address(campaign)
        return {
            "campaign": campaign,
            "code": code(campaign.id),
            "at": path,
            "state": {"label": label, "look": look, "icon": icon},
            "steps": [(f"{path}/{name}", label) for name, label in STEPS],
            "names": LANGUAGES,
            "inside": IN_SENTENCE,
            "writable": campaign.state in OPEN,
            "reopens": campaign.state not in (*OPEN, *CLOSED),
            "may_draft": self.may(visit, campaign, Action.DRAFT) and campaign.state not in CLOSED,
            "moment": self.clock_of(visit),
        }

    def clock_of(self, visit: Visit) -> Callable[[datetime], str]:
        return lambda at: moment(visit.words, at, self.zone)

    def kept_at(self, visit: Visit) -> str:
        """The sentence under a form that keeps itself."""
        local = visit.now.astimezone(self.zone)
        return visit.words.say("Tự lưu lúc %(time)s", time=f"{local.hour}:{local.minute:02d}")


def address(campaign: Campaign) -> str:
    return f"{PATH}/{campaign.id}"


def cleaned(typed: str) -> str:
    """As it is kept: browsers send other ends of lines, and some keyboards marks apart from their letters."""
    return unicodedata.normalize("NFC", _LINES.sub("\n", typed)).strip()


def chosen(visit: Visit, name: str) -> tuple[str, ...]:
    """Every ticked value of a name."""
    return tuple(dict.fromkeys(each for each in visit.form.getall(name, []) if isinstance(each, str) and each))


def pressed(visit: Visit) -> tuple[str, str]:
    """Which button sent the form: what to do, and with what."""
    what, _, which = visit.text("do").partition(":")
    return what or "save", which


def to_reopen(visit: Visit, campaign: Campaign) -> bool:
    """Whether somebody tries to change what was handed in without having been told what that costs."""
    return campaign.state not in OPEN and visit.text("reopen") != "1"


def in_words(visit: Visit, errors: Sequence[Exception]) -> str:
    return " ".join(visit.words.say(str(each)) for each in errors)
