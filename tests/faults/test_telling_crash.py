"""A crash between any two steps of telling: nobody is told twice, and nobody is forgotten without being listed."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from random import Random

import pytest

from bot.messages import Address, OutgoingMessage, Receipt
from bot.metrics import Metrics
from bot.pacing import Pacer
from bot.testing import FakeChannel, ManualClock
from broadcasts import waiting
from handlers.chat.telling import Teller
from tests.fakes.telegram_client import FakeTelegram
from tests.faults.service import ROOT, Service
from tests.flows.talk import MORNING, Talk
from tests.flows.unanswerable import UNANSWERABLE

ANSWER = "border.rules.permit-to-enter"
TODAY = date(2026, 11, 20)


class PowerCutError(BaseException):
    """Nothing that follows is done, not even what handles errors."""


class FailingClock(ManualClock):
    """The power goes while the pace is being waited for."""

    async def sleep(self, seconds: float) -> None:
        raise PowerCutError


class FailingChannel(FakeChannel):
    """The power goes just before the bytes leave, or just after."""

    def __init__(self, *, sent: bool) -> None:
        super().__init__()
        self.sent = sent

    async def send(self, address: Address, message: OutgoingMessage) -> Receipt:
        if self.sent:
            await super().send(address, message)
        raise PowerCutError


@pytest.mark.parametrize(
    ("cut", "told_before", "told_after", "unknown"),
    [
        ("after the decision", 0, 1, 0),
        ("while waiting for the pace", 0, 1, 0),
        ("after the mark", 0, 0, 1),
        ("after the bytes left", 1, 0, 1),
        ("after it was told", 1, 0, 0),
    ],
)
async def test_a_power_cut_between_two_steps(
    tmp_path: Path, cut: str, told_before: int, told_after: int, unknown: int
) -> None:
    talk = await Talk.start(tmp_path)
    await talk.hears(UNANSWERABLE, who="1")
    await talk.taps("Báo khi có trả lời", who="1")
    subject = waiting.question_subject(UNANSWERABLE, talk.app.intake.desk.key)
    async with talk.app.db.transaction() as connection:
        assert await waiting.decide(connection, [subject], entry_id=ANSWER, day=TODAY) == 1
    channel = FakeChannel() if "bytes" not in cut and "mark" not in cut else FailingChannel(sent="bytes" in cut)
    pacer = Pacer(rate=1)
    if "pace" in cut:
        pacer.silence(1.5)
    teller = Teller(
        desk=talk.app.intake.desk,
        channels={("fake", "main"): channel},
        pacers={("fake", "main"): pacer},
        clock=FailingClock(MORNING),
        metrics=Metrics(),
        rng=Random(1),
        owner="the process that dies",
        present={},
    )
    if cut == "after it was told":
        assert await teller.work_off() == 1
    elif cut != "after the decision":
        with pytest.raises(PowerCutError):
            await teller.work_off()
    assert len(channel.said) == told_before
    await talk.stop()

    again = await Talk.start(tmp_path)
    await again.app.start()
    for _ in range(3):
        await again.app.teller.work_off()
        again.clock.advance(600)
    assert len(again.channel.said) == told_after
    async with again.app.db.reading() as connection:
        [listed] = await waiting.progress(connection)
    assert (listed.waiting, listed.unknown, listed.refused) == (0, unknown, 0)
    await again.stop()


RESIDENTS = 12
FIRST_CHAT = 6_400_000


def cotmoc(service: Service, *arguments: str) -> object:
    done = subprocess.run(
        [sys.executable, "-m", "bot", *arguments, "--json"],
        cwd=ROOT,
        env=dict(service.env),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


@pytest.mark.soak
async def test_killed_while_telling(tmp_path: Path) -> None:
    """SIGKILL twice in the middle; the fake Bot API server's log is the truth."""
    rng = Random(7)
    chats = [FIRST_CHAT + number for number in range(RESIDENTS)]
    async with FakeTelegram.start(scale=0.02) as fake:
        service = Service(tmp_path, fake, quiet_hours="00:00-00:00")
        await service.start()
        await asyncio.sleep(0.5)
        for chat in chats:
            await fake.say(chat, UNANSWERABLE)
        await fake.wait_for(RESIDENTS, 30)
        for chat in chats:
            await fake.press(chat, "Báo khi có trả lời")
        await fake.wait_for(2 * RESIDENTS, 30)
        await fake.wait_until_idle(20)
        await fake.fault("latency", ms=150, jitter_ms=50)
        with sqlite3.connect(service.database) as connection:
            (number,) = connection.execute("SELECT min(id) FROM unanswered").fetchone()
        said = cotmoc(service, "content", "answered", str(number), "--entry", ANSWER)
        assert said == {"entry_id": ANSWER, "questions": RESIDENTS, "waiting": RESIDENTS}
        for more in (2, 2):
            so_far = len(await fake.sends())
            await fake.wait_for(so_far + more, 30)
            await asyncio.sleep(rng.uniform(0.0, 0.2))
            service.kill()
            await service.start()
        for _ in range(300):
            [listed] = cotmoc(service, "content", "answered")  # type: ignore[misc]
            if not listed["waiting"]:
                break
            await asyncio.sleep(0.2)
        await asyncio.sleep(6)  # one more look finds nothing
        sends = await fake.sends()
        service.stop()

    told = Counter(act.chat_id for act in sends if "nay đã có câu trả lời" in act.text)
    assert max(told.values()) == 1
    assert listed["waiting"] == 0
    assert listed["unknown"] <= 2  # one for each kill
    assert RESIDENTS - listed["unknown"] <= len(told) <= RESIDENTS
    log = service.log()
    assert not any(str(chat) in log for chat in chats)
    with sqlite3.connect(service.database) as connection:
        assert connection.execute("SELECT count(*) FROM tell_me WHERE external_id <> ''").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM unanswered").fetchone() == (0,)
