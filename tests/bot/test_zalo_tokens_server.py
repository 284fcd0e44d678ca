"""Six months of tokens over HTTP, against the fake Official Account with its clock moved, and what goes wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from bot.channels.zalo_oauth import ZaloOAuth, challenge_of
from bot.channels.zalo_token_health import TokenState
from bot.channels.zalo_tokens import TokenKeeper
from bot.testing import ManualClock
from tests.bot.zalo_grant import Died, MemoryShelf
from tests.fakes.zalo_oa_client import FakeZaloOa, launch

START = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
SHORT = 0.4  # seconds that our calls wait for the fake
DEATHS = ("read", "marked", "stored")
FAULTS: dict[str, dict[str, Any]] = {
    "connection reset": {"kind": "hangup"},
    "HTTP 500": {"kind": "server_error"},
    "-32": {"kind": "refused", "code": -32},
    "html": {"kind": "malformed", "body": "html", "accepted": False},
}


class Service:
    """One account's keeper, which is started again when it dies; its clock is also the fake's."""

    def __init__(self, fake: FakeZaloOa, callback: str = "https://cotmoc.example/") -> None:
        self.fake = fake
        self.clock = ManualClock(START)
        self.shelf = MemoryShelf()
        self.callback = callback
        self.dies_at = ""
        self.deaths = 0
        self.oauth = ZaloOAuth(base_url=fake.url, app_id=fake.app_id, app_secret=fake.app_secret, timeout=SHORT)
        self.keeper = self._start()

    def _start(self) -> TokenKeeper:
        return TokenKeeper(
            shelf=self.shelf,
            oauth=self.oauth,
            clock=self.clock,
            rng=Random(self.deaths),
            owner=f"service-{self.deaths}",
            first_refresh_token=self.fake.refresh_token,
            step=self._step,
        )

    def _step(self, name: str) -> None:
        if name == self.dies_at:
            self.dies_at = ""
            raise Died

    async def tick(self) -> None:
        await self.fake.set_clock(self.clock.now().timestamp())
        try:
            await self.keeper.tick()
        except Died:
            self.deaths += 1
            self.clock.advance(15)
            self.keeper = self._start()

    async def calls(self) -> bool:
        """One call of the message API, with another token at most once."""
        for _ in range(2):
            token = await self.keeper.access_token()
            answer = await self.fake.get("/v2.0/oa/getoa", token=token)
            if answer["error"] == 0:
                return True
            assert answer["error"] in (-216, -220)
            await self.keeper.refused(token)
        return False

    @property
    def _new(self) -> bool:
        renewed_at = self.keeper.health.renewed_at
        return renewed_at is not None and self.clock.now() - renewed_at < timedelta(hours=1)

    async def settle(self, until: TokenState, every: float = 10) -> timedelta:
        """Tick every so many seconds until it is so, and newly so; how long that took."""
        began = self.clock.now()
        while not (self.keeper.health.state is until and (until is not TokenState.OK or self._new)):
            assert self.clock.now() - began < timedelta(minutes=3)
            await self.tick()
            self.clock.advance(every)
        return self.clock.now() - began


@pytest.fixture(scope="module")
def program() -> Iterator[dict[str, str]]:
    with launch() as said:
        yield said


@pytest.fixture
async def service(program: dict[str, str]) -> AsyncIterator[Service]:
    async with FakeZaloOa.attach(program) as fake:
        await fake.set_clock(START.timestamp())
        yield Service(fake)


async def test_six_months_without_an_outage(service: Service) -> None:
    fake, met = service.fake, 0
    await service.settle(TokenState.OK)
    renewed = (await fake.state())["pair"]
    while service.clock.now() < START + timedelta(days=183):
        service.clock.advance(13 * 3600)
        what = [*DEATHS, *FAULTS][met % 7]
        met += 1
        if what in FAULTS:
            await fake.fault(**FAULTS[what], methods=["refresh"], times=1)
        else:
            service.dies_at = what
        await service.tick()
        assert await service.calls(), service.clock.now()
        await service.settle(TokenState.OK, every=65)
    refreshes = [each for each in await fake.token_calls() if each.kind == "refresh"]
    assert met > 300
    assert service.deaths > 100
    assert (await fake.state())["pair"] > renewed + 300
    assert not [each for each in refreshes if each.error == -14014]  # no used token was shown again


@pytest.mark.parametrize("previous_dies", [True, False])
@pytest.mark.parametrize(
    "fault",
    [{"kind": "answer_lost"}, {"kind": "answer_lost", "silent": True}, {"kind": "malformed", "body": "half"}],
    ids=["closed", "silent", "half"],
)
@pytest.mark.parametrize("empty_replay", [True, False])
async def test_a_lost_answer_raises_the_alarm_at_once_and_a_consent_ends_it(
    service: Service, fault: dict[str, Any], previous_dies: bool, empty_replay: bool
) -> None:
    fake = service.fake
    await fake.set_settings(previous_dies=previous_dies, empty_replay=empty_replay)
    await service.settle(TokenState.OK)
    service.clock.advance(13 * 3600)
    await fake.fault(**fault, methods=["refresh"], times=1)
    assert await service.settle(TokenState.NEEDS_REAUTH) < timedelta(seconds=40)
    assert "needs_reauth" in service.keeper.health.trouble
    if not previous_dies:
        assert await service.calls()  # what still works is used
    tried = len(await fake.token_calls())
    for _ in range(5):
        service.clock.advance(7 * 3600)
        await service.tick()
    assert len(await fake.token_calls()) == tried  # the used token is not tried again

    code = await fake.consent(challenge_of("v" * 43), service.callback)
    await service.keeper.consent(lambda: service.oauth.exchange(code, "v" * 43))
    await service.settle(TokenState.OK)
    assert await service.calls()


async def test_a_request_that_never_arrived_is_made_up_for(service: Service) -> None:
    await service.settle(TokenState.OK)
    service.clock.advance(13 * 3600)
    await service.fake.fault("timeout", methods=["refresh"], times=1)
    await service.tick()
    assert service.keeper.health.state is TokenState.DOUBTFUL
    assert await service.calls()  # with the token that is stored
    assert await service.settle(TokenState.OK) < timedelta(seconds=40)
    assert await service.calls()


async def test_a_void_grant_is_told(service: Service) -> None:
    """As after a change of the callback address or of the permissions in the console."""
    await service.settle(TokenState.OK)
    await service.fake.revoke()
    service.clock.advance(13 * 3600)
    await service.settle(TokenState.NEEDS_REAUTH)
    assert service.keeper.health.reason == "-14014"
