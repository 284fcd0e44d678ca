"""``preempt``: an urgent notice to 10,000 people while a campaign of a million is being sent, or frozen."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import time as time_of_day
from datetime import timedelta
from itertools import count
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select

from bot.channels.base import Channel
from bot.channels.telegram import TelegramChannel
from bot.clock import SystemClock
from bot.messages import Address, OutgoingMessage, Receipt
from bot.metrics import Metrics
from bot.pacing import Pacer
from bot.place_files import load_gazetteer
from bot.staff.roles import Officer, Role
from bot.storage.db import Database
from bot.storage.group_commit import GroupCommit
from bot.storage.schema import officers, runs
from broadcasts import freezing, outbox
from broadcasts.campaigns import RunState
from broadcasts.claiming import Recipient
from broadcasts.deliveries import Priority
from broadcasts.engine import Sender
from broadcasts.hazards import Hazards
from broadcasts.notice_keeper import NoticeKeeper
from broadcasts.notice_service import NoticeService
from broadcasts.notices import NoticeDraft
from broadcasts.office import Office
from content.catalog import Catalog
from content.notice_files import shipped_notices
from handlers.on_duty import OnDuty
from tests.bench.bench_expand import WANTED
from tests.bench.many import NOW, TEXT, a_run, database, people
from tests.bench.sending import nothing_to_stop
from tests.fakes.telegram_client import FakeTelegram

RESIDENTS, AREAS = 1_000_000, 100
RATE, ANSWER_AFTER_MS = 200, 300  # sixty calls are under way at any time: a full window
COMMANDER = Officer(1, "chi", ((Role.COMMANDER, ""),))
URGENT = "[TIN KHẨN]"


@dataclass(slots=True)
class Heard:
    """When the platform took a message over: notices by run, and how many of the campaign."""

    notices: dict[int, list[float]] = field(default_factory=dict)
    campaign: int = 0


class Listening:
    """The channel of Telegram, with a note of when it accepted what."""

    def __init__(self, inner: TelegramChannel, heard: Heard) -> None:
        self.inner, self.heard = inner, heard
        self.name, self.account = inner.name, inner.account
        self.limits, self.capabilities = inner.limits, inner.capabilities

    async def send(self, address: Address, message: OutgoingMessage) -> Receipt:
        receipt = await self.inner.send(address, message)
        if message.entry_id:
            self.heard.notices.setdefault(int(message.entry_id), []).append(time.perf_counter())
        else:
            self.heard.campaign += 1
        return receipt

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


async def words(channel: Channel, recipient: Recipient) -> OutgoingMessage:
    if recipient.priority == Priority.NOTICE:
        return OutgoingMessage(f"{URGENT} {TEXT}", entry_id=str(recipient.run_id))
    return OutgoingMessage(TEXT)


@contextlib.asynccontextmanager
async def province(kind: str) -> AsyncIterator[tuple[Database, NoticeService, NoticeKeeper, Sender, Heard, list[str]]]:
    """A million residents of a hundred communes, a commander, and a sender that is at work."""
    gazetteer, clock, heard, numbers = load_gazetteer(), SystemClock(), Heard(), count(1)
    codes = [each.code for each in gazetteer.communes("dong-thap")][:AREAS]
    async with (
        FakeTelegram.start(strict=True, bot_per_second=RATE + 1) as fake,
        database(kind) as db,
    ):
        await fake.fault("latency", ms=ANSWER_AFTER_MS)
        await people(db, RESIDENTS, codes=codes)
        async with db.transaction() as connection:
            chi = {"id": 1, "name": "chi", "password": "x", "second_factor": "x", "created_at": NOW}
            await connection.execute(insert(officers).values(chi))
        quiet = (time_of_day(21), time_of_day(7))
        office = Office(gazetteer, Catalog([]), b"the key", ZoneInfo("Asia/Ho_Chi_Minh"), quiet, 3)
        duty = OnDuty(office.within)
        hazards = Hazards(db, office, duty, clock, shipped_notices())
        await hazards.sign(COMMANDER, "storm", "vi", hazards.template("storm").digest("vi"))
        within = timedelta(minutes=10)
        service = NoticeService(
            db,
            office,
            duty,
            clock,
            hazards=hazards,
            confirm_within=within,
            drill_marks=("[DIỄN TẬP]",),
            token=lambda: f"bench-{next(numbers)}",
        )
        keeper = NoticeKeeper(db=db, office=office, duty=duty, clock=clock, confirm_within=within)
        telegram = TelegramChannel(token=fake.token, api_url=fake.url)
        await telegram.open()
        sender = Sender(
            db=db,
            writer=GroupCommit(db),
            channel=Listening(telegram, heard),
            pacer=Pacer(rate=0, whole=RATE, chat_rate=1000),
            clock=clock,
            metrics=Metrics(),
            rng=Random(1),
            owner="bench",
            write=words,
            stop_run=nothing_to_stop,
            rate=RATE,
            drill_marks=("[DIỄN TẬP]",),
            alone=True,
        )
        sending, looking = asyncio.create_task(sender.run()), asyncio.create_task(look_after(keeper))
        yield db, service, keeper, sender, heard, codes
        looking.cancel()
        await sender.stop()
        await sending
        await telegram.close()


async def look_after(keeper: NoticeKeeper) -> None:
    while True:
        await keeper.tick()
        await asyncio.sleep(1)


async def first_accepted(service: NoticeService, heard: Heard, code: str) -> tuple[int, int, float]:
    """Notice, run, and seconds from the officer's word to the first message that the platform took over."""
    begun = time.perf_counter()
    issued = await service.issue(COMMANDER, NoticeDraft("storm", (code,)))
    while issued.run_id not in heard.notices:
        await asyncio.sleep(0.002)
    return issued.notice_id, issued.run_id, heard.notices[issued.run_id][0] - begun


async def none_under_way(db: Database) -> None:
    """Until nothing of an earlier notice waits: it is as urgent, and would be sent before the next one's last."""
    notices = runs.c.priority == int(Priority.NOTICE)
    freezes = (runs.c.state == RunState.SENDING) & (runs.c.cursor < runs.c.upto)
    while True:
        async with db.reading() as connection:
            ids = list((await connection.execute(select(runs.c.id).where(notices))).scalars())
            sent = [not await outbox.waiting(connection, run_id) for run_id in ids]
            frozen = (await connection.execute(select(runs.c.id).where(notices, freezes).limit(1))).first() is None
        if all(sent) and frozen:
            return
        await asyncio.sleep(0.5)


async def once(kind: str, issues: int) -> dict[str, float]:
    async with province(kind) as (db, service, _, sender, heard, codes):
        await a_run(db, RESIDENTS, frozen=True)
        await asyncio.sleep(5)  # until the window is full
        waits = []
        for number in range(issues):
            notice_id, _, took = await first_accepted(service, heard, codes[number % AREAS])
            waits.append(took)
            await service.cancel(COMMANDER, notice_id)
            await asyncio.sleep(1)
        await none_under_way(db)
        begun = time.perf_counter()
        notice_id, run_id, _ = await first_accepted(service, heard, codes[0])
        while len(heard.notices[run_id]) < RESIDENTS // AREAS:
            await asyncio.sleep(0.01)
        last = heard.notices[run_id][-1] - begun
        before = heard.campaign
        await asyncio.sleep(2)
        resumed = heard.campaign > before
        run = await a_run(db, RESIDENTS, frozen=False)
        freezing_it = asyncio.create_task(expand(db, run))
        await asyncio.sleep(0.5)
        _, _, beside = await first_accepted(service, heard, codes[1])
        expanding = not freezing_it.done()
        await freezing_it
        ordered = sorted(waits)
        return {
            "p50_ms": round(ordered[len(ordered) // 2] * 1000, 1),
            "p99_ms": round(ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))] * 1000, 1),
            "seconds": round(last, 1),
            "seconds_allowed": round(RESIDENTS / AREAS / RATE * 1.1, 1),
            "beside_expansion_ms": round(beside * 1000, 1) if expanding else -1,
            "resumed": float(resumed),
            "in_flight_max": sender.in_flight_max,
        }


async def expand(db: Database, run: int) -> None:
    """As the schedule freezes a campaign: chunk by chunk, with a pause."""
    done = False
    while not done:
        async with db.transaction() as connection:
            done = await freezing.expand(connection, run, WANTED, NOW, {})
        await asyncio.sleep(0.02)


def run(*, full: bool = False) -> dict[str, Any]:
    issues = 100 if full else 30  # so that it ends within ten minutes
    kinds = ("sqlite", "postgresql") if full else ("sqlite",)
    return {
        "name": "preempt",
        "settings": {
            "residents": RESIDENTS,
            "reached_by_a_notice": RESIDENTS // AREAS,
            "issues": issues,
            "rate": RATE,
            "answer_after_ms": ANSWER_AFTER_MS,
        },
        "runs": 1,
        "ours": {kind: asyncio.run(once(kind, issues)) for kind in kinds},
        "peers": {},
    }
