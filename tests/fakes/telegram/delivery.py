"""Deliver updates to a webhook: in order inside a lane, in parallel across lanes, again and again until a
2xx.

The rules are those of the open-source Bot API server (WebhookActor.cpp): see schedule.py for the figures. All
its durations are multiplied by the ``scale`` of the settings.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING

from tests.fakes.telegram.connection import WebhookAnswer, WebhookConnection
from tests.fakes.telegram.journal import DeliveryAttempt
from tests.fakes.telegram.lanes import NEVER, Lanes, Parcel
from tests.fakes.telegram.parameters import Call
from tests.fakes.telegram.schedule import ANSWER_LIMIT, GONE_LIMIT, QUIET_LIMIT, OpeningRate
from tests.fakes.telegram.targets import WebhookTarget
from tests.fakes.telegram.updates import Pending

if TYPE_CHECKING:
    from tests.fakes.telegram.state import FakeBot

UNANSWERABLE = ("setwebhook", "deletewebhook", "close", "logout")
KEPT = 10_000  # delivered updates that can be delivered again


class WebhookDelivery:
    """The running delivery to one target; ``close`` ends it and leaves undelivered updates in the queue."""

    def __init__(self, bot: FakeBot, target: WebhookTarget, run_call: Callable[[Call], None]) -> None:
        self.bot = bot
        self.target = target
        self.last_error = ""
        self.last_error_at = 0.0
        self.duplicates = 0  # so many of the next successes are delivered a second time
        scale = bot.settings.scale
        self._run_call = run_call
        self._scale = scale
        self._timeout = bot.settings.answer_timeout or ANSWER_LIMIT * scale
        self._dice = random.Random(bot.settings.seed)
        self._lanes = Lanes()
        self._delivered: dict[int, Pending] = {}
        self._idle: list[WebhookConnection] = []
        self._busy_count = 0
        self._opening = 0
        self._opened = 0
        self._busy_rate = OpeningRate(10, 0.5 * scale)
        self._quiet_rate = OpeningRate(1, 2.0 * scale)
        self._last_success = time.monotonic() - 3600.0
        self._first_gone: float | None = None
        self._running: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._is_closed = False

    def start(self) -> None:
        self._lanes.offer(self.bot.queue.live())
        self.bot.queue.on_new.append(self.offer)
        self._turn()

    def offer(self, update: Pending) -> None:
        """Deliver this update after those of its lane that wait already."""
        self._lanes.offer([update])
        self._turn()

    def redeliver(self, update_id: int) -> None:
        """Deliver an update once more, as happens when Telegram loses the 200; raises ValueError if it never
        was.
        """
        update = self._delivered.get(update_id)
        if update is None:
            raise ValueError(f"update {update_id} is not among the last {KEPT} delivered")
        self.offer(update)

    async def close(self) -> None:
        self._is_closed = True
        if self.offer in self.bot.queue.on_new:
            self.bot.queue.on_new.remove(self.offer)
        if self._timer is not None:
            self._timer.cancel()
        others = [task for task in self._running if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        for connection in self._idle:
            connection.close()

    # -- one turn of the wheel: load, connect, send, set the alarm

    def _turn(self) -> None:
        if self._is_closed:
            return
        now = time.monotonic()
        self._lanes.load(now, 2 * self.target.max_connections)
        alarm = min(self._connect(now), self._send(now))
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if alarm < NEVER:
            self._timer = asyncio.get_running_loop().call_later(max(0.0, alarm - now), self._turn)

    def _connect(self, now: float) -> float:
        needed, rate = min(len(self._lanes), self.target.max_connections), self._busy_rate
        if self._last_success + QUIET_LIMIT * self._scale < now:
            needed, rate = min(needed, 1), self._quiet_rate
        while len(self._idle) + self._busy_count + self._opening < needed:
            wait = rate.wait(now)
            if wait > 0:
                return now + wait
            rate.note(now)
            self._opening += 1
            self._spawn(self._open())
        return NEVER

    def _send(self, now: float) -> float:
        while self._idle:
            parcel = self._lanes.take_ready(now)
            if parcel is None:
                return self._lanes.next_wakeup()
            connection = self._idle.pop()
            if connection.is_closed:
                connection.close()
                self._lanes.retry(parcel, now)
                return now
            self._busy_count += 1
            self._spawn(self._attempt(connection, parcel))
        return NEVER

    def _spawn(self, coroutine: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _open(self) -> None:
        self._opened += 1
        target = self.target
        try:
            async with asyncio.timeout(self._timeout):
                self._idle.append(await WebhookConnection.open(self._opened, target.host, target.port, target.tls))
        except TimeoutError:
            self._note_error("Connection timed out")
        except OSError:
            self._note_error("Connection refused")
        finally:
            self._opening -= 1
        self._turn()

    async def _attempt(self, connection: WebhookConnection, parcel: Parcel) -> None:
        update, started = parcel.update, time.monotonic()
        self.bot.hand_over(update)
        answer: WebhookAnswer | None = None
        phrase = "Webhook connection closed"
        try:
            async with asyncio.timeout(self._timeout):
                answer = await connection.exchange(self.target.request(update.body))
        except TimeoutError:
            phrase = "Read timeout expired"
        except (OSError, EOFError, ValueError, asyncio.LimitOverrunError):
            pass
        finally:
            self._busy_count -= 1
            if answer is not None and answer.keep_alive:
                self._idle.append(connection)
            else:
                connection.close()
        self.bot.journal.deliveries.append(
            DeliveryAttempt(
                update_id=update.update_id,
                queue=update.queue,
                attempt=parcel.patience.failures + 1,
                connection=connection.number,
                started=started,
                finished=time.monotonic(),
                outcome=phrase if answer is None else answer.status,
            )
        )
        if answer is not None and 200 <= answer.status <= 299:
            self._succeed(parcel, answer)
        else:
            await self._fail(parcel, answer, phrase)
        self._turn()

    # -- what an attempt leads to

    def _succeed(self, parcel: Parcel, answer: WebhookAnswer) -> None:
        self._last_success = time.monotonic()
        self._first_gone = None
        self._drop(parcel)
        self._delivered[parcel.update.update_id] = parcel.update
        if len(self._delivered) > KEPT:
            del self._delivered[next(iter(self._delivered))]
        if self.duplicates > 0:
            self.duplicates -= 1
            self._lanes.waiting.appendleft(parcel.update)
        if answer.body.startswith(b"{"):
            self._run_reply(answer.body)

    def _run_reply(self, body: bytes) -> None:
        """A method call carried in the body of the 200; no result ever comes back, nor an error."""
        try:
            parameters = json.loads(body)
        except ValueError:
            return
        method = str(parameters.pop("method", "")).lower()
        if method and method not in UNANSWERABLE and not method.startswith("get"):
            self._run_call(Call(method, parameters))

    async def _fail(self, parcel: Parcel, answer: WebhookAnswer | None, phrase: str) -> None:
        retry_after = 0
        if answer is not None:
            phrase = f"Wrong response from the webhook: {answer.status} {answer.reason}".rstrip()
            header = answer.headers.get("retry-after", "")
            retry_after = int(header) if header.isdigit() else 0
        self._note_error(phrase)
        if self._is_gone_for_good(answer.status if answer is not None else 0):
            self.bot.delivery = None
            await self.close()
            return
        now = time.monotonic()
        wait = parcel.patience.next_wait(retry_after, self._dice) * self._scale
        if now + wait > parcel.update.expires_at:
            self.bot.queue.expired += 1
            self._drop(parcel)
        else:
            self._lanes.retry(parcel, now + wait)

    def _is_gone_for_good(self, status: int) -> bool:
        now = time.monotonic()
        if status == 410:
            self._first_gone = self._first_gone or now
        elif status:
            self._first_gone = None
        return self._first_gone is not None and now > self._first_gone + GONE_LIMIT * self._scale

    def _drop(self, parcel: Parcel) -> None:
        self._lanes.drop(parcel)
        self.bot.queue.forget(parcel.update.update_id)

    def _note_error(self, message: str) -> None:
        self.last_error = message
        self.last_error_at = time.time()
