"""A storm, a fraud and a landslide on Telegram and Zalo at once while a campaign goes out: what officers really do."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from bot.storage.db import Database
from broadcasts import reports
from tests.fakes.telegram_client import FakeTelegram
from tests.fakes.zalo_oa_client import FakeZaloOa
from tests.faults.notice_desk import LAN, PHONES, Prepared, TelegramChat, ZaloChat
from tests.faults.notice_log import BULK, CLEAR, FRAUD, LANDSLIDE, NEWS, STORM, UPDATE, WITHDRAWN, Arrivals
from tests.faults.notice_people import TELEGRAM, ZALO, People, Who
from tests.faults.officials import Office
from tests.faults.service import Service

OUT_WITHIN, LADDER_WITHIN, CAMPAIGN_WITHIN = 150.0, 300.0, 300.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """``states`` of the three notices; ``reports`` of all runs, by what they said; ``refusals`` by the platforms;
    ``first_after``, ``last_after``: seconds from the code, by what was said and channel; ``before_storm``,
    ``after_storm``: messages of the campaign before the warning and after its all-clear."""

    states: dict[str, str]
    reports: dict[str, reports.Report]
    log_good: bool
    refusals: dict[str, int]
    rows: list[str]
    first_after: dict[tuple[str, str], float]
    last_after: dict[tuple[str, str], float]
    before_storm: int
    after_storm: int


class WholeNotice:
    """``hurried``: nothing is waited for that is only time: the ladder's minutes pass at once, and the all-clear is
    given by another officer, whose app has an unused code."""

    def __init__(
        self,
        telegram: FakeTelegram,
        zalo: FakeZaloOa,
        service: Service,
        people: People,
        prepared: Prepared,
        *,
        hurried: bool,
    ) -> None:
        self._telegram = telegram
        self._zalo = zalo
        self._service = service
        self._people = people
        self._campaign_id = prepared.campaign_id
        self._hurried = hurried
        self._office = Office(service)
        for proof in prepared.proofs.values():
            self._office.came(proof)
        self._hai, self._minh, self._nga = (TelegramChat(telegram, PHONES[name]) for name in ("Hải", "Minh", "Nga"))
        self._lan = ZaloChat(zalo, LAN)
        self.arrivals = Arrivals(telegram, zalo)
        self._begun: dict[str, float] = {}
        self._took: dict[str, float] = {}
        self._numbers: dict[str, int] = {}

    async def go(self) -> Outcome:
        """From the first tap to the last report."""
        people, arrivals = self._people, self.arrivals
        await self._lan.says("alo", "")
        await arrivals.until_begun(BULK, len(people.in_campaign) // 20, 60)
        before = len(arrivals.of(BULK))
        await self._storm()
        await self._confirmed()
        await arrivals.until(STORM, people.told_at_first, OUT_WITHIN)
        await self._some_leave()
        await self._updated()
        await arrivals.until(UPDATE, people.told_to_the_end, OUT_WITHIN)
        await self._nobody_will_confirm()
        await arrivals.until(FRAUD, people.told_of_fraud, OUT_WITHIN)
        await arrivals.until(LANDSLIDE, people.told_of_landslide, OUT_WITHIN)
        await self._cleared()
        await arrivals.until(CLEAR, people.told_to_the_end, OUT_WITHIN)
        over = time.monotonic()
        await self._ladder_ends()
        await arrivals.until(WITHDRAWN, people.told_of_fraud, OUT_WITHIN)
        await arrivals.until(BULK, people.in_campaign, CAMPAIGN_WITHIN)
        await self._all_done()
        return await self._outcome(before, over)

    # --- what officers and residents do -------------------------------------------------------------------------------

    async def _code(self, name: str) -> str:
        return await asyncio.to_thread(self._office.code, name)

    async def _sends(self, kind: str, chat: TelegramChat, typed: str, wanted: str) -> str:
        self._begun[kind] = time.monotonic()
        return await chat.says(typed, wanted)

    async def _storm(self) -> None:
        hai = self._hai
        await hai.says("/khan", "Việc gì?")
        await hai.presses("Bão", "Ở đâu?")
        await hai.presses("Cả tuyến", "Gõ mã 6 số để gửi.")
        self._numbered(STORM, await self._sends(STORM, hai, await self._code("Hải"), "ĐANG GỬI TK-"))

    async def _confirmed(self) -> None:
        """By another officer, on the other platform."""
        await self._lan.hears(f"TK-{self._numbers[STORM]:04d} do Hải phát")
        self._took["the second person is called"] = time.monotonic() - self._begun[STORM]
        await self._lan.says("1", "Gõ mã 6 số")
        await self._lan.says(await self._code("Lan"), "Đã xác nhận TK-")
        self._took["confirmed"] = time.monotonic() - self._begun[STORM]
        await self._hai.hears("Lan đã xác nhận")

    async def _some_leave(self) -> None:
        """They have read the warning, and hear nothing more of it."""
        blocking = self._people.groups["will block"].addresses
        stopping = self._people.groups["will stop"].addresses
        for each in blocking:
            await self._telegram.block(int(each))
        for each in stopping:
            await self._telegram.say(int(each), "STOP")
        asked = (
            "SELECT count(*) FROM residents WHERE channel = ? AND external_id = ? AND (safety = 0 OR reachable != 'ok')"
        )
        for each in (*blocking, *stopping):
            while not self._kept(asked, TELEGRAM, each)[0][0]:
                await asyncio.sleep(0.1)

    async def _updated(self) -> None:
        hai = self._hai
        await hai.says(f"/khan {self._numbers[STORM]}", "Đã gửi ")
        await hai.presses("Cập nhật", "Có gì mới")
        await hai.says(NEWS, "Gõ mã 6 số để gửi.")
        await self._sends(UPDATE, hai, await self._code("Hải"), "ĐANG GỬI bản cập nhật")

    async def _nobody_will_confirm(self) -> None:
        """A fraud in one line, a landslide by buttons."""
        nga = self._nga
        line = f"khan luadao tan ho co 6h {await self._code('Nga')}"
        self._numbered(FRAUD, await self._sends(FRAUD, nga, line, "ĐANG GỬI TK-"))
        await nga.says("/khan", "Việc gì?")
        await nga.presses("Sạt lở bờ sông", "Ở đâu?")
        await nga.presses("xã Tân Hồng", "Gõ mã 6 số để gửi.")
        self._numbered(LANDSLIDE, await self._sends(LANDSLIDE, nga, await self._code("Nga"), "ĐANG GỬI TK-"))

    async def _cleared(self) -> None:
        name, chat = ("Minh", self._minh) if self._hurried else ("Hải", self._hai)
        await chat.says(f"/khan {self._numbers[STORM]}", "Đã gửi ")
        await chat.presses("Hết nguy hiểm", "Gõ mã 6 số để gửi.")
        await self._sends(CLEAR, chat, await self._code(name), "ĐANG BÁO hết nguy hiểm")

    async def _ladder_ends(self) -> None:
        """Everybody who could confirm is called in turn, and nobody does."""
        ends = time.monotonic() + LADDER_WITHIN
        while (left := self._states()) and "pending" in left.values():
            assert time.monotonic() < ends, left
            if self._hurried:
                self._write("UPDATE notices SET rung_at = issued_at WHERE state = 'pending' AND rung_at IS NOT NULL")
            await asyncio.sleep(0.3)
            for kind in (FRAUD, LANDSLIDE):
                if self._states()[kind] != "pending":
                    self._took.setdefault(f"{kind}: end of the ladder", time.monotonic() - self._begun[kind])
        for kind, words in ((FRAUD, "tin đã tự thu hồi"), (LANDSLIDE, "Tin vẫn giữ đến")):
            for chat in (self._minh, self._lan):
                said = await self._told(chat, f"TK-{self._numbers[kind]:04d}: không ai xác nhận", words)
                assert said == 1, (kind, said)

    async def _told(self, chat: TelegramChat | ZaloChat, *wanted: str) -> int:
        """How often, once it was told at all."""
        for _ in range(300):
            count = sum(all(each in text for each in wanted) for text in await chat.texts())
            if count:
                return count
            await asyncio.sleep(0.1)
        return 0

    async def _all_done(self) -> None:
        """Only a notice that is in force goes on."""
        asked = (
            "SELECT count(*) FROM runs WHERE state = 'sending' AND campaign_id NOT IN"
            " (SELECT id FROM notices WHERE ended_at IS NULL)"
        )
        ends = time.monotonic() + 120
        while self._kept(asked)[0][0]:
            assert time.monotonic() < ends, "a run does not end"
            await asyncio.sleep(0.5)
        await self.arrivals.read_on()

    # --- what is kept -------------------------------------------------------------------------------------------------

    def _numbered(self, kind: str, said: str) -> None:
        self._numbers[kind] = int(re.search(r"TK-(\d+)", said)[1])  # type: ignore[index]

    def _kept(self, asked: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self._service.database, timeout=10)) as connection:
            return list(connection.execute(asked, values))

    def _write(self, order: str) -> None:
        with closing(sqlite3.connect(self._service.database, timeout=10)) as connection, connection:
            connection.execute(order)

    def _states(self) -> dict[str, str]:
        states = dict(self._kept("SELECT id, state FROM notices"))
        return {kind: states[number] for kind, number in self._numbers.items()}

    def _runs(self) -> dict[str, int]:
        """By what they said."""
        found = {
            (notice, kind): run
            for notice, kind, run in self._kept("SELECT notice_id, kind, run_id FROM notice_versions")
        }
        storm, fraud, landslide = (self._numbers[each] for each in (STORM, FRAUD, LANDSLIDE))
        [[campaign]] = self._kept("SELECT id FROM runs WHERE campaign_id = ?", self._campaign_id)
        return {
            STORM: found[storm, "issue"],
            UPDATE: found[storm, "update"],
            CLEAR: found[storm, "clear"],
            FRAUD: found[fraud, "issue"],
            WITHDRAWN: found[fraud, "withdraw"],
            LANDSLIDE: found[landslide, "issue"],
            BULK: int(campaign),
        }

    async def _outcome(self, before: int, over: float) -> Outcome:
        db = Database(f"sqlite+aiosqlite:///{self._service.database}")
        async with db.reading() as connection:
            found = {kind: await reports.report(connection, [run], {}) for kind, run in self._runs().items()}
        await db.close()
        checked = await asyncio.to_thread(self._office, "", "audit", "verify")
        telegram, zalo = (await self._telegram.counts()).answers, (await self._zalo.counts()).answers
        first, last, rows = self._timed()
        return Outcome(
            states=self._states(),
            reports=found,
            log_good=bool(checked["good"]),
            refusals={
                **{f"telegram {name}": count for name, count in telegram.items() if name.endswith(" 429")},
                **{f"zalo {name}": count for name, count in zalo.items() if not name.endswith(" 0")},
            },
            rows=[*rows, *self._of_campaign(before, over)],
            first_after=first,
            last_after=last,
            before_storm=before,
            after_storm=sum(each > over for each in self.arrivals.times(BULK, TELEGRAM)),
        )

    def _timed(self) -> tuple[dict[tuple[str, str], float], dict[tuple[str, str], float], list[str]]:
        """From the code (of the fraud: also to its end) to the first and the last message on each channel."""
        first: dict[tuple[str, str], float] = {}
        last: dict[tuple[str, str], float] = {}
        rows = [f"{'from the code to':32} {'people':>7} {'first':>9} {'last':>9}"]
        for kind in (STORM, UPDATE, CLEAR, FRAUD, LANDSLIDE, WITHDRAWN):
            begun = self._begun[FRAUD if kind == WITHDRAWN else kind]
            for channel in (TELEGRAM, ZALO):
                times = self.arrivals.times(kind, channel)
                first[kind, channel], last[kind, channel] = times[0] - begun, times[-1] - begun
                name = f"{kind}, {channel}"
                rows.append(f"{name:32} {len(times):7} {times[0] - begun:7.1f} s {times[-1] - begun:7.1f} s")
        rows += [f"{name:32} {'':7} {took:7.1f} s" for name, took in self._took.items()]
        return first, last, rows

    def _of_campaign(self, before: int, over: float) -> list[str]:
        times = self.arrivals.times(BULK, TELEGRAM)
        silence = max(later - earlier for earlier, later in pairwise(times))
        after = sum(each > over for each in times)
        return [
            f"campaign: {len(times)} messages in {times[-1] - times[0]:.0f} s, {before} before the storm,"
            f" {after} after its all-clear, silent for {silence:.0f} s at the most"
        ]


def doubled(arrivals: Arrivals, kinds: tuple[str, ...]) -> dict[tuple[str, Who], int]:
    """Who got one thing more than once."""
    return {(kind, who): count for kind in kinds for who, count in arrivals.of(kind).items() if count > 1}
