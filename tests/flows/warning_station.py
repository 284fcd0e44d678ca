"""A service with a duty officer, two commanders and a commune: what tests of warnings in the chat are written in."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from typing import Any

from sqlalchemy import insert

from bot.messages import OutgoingMessage
from bot.staff import drills, shifts
from bot.staff.areas import lies_in
from bot.staff.roles import Role
from bot.staff.roster import Shift
from bot.storage.schema import officer_chats, residents
from broadcasts.notice_store import Notice
from tests.flows.station import Station
from tests.flows.talk import Talk, text_of

DUTY, COMMANDER, DEPUTY, OFF_DUTY = "3001", "3002", "3003", "3004"
PROVINCE, COMMUNE, OTHER = "p-dong-thap", "c-29971", "c-29929"  # Thường Phước, Tân Hộ Cơ
THIRD = "c-29955"  # Hồng Ngự
AREA = (COMMUNE, OTHER, THIRD)
SIGNED = ("landslide", "flood", "gate-closed", "evacuate", "vessel-missing", "fraud")


class WarningStation(Station):
    """Hải is on duty in three communes, Lan and Minh command it, Nga is a duty officer without a shift."""

    async def open(self, *, link: bool = True, areas: tuple[str, ...] = AREA) -> WarningStation:
        for name in ("An", "Bình"):
            async with self.db.transaction() as connection:
                self.proofs[name] = await self.accounts.add_first(connection, name, self.now())
        for name, role in (("Hải", Role.DUTY), ("Lan", Role.COMMANDER), ("Minh", Role.COMMANDER), ("Nga", Role.DUTY)):
            await self.add(name, role, PROVINCE)
        await self.on_duty("Hải", *areas)
        await self.sign(*SIGNED)
        if link:
            for name, who in (("Hải", DUTY), ("Lan", COMMANDER), ("Minh", DEPUTY), ("Nga", OFF_DUTY)):
                await self.link(name, who)
            await self.told()  # from now on
        return self

    @property
    def service(self) -> Any:
        return self.talk.app.campaigning.warning.service

    def within(self, place: str, area: str) -> bool:
        return lies_in(self.talk.app.intake.desk.gazetteer, place, area)

    async def on_duty(self, name: str, *areas: str, hours: float = 12) -> None:
        officer, admin = await self.officer(name), await self.officer("An")
        begin = self.now() - timedelta(minutes=1)
        new = [Shift(officer.id, area, begin, begin + timedelta(hours=hours)) for area in areas]
        async with self.db.transaction() as connection:
            await shifts.put(connection, self.key, admin, new, self.now(), self.within)

    async def drills(self, *names: str) -> None:
        admin = await self.officer("An")
        for name in names:
            async with self.db.transaction() as connection:
                await drills.add(connection, self.key, admin, name, self.now(), self.within)

    async def sign(self, *templates: str) -> None:
        hazards = self.talk.app.campaigning.warning.hazards
        lan = await self.officer("Lan")
        for each in templates:
            await hazards.sign(lan, each, "vi", hazards.template(each).digest("vi"))

    async def chat(self, name: str, channel: str, external_id: str) -> None:
        """A chat that is the officer's, on a channel that this service does not speak."""
        values = {"channel": channel, "account": "main", "external_id": external_id, "linked_at": self.now()}
        officer = await self.officer(name)
        async with self.db.transaction() as connection:
            row = insert(officer_chats).values(officer_id=officer.id, seen_on=self.now().date(), **values)
            await connection.execute(row)

    async def people(self, count: int, place: str = COMMUNE, first: int = 9000, **columns: Any) -> None:
        """Residents of a commune who want warnings, numbered from 9000."""
        async with self.db.transaction() as connection:
            before = len(await self.rows("residents"))
            kept = [
                {
                    "channel": "fake",
                    "account": "main",
                    "external_id": str(first + before + number),
                    "last_wrote_on": self.now().date(),
                    "safety": True,
                    **columns,
                }
                for number in range(count)
            ]
            made = await connection.execute(insert(residents).returning(residents.c.id), kept)
            places = [{"resident_id": number, "place_code": place} for number in made.scalars()]
            await connection.execute(insert(residents.metadata.tables["resident_places"]), places)

    async def told(self, seconds: float = 1) -> dict[str, list[OutgoingMessage]]:
        """What officers are told unasked after some time."""
        self.talk.clock.advance(seconds)
        await self.talk.app.campaigning.warning.keeper.tick()
        before = len(self.talk.channel.said)
        await self.talk.app.campaigning.warn_officers()
        await self.talk.app.campaigning.tell_officers()
        found: dict[str, list[OutgoingMessage]] = {}
        for said in self.talk.channel.said[before:]:
            found.setdefault(said.address.external_id, []).append(said.message)
        return found

    async def goes_out(self) -> Counter[str]:
        """Send what waits; how often each resident was reached, by their number."""
        self.talk.clock.advance(2)
        before = len(self.talk.channel.said)
        await self.talk.app.campaigning.warning.keeper.tick()
        for sender in self.talk.app.campaigning.senders:
            await sender.work_off()
        return Counter(said.address.external_id for said in self.talk.channel.said[before:])

    async def notices(self) -> list[Notice]:
        return list(await self.service.notices(await self.officer("Lan"), since=self.now() - timedelta(days=2)))

    async def written(self, text: str, who: str, seconds_ago: float) -> str:
        """A message that was typed some time ago and comes only now."""
        talk, at = self.talk, self.now() - timedelta(seconds=seconds_ago)
        frame = {"key": f"late{self.now()}", "chat": who, "kind": "text", "text": text, "at": at.isoformat()}
        before = len(talk.channel.said)
        rows = talk.channel.receive({}, json.dumps(frame).encode(), self.now())
        await talk.app.intake.receive(rows)
        await talk.app.intake.work_off()
        mine = [said.message for said in talk.channel.said[before:] if said.address.external_id == who]
        talk.remember(who, mine)
        return text_of(mine)

    async def previewed(self, hazard: str = "Sạt lở bờ sông", place: str = "xã Thường Phước", who: str = DUTY) -> str:
        """By buttons, up to the code."""
        await self.talk.hears("/khan", who=who)
        await self.talk.taps(hazard, who=who)
        return text_of(await self.talk.taps(place, who=who))

    async def issued(self, name: str = "Hải", who: str = DUTY) -> str:
        await self.previewed(who=who)
        return text_of(await self.talk.hears(self.code(name), who=who))

    async def presses(self, message: OutgoingMessage, label: str, who: str) -> str:
        """A button of a message that came unasked."""
        value = next(each.value for each in message.choices() if each.label == label)
        return text_of(await self.talk.hears(kind="button", value=value, who=who))


async def warning_station(talk: Talk, **given: Any) -> WarningStation:
    return await WarningStation(talk).open(**given)
