"""The campaigns of the console put together: list, new one, page, four steps, signing, approving, printing."""

from __future__ import annotations

from typing import Protocol

from aiohttp import web

from handlers.console.campaign_approval import CampaignApproval
from handlers.console.campaign_audience import CampaignAudience
from handlers.console.campaign_list import CampaignList
from handlers.console.campaign_page import CampaignPage
from handlers.console.campaign_prints import CampaignPrints
from handlers.console.campaign_room import Room
from handlers.console.campaign_signing import CampaignSigning
from handlers.console.campaign_start import CampaignStart
from handlers.console.campaign_submit import CampaignSubmit
from handlers.console.campaign_texts import CampaignTexts
from handlers.console.campaign_times import CampaignTimes
from handlers.console.campaign_trial import Trials
from handlers.printing import Printing


class _Part(Protocol):
    def routes(self) -> list[web.RouteDef]: ...


class Campaigns:
    def __init__(self, room: Room, printing: Printing) -> None:
        trials = Trials(room)
        self._parts: tuple[_Part, ...] = (
            CampaignList(room),
            CampaignStart(room),  # before the page: "new" is no number
            CampaignPage(room, trials),
            CampaignTexts(room, trials),
            CampaignAudience(room),
            CampaignTimes(room),
            CampaignSubmit(room),
            CampaignSigning(room),
            CampaignApproval(room),
            CampaignPrints(room, printing),
        )

    def routes(self) -> list[web.RouteDef]:
        return [route for part in self._parts for route in part.routes()]
