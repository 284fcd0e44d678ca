"""How the bot gets its updates: one a poll and never twice, or, excluding that, by webhook."""

from __future__ import annotations

import asyncio
import ipaddress
import time
from collections import deque
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests.fakes.zalo_bot.delivery import Webhook
from tests.fakes.zalo_bot.journal import PollMade
from tests.fakes.zalo_bot.parameters import Call
from tests.fakes.zalo_bot.refusals import EMPTY_POLL, Refusal, bad_request
from tests.fakes.zalo_bot.state import Event, FakeBot

DEFAULT_TIMEOUT = 30.0  # seconds
LOOK_EVERY = 0.02  # seconds between looks whether the client of a poll is still there


@dataclass(slots=True, eq=False)
class _Waiting:
    call: Call
    given: asyncio.Future[Event | None]


class Receiver:
    """Updates go to the oldest poll that waits; what nobody waits for is kept until somebody asks."""

    def __init__(self, bot: FakeBot) -> None:
        self.bot = bot
        self._waiting: deque[_Waiting] = deque()

    def add(self, event: Event) -> None:
        """A new update: to the webhook, to a poll that waits, or kept."""
        if self.bot.settings.over_chats == "silent" and event.chat_id is not None and self._is_over(event.chat_id):
            return
        if self.bot.webhook is not None:
            self.bot.webhook.deliver(event)
            return
        while self._waiting:
            waiting = self._waiting.popleft()
            gone = waiting.call.client_is_gone and not self.bot.settings.dead_poll_takes
            if not gone and not waiting.given.done():
                waiting.given.set_result(event)
                return
        self.bot.pending.append(event)

    def _is_over(self, chat_id: str) -> bool:
        return self.bot.is_over(self.bot.chat(chat_id))

    async def get_updates(self, call: Call) -> Any:
        bot, started = self.bot, time.monotonic()
        journal = bot.journal  # a poll that a reset outlives belongs to what was before
        timeout = self._read_timeout(call.parameters.get("timeout"))
        if bot.webhook is not None and bot.settings.poll_under_webhook == "refuse":
            raise bad_request("A webhook is set")
        event: Event | None = None
        if bot.webhook is None and bot.pending:
            event = bot.pending.popleft()
        elif timeout > 0:
            event = await self._wait(call, timeout * bot.settings.scale)
        journal.polls.append(PollMade(timeout, started, time.monotonic(), event.number if event else None))
        if event is None:
            raise Refusal(408, EMPTY_POLL, status=bot.settings.poll_status)
        bot.hand_over(event)
        return event.update

    async def _wait(self, call: Call, seconds: float) -> Event | None:
        waiting = _Waiting(call, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        journal = self.bot.journal
        journal.polls_at_once = max(journal.polls_at_once, len(self._waiting))
        ends = time.monotonic() + seconds
        try:
            while (left := ends - time.monotonic()) > 0:
                await asyncio.wait({waiting.given}, timeout=min(left, LOOK_EVERY))
                if waiting.given.done():
                    return waiting.given.result()
                if call.client_is_gone and not self.bot.settings.dead_poll_takes:
                    return None
            return None
        finally:
            if waiting in self._waiting:
                self._waiting.remove(waiting)

    def _read_timeout(self, raw: Any) -> float:
        wanted = self.bot.settings.timeout_type
        if raw is None:
            return DEFAULT_TIMEOUT
        is_text = isinstance(raw, str)
        if (wanted == "text" and not is_text) or (wanted == "number" and is_text):
            raise bad_request(f"The timeout must be a {'string' if wanted == 'text' else 'number'}")
        try:
            return max(0.0, float(raw))
        except (TypeError, ValueError):
            raise bad_request("The timeout is not a number") from None

    # -- webhook

    async def set_webhook(self, call: Call) -> Any:
        settings = self.bot.settings
        url, secret = call.required("url"), call.required("secret_token")
        if not 8 <= len(secret) <= 256:
            raise bad_request("The secret_token must be 8 to 256 characters")
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise bad_request("The url is not valid")
        if settings.require_public and (parts.scheme != "https" or not _is_public(parts.hostname)):
            raise bad_request("The url must be public HTTPS")
        await self.close()
        webhook = self.bot.webhook = Webhook(self.bot, url, secret)
        self._changed()
        result = {"url": url, "updated_at": self.bot.webhook_changed_at}
        if settings.verification != "absent":
            result["verification"] = await self._verify(webhook)
        while self.bot.pending and self.bot.webhook is webhook:
            webhook.deliver(self.bot.pending.popleft())
        return result

    async def _verify(self, webhook: Webhook) -> dict[str, Any]:
        outcome = await webhook.probe()
        if self.bot.settings.verification == "fail" or outcome not in (200, None):
            return {"ok": False, "hint": f"The webhook answered {outcome}"}
        return {"ok": True}

    async def delete_webhook(self, call: Call) -> Any:
        await self.close()
        self._changed()
        return {"url": "", "updated_at": self.bot.webhook_changed_at}

    async def describe_webhook(self, call: Call) -> Any:
        webhook = self.bot.webhook
        return {"url": webhook.url if webhook else "", "updated_at": self.bot.webhook_changed_at}

    def _changed(self) -> None:
        self.bot.webhook_changed_at = int(time.time() * 1000)

    async def close(self) -> None:
        """Stop delivering. Polls that wait go on waiting: there is nobody who would end them."""
        if self.bot.webhook is not None:
            await self.bot.webhook.close()
            self.bot.webhook = None


def _is_public(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith((".local", ".localhost"))
