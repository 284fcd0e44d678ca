"""A bureau with a duty room: officers who warn from the console, and residents who hear of it on the fake channel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import insert

from bot.storage.schema import residents
from tests.console.browser import Browser, Page
from tests.console.bureau import Bureau
from tests.flows.duty_room import THUONG_PHUOC, DutyRoom


class WarningBureau:
    """Hải and Khánh are duty officers of the province, on duty those named; Lâm commands; one template is signed."""

    def __init__(self, bureau: Bureau) -> None:
        self.bureau = bureau
        self.room = DutyRoom(bureau.talk)
        self.room.station = bureau.station
        self.clock = bureau.clock
        self.service = self.room.warning.service

    @classmethod
    async def open(cls, folder: Path, *, on_duty: tuple[str, ...] = ("Hải", "Khánh"), **settings: Any) -> WarningBureau:
        whole = cls(await Bureau.open(folder, **settings))
        await whole.room.staff(on_duty)
        await whole.sign("landslide")
        return whole

    async def close(self) -> None:
        await self.bureau.close()

    async def sign(self, *templates: str) -> None:
        hazards = self.room.warning.hazards
        for each in templates:
            await hazards.sign(await self.officer("Lâm"), each, "vi", hazards.template(each).digest("vi"))

    async def officer(self, name: str) -> Any:
        return await self.bureau.station.officer(name)

    async def sit(self, name: str) -> Browser:
        return await self.bureau.sit(name)

    def code(self, name: str) -> str:
        return self.bureau.code(name)

    async def people(self, count: int, place: str = THUONG_PHUOC, **columns: Any) -> None:
        """Residents of a commune who want warnings, numbered from 9000."""
        before = len(await self.room.rows("residents"))
        kept = [
            {
                "channel": self.bureau.talk.channel.name,
                "account": "main",
                "external_id": str(9000 + before + number),
                "last_wrote_on": self.clock.now().date(),
                "safety": True,
                **columns,
            }
            for number in range(count)
        ]
        async with self.bureau.db.transaction() as connection:
            made = await connection.execute(insert(residents).returning(residents.c.id), kept)
            places = [{"resident_id": number, "place_code": place} for number in made.scalars()]
            await connection.execute(insert(residents.metadata.tables["resident_places"]), places)

    async def goes(self) -> dict[str, list[str]]:
        """Send what waits; what each chat heard by it."""
        before = len(self.bureau.talk.channel.said)
        await self.room.goes()
        heard: dict[str, list[str]] = {}
        for each in self.bureau.talk.channel.said[before:]:
            heard.setdefault(each.address.external_id, []).append(each.message.text)
        return heard

    async def filled(self, browser: Browser, **given: Any) -> Page:
        """The two first pages of a landslide at Thường Phước; the third, before its code."""
        page = await browser.click(await browser.open("/console/notices"), "PHÁT TIN KHẨN")
        page = await browser.send(page, "Sạt lở bờ sông")
        return await browser.send(page, "Xem lại tin", **{"place": [THUONG_PHUOC], **given})

    async def issued(self, browser: Browser, name: str = "Hải", **given: Any) -> Page:
        """Issued from the console; its page."""
        page = await self.filled(browser, **given)
        return await browser.send(page, "GỬI NGAY", code=self.code(name))
