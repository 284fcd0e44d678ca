"""How the channels are, one line each in the reader's words: on, in trouble, what is left of tokens and quotas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.channels.zalo_token_health import TokenState
from bot.clock import Clock
from bot.settings import Settings
from bot.storage.db import Database
from broadcasts.office import Quotas
from handlers.accounts import Accounts
from handlers.console.words import N_, Words

_NAMES = {"telegram": "Telegram", "zalo-oa": "Zalo OA", "zalo-bot": "Zalo Bot", "web": "Web"}
_TOKENS: Mapping[TokenState, str] = {
    TokenState.DOUBTFUL: N_("đang đổi mã truy cập"),
    TokenState.LATE: N_("chưa đổi được mã truy cập; mã cũ còn dùng được vài giờ"),
    TokenState.NO_TOKEN: N_("không có mã truy cập, chưa gửi được"),
    TokenState.STALE: N_("mã truy cập lâu chưa đổi; người vận hành xem ngay"),
    TokenState.MISSING: N_("chưa được cho phép; người vận hành chạy cotmoc zalo login"),
    TokenState.NEEDS_REAUTH: N_("phải cho phép lại; người vận hành chạy cotmoc zalo login"),
}
_SOON = 14  # days that a token still lives, from which on they are counted here


@dataclass(frozen=True, slots=True)
class ChannelLine:
    name: str
    well: bool
    words: str


class ChannelHealth:
    """``accounts`` are those of this process; ``quotas`` what is left of each."""

    def __init__(self, *, db: Database, settings: Settings, accounts: Accounts, quotas: Quotas, clock: Clock) -> None:
        self._db = db
        self._settings = settings
        self._accounts = accounts
        self._quotas = quotas
        self._clock = clock

    async def lines(self, words: Words, now: datetime) -> list[ChannelLine]:
        async with self._db.reading() as connection:
            left = await self._quotas(connection, now)
        return [self._line(each, left, words, now) for each in sorted(self._accounts.channels)]

    def silent(self, now: datetime) -> dict[str, datetime]:
        """Until when the platforms of this process's accounts want no message, by channel."""
        found: dict[str, datetime] = {}
        for key in self._accounts.pacers:
            if (waits := self._waits(key)) > 1:
                until = now + timedelta(seconds=waits)
                found[key[0]] = max(until, found.get(key[0], until))
        return found

    def _line(self, key: tuple[str, str], left: Mapping[str, int], words: Words, now: datetime) -> ChannelLine:
        name, account = key
        troubles, notes = [], []
        if name == "zalo-oa" and self._accounts.tokens is not None:
            health = self._accounts.tokens.health
            if health.state in _TOKENS:
                troubles.append(words.say(_TOKENS[health.state]))
            elif health.consent_ends_at is not None and (days := (health.consent_ends_at - now).days) <= _SOON:
                notes.append(words.say("mã truy cập còn %(n)s ngày", n=days))
            if self._accounts.zalo_oa is not None and self._accounts.zalo_oa.trouble:
                troubles.append(words.say("Zalo từ chối; người vận hành chạy cotmoc doctor"))
        if name in left:
            (notes if left[name] else troubles).append(words.say("còn gửi được %(n)s tin", n=left[name]))
        waits = self._waits(key)
        if waits > 1:
            at = datetime.fromtimestamp(now.timestamp() + waits, self._settings.zone).strftime("%H:%M:%S")
            notes.append(words.say("đang chờ tới %(time)s theo yêu cầu của nền tảng", time=at))
        shown = _NAMES.get(name, name) + ("" if account == "main" else f" ({account})")
        return ChannelLine(shown, not troubles, "; ".join([*troubles, *notes]) or words.say("tốt"))

    def _waits(self, key: tuple[str, str]) -> float:
        """Seconds until the platform wants to hear from the account again."""
        pacer = self._accounts.pacers.get(key)
        return 0.0 if pacer is None else pacer.flood_until - self._clock.monotonic()
