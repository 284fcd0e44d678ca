"""The fake Official Account: scripted misfortune, the control interface, and the program itself."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest

from tests.fakes.zalo_oa_client import FakeZaloOa, FakeZaloOaError, launch, resident

AN, BA = resident(1), resident(2)


@pytest.fixture(scope="module")
def running() -> Iterator[dict[str, str]]:
    with launch() as said:
        yield said


@pytest.fixture
async def fake(running: dict[str, str]) -> AsyncIterator[FakeZaloOa]:
    async with FakeZaloOa.attach(running) as attached:
        await attached.know(2, first=int(AN))
        yield attached


async def error_of(fake: FakeZaloOa, who: str = AN) -> int:
    return int((await fake.write_to(who, "x"))["error"])


async def test_any_error_for_the_next_calls(fake: FakeZaloOa) -> None:
    await fake.fault("refused", code=-248, times=2)
    await fake.fault("refused", code=-223, reason="Your OA has reach the limit quota create article", methods=["getoa"])
    said = await fake.write_to(AN, "x")
    assert said == {"error": -248, "message": "Violates our platform standards"}
    assert [await error_of(fake) for _ in range(2)] == [-248, 0]
    assert "limit quota" in (await fake.get("/v2.0/oa/getoa"))["message"]
    assert await fake.clear_faults() == [{"kind": "refused", "hits": 2}, {"kind": "refused", "hits": 1}]


async def test_an_answer_lost_after_acceptance_is_in_the_journal(fake: FakeZaloOa) -> None:
    await fake.fault("answer_lost", times=1)
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await error_of(fake)
    assert await error_of(fake) == 0
    assert [act.answered for act in await fake.sends()] == [False, True]
    counts = await fake.counts()
    assert (counts.sends, counts.unanswered, counts.hangups) == (2, 1, 1)


async def test_a_refused_send_is_not_accepted_by_losing_its_answer(fake: FakeZaloOa) -> None:
    await fake.set_resident(AN, refusal=-227)
    await fake.fault("answer_lost", times=1)
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await error_of(fake)
    assert await fake.sends() == []


async def test_nothing_is_accepted_when_the_connection_breaks_or_the_server_fails(fake: FakeZaloOa) -> None:
    await fake.fault("hangup", times=1)
    await fake.fault("server_error", status=503, times=1)
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await error_of(fake)
    headers = {"access_token": fake.access_token}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{fake.url}/v3.0/oa/message/cs", json={}, headers=headers) as answer,
    ):
        assert (answer.status, answer.content_type) == (503, "text/html")
    assert await fake.sends() == []
    assert await error_of(fake) == 0


@pytest.mark.parametrize("body", ["half", "html", "empty"])
@pytest.mark.parametrize("accepted", [True, False])
async def test_an_answer_that_is_no_json(fake: FakeZaloOa, body: str, accepted: bool) -> None:
    await fake.fault("malformed", body=body, accepted=accepted, times=1)
    request = {"recipient": {"user_id": AN}, "message": {"text": "x"}}
    headers = {"access_token": fake.access_token}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{fake.url}/v3.0/oa/message/cs", json=request, headers=headers) as answer,
    ):
        raw = await answer.read()
        assert answer.status == 200
    assert (raw == b"") is (body == "empty")
    assert raw.startswith(b"<html>") is (body == "html")
    assert [act.answered for act in await fake.sends()] == ([False] if accepted else [])


async def test_delays_and_silence(fake: FakeZaloOa) -> None:
    await fake.fault("latency", ms=80, times=1)
    started = time.monotonic()
    assert await error_of(fake) == 0
    assert time.monotonic() - started >= 0.08
    for kind, sends in (("timeout", 1), ("answer_lost", 2)):
        await fake.fault(kind, times=1, silent=True)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.15):
                await error_of(fake)
        assert len(await fake.sends()) == sends


async def test_faults_choose_their_victims(fake: FakeZaloOa) -> None:
    await fake.fault("refused", code=-200, recipient=BA, after=1, times=1)
    assert [await error_of(fake, who) for who in (AN, BA, BA, BA)] == [0, 0, -200, 0]
    await fake.fault("refused", code=-204, methods=["*"], probability=0.5, seed=7)
    errors = [await error_of(fake) for _ in range(40)]
    assert 5 < errors.count(-204) < 35


@pytest.mark.parametrize(
    ("verb", "order"),
    [
        ("faults", {"faults": [{"kind": "flood"}]}),
        ("faults", {"faults": [{"kind": "latency", "hits": 3}]}),
        ("settings", {"oa_id": "1"}),
        ("settings", {"numbers": "odd"}),
        ("settings", {"echo": "yes"}),
        ("events", {"events": [{"kind": "dance", "resident_id": AN}]}),
        ("events", {"events": [{"kind": "text", "resident_id": "an", "text": "x"}]}),
        ("residents", {"residents": [{"resident_id": AN, "history": []}]}),
        ("dance", {}),
    ],
)
async def test_an_order_that_makes_no_sense_is_refused(fake: FakeZaloOa, verb: str, order: dict[str, object]) -> None:
    with pytest.raises(FakeZaloOaError):
        await fake.order(verb, **order)


async def test_waiting_for_sends(fake: FakeZaloOa) -> None:
    waiting = asyncio.create_task(fake.wait_for(1, recipient=AN))
    await error_of(fake, BA)
    await asyncio.sleep(0.05)
    assert not waiting.done()
    await error_of(fake, AN)
    [act] = await waiting
    assert act.recipient == AN
    with pytest.raises(TimeoutError):
        await fake.wait_for(3, patience=0.05)


async def test_a_reset_forgets_all_but_the_identity(fake: FakeZaloOa) -> None:
    await error_of(fake)
    await fake.set_clock(1_000_000)
    await fake.set_settings(oa_limit=1)
    await fake.fault("hangup")
    await fake.reset()
    assert await fake.sends() == []
    assert await error_of(fake) == -201
    assert abs((await fake.state())["now"] - time.time()) < 60


async def test_the_clock_stands_or_goes_on(fake: FakeZaloOa) -> None:
    await fake.set_clock(1_760_000_000)
    await asyncio.sleep(0.02)
    assert (await fake.state())["now"] == 1_760_000_000
    assert await fake.advance(90) == 1_760_000_090
    await fake.set_clock(1_760_000_000, still=False)
    await asyncio.sleep(0.02)
    assert 0 < (await fake.state())["now"] - 1_760_000_000 < 5


async def test_it_does_not_start_with_what_it_does_not_know() -> None:
    with pytest.raises(FakeZaloOaError):
        async with FakeZaloOa.start(numbers="odd"):
            pass
