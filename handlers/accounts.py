"""The channel accounts that are set up: made from the settings, opened, looked after, closed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Protocol

from bot import errors, logs
from bot.channels.base import Channel
from bot.channels.skew import Skew
from bot.channels.telegram import TelegramChannel
from bot.channels.zalo_articles import ZaloArticles
from bot.channels.zalo_bot import ZaloBotChannel
from bot.channels.zalo_bot_book import StoredQuotaBook
from bot.channels.zalo_oa import ZaloOaChannel
from bot.channels.zalo_oa_book import StoredAllowanceBook
from bot.channels.zalo_oa_client import ZaloClient
from bot.channels.zalo_oauth import ZaloOAuth
from bot.channels.zalo_signature import Keys
from bot.channels.zalo_token_row import TokenShelf
from bot.channels.zalo_tokens import TokenKeeper
from bot.channels.zalo_upload_book import StoredUploadBook
from bot.channels.zalo_uploads import Uploads
from bot.clock import Clock
from bot.metrics import Metrics
from bot.pacing import Pacer
from bot.settings import Settings
from bot.storage.db import Database

Key = tuple[str, str]  # channel, account
log = logs.get("accounts")


class Openable(Protocol):
    async def open(self) -> None: ...

    async def close(self) -> None: ...


class Polling(Protocol):
    """A loop that reads updates; ``trouble`` is what keeps it from reading."""

    trouble: str

    async def run(self) -> None: ...


@dataclass(slots=True)
class Accounts:
    """``channels``: all of them, by name and account. ``rates``: messages a second that an account may send in all."""

    channels: dict[Key, Channel] = field(default_factory=dict)
    pacers: dict[Key, Pacer] = field(default_factory=dict)
    rates: dict[str, float] = field(default_factory=dict)
    articles: dict[Key, ZaloArticles] = field(default_factory=dict)  # what an account says to many at once
    telegram: TelegramChannel | None = None
    zalo_oa: ZaloOaChannel | None = None
    zalo_bot: ZaloBotChannel | None = None
    tokens: TokenKeeper | None = None
    _openable: list[Openable] = field(default_factory=list)
    _trouble: str = ""  # with the tokens, at the last tick

    async def open(self) -> None:
        for each in self._openable:
            await each.open()
        if self.tokens is not None:
            with suppress(errors.StoreUnavailable):  # the next tick says it
                await self.tokens.read()  # else /readyz would say until then that nobody has consented

    async def close(self) -> None:
        if self.tokens is not None:
            await self.tokens.close()
        for each in reversed(self._openable):
            await each.close()

    async def tick(self, metrics: Metrics) -> list[Key]:
        """Renew what must be renewed before it ends, and count; gives the accounts that work again since the last."""
        if self.zalo_bot is not None:
            metrics.zalo_bot_sent.set(self.zalo_bot.quota().sent)
        if self.tokens is None or self.zalo_oa is None:
            return []
        await self.tokens.tick()
        await self.zalo_oa.paid.look()
        metrics.zalo_oa_paid.set(self.zalo_oa.paid.used())
        health, before = self.tokens.health, self._trouble
        metrics.zalo_tokens.set(int(health.state))
        self._trouble = health.trouble
        return [(self.zalo_oa.name, self.zalo_oa.account)] if before and not self._trouble else []

    def troubles(self) -> list[str]:
        """What keeps an account from its work, one line each."""
        found = []
        if self.tokens is not None and self.tokens.health.trouble:
            found.append(self.tokens.health.trouble)
        if self.zalo_oa is not None and self.zalo_oa.trouble:
            found.append(f"zalo-oa: {self.zalo_oa.trouble}")
        if self.zalo_bot is not None and self.zalo_bot.quota().used_up:
            found.append("zalo-bot: the quota is used up")
        return found

    def add(self, channel: Channel, pacer: Pacer | None = None, rate: float = 0) -> None:
        key = (channel.name, channel.account)
        self.channels[key] = channel
        if pacer is not None:
            self.pacers[key] = pacer
        if rate:
            self.rates[channel.name] = rate


def accounts(
    settings: Settings,
    *,
    db: Database,
    key: bytes,
    clock: Clock,
    rng: Random,
    owner: str,
    skew: Skew,
    others: Sequence[Channel] = (),
) -> Accounts:
    """Each kind is switched on by its own settings alone."""
    made = Accounts()
    for channel in others:
        made.add(channel)
    if settings.telegram_token.get_secret_value():
        made.telegram = TelegramChannel(
            token=settings.telegram_token.get_secret_value(),
            api_url=settings.telegram_api_url,
            secret=settings.telegram_webhook_secret.get_secret_value(),
            heard=skew.heard,
        )
        # A chat takes one message a second as Telegram counts them: a little less arrives in time on every network.
        pacer = Pacer(rate=settings.telegram_reply_rate, whole=settings.telegram_rate, chat_rate=0.95)
        made.add(made.telegram, pacer, settings.telegram_rate)
        made._openable.append(made.telegram)
    if settings.zalo_oa:
        _zalo_oa(made, settings, db=db, key=key, clock=clock, rng=rng, owner=owner)
    if settings.zalo_bot_token.get_secret_value():
        made.zalo_bot = ZaloBotChannel(
            token=settings.zalo_bot_token.get_secret_value(),
            api_url=settings.zalo_bot_api_url,
            clock=clock,
            zone=settings.zone,
            key=key,
            secret=settings.zalo_bot_secret.get_secret_value(),
            book=StoredQuotaBook(db),
        )
        rate = settings.zalo_bot_rate
        made.add(made.zalo_bot, Pacer(rate=rate, whole=rate), rate)
        made._openable.append(made.zalo_bot)
    return made


def _zalo_oa(
    made: Accounts, settings: Settings, *, db: Database, key: bytes, clock: Clock, rng: Random, owner: str
) -> None:
    secret = settings.zalo_app_secret.get_secret_value()
    oauth = ZaloOAuth(base_url=settings.zalo_oauth_url, app_id=settings.zalo_app_id, app_secret=secret)
    made.tokens = TokenKeeper(
        shelf=TokenShelf(db, key=key),
        oauth=oauth,
        clock=clock,
        rng=rng,
        owner=owner,
        first_refresh_token=settings.zalo_refresh_token.get_secret_value(),
    )
    client = ZaloClient(
        settings.zalo_api_url, made.tokens, clock=clock, rng=rng, app_secret=secret, rate=settings.zalo_rate
    )
    made.zalo_oa = ZaloOaChannel(
        client=client,
        uploads=Uploads(client, StoredUploadBook(db), clock),
        keys=Keys(
            app_id=settings.zalo_app_id,
            oa_secret=settings.zalo_oa_secret.get_secret_value(),
            app_secret=secret,
            oa_id=settings.zalo_oa_id,
        ),
        clock=clock,
        buttons=settings.zalo_buttons,
        book=StoredAllowanceBook(db),
    )
    made.articles[made.zalo_oa.name, made.zalo_oa.account] = ZaloArticles(client=client, clock=clock)
    rate = settings.zalo_rate / 60
    made.add(made.zalo_oa, Pacer(rate=0, whole=rate), rate)
    made._openable.append(made.zalo_oa)


async def patiently(what: str, calls: Sequence[Callable[[], Awaitable[None]]], clock: Clock) -> None:
    """Set an account up at its platform; tried until it works."""
    wait = 2.0
    while True:
        try:
            for call in calls:
                await call()
            return
        except errors.ChannelError as error:
            log.warning("an account could not be set up yet", what=what, why=type(error).__name__)
            await clock.sleep(wait)
            wait = min(wait * 2, 60)
