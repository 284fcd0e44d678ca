"""Campaigns that go out at the fake channel, wholly or in part: what tests of runs and reports look at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import insert, select

from bot.storage.schema import metadata, residents
from broadcasts import recurrence, store
from broadcasts.approval import text_mark
from broadcasts.audience import Audience
from broadcasts.scheduler import Notice, Scheduler
from broadcasts.store import Run
from tests.console.bureau import Bureau

WORDS = "Bà con vào vùng biên nhớ mang giấy tờ tuỳ thân."
TITLE = "Giấy tờ vùng biên"
THUONG_PHUOC, TAN_HO_CO = "c-29938", "c-29929"
AT = "2026-11-21T07:30"


async def residents_of(bureau: Bureau, place: str, count: int, *, first: int = 9000, reachable: str = "yes") -> None:
    """So many people of a commune who agreed to routine messages."""
    places = metadata.tables["resident_places"]
    async with bureau.db.transaction() as connection:
        for number in range(count):
            row = {"channel": "fake", "account": "main", "last_wrote_on": bureau.clock.now().date(), "routine": True}
            row |= {"external_id": str(first + number)} | ({} if reachable == "yes" else {"reachable": reachable})
            made = insert(residents).values(**row).returning(residents.c.id)
            resident = (await connection.execute(made)).scalar_one()
            await connection.execute(insert(places).values(resident_id=resident, place_code=place))


async def planned(
    bureau: Bureau, title: str = TITLE, *, at: str = AT, places: Sequence[str] = ("p-dong-thap",), rule: str = ""
) -> int:
    """Written by Chi, signed by Dung, approved by Giang and planned; returns the campaign's number."""
    service = bureau.app.campaigning.service
    chi, dung, giang = [await bureau.station.officer(name) for name in ("Chi", "Dung", "Giang")]
    number = await service.draft(chi, title)
    await service.write(chi, number, "vi", WORDS)
    await service.aim(chi, number, Audience(places=tuple(places)))
    until = "2026-12-20" if rule else ""
    await service.time(chi, number, recurrence.from_json({"at": at, "rule": rule, "until": until}))
    await service.submit(chi, number)
    await service.sign(dung, number, "vi", text_mark(WORDS))
    seen = await service.checklist(giang, number)
    await service.approve(giang, number, seen.digest, seen.ticks)
    await service.schedule(chi, number)
    return number


async def until(bureau: Bureau, at: str = AT) -> None:
    """Let time pass until then (local time)."""
    then = datetime.fromisoformat(at).replace(tzinfo=bureau.app.settings.zone).astimezone(UTC)
    bureau.clock.advance(max(0.0, (then - bureau.clock.now()).total_seconds()))


async def tick(bureau: Bureau) -> None:
    """What the service's own schedule would do now."""

    async def nobody(_: Notice) -> None:
        """Officers are told by what is in the log."""

    office = bureau.app.campaigning.office
    await Scheduler(db=bureau.db, office=office, clock=bureau.clock, owner="one", tell=nobody, alone=True).tick()


async def sends(bureau: Bureau) -> None:
    for sender in bureau.app.campaigning.senders:
        await sender.work_off()


async def gone_out(bureau: Bureau, **given: str) -> int:
    """A campaign that is done; returns its number."""
    number = await planned(bureau, **given)  # type: ignore[arg-type]
    await until(bureau, given.get("at", AT))
    await tick(bureau)
    await sends(bureau)
    await tick(bureau)
    return number


async def taken_back(bureau: Bureau) -> None:
    for sender in bureau.app.campaigning.senders:
        await sender.renew()
    for each in bureau.app.campaigning.withdrawers:
        while await each.tick():
            pass


async def runs_of(bureau: Bureau, campaign: int) -> list[Run]:
    async with bureau.db.reading() as connection:
        return await store.runs_of(connection, campaign)


async def states(bureau: Bureau) -> list[str]:
    """Of every message, in their order."""
    table = metadata.tables["deliveries"]
    async with bureau.db.reading() as connection:
        return list((await connection.execute(select(table.c.state).order_by(table.c.id))).scalars())
