"""Leaflets and loudspeaker scripts of what the service says: from a stored answer, a campaign, an urgent notice.

Drawing a PDF takes a fifth of a second of the machine; it is done beside the loop, one at a time, and what was drawn
today is kept for the next who asks.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from bot.clock import Clock
from bot.errors import CotMocError
from broadcasts.campaigns import CampaignState
from broadcasts.notice_store import Notice
from broadcasts.store import Campaign
from broadcasts.version_names import campaign_version, notice_version
from content import store
from content.entries import LANGUAGES
from content.loudspeaker import Script
from content.version_numbers import version_number
from handlers.chat.context import Desk
from handlers.chat.staff import Staff
from handlers.print_values import PrintValues, Said

if TYPE_CHECKING:
    from content.printed import Leaflet, ScriptSheet

_KEPT = 64  # PDFs of public answers, about 40 kB each
MOST_WAITING = 20  # drawings asked for at the same time; who comes then is sent away at once
_OVER = (CampaignState.CANCELLED, CampaignState.EXPIRED)


class NothingToPrint(CotMocError):
    """Không có gì để in."""


class NoSuchText(NothingToPrint):
    """Không có văn bản này."""


class TooManyPrinting(CotMocError):
    """Đang có nhiều người in; thử lại sau ít phút."""


class Printing:
    """Every function gives the PDF as bytes. They raise NothingToPrint for what holds no longer or has no text in that
    language, Unprintable for a character that no font has, and TooManyPrinting when ``most_waiting`` wait already; each
    says so in one Vietnamese sentence."""

    def __init__(self, *, desk: Desk, clock: Clock, values: PrintValues, most_waiting: int = MOST_WAITING) -> None:
        self._desk = desk
        self._clock = clock
        self._values = values
        self._drawing = asyncio.Lock()
        self._most_waiting = most_waiting
        self._waiting = 0
        self._kept: OrderedDict[object, bytes] = OrderedDict()

    @classmethod
    def of(cls, desk: Desk, staff: Staff, clock: Clock, most_waiting: int = MOST_WAITING) -> Printing:
        """From what the service is made of."""
        warning = staff.warning
        values = PrintValues(
            desk=desk,
            clock=clock,
            wording=staff.wording,
            notices=warning.wording,
            templates=warning.hazards.templates,
        )
        return cls(desk=desk, clock=clock, values=values, most_waiting=most_waiting)

    # --- stored answers -------------------------------------------------------------------------------------------

    async def leaflet_of_entry(self, entry_id: str, languages: Sequence[str] = ("vi",)) -> bytes:
        version, said = await self._entry(entry_id, languages)
        return await self._leaflet(version, self.link_of_entry(entry_id), said)

    async def script_of_entry(self, entry_id: str, language: str = "vi") -> bytes:
        version, said = await self._entry(entry_id, (language,))
        return await self._script(version, said)

    def has_entry(self, entry_id: str) -> bool:
        return entry_id in self._desk.catalog

    def link_of_entry(self, entry_id: str) -> str:
        return f"{self._desk.settings.address}/answers/{entry_id}"

    # --- campaigns ------------------------------------------------------------------------------------------------

    async def leaflet_of_campaign(
        self, campaign: Campaign, *, languages: Iterable[str] = LANGUAGES, place: str = "", link: str = ""
    ) -> bytes:
        """Signed languages alone, each on a side; a draft says that it is one. ``place``: a commune's code whose name
        goes where the text leaves it open, else there are dots to write on. ``link``: what the QR code opens; empty:
        the page of the first linked answer, else the start page."""
        version, said = await self._campaign(campaign, languages, place)
        if not link:
            entry = next(filter(None, map(self._desk.catalog.get, campaign.entries)), None)
            link = self.link_of_entry(entry.id) if entry is not None else self._desk.settings.address
        return await self._leaflet(version, link, said)

    async def script_of_campaign(self, campaign: Campaign, *, language: str = "vi", place: str = "") -> bytes:
        version, said = await self._campaign(campaign, (language,), place)
        return await self._script(version, said)

    async def spoken_of_campaign(self, campaign: Campaign, *, language: str = "vi", place: str = "") -> Script:
        """The same as lines, to be shown on a page."""
        _, said = await self._campaign(campaign, (language,), place)
        return self._values.spoken(said[0])

    # --- urgent notices -------------------------------------------------------------------------------------------

    async def leaflet_of_notice(self, notice: Notice, *, languages: Iterable[str] = LANGUAGES) -> bytes:
        said = self._notice(notice, languages)
        return await self._leaflet(notice_version(notice), f"{self._desk.settings.address}/notices/{notice.id}", said)

    async def script_of_notice(self, notice: Notice, *, language: str = "vi") -> bytes:
        return await self._script(notice_version(notice), self._notice(notice, (language,)))

    async def spoken_of_notice(self, notice: Notice, *, language: str = "vi") -> Script:
        """The same as lines, to be shown on a page."""
        return self._values.spoken(self._notice(notice, (language,))[0])

    # --- parts ----------------------------------------------------------------------------------------------------

    async def _entry(self, entry_id: str, languages: Sequence[str]) -> tuple[str, list[Said]]:
        async with self._desk.db.reading() as connection:
            entry = await store.load_entry(connection, entry_id)
            number = await version_number(connection, entry_id) if entry is not None else 0
        if entry is None:
            raise NoSuchText
        said = self._values.of_entry(entry, languages)
        if not said and entry.expired(self._values.today):
            raise NothingToPrint("Câu trả lời này đã hết hạn, đang được kiểm tra lại; chưa in được.")
        return f"{entry_id}.v{number}", _found(said)

    async def _campaign(self, campaign: Campaign, languages: Iterable[str], place: str) -> tuple[str, list[Said]]:
        over = campaign.expires_at is not None and campaign.expires_at <= self._clock.now()
        if over or campaign.state in _OVER:
            raise NothingToPrint("Chiến dịch đã huỷ hoặc hết hiệu lực; không in nữa.")
        async with self._desk.db.reading() as connection:
            version = await campaign_version(connection, campaign)
        return version, _found(self._values.of_campaign(campaign, languages, place))

    def _notice(self, notice: Notice, languages: Iterable[str]) -> list[Said]:
        if notice.newest.kind.goes_on and (not notice.live or notice.expires_at <= self._clock.now()):
            raise NothingToPrint("Tin khẩn này đã hết hiệu lực; không in nữa.")
        return _found(self._values.of_notice(notice, languages))

    async def _leaflet(self, version: str, link: str, said: Sequence[Said]) -> bytes:
        leaflet = self._values.leaflet(version, link, said)
        return await self._drawn(leaflet, lambda: _leaflet(leaflet))

    async def _script(self, version: str, said: Sequence[Said]) -> bytes:
        sheet = self._values.script(version, said[0])
        return await self._drawn(sheet, lambda: _script(sheet))

    async def _drawn(self, value: Leaflet | ScriptSheet, draw: Callable[[], bytes]) -> bytes:
        """The value holds all that stands on the paper, so that it is what a drawing is kept by."""
        if value not in self._kept:
            if self._waiting > self._most_waiting:
                raise TooManyPrinting
            self._waiting += 1
            try:
                async with self._drawing:
                    if value not in self._kept:  # whoever waited before may have asked for the same
                        self._kept[value] = await asyncio.to_thread(draw)
                        while len(self._kept) > _KEPT:
                            self._kept.popitem(last=False)
                    made = self._kept[value]
            finally:
                self._waiting -= 1
            return made
        self._kept.move_to_end(value)
        return self._kept[value]


def _found(said: list[Said]) -> list[Said]:
    if not said:
        raise NothingToPrint("Không có bản đã ký bằng thứ tiếng này để in.")
    return said


# What draws loads fonts and shaping, which a service that never prints can do without: it starts sooner.


def _leaflet(leaflet: Leaflet) -> bytes:
    from content.leaflets import leaflet_pdf

    return leaflet_pdf(leaflet)


def _script(sheet: ScriptSheet) -> bytes:
    from content.script_sheets import script_pdf

    return script_pdf(sheet)
