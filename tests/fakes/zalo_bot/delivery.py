"""Post updates to the webhook: in order within a chat, each at most as often as the settings say."""

from __future__ import annotations

import asyncio
import json
import time
from collections import defaultdict
from typing import Any

import aiohttp

from tests.fakes.zalo_bot.journal import DeliveryAttempt
from tests.fakes.zalo_bot.state import Event, FakeBot

SECRET_HEADER = "X-Bot-Api-Secret-Token"
PATIENCE = 10.0  # seconds a webhook has to answer


class Webhook:
    """One address that updates are posted to until it is closed."""

    def __init__(self, bot: FakeBot, url: str, secret: str) -> None:
        self.bot = bot
        self.url = url
        self.secret = secret
        self.duplicates = 0
        self._delivered: dict[int, Event] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._lanes: defaultdict[str | None, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE))

    @property
    def is_idle(self) -> bool:
        return not self._tasks

    def deliver(self, event: Event) -> None:
        times = 2 if self.duplicates > 0 else 1
        self.duplicates = max(0, self.duplicates - 1)
        for _ in range(times):
            task = asyncio.get_running_loop().create_task(self._deliver(event))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def redeliver(self, number: int) -> None:
        """Post again what was posted before; raises KeyError for an update that was not."""
        self.deliver(self._delivered[number])

    async def _deliver(self, event: Event) -> None:
        async with self._lanes[event.chat_id]:
            self._delivered[event.number] = event
            self.bot.hand_over(event)
            update = event.update
            body = update if self.bot.settings.envelope == "flat" else {"ok": True, "result": update}
            for attempt in range(1, self.bot.settings.webhook_tries + 1):
                if attempt > 1:
                    await asyncio.sleep(self.bot.settings.webhook_retry_ms / 1000.0)
                if await self._post(event.number, attempt, body, {SECRET_HEADER: self.secret}) == 200:
                    return
            self.bot.journal.undelivered += 1

    async def probe(self) -> int | str | None:
        """Look at the address as setWebhook does; gives the status or what went wrong, None where nobody looked.

        What the probe carries is not published: with the secret, without it, or a plain GET.
        """
        match self.bot.settings.probe:
            case "signed":
                return await self._post(None, 1, {}, {SECRET_HEADER: self.secret})
            case "unsigned":
                return await self._post(None, 1, {}, {})
            case "get":
                return await self._post(None, 1, None, {})
        return None

    async def _post(
        self, number: int | None, attempt: int, body: dict[str, Any] | None, headers: dict[str, str]
    ) -> int | str:
        started = time.monotonic()
        outcome: int | str
        content = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        try:
            async with self._session.request(
                "GET" if body is None else "POST",
                self.url,
                data=content,
                headers={"Content-Type": "application/json"} | headers,
                allow_redirects=False,
            ) as answer:
                outcome = answer.status
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            outcome = type(error).__name__
        made = DeliveryAttempt(number, attempt, started, time.monotonic(), outcome)
        self.bot.journal.deliveries.append(made)
        return outcome

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._session.close()
