"""What happens while somebody is being told: they leave, go on talking, the night begins, a channel has to wait."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select

from bot import errors
from bot.channels.base import Channel
from bot.messages import Address, Limits, OutgoingMessage, Receipt
from bot.metrics import Metrics
from bot.pacing import Pacer
from bot.storage import schema
from bot.testing import FakeChannel
from broadcasts import waiting
from handlers.chat import dialogue as dialogues
from handlers.chat.context import Desk
from handlers.chat.dialogue import Dialogue
from handlers.chat.sending import Sending
from handlers.chat.telling import LOOK_EVERY, Teller
from handlers.chat.telling_channel import AGAIN_AFTER
from tests.flows.talk import Talk, text_of
from tests.flows.test_telling import ANSWER, TODAY, decide, opt_in, rows, told
from tests.flows.unanswerable import ANOTHER, UNANSWERABLE

REFER = "crossing.gates.hours-cambodia"  # says who knows, and so is no answer to tell
FAKE, SECOND = ("fake", "main"), ("fake", "second")


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Talk]:
    started = await Talk.start(tmp_path)
    yield started
    await started.stop()


class SlowChannel(FakeChannel):
    """Something happens while a message is on its way."""

    meanwhile: Callable[[], Awaitable[object]] | None = None

    async def send(self, address: Address, message: OutgoingMessage) -> Receipt:
        receipt = await super().send(address, message)
        if self.meanwhile is not None:
            happens, self.meanwhile = self.meanwhile, None
            await happens()
        return receipt


def teller(
    talk: Talk,
    *channels: Channel,
    pacer: Pacer | None = None,
    sending: Sending | None = None,
    desk: Desk | None = None,
) -> Teller:
    return Teller(
        desk=desk or talk.app.intake.desk,
        channels={(each.name, each.account): each for each in channels or (talk.channel,)},
        pacers={FAKE: pacer} if pacer is not None else {},
        clock=talk.clock,
        metrics=Metrics(),
        rng=Random(1),
        owner="us",
        present={},
        sending=sending,
    )


async def conversation(talk: Talk, who: str) -> Dialogue | None:
    address = Address(*FAKE, who)
    async with talk.app.db.reading() as connection:
        return (await dialogues.load(connection, [address], talk.clock.now())).get(address)


async def wait_for(
    talk: Talk, *who: str, account: str = "main", question: str = UNANSWERABLE, days_ago: int = 0
) -> None:
    """Opted in, without a conversation."""
    subject = waiting.question_subject(question, talk.app.intake.desk.key)
    async with talk.app.db.transaction() as connection:
        for each in who:
            address = Address("fake", account, each)
            asked_on = TODAY - timedelta(days=days_ago)
            await waiting.ask_to_be_told(connection, address, subject=subject, language="vi", asked_on=asked_on)


# --- the resident ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("leaving", ["/xoa", "STOP"])
async def test_who_leaves_while_being_told_is_not_written_back(talk: Talk, leaving: str) -> None:
    await opt_in(talk, "5")
    await decide(talk)
    left: list[Dialogue | None] = []

    async def leave() -> None:
        await talk.hears(leaving, who="5")
        left.append(await conversation(talk, "5"))

    channel = SlowChannel()
    channel.meanwhile = leave
    assert await teller(talk, channel).work_off() == 1
    assert [await conversation(talk, "5")] == left
    assert left[0] is None or leaving == "STOP"
    assert await rows(talk) == []


async def test_a_conversation_that_goes_on_meanwhile_is_not_overwritten(talk: Talk) -> None:
    """The answer's list owns the digits; the step, the flow and the rest are as they were left."""
    await opt_in(talk, "5")
    await decide(talk)
    channel = SlowChannel()
    channel.meanwhile = lambda: talk.hears("/khuvuc", who="5")
    await teller(talk, channel).work_off()
    now = await conversation(talk, "5")
    assert now is not None
    assert (now.step, now.entry_id) == ("place", ANSWER)
    assert now.choices == tuple(each.value for each in channel.said[0].message.choices())
    assert text_of(await talk.hears("Tân Hộ Cơ", who="5")).startswith("Đã chọn: xã Tân Hộ Cơ")


async def test_who_talks_to_nobody_gets_a_conversation_in_their_language(talk: Talk) -> None:
    await wait_for(talk, "5")
    await decide(talk)
    [(_, message)] = await told(talk)
    now = await conversation(talk, "5")
    assert now is not None
    assert (now.language, now.entry_id, now.step) == ("vi", ANSWER, "")
    assert now.choices == tuple(each.value for each in message.choices())


# --- the night ------------------------------------------------------------------------------------------------------


async def test_a_long_wait_does_not_lead_into_the_night(talk: Talk) -> None:
    """A flood of 97 minutes at 20:42: nobody is told at 22:19."""
    await wait_for(talk, "5", "6")
    await decide(talk)
    talk.clock.advance(11.5 * 3600)
    pacer = Pacer(rate=10)
    pacer.silence(talk.clock.monotonic() + 5827)
    telling = teller(talk, pacer=pacer)
    before = talk.clock.monotonic()
    assert await telling.work_off() == 0
    assert talk.clock.monotonic() - before <= 2  # nobody stands and waits
    talk.clock.advance(5827)
    assert await telling.work_off() == 0
    talk.clock.advance(9 * 3600)
    assert await telling.work_off() == 2


async def test_the_night_begins_between_two(talk: Talk) -> None:
    await wait_for(talk, *map(str, range(9)))
    await decide(talk)
    talk.clock.advance((11 * 60 + 47) * 60 + 57)  # 20:59:57
    assert await teller(talk, pacer=Pacer(rate=1)).work_off() == 3
    assert await rows(talk) == ["waiting"] * 6


# --- those behind ---------------------------------------------------------------------------------------------------


async def test_what_cannot_be_told_keeps_nobody_waiting(talk: Talk) -> None:
    """More of them than one page holds, and asked before."""
    await wait_for(talk, *(f"old{number}" for number in range(520)), question="cau cu xyzzy", days_ago=1)
    await wait_for(talk, "5")
    await decide(talk, "cau cu xyzzy", entry_id=REFER)
    await decide(talk)
    assert [who for who, _ in await told(talk)] == ["5"]


@pytest.mark.soak
async def test_who_was_put_off_keeps_nobody_waiting(talk: Talk) -> None:
    """Residents whose telling breaks, more of them than one page holds."""

    class BreakingChannel(FakeChannel):
        async def send(self, address: Address, message: OutgoingMessage) -> Receipt:
            return await super().send(address, message)

        @property
        def limits(self) -> Limits:  # type: ignore[override]
            self.looks += 1
            if self.looks <= 520:
                raise ValueError("something of ours is broken")
            return Limits(text_units=4096, utf16=True, button_rows=30)

        @limits.setter
        def limits(self, limits: Limits) -> None:
            self.looks = 0

    await wait_for(talk, *(f"old{number}" for number in range(520)), days_ago=1)
    await wait_for(talk, "5")
    await decide(talk)
    channel = BreakingChannel()
    telling = teller(talk, channel)
    assert await telling.work_off() == 1
    assert [each.address.external_id for each in channel.said] == ["5"]
    assert await telling.work_off() == 0  # the others are put off
    talk.clock.advance(AGAIN_AFTER + 1)
    assert await telling.work_off() == 520


async def test_a_chat_that_must_wait_is_put_off_and_the_next_look_begins_with_another(talk: Talk) -> None:
    await wait_for(talk, "slow", days_ago=1)
    await wait_for(talk, "5", "6")
    await decide(talk)
    pacer = Pacer(rate=0)
    pacer.throttled("slow", 3600, talk.clock.monotonic())
    telling = teller(talk, pacer=pacer)
    assert await telling.work_off() == 0
    assert await telling.work_off() == 2
    talk.clock.advance(4000)
    assert await telling.work_off() == 1


# --- the channel ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "error", [errors.AccountRejected("401"), errors.Throttled(3600), errors.NotSent("x"), errors.ChannelDown("502")]
)
async def test_a_channel_that_takes_nothing_is_left_alone_and_nobody_is_lost(
    talk: Talk, error: errors.ChannelError
) -> None:
    """One try in this look, not one for each who waits; and the other channel is told."""
    await wait_for(talk, "1", "2", "3")
    await wait_for(talk, "9", account="second")
    await decide(talk)
    first, second = FakeChannel(), FakeChannel(account="second")
    first.script.append(error)
    telling = teller(talk, first, second)
    assert await telling.work_off() == 1
    assert [each.address.external_id for each in second.said] == ["9"]
    assert await rows(talk) == ["waiting"] * 3
    talk.clock.advance(7200)
    assert await telling.work_off() == 3
    first.close()


async def test_a_refused_token_is_not_tried_at_every_look(talk: Talk) -> None:
    await wait_for(talk, "1", "2", "3")
    await decide(talk)
    channel = FakeChannel()
    channel.script.extend([errors.AccountRejected("401")] * 9)
    telling = teller(talk, channel)
    for _ in range(60):  # five minutes
        await telling.work_off()
        talk.clock.advance(LOOK_EVERY)
    assert 3 <= 9 - len(channel.script) <= 6  # about once a minute
    assert await rows(talk) == ["waiting"] * 3
    channel.script.clear()
    talk.clock.advance(2 * AGAIN_AFTER)
    assert await telling.work_off() == 3


@pytest.mark.parametrize("error", [errors.AccountRejected("401"), errors.Throttled(3600)])
async def test_half_an_answer_is_not_waited_for_without_end(talk: Talk, error: errors.ChannelError) -> None:
    """Nobody else waits for its rest, and it is listed."""
    talk.channel.limits = Limits(text_units=250, utf16=True, button_rows=30)
    await wait_for(talk, "1")
    await decide(talk)
    talk.channel.script.extend([None, *[error] * 3])
    before = talk.clock.monotonic()
    await told(talk)
    assert talk.clock.monotonic() - before <= 60
    assert await rows(talk) == ["unknown"]
    talk.channel.script.clear()


async def test_a_chat_that_moves_in_the_middle_is_listed_and_followed(talk: Talk) -> None:
    """What was begun is never repeated; what else it waits for is told at its new id."""
    talk.channel.limits = Limits(text_units=250, utf16=True, button_rows=30)
    await wait_for(talk, "1", days_ago=1)
    await wait_for(talk, "1", question=ANOTHER)
    await decide(talk)
    await decide(talk, ANOTHER, entry_id="sea.safety.rescue-number")
    talk.channel.script.extend([None, errors.RecipientMoved("777")])
    assert [who for who, _ in await told(talk)] == ["1"]
    assert sorted(await rows(talk)) == ["unknown", "waiting"]
    assert {who for who, _ in await told(talk)} == {"777"}
    assert await rows(talk) == ["unknown"]


async def test_one_channel_that_hangs_keeps_no_other_waiting(talk: Talk) -> None:
    await wait_for(talk, "1")
    await wait_for(talk, "9", account="second")
    await decide(talk)
    hanging, goes_on = asyncio.Event(), asyncio.Event()

    async def hang() -> None:
        hanging.set()
        await goes_on.wait()

    first, second = SlowChannel(), FakeChannel(account="second")
    first.meanwhile = hang
    telling = teller(talk, first, second)
    running = asyncio.create_task(telling.run())
    async with asyncio.timeout(10):
        await hanging.wait()
        while not second.said:
            await asyncio.sleep(0.01)
        await wait_for(talk, "10", account="second")  # and also what comes later
        while len(second.said) < 2:
            await asyncio.sleep(0.01)
    goes_on.set()
    await telling.stop()
    running.cancel()
    async with talk.app.db.reading() as connection:
        left = (await connection.execute(select(schema.tell_me))).all()
    assert left == []  # what was being said was finished
