"""How fast an account may speak: token buckets and one shared flood deadline, as values (pure).

Nothing here sleeps or asks for the time: every call gets ``now`` in monotonic seconds and returns how long to wait.
"""

from __future__ import annotations

from collections import OrderedDict, deque


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

    def change(self, rate: float) -> None:
        """Go on at another pace; what is owed or saved is kept in seconds."""
        self._interval = 1 / rate

    def idle(self, now: float) -> bool:
        """Nothing is remembered that a new bucket would not know."""
        return self._full_at <= now


_RECOVER_EVERY = 30.0  # seconds
_NO_TIME = 1e-6  # seconds: less than this is rounding


class _Window:
    """The last departures: of one more than a second holds, the first and the last are more than a second apart.

    A token says when a message may set out; on its way to the wire it waits for a database or a busy machine, and what
    was spaced out may leave at once. This is asked at the very last, and again by whoever had to wait: somebody who
    is woken late leaves later than was foreseen, in a second that may be full by then.
    """

    def __init__(self, rate: float) -> None:
        self._most = int(rate) + 1
        self._length = self._most / rate
        self._left: deque[float] = deque(maxlen=self._most)

    def leave(self, now: float) -> float:
        wait = self.wait(now)
        if not wait:
            self._left.append(now)
        return wait

    def wait(self, now: float) -> float:
        """Seconds until there is a place; takes none."""
        wait = self._left[0] + self._length - now if len(self._left) == self._most else 0.0
        return wait if wait > _NO_TIME else 0.0


class Pacer:
    """One account's pace: replies, broadcasts, each chat, and the deadline a 429 set.

    ``rate`` is the replies' own share; 0 means that replies are paced per chat only, and do not count against
    ``whole``: what the account may send in all, of which broadcasts take what replies leave. Telegram: about 30 a
    second for a bot, 1 a second for a chat with short bursts, 20 a minute for a group (Bots FAQ).
    """

    def __init__(
        self, *, rate: float, whole: float = 0, chat_rate: float = 1.0, chat_burst: float = 3, chats: int = 20_000
    ) -> None:
        self._account = Bucket(rate, max(1.0, rate / 4)) if rate else None
        self._whole = Bucket(whole, 1) if whole else None
        self._window = _Window(whole) if whole else None
        self._whole_rate = self._pace = whole
        self._slowed_at = 0.0
        self._chat_rate = chat_rate
        self._chat_burst = chat_burst
        self._chats: OrderedDict[str, Bucket] = OrderedDict()
        self._most_chats = chats
        self._refusals: list[tuple[float, str]] = []
        self.flood_until = 0.0

    def reserve(self, chat: str, now: float) -> float:
        """Seconds to wait before the next reply to ``chat`` may leave."""
        wait = 0.0
        if self._account:
            wait = self._account.take(now)
            if self._whole:  # replies take the next place, and broadcasts, which ask for one at a time, what is left
                wait = max(wait, self._whole.take(now))
        return max(wait, self.reserve_chat(chat, now), self.flood_until - now)

    def reserve_bulk(self, now: float) -> float:
        """Seconds to wait before the next message of a broadcast may leave; the chat's own pace comes on top."""
        if self._whole is None:
            return max(0.0, self.flood_until - now)
        self._recover(now)
        return max(self._whole.take(now), self.flood_until - now)

    def leave(self, now: float, *, reply: bool = False) -> float:
        """Seconds to wait at the very last, mostly none: to be asked after every other wait, right before the call.

        0: go now, the place is taken. Else ask again after so long, for no place has been kept.
        """
        if self._window is None or (reply and self._account is None):
            return 0.0
        flooded = self.flood_until - now
        if flooded > _NO_TIME:
            return max(self._window.wait(now), flooded)
        wait = self._window.leave(now)
        if wait > 0 and self._whole:
            self._whole.hold(now + wait)  # who comes later sets out later, instead of queueing up here
        return wait

    def reserve_chat(self, chat: str, now: float) -> float:
        """Seconds until this chat may get its next message."""
        bucket = self._chats.get(chat)
        if bucket is None:
            bucket = self._chats[chat] = Bucket(self._chat_rate, self._chat_burst)
            self._forget_one(now)
        else:
            self._chats.move_to_end(chat)
        return bucket.take(now)

    def _recover(self, now: float) -> None:
        """After a flood wait the pace comes back slowly: a quarter more every half minute."""
        if self._pace < self._whole_rate and self._whole and now - self._slowed_at >= _RECOVER_EVERY:
            self._slowed_at = now
            self._pace = min(self._whole_rate, self._pace * 1.25)
            self._whole.change(self._pace)

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
        if self._whole:
            self._slowed_at = now + retry_after
            self._pace = max(1.0, self._pace / 2)
            self._whole.change(self._pace)
        return True

    def silence(self, until: float) -> None:
        """Nobody speaks before ``until``."""
        self.flood_until = max(self.flood_until, until)
        if self._account:
            self._account.hold(until)
        if self._whole:
            self._whole.hold(until)
