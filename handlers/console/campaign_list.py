"""All campaigns: by state, by words of their titles, a page at a time."""

from __future__ import annotations

from urllib.parse import urlencode

from aiohttp import web

from bot.staff.roles import Action
from broadcasts import listing
from broadcasts.campaigns import CampaignState
from handlers.console.campaign_room import PATH, Room
from handlers.console.campaign_words import STATES, code
from handlers.console.gate import Visit
from handlers.console.words import N_

# Tabs: name in the address, label, states.
TABS: tuple[tuple[str, str, tuple[CampaignState, ...]], ...] = (
    ("", N_("Tất cả"), ()),
    ("writing", N_("Đang soạn"), (CampaignState.DRAFT, CampaignState.RETURNED)),
    ("waiting", N_("Chờ duyệt"), (CampaignState.SUBMITTED,)),
    ("ready", N_("Đã duyệt"), (CampaignState.APPROVED,)),
    ("planned", N_("Đã đặt lịch"), (CampaignState.SCHEDULED,)),
    ("over", N_("Đã xong"), (CampaignState.DONE, CampaignState.CANCELLED, CampaignState.EXPIRED)),
)
_LONGEST_SEARCH = 100


class CampaignList:
    def __init__(self, room: Room) -> None:
        self._room = room

    def routes(self) -> list[web.RouteDef]:
        return [self._room.gate.get(PATH, self._listed, Action.READ)]

    async def _listed(self, visit: Visit) -> web.Response:
        words, tab = visit.text("q")[:_LONGEST_SEARCH], visit.text("state")
        states = next((states for name, _, states in TABS if name == tab), ())
        number = visit.text("page")
        page = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 1
        async with self._room.db.reading() as connection:
            found = await listing.listed(connection, states, words, page)
        total = sum(found.counts.values())
        tabs = [
            (_query(name, words), label, sum(found.counts.get(each, 0) for each in among) if among else total)
            for name, label, among in TABS
        ]
        rows = [(each, code(each.id), STATES[CampaignState(each.state)]) for each in found.lines]
        pages = {"before": page - 1 if page > 1 else 0, "after": page + 1 if page < found.pages else 0}
        return self._room.pages.show(
            visit,
            "console/campaigns/list.html",
            {
                "rows": rows,
                "tabs": tabs,
                "current": _query(tab if states else "", words),
                "tab": tab,
                "words": words,
                "found": found,
                "page": page,
                "moment": self._room.clock_of(visit),
                **{name: _query(tab, words, each) if each else "" for name, each in pages.items()},
            },
        )


def _query(tab: str, words: str, page: int = 1) -> str:
    given = {"state": tab, "q": words, "page": str(page) if page > 1 else ""}
    asked = urlencode({name: value for name, value in given.items() if value})
    return f"{PATH}?{asked}" if asked else PATH
