"""Six simulated months of an Official Account's tokens, with deaths between every two steps: never without a token.

The one exception is the answer that is lost after Zalo used the token up: then the alarm comes at once.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import logs
from bot.channels.zalo_token_health import TokenState
from bot.testing import ManualClock
from tests.bot.zalo_grant import MemoryShelf, Running, SimulatedZalo

START = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
MONTHS = timedelta(days=183)
# Everything that can happen to a renewal and leaves the refresh token either unused or its new pair stored.
DEATHS = ("read", "marked", "stored", "dies")
FAULTS = ("down", "busy", "lost")


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    logs.configure("WARNING", "json", stream)
    yield stream
    logs.configure("CRITICAL", "json")


@pytest.mark.parametrize("previous_dies", [True, False])
async def test_six_months_without_an_outage(previous_dies: bool, log: io.StringIO) -> None:
    clock = ManualClock(START)
    zalo = SimulatedZalo(clock, previous_dies=previous_dies)
    service = Running(MemoryShelf(), clock, zalo, first=zalo.refresh_token)
    service.dies_at = "seeded"
    await service.tick()
    await service.tick()
    turn, seen = 0, zalo.count
    met: dict[str, int] = {}
    while clock.now() < START + MONTHS:
        if zalo.count != seen:  # renewed: prepare what the next renewal meets
            seen = zalo.count
            what = (*DEATHS, *FAULTS)[turn % 7]
            turn += 1
            met[what] = met.get(what, 0) + 1
            if what in DEATHS and what != "dies":
                service.dies_at = what
            else:
                # for as long as the fault may last: ten hours of it, or once
                zalo.script.extend([what] * (12 if what == "down" and turn % 2 else 1))
        await service.tick()
        assert await service.sends(), (clock.now(), zalo.script, service.keeper.health)
        clock.advance(3600 if not zalo.script else 1200)
    assert set(met) == {*DEATHS, *FAULTS}
    assert min(met.values()) >= 20
    assert {"seeded", "read", "marked", "stored"} <= set(service.deaths)
    assert zalo.count > 300  # about two a day
    assert zalo.replays == 0  # no used token was ever shown again
    assert service.keeper.health.state in (TokenState.OK, TokenState.DOUBTFUL)
    assert "need a person" not in log.getvalue()


@pytest.mark.parametrize("how", ["answer-lost", "dies-after", "answered"])
@pytest.mark.parametrize("previous_dies", [True, False])
@pytest.mark.parametrize("empty_replay", [True, False])
async def test_a_lost_answer_raises_the_alarm_at_once(
    how: str, previous_dies: bool, empty_replay: bool, log: io.StringIO
) -> None:
    clock = ManualClock(START)
    zalo = SimulatedZalo(clock, previous_dies=previous_dies, empty_replay=empty_replay)
    service = Running(MemoryShelf(), clock, zalo, first=zalo.refresh_token)
    await service.tick()
    clock.advance(13 * 3600)
    if how == "answered":
        service.dies_at = how
    else:
        zalo.script.append(how)
    lost_at = clock.now()
    while service.keeper.health.state is not TokenState.NEEDS_REAUTH:
        await service.tick()
        clock.advance(10)
        assert clock.now() < lost_at + timedelta(minutes=2)
    assert service.keeper.health.trouble
    assert log.getvalue().count("zalo tokens need a person") == 1
    assert "NEEDS_REAUTH" in log.getvalue()
    assert "refresh-" not in log.getvalue()
    assert "access-" not in log.getvalue()
    # What still works is used as long as it does; the used refresh token is not tried again.
    calls = zalo.calls
    if not previous_dies:
        assert await service.sends()
    for _ in range(30):
        await service.tick()
        clock.advance(3600)
    assert zalo.calls == calls

    async def consents() -> object:
        return zalo.grant()

    await service.keeper.consent(consents)  # type: ignore[arg-type]
    await service.tick()
    assert service.keeper.health.state is TokenState.OK
    assert await service.sends()


@pytest.mark.parametrize(("days", "state"), [(30, TokenState.OK), (88, TokenState.OK), (90, TokenState.NEEDS_REAUTH)])
async def test_a_service_that_was_off_for_long(days: int, state: TokenState, log: io.StringIO) -> None:
    clock = ManualClock(START)
    zalo = SimulatedZalo(clock)
    service = Running(MemoryShelf(), clock, zalo, first=zalo.refresh_token)
    await service.tick()
    clock.advance(days * 86400)
    service.restart()
    await service.tick()
    assert service.keeper.health.state is state
    assert ("need a person" in log.getvalue()) == (state is not TokenState.OK)


async def test_two_weeks_without_a_renewal_raise_the_alarm_months_before_the_end(log: io.StringIO) -> None:
    clock = ManualClock(START)
    zalo = SimulatedZalo(clock)
    service = Running(MemoryShelf(), clock, zalo, first=zalo.refresh_token)
    await service.tick()
    seen = {}
    while clock.now() < START + timedelta(days=15, hours=2):
        zalo.script.append("down")
        await service.tick()
        seen.setdefault(service.keeper.health.state, clock.now() - START)
        clock.advance(3600)
    assert seen[TokenState.LATE] == timedelta(hours=19)
    assert seen[TokenState.NO_TOKEN] == timedelta(hours=25)
    assert seen[TokenState.STALE] == timedelta(days=14)
    assert log.getvalue().count("STALE") == 2  # again after a day
    assert "renewed for 14 days" in service.keeper.health.trouble


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from([*DEATHS, *FAULTS, "answered", "answer-lost", ""]), min_size=3, max_size=14))
async def test_whatever_happens_there_is_a_token_or_an_alarm(events: list[str]) -> None:
    clock = ManualClock(START)
    zalo = SimulatedZalo(clock)
    service = Running(MemoryShelf(), clock, zalo, first=zalo.refresh_token)
    await service.tick()
    alarmed = False
    for event in events:
        clock.advance(12.6 * 3600)
        if event in ("read", "marked", "stored", "answered"):
            service.dies_at = event
        elif event:
            zalo.script.append(event)
        for _ in range(15):  # two and a half minutes
            await service.tick()
            clock.advance(10)
        service.dies_at = ""
        zalo.script.clear()
        alarmed = service.keeper.health.state is TokenState.NEEDS_REAUTH
        if alarmed:
            break
        assert await service.sends()
    lost = {"answered", "answer-lost"} & set(events)
    assert alarmed == bool(lost)
