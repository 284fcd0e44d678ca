"""getUpdates with its long poll and conflict rules, and the methods that set a webhook."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.fakes.telegram.delivery import WebhookDelivery
from tests.fakes.telegram.messages import ok
from tests.fakes.telegram.parameters import Call
from tests.fakes.telegram.refusals import Refusal, bad_request, conflict, too_many_requests
from tests.fakes.telegram.state import FakeBot
from tests.fakes.telegram.targets import WebhookTarget, read_target
from tests.fakes.telegram.updates import DEFAULT_KINDS, Pending

POLL_LIMIT = 50  # seconds; server source, LONG_POLL_MAX_TIMEOUT
GATHER_FOR = 0.001  # seconds a woken poll waits for more; server source, LONG_POLL_WAIT_AFTER
WEBHOOK_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
OTHER_POLL = "terminated by other getUpdates request; make sure that only one bot instance is running"
_SECRET = re.compile(r"[A-Za-z0-9_-]*")


@dataclass(slots=True)
class _Waiting:
    woken: asyncio.Future[str | None]


class Receiver:
    """How the bot gets its updates: by polling or, excluding that, by webhook."""

    def __init__(self, bot: FakeBot, run_call: Callable[[Call], None]) -> None:
        self.bot = bot
        self._run_call = run_call
        self.begin()

    def begin(self) -> None:
        """Start with nothing remembered and listen to the queue; again after a reset, which replaces the
        queue.
        """
        self._waiting: _Waiting | None = None
        self._next_conflict_at = 0.0
        self._next_webhook_at = 0.0
        self._previous_offset: int | None = None
        self._previous_start = 0.0
        self.bot.queue.on_new.append(self._on_new)

    def _on_new(self, update: Pending) -> None:
        if self._waiting is not None and not self._waiting.woken.done():
            self._waiting.woken.set_result(None)

    def _abort_poll(self, reason: str) -> None:
        if self._waiting is not None and not self._waiting.woken.done():
            self._waiting.woken.set_result(reason)
        self._waiting = None

    async def _refuse(self, reason: str) -> Refusal:
        """A 409; the first is immediate, others within 3 s of it are held back 3 s (server source)."""
        now = time.monotonic()
        if now >= self._next_conflict_at:
            self._next_conflict_at = now + self.bot.settings.conflict_delay
        else:
            await asyncio.sleep(self.bot.settings.conflict_delay)
        return conflict(reason)

    async def get_updates(self, call: Call) -> bytes:
        settings, queue = self.bot.settings, self.bot.queue
        if self.bot.delivery is not None:
            raise await self._refuse(WEBHOOK_ACTIVE)
        offset = call.integer("offset", 0, -(2**31), 2**31 - 1)
        limit = call.integer("limit", 100, 1, 100)
        timeout: float = call.integer("timeout", 0, 0, POLL_LIMIT)
        queue.choose_kinds(call.parameters.get("allowed_updates"))
        now = time.monotonic()
        if offset == self._previous_offset:
            # A crash-looping poller asks the same again: the server slows it and feeds it one by one.
            if timeout < settings.repeat_wait and now < self._previous_start + settings.repeat_wait:
                timeout = settings.repeat_wait
            if now < self._previous_start + settings.repeat_limit_window:
                limit = 1
        self._previous_offset, self._previous_start = offset, now
        updates = queue.take(offset, limit)
        if not updates and timeout > 0:
            updates = await self._long_poll(offset, limit, timeout)
        for update in updates:
            self.bot.hand_over(update)
        return b'{"ok":true,"result":[' + b",".join(update.body for update in updates) + b"]}"

    async def _long_poll(self, offset: int, limit: int, patience: float) -> list[Pending]:
        self._abort_poll(OTHER_POLL)
        waiting = self._waiting = _Waiting(asyncio.get_running_loop().create_future())
        try:
            async with asyncio.timeout(patience):
                reason = await waiting.woken
        except TimeoutError:
            reason = None
        if self._waiting is waiting:
            self._waiting = None
        if reason is not None:
            raise await self._refuse(reason)
        await asyncio.sleep(GATHER_FOR)
        return self.bot.queue.take(offset, limit)

    async def set_webhook(self, call: Call) -> bytes:
        bot = self.bot
        url = call.text("url") if call.method == "setwebhook" else ""
        now = time.monotonic()
        if url and bot.settings.limits.mode == "strict":
            if now < self._next_webhook_at:
                raise too_many_requests(1)
            self._next_webhook_at = now + 1.0
        secret = call.text("secret_token")
        connections = call.integer("max_connections", 40, 1, 100)
        drop = call.truth("drop_pending_updates")
        current = bot.delivery.target if bot.delivery is not None else None
        wanted = self._read_target(url, secret, connections) if url else None
        if current == wanted and not drop:
            bot.queue.choose_kinds(call.parameters.get("allowed_updates"))
            return ok(True, "Webhook is already set" if url else "Webhook is already deleted")
        if url:
            self._abort_poll("terminated by setWebhook request")
        if bot.delivery is not None:
            await bot.delivery.close()
            bot.delivery = None
        if drop:
            bot.queue.pending.clear()
        if wanted is None:
            return ok(True, "Webhook was deleted" if current is not None else "Webhook is already deleted")
        bot.queue.choose_kinds(call.parameters.get("allowed_updates"))
        bot.delivery = WebhookDelivery(bot, wanted, self._run_call)
        bot.delivery.start()
        return ok(True, "Webhook was set")

    def _read_target(self, url: str, secret: str, connections: int) -> WebhookTarget:
        if len(secret) > 256:
            raise bad_request("secret token is too long")
        if not _SECRET.fullmatch(secret):
            raise bad_request("secret token contains unallowed characters")
        target = read_target(url, secret, connections)
        if target is None:
            raise bad_request("invalid webhook URL specified")
        if self.bot.settings.require_https:
            if not target.tls:
                raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
            if target.port not in (443, 80, 88, 8443):
                raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
        return target

    async def describe_webhook(self, call: Call) -> bytes:
        delivery, queue = self.bot.delivery, self.bot.queue
        shape: dict[str, Any] = {
            "url": delivery.target.url if delivery else "",
            "has_custom_certificate": False,
            "pending_update_count": len(queue.pending),
        }
        if delivery is not None:
            if delivery.last_error_at:
                shape["last_error_date"] = int(delivery.last_error_at)
                shape["last_error_message"] = delivery.last_error
            shape["max_connections"] = delivery.target.max_connections
            shape["ip_address"] = "127.0.0.1"
        if queue.allowed != DEFAULT_KINDS:
            shape["allowed_updates"] = sorted(queue.allowed)
        return ok(shape)

    async def close(self) -> None:
        """Stop delivering and let a waiting poll go."""
        self._abort_poll("terminated by setWebhook request")
        if self.bot.delivery is not None:
            await self.bot.delivery.close()
            self.bot.delivery = None
