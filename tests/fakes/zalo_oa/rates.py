"""How many calls a clock minute holds: for messages, for articles, and for the account over both."""

from __future__ import annotations

from tests.fakes.zalo_oa.refusals import OA_LIMIT, Refusal
from tests.fakes.zalo_oa.settings import Settings


class MinuteCounter:
    """Counts what was let through since the minute began; a refused call does not count."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._minute = -1
        self._by_family: dict[str, int] = {}
        self._in_all = 0

    def admit(self, family: str, now: float) -> None:
        """Count one call; raises Refusal -32 when the minute is full."""
        minute = int(now // 60)
        if minute != self._minute:
            self._minute, self._in_all = minute, 0
            self._by_family.clear()
        count = self._by_family.get(family, 0)
        settings = self._settings
        if 0 < settings.app_limit <= count:
            raise Refusal(-32)
        if 0 < settings.oa_limit <= self._in_all:
            raise Refusal(-32, OA_LIMIT)
        self._by_family[family] = count + 1
        self._in_all += 1

    def head(self, family: str) -> tuple[int, int] | None:
        """X-RateLimit-Limit and X-RateLimit-Remain: of the limit that is nearer. None: no headers."""
        settings = self._settings
        if not settings.rate_headers:
            return None
        limits = []
        if settings.app_limit > 0:
            limits.append((settings.app_limit, settings.app_limit - self._by_family.get(family, 0)))
        if settings.oa_limit > 0:
            limits.append((settings.oa_limit, settings.oa_limit - self._in_all))
        return min(limits, key=lambda each: each[1]) if limits else None
