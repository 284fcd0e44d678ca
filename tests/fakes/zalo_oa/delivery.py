"""Post events to the webhook: signed, in order within a lane, and again after the documented delays."""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from typing import TYPE_CHECKING

import aiohttp

from tests.fakes.zalo_oa.journal import DeliveryAttempt
from tests.fakes.zalo_oa.settings import Settings
from tests.fakes.zalo_oa.signature import HEADER, TIME_HEADER, mac_of

if TYPE_CHECKING:
    from tests.fakes.zalo_oa.state import Account, Event

RETRY_AFTER = (30.0, 300.0, 900.0, 1800.0, 3600.0)  # seconds, before ``scale``
KEPT = 20_000  # delivered events that can be delivered again
_JSON = {"Content-Type": "application/json"}


def signed_headers(settings: Settings, event: Event, now: float) -> dict[str, str]:
    """The headers of one POST; ``now`` is the fake's time, in seconds."""
    headers = _JSON | event.headers
    if settings.signature == "absent":
        return headers
    timestamp = event.timestamp
    if settings.signed_time == "header":
        timestamp = str(int(now * 1000))
    if settings.signed_time != "body":
        headers[TIME_HEADER] = timestamp
    first = settings.oa_id if settings.signature == "oa_id_first" else settings.app_id
    secret = {"app_secret": settings.app_secret, "wrong_key": "SOME_OTHER_KEY"}.get(
        settings.signature, settings.oa_secret
    )
    headers[HEADER] = f"mac={mac_of(first, event.body, timestamp, secret)}"
    return headers


class Webhook:
    """One address that events are posted to until it is closed."""

    def __init__(self, account: Account, url: str) -> None:
        self.account = account
        self.url = url
        self.duplicates = 0
        self.unsubscribed = False
        self._delivered: dict[int, Event] = {}
        self._lanes: dict[str, deque[Event]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._dice = random.Random(0)
        settings = account.settings
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=settings.connections, ssl=False),
            timeout=aiohttp.ClientTimeout(total=settings.answer_limit),
        )

    @property
    def is_idle(self) -> bool:
        return not self._tasks

    def deliver(self, event: Event) -> None:
        """Post an event behind those of its lane."""
        if self.unsubscribed:
            self.account.journal.undelivered += 1
            return
        times = 2 if self.duplicates > 0 else 1
        self.duplicates = max(0, self.duplicates - 1)
        for _ in range(times):
            if self.account.settings.disorder_ms > 0:
                self._spawn_late(event)
                continue
            lane = self._lanes.get(event.lane)
            if lane is not None:
                lane.append(event)
            else:
                self._lanes[event.lane] = deque([event])
                self._spawn(event.lane)

    def redeliver(self, number: int) -> None:
        """Post again what was posted before; raises KeyError for an event that was not."""
        self.deliver(self._delivered[number])

    async def probe(self) -> int | str:
        """Look at the address as the console does before it saves it: an unsigned ``{}``, older advice says a GET."""
        looks: list[tuple[str, bytes | None]] = []
        if self.account.settings.probe in ("post", "both"):
            looks.append(("POST", b"{}"))
        if self.account.settings.probe in ("get", "both"):
            looks.append(("GET", None))
        outcome: int | str = 200
        for verb, content in looks:
            outcome, _ = await self._request(verb, content, _JSON)
            if outcome != 200:
                break
        return outcome

    def _spawn(self, lane: str) -> None:
        self._keep(asyncio.get_running_loop().create_task(self._drain(lane)))

    def _spawn_late(self, event: Event) -> None:
        wait = self._dice.uniform(0.0, self.account.settings.disorder_ms / 1000.0)
        self._keep(asyncio.get_running_loop().create_task(self._deliver_late(event, wait)))

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _drain(self, lane: str) -> None:
        waiting = self._lanes[lane]
        while waiting:
            await self._first_try(waiting.popleft())
        del self._lanes[lane]

    async def _deliver_late(self, event: Event, wait: float) -> None:
        await asyncio.sleep(wait)
        await self._first_try(event)

    async def _first_try(self, event: Event) -> None:
        if self.unsubscribed:
            self.account.journal.undelivered += 1
            return
        self._delivered[event.number] = event
        if len(self._delivered) > KEPT:
            del self._delivered[next(iter(self._delivered))]
        if not await self._attempt(event, 0):
            self._keep(asyncio.get_running_loop().create_task(self._retry(event)))

    async def _retry(self, event: Event) -> None:
        """Later events of the lane do not wait for this one: order is not promised."""
        for number, wait in enumerate(RETRY_AFTER, start=1):
            await asyncio.sleep(wait * self.account.settings.scale)
            if self.unsubscribed:
                break
            if await self._attempt(event, number):
                return
        self.account.journal.undelivered += 1
        self.unsubscribed = self.unsubscribed or self.account.settings.unsubscribe

    async def _attempt(self, event: Event, num_retry: int) -> bool:
        """One POST; whether nothing more is to be done for this event."""
        settings = self.account.settings
        headers = signed_headers(settings, event, self.account.clock.now())
        if num_retry:
            headers["num_retry"] = str(num_retry)
        self.account.last_event[event.lane] = event.number
        started = time.monotonic()
        outcome, connected = await self._request("POST", event.body, headers)
        self.account.journal.deliveries.append(
            DeliveryAttempt(event.number, event.name, num_retry, started, time.monotonic(), outcome)
        )
        return outcome == 200 or (settings.retry_on == "connection" and connected)

    async def _request(self, verb: str, content: bytes | None, headers: dict[str, str]) -> tuple[int | str, bool]:
        """HTTP status or what went wrong, and whether there was any answer."""
        try:
            async with self._session.request(
                verb, self.url, data=content, headers=headers, allow_redirects=False
            ) as answer:
                return answer.status, True
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return type(error).__name__, False

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._session.close()
