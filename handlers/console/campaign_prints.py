"""A campaign on paper: the leaflet and the loudspeaker's script of the very text that is sent, as PDFs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.staff.roles import Action
from broadcasts.store import Campaign
from handlers.console.campaign_room import PATH, Room
from handlers.console.gate import Visit
from handlers.printing import Printing


class CampaignPrints:
    """What cannot be printed is said with its reason (NothingToPrint, Unprintable), by the gate."""

    def __init__(self, room: Room, printing: Printing) -> None:
        self._room = room
        self._printing = printing

    def routes(self) -> list[web.RouteDef]:
        get = self._room.gate.get
        return [
            get(f"{PATH}/{{id}}/leaflet.pdf", self._leaflet, Action.READ),
            get(f"{PATH}/{{id}}/script.pdf", self._script, Action.READ),
        ]

    async def _leaflet(self, visit: Visit) -> web.Response:
        return await self._paper(visit, self._printing.leaflet_of_campaign, "to-roi")

    async def _script(self, visit: Visit) -> web.Response:
        return await self._paper(visit, self._printing.script_of_campaign, "loa")

    async def _paper(self, visit: Visit, make: Callable[[Campaign], Awaitable[bytes]], kind: str) -> web.Response:
        campaign = await self._room.campaign(visit)
        headers = {"Content-Disposition": f'inline; filename="CD-{campaign.id}-{kind}.pdf"'}
        return web.Response(body=await make(campaign), content_type="application/pdf", headers=headers)
