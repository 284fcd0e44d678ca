"""How fast an account may speak: token buckets and one shared flood deadline, as values (pure).

Nothing here sleeps or asks for the time: every call gets ``now`` in monotonic seconds and returns how long to wait.
"""

from __future__ import annotations

from collections import OrderedDict


class Bucket:
    """``rate`` tokens a second, at most ``burst`` saved up; kept as the time at which it would be full again."""

    def __init__(self, rate: float, burst: float) -> None:
        self._interval = 1 / rate
        self._saved = max(0.0, burst - 1) * self._interval
        self._full_at = float("-inf")

    def hold(self, until: float) -> None:
        """Give nothing before ``until``, and then at the usual pace: what waited does not leave all at once."""
        self._full_at = max(self._full_at, until + self._saved)

    def take(self, now: float) -> float:
        """Take a token; returns how many seconds to wait before using it (0: at once)."""
        self._full_at = max(self._full_at, now)
        wait = self._full_at - self._saved - now
        self._full_at += self._interval
        return wait if wait > 1e-9 else 0.0

    def admit(self, now: float) -> bool:
        """Take a token if there is one now; refusing costs nothing, so that a flood ends when the flood does."""
        if max(self._full_at, now) - self._saved - now > 1e-9:
            return False
        self.take(now)
        return True

    def idle(self, now: float) -> bool:
        """Nothing is remembered that a new bucket would not know."""
        return self._full_at <= now


class Pacer:
    """One account's pace: the whole account, each chat, and the deadline a 429 set.

    ``rate`` 0 means the account as a whole is not paced. Telegram: about 30 a second for a bot, 1 a second for a
    chat with short bursts, 20 a minute for a group (Bots FAQ).
    """

    def __init__(self, *, rate: float, chat_rate: float = 1.0, chat_burst: float = 3, chats: int = 20_000) -> None:
        self._account = Bucket(rate, max(1.0, rate / 4)) if rate else None
        self._chat_rate = chat_rate
        self._chat_burst = chat_burst
        self._chats: OrderedDict[str, Bucket] = OrderedDict()
        self._most_chats = chats
        self._refusals: list[tuple[float, str]] = []
        self.flood_until = 0.0

    def reserve(self, chat: str, now: float) -> float:
        """Seconds to wait before the next message to ``chat`` may leave."""
        wait = self._account.take(now) if self._account else 0.0
        bucket = self._chats.get(chat)
        if bucket is None:
            bucket = self._chats[chat] = Bucket(self._chat_rate, self._chat_burst)
            self._forget_one(now)
        else:
            self._chats.move_to_end(chat)
        return max(wait, bucket.take(now), self.flood_until - now)

    def _forget_one(self, now: float) -> None:
        """The book of chats is bounded, but who still has to wait stays in it."""
        if len(self._chats) > self._most_chats:
            idle = next((chat for chat, bucket in self._chats.items() if bucket.idle(now)), None)
            if idle is not None:
                del self._chats[idle]

    def throttled(self, chat: str, retry_after: float, now: float) -> bool:
        """A 429 came. It does not say for whom: three different chats within two seconds mean the whole account.

        Returns whether the account as a whole has to be silent; a later deadline is never shortened.
        """
        self._refusals = [(at, who) for at, who in self._refusals if now - at <= 2.0] + [(now, chat)]
        bucket = self._chats.setdefault(chat, Bucket(self._chat_rate, self._chat_burst))
        bucket.hold(now + retry_after)
        if len({who for _, who in self._refusals}) < 3:
            return False
        self.silence(now + retry_after)
        return True

    def silence(self, until: float) -> None:
        """Nobody speaks before ``until``."""
        self.flood_until = max(self.flood_until, until)
        if self._account:
            self._account.hold(until)
