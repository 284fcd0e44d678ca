"""A service with two officers on duty and a commander, who can warn: what flows of urgent notices are written in."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.messages import OutgoingMessage
from bot.staff import drills, shifts
from bot.staff.areas import lies_in
from bot.staff.roles import Role
from bot.staff.roster import Shift
from broadcasts.notice_service import Issued
from broadcasts.notices import NoticeDraft
from tests.flows.station import Station
from tests.flows.talk import Talk

FIRST, SECOND, COMMANDER = "3001", "3002", "3003"  # phones of Hải and Khánh, who are on duty, and of Lâm
THUONG_PHUOC, TAN_HO_CO, PROVINCE = "c-29971", "c-29929", "p-dong-thap"


class DutyRoom:
    """``station`` has the officers; residents talk by ``talk``."""

    def __init__(self, talk: Talk) -> None:
        self.talk = talk
        self.station = Station(talk)
        self.warning = talk.app.campaigning.warning

    @classmethod
    async def start(cls, folder: Path, *, on_duty: tuple[str, ...] = ("Hải", "Khánh"), **settings: Any) -> DutyRoom:
        room = cls(await Talk.start(folder, **settings))
        await room.station.open()
        await room.staff(on_duty)
        return room

    async def staff(self, on_duty: tuple[str, ...]) -> None:
        """The officers, their chats, and who is on duty."""
        for name, role in (("Hải", Role.DUTY), ("Khánh", Role.DUTY), ("Lâm", Role.COMMANDER)):
            await self.station.add(name, role)
        if self.talk.subscribable:
            for name, phone in (("Hải", FIRST), ("Khánh", SECOND), ("Lâm", COMMANDER)):
                await self.talk.hears(f"/noi {await self.station.link_code(name)}", who=phone)
        await self.roster(*on_duty)

    async def roster(self, *names: str, hours: float = 48) -> None:
        """These are on duty in the province from now on."""
        station, now = self.station, self.station.now()
        new = [Shift((await station.officer(name)).id, PROVINCE, now, now + timedelta(hours=hours)) for name in names]
        everybody = {(await station.officer(name)).id for name in ("Hải", "Khánh")}
        by = await station.officer("An")
        async with station.db.transaction() as connection:
            await shifts.clear(connection, station.key, by, everybody, now, self._within)
            if new:
                await shifts.put(connection, station.key, by, new, now, self._within)

    async def drilling(self, *names: str) -> None:
        """These are on the drill list."""
        station = self.station
        by = await station.officer("An")
        for name in names:
            async with station.db.transaction() as connection:
                await drills.add(connection, station.key, by, name, station.now(), self._within)

    def _within(self, place: str, area: str) -> bool:
        return lies_in(self.talk.app.intake.desk.gazetteer, place, area)

    async def issued(self, template: str = "landslide", *, area: str = THUONG_PHUOC, **given: Any) -> Issued:
        """Signed by the commander, issued by the commander or by who is on duty, and sent."""
        commander = await self.station.officer("Lâm")
        hazards = self.warning.hazards
        await hazards.sign(commander, template, "vi", hazards.template(template).digest("vi"))
        issued = await self.warning.service.issue(commander, NoticeDraft(template, (area,), **given))
        await self.goes()
        return issued

    async def updated(self, issued: Issued, news: str) -> None:
        officer = await self.station.officer("Lâm")
        await self.warning.service.update(officer, issued.notice_id, {"vi": news})
        await self.goes()

    async def cleared(self, issued: Issued) -> None:
        await self.warning.service.clear(await self.station.officer("Lâm"), issued.notice_id)
        await self.goes()

    async def goes(self) -> None:
        """What there is to do is done, a second later than it began, so that everybody knows of it."""
        self.talk.clock.advance(2)
        for _ in range(2):
            await self.warning.keeper.tick()
            for sender in self.talk.app.campaigning.senders:
                await sender.work_off()

    async def told(self) -> None:
        """The officers, and who asked them."""
        await self.talk.app.campaigning.warn_officers()
        await self.talk.app.campaigning.tell_officers()

    def later(self, **by: float) -> None:
        self.talk.clock.advance(timedelta(**by).total_seconds())

    def heard(self, who: str) -> list[str]:
        """Everything that this chat was ever sent, replies too, in order."""
        return [each.text for each in self.messages(who)]

    def messages(self, who: str) -> list[OutgoingMessage]:
        return [each.message for each in self.talk.channel.said if each.address.external_id == who]

    def warned(self, who: str) -> list[str]:
        """What of it are warnings that were sent, not shown in a reply."""
        kinds = ("[TIN KHẨN]", "[CẬP NHẬT", "[ĐÃ AN TOÀN]", "[HUỶ TIN]", "[THU HỒI]", "[GỬI LẠI]")
        return [each for each in self.heard(who) if each.startswith(kinds)]

    def value(self, who: str, label: str) -> str:
        """Of the newest button of this name that the chat was ever shown."""
        return next(
            each.value for message in reversed(self.messages(who)) for each in message.choices() if each.label == label
        )

    async def presses(self, who: str, label: str) -> list[OutgoingMessage]:
        return await self.talk.hears(kind="button", value=self.value(who, label), who=who)

    async def subscribes(self, who: str, place: str = THUONG_PHUOC) -> None:
        """To warnings, at this place."""
        await self.talk.hears(f"/start {place}", who=who)
        await self.talk.hears("/dangky", who=who)
        await self.talk.taps("Có", who=who)
        await self.talk.taps("Không", who=who)

    async def rows(self, table: str) -> list[Any]:
        return await self.station.rows(table)
