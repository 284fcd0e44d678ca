"""What goes out on each channel: the channel at its fake platform, what arrived there, and what can go wrong."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from bot import errors
from bot.channels.base import Channel
from bot.channels.telegram import TelegramChannel
from bot.channels.webchat import WebChat
from bot.channels.zalo_bot import ZaloBotChannel
from bot.channels.zalo_oa import ZaloOaChannel
from bot.channels.zalo_oa_client import ZaloClient
from bot.channels.zalo_signature import Keys
from bot.channels.zalo_uploads import BookInMemory, Uploads
from bot.clock import SystemClock
from bot.messages import Address
from bot.testing import FakeChannel
from tests.fakes.telegram_client import FakeTelegram
from tests.fakes.zalo_bot_client import FakeZaloBot, chat
from tests.fakes.zalo_oa_client import FakeZaloOa, resident

Running = Mapping[str, dict[str, str]]  # what each fake said of itself
Trouble = Callable[[], Awaitable[None]]


@dataclass(slots=True)
class Outlet:
    """``arrived``: the texts that reached the resident, each with the labels of its buttons · ``troubles``: how to
    bring one about · ``standing``: what stands in the chat now, ``older``: makes it that many seconds older ·
    ``secrets``: what no error may name · ``unheard``: the same channel with nobody at the other end.
    """

    channel: Channel
    who: Address
    arrived: Callable[[], Awaitable[list[str]]]
    secrets: tuple[str, ...] = ()
    troubles: Mapping[str, Trouble] = field(default_factory=dict)
    unheard: Channel | None = None
    refuses_other_files: bool = False
    standing: Callable[[], Awaitable[list[str]]] | None = None
    older: Callable[[float], Awaitable[None]] | None = None


def deaf_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def at_telegram(running: Running) -> AsyncIterator[Outlet]:
    async with AsyncExitStack() as stack:
        fake = await stack.enter_async_context(FakeTelegram.attach(running["telegram"]))
        made = [TelegramChannel(token=fake.token, api_url=url) for url in (fake.url, f"http://127.0.0.1:{deaf_port()}")]
        for each in made:
            await each.open()
            stack.push_async_callback(each.close)
        await fake.set_chat(7001, "normal")

        async def arrived() -> list[str]:
            return [_with_labels(act.text, _keyboard(act.markup)) for act in await fake.sends(7001)]

        yield Outlet(
            channel=made[0],
            who=Address("telegram", "main", "7001"),
            arrived=arrived,
            secrets=(fake.token, fake.token.partition(":")[2]),
            unheard=made[1],
            standing=lambda: fake.standing(7001),
            older=fake.age,
            troubles={
                "the answer is lost": lambda: fake.fault("answer_lost"),
                "half an answer": lambda: fake.fault("malformed"),
                "broken": lambda: fake.fault("server_error"),
                "too fast": lambda: fake.flood(30, chat_id=7001),
                "token refused": lambda: fake.fault("unauthorized"),
                "left": lambda: fake.set_chat(7001, "blocked"),
                "nobody": lambda: fake.set_chat(7001, "not_found"),
            },
        )


def _keyboard(markup: dict[str, Any] | None) -> list[str]:
    return [button["text"] for row in (markup or {}).get("inline_keyboard", []) for button in row]


@asynccontextmanager
async def at_zalo_oa(running: Running, *, buttons: bool = False) -> AsyncIterator[Outlet]:
    who = resident(1)
    async with AsyncExitStack() as stack:
        fake = await stack.enter_async_context(FakeZaloOa.attach(running["zalo-oa"]))
        made = []
        for url in (fake.url, f"http://127.0.0.1:{deaf_port()}"):
            clock = SystemClock()
            client = ZaloClient(url, _FirstToken(fake.access_token), clock=clock, rng=Random(1), answer_within=1.0)
            uploads = Uploads(client, BookInMemory(), clock)
            keys = Keys(fake.app_id, fake.oa_secret, fake.app_secret, fake.oa_id)
            made.append(ZaloOaChannel(client=client, uploads=uploads, keys=keys, clock=clock, buttons=buttons))
            await made[-1].open()
            stack.push_async_callback(made[-1].close)
        await fake.set_resident(who, interacted_ago=60)

        async def arrived() -> list[str]:
            return [_with_labels(act.text, _choices(act.message)) for act in await fake.sends(who)]

        def refused(code: int) -> Trouble:
            return lambda: fake.fault("refused", code=code)

        yield Outlet(
            channel=made[0],
            who=Address("zalo-oa", "main", who),
            arrived=arrived,
            secrets=(fake.access_token, fake.app_secret, fake.oa_secret),
            unheard=made[1],
            refuses_other_files=True,
            troubles={
                "the answer is lost": lambda: fake.fault("answer_lost"),
                "half an answer": lambda: fake.fault("malformed"),
                "broken": lambda: fake.fault("server_error"),
                "too fast": refused(-32),
                "token refused": refused(-216),
                "quota": refused(-211),
                "left": refused(-227),
                "nobody": lambda: fake.fault("refused", code=-201, reason="user_id is invalid!"),
                "window": lambda: fake.set_resident(who, interacted_ago=8 * 86_400),
                "refused": refused(-244),
            },
        )


class _FirstToken:
    def __init__(self, token: str) -> None:
        self._token = token

    async def access_token(self) -> str:
        return self._token

    async def refused(self, token: str) -> None:
        return


def _choices(message: dict[str, Any] | None) -> list[str]:
    payload = (message or {}).get("attachment", {}).get("payload", {})
    return [each["title"] for each in payload.get("buttons", [])]


@asynccontextmanager
async def at_zalo_bot(running: Running) -> AsyncIterator[Outlet]:
    who = chat(1)
    async with AsyncExitStack() as stack:
        fake = await stack.enter_async_context(FakeZaloBot.attach(running["zalo-bot"]))
        made = []
        for url in (fake.url, f"http://127.0.0.1:{deaf_port()}"):
            made.append(
                ZaloBotChannel(
                    token=fake.token, api_url=url, clock=SystemClock(), zone=ZoneInfo("Asia/Ho_Chi_Minh"), key=b"k"
                )
            )
            await made[-1].open()
            stack.push_async_callback(made[-1].close)
        await fake.know(who)

        async def arrived() -> list[str]:
            return [act.text for act in await fake.sends(who)]

        yield Outlet(
            channel=made[0],
            who=Address("zalo-bot", "main", who),
            arrived=arrived,
            secrets=(fake.token, fake.token.partition(":")[2]),
            unheard=made[1],
            troubles={
                "the answer is lost": lambda: fake.fault("answer_lost"),
                "half an answer": lambda: fake.fault("malformed"),
                "broken": lambda: fake.fault("server_error", status=503),
                "too fast": lambda: fake.fault("refused", code=429),
                "token refused": lambda: fake.fault("refused", code=401),
                "left": lambda: fake.set_chat(who, "blocked"),
                "nobody": lambda: fake.set_chat(who, "gone"),
            },
        )


@asynccontextmanager
async def at_web(running: Running) -> AsyncIterator[Outlet]:
    made, session = WebChat(SystemClock()), "S" * 22
    shown: list[Mapping[str, Any]] = []

    async def push(payload: Mapping[str, Any]) -> None:
        shown.append(payload)

    async def arrived() -> list[str]:
        return [_with_labels(each["text"], [button["label"] for button in each["buttons"]]) for each in shown]

    made.open(session, push)
    # There is nobody between it and the page: nothing can go wrong, and a page scrolls.
    yield Outlet(channel=made, who=Address("web", "main", session), arrived=arrived)


@asynccontextmanager
async def at_fake(running: Running) -> AsyncIterator[Outlet]:
    made = FakeChannel()

    async def arrived() -> list[str]:
        return [_with_labels(each.message.text, [b.label for b in each.message.choices()]) for each in made.said]

    async def standing() -> list[str]:
        return list(made.standing.values())

    async def older(seconds: float) -> None:
        """It is told by whoever takes a message back how old that is."""

    def next_is(error: errors.ChannelError) -> Trouble:
        async def arrange() -> None:
            made.script.append(error)

        return arrange

    yield Outlet(
        channel=made,
        who=Address("fake", "main", "1001"),
        arrived=arrived,
        standing=standing,
        older=older,
        troubles={
            "the answer is lost": next_is(errors.OutcomeUnknown()),
            "half an answer": next_is(errors.OutcomeUnknown()),
            "broken": next_is(errors.ChannelDown()),
            "too fast": next_is(errors.Throttled(30)),
            "token refused": next_is(errors.AccountRejected()),
            "quota": next_is(errors.QuotaUsedUp()),
            "left": next_is(errors.RecipientGone("blocked")),
            "nobody": next_is(errors.RecipientGone("invalid")),
            "window": next_is(errors.RecipientGone("window")),
            "refused": next_is(errors.RecipientGone("refused")),
        },
    )
    made.close()


def _with_labels(text: str, labels: list[str]) -> str:
    return "\n".join([text, *labels])


OUTLETS = {
    "telegram": at_telegram,
    "zalo-oa": at_zalo_oa,
    "zalo-oa with buttons": lambda running: at_zalo_oa(running, buttons=True),
    "zalo-bot": at_zalo_bot,
    "web": at_web,
    "fake": at_fake,
}
