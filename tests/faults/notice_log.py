"""What both platforms have really taken over: which version of which warning reached whom, how often and when."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass

from tests.fakes.telegram_client import FakeTelegram
from tests.fakes.zalo_oa_client import FakeZaloOa
from tests.faults.notice_desk import CAMPAIGN, LAN, PHONES
from tests.faults.notice_people import TELEGRAM, ZALO, Who

STORM, UPDATE, CLEAR, FRAUD, WITHDRAWN, LANDSLIDE = "storm", "update", "all-clear", "fraud", "withdrawn", "landslide"
BULK = "campaign"
NEWS = "Bão vào nhanh hơn, bà con vào nhà ngay."
HEADS = {
    STORM: "[TIN KHẨN] Bão ảnh hưởng",
    UPDATE: f"[CẬP NHẬT LẦN 1] {NEWS}",
    CLEAR: "[ĐÃ AN TOÀN] Bão",
    FRAUD: "[TIN KHẨN] Cảnh giác",
    WITHDRAWN: "[THU HỒI]",
    LANDSLIDE: "[TIN KHẨN] Sạt lở",
    BULK: CAMPAIGN,
}
OFFICERS: frozenset[Who] = frozenset({*((TELEGRAM, each) for each in PHONES.values()), (ZALO, LAN)})


@dataclass(frozen=True, slots=True)
class Arrival:
    """One message that a platform took over for one resident; ``kind`` empty: an answer to what they wrote."""

    kind: str
    who: Who
    monotonic: float


class Arrivals:
    """The logs of both fakes, read on."""

    def __init__(self, telegram: FakeTelegram, zalo: FakeZaloOa) -> None:
        self._telegram = telegram
        self._zalo = zalo
        self._read = [0, 0]
        self.all: list[Arrival] = []

    async def read_on(self) -> list[Arrival]:
        acts = await self._telegram.sends(since=self._read[0])
        heard = await self._zalo.sends(since=self._read[1])
        self._read = [self._read[0] + len(acts), self._read[1] + len(heard)]
        found = [((TELEGRAM, str(each.chat_id)), str(each.text), each.monotonic) for each in acts]
        found += [((ZALO, each.recipient), each.text, each.monotonic) for each in heard]
        self.all += [Arrival(_kind(text), who, at) for who, text, at in found if who not in OFFICERS]
        return self.all

    def of(self, kind: str) -> Counter[Who]:
        """How often each resident has it."""
        return Counter(each.who for each in self.all if each.kind == kind)

    def times(self, kind: str, channel: str) -> list[float]:
        return sorted(each.monotonic for each in self.all if each.kind == kind and each.who[0] == channel)

    async def until(self, kind: str, everybody: set[Who], patience: float) -> None:
        """Until they all have it; raises AssertionError."""
        ends = time.monotonic() + patience
        while missing := everybody - set(self.of(kind)):
            assert time.monotonic() < ends, f"{kind}: {len(missing)} of {len(everybody)} never got it"
            await asyncio.sleep(0.3)
            await self.read_on()

    async def until_begun(self, kind: str, count: int, patience: float) -> None:
        ends = time.monotonic() + patience
        while len(self.of(kind)) < count:
            assert time.monotonic() < ends, f"{kind}: only {len(self.of(kind))} after {patience} s"
            await asyncio.sleep(0.2)
            await self.read_on()


def _kind(text: str) -> str:
    return next((kind for kind, head in HEADS.items() if head in text), "")
