"""What became of a notice so far: figures that are read again every two seconds, and communes every ten.

Communes are shown as in every report: cells under five go into the next larger place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.clock import Clock
from bot.places import Place
from bot.staff import register
from bot.staff.roles import Action
from broadcasts import cells, notice_calls, notice_reports, notice_taps, reports
from broadcasts.notice_store import Notice
from broadcasts.reasons import in_words
from handlers.chat import khan_words
from handlers.console import notice_map
from handlers.console.gate import Visit
from handlers.console.notice_room import NoticeRoom, standing
from handlers.notice_texts import named

FRESH_FOR = 1.0  # seconds: so many pages may look at the same figures with one question to the database
FIGURES_EVERY, COMMUNES_EVERY = 2, 10  # seconds
_KEPT = 32


@dataclass(frozen=True, slots=True)
class Row:
    """A commune, or a larger place that small ones were put into."""

    place: str
    sent: int
    waiting: int
    unreached: int
    understood: int
    help_asked: int


@dataclass(frozen=True, slots=True)
class Officers:
    """Who was called for the newest version, and whether they have it in hand."""

    name: str
    answered: bool


@dataclass(frozen=True, slots=True)
class Communes:
    rows: Sequence[Row] = ()
    silent: Sequence[tuple[str, int]] = ()
    points: Sequence[notice_map.Point] = ()
    reasons: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


class NoticeFigures:
    def __init__(self, room: NoticeRoom, clock: Clock) -> None:
        self._room = room
        self._clock = clock
        self._kept: dict[tuple[int, str, int], tuple[float, dict[str, Any]]] = {}

    def routes(self) -> list[web.RouteDef]:
        gate = self._room.gate
        return [
            gate.get("/console/notices/{id:[0-9]{1,9}}/figures", self._figures, Action.READ),
            gate.get("/console/notices/{id:[0-9]{1,9}}/communes", self._communes, Action.READ),
        ]

    async def _figures(self, visit: Visit) -> web.Response:
        notice = await self._room.notice(visit)
        answer = self._room.show(visit, "figures", {"notice": notice, **await self.figures(notice)})
        seen = visit.text("seen")
        if seen and seen != f"{notice.newest.run_id}-{standing(notice, visit.now).value}":
            # Around the figures the page asks for a second person, or counts down: all of it must be shown anew.
            answer.headers["HX-Refresh"] = "true"
        return answer

    async def _communes(self, visit: Visit) -> web.Response:
        notice = await self._room.notice(visit)
        return self._room.show(visit, "communes", {"notice": notice, **await self.communes(notice)})

    async def figures(self, notice: Notice) -> dict[str, Any]:
        """For ``figures.html``."""
        return await self._fresh(notice, "figures", self._read_figures)

    async def communes(self, notice: Notice) -> dict[str, Any]:
        """For ``communes.html``."""
        return await self._fresh(notice, "communes", self._read_communes)

    async def _read_figures(self, notice: Notice) -> dict[str, Any]:
        async with self._room.db.reading() as connection:
            counted = await notice_reports.progress(connection, notice)
            calls = await notice_calls.of_run(connection, notice.newest.run_id)
            names = {each.officer.id: each.officer.name for each in await register.everybody(connection)}
        called = [Officers(names[each.officer_id], each.answered_at is not None) for each in calls]
        return {"counted": counted, "called": called, "figures_every": FIGURES_EVERY}

    async def _read_communes(self, notice: Notice) -> dict[str, Any]:
        if notice.drill:
            return {"found": Communes(), "communes_every": COMMUNES_EVERY}
        room, run_id = self._room, notice.in_force.run_id
        async with room.db.reading() as connection:
            report = await reports.report(connection, [run_id], room.larger, room.zone)
            unreached = await notice_reports.unreachable(connection, run_id, room.larger)
            taps = await notice_taps.counts(connection, notice.id)
            silent = await notice_reports.silent(connection, notice) if notice.live else {}
        tapped = {what: cells.merged(by_place, room.larger) for what, by_place in taps.items()}
        codes = dict.fromkeys((*report.by_place, *unreached, *(code for each in tapped.values() for code in each)))
        rows = []
        for code in codes:
            counts = report.by_place.get(code, {})
            rows.append(
                Row(
                    self._named(code),
                    counts.get("sent", 0) + counts.get("withdrawn", 0),
                    counts.get("waiting", 0),
                    sum(unreached.get(code, {}).values()),
                    tapped.get(notice_taps.CLEAR, {}).get(code, 0),
                    tapped.get(notice_taps.HELP, {}).get(code, 0),
                )
            )
        sent = {code: counts.get("sent", 0) + counts.get("withdrawn", 0) for code, counts in report.by_place.items()}
        found = Communes(
            sorted(rows, key=lambda each: (-each.sent - each.unreached, each.place)),
            [(self._named(code), count) for code, count in silent.items()],
            self._points(notice, sent, silent),
            {self._named(code): _said(reasons) for code, reasons in unreached.items()},
        )
        return {"found": found, "communes_every": COMMUNES_EVERY}

    def _points(self, notice: Notice, sent: Mapping[str, int], silent: Mapping[str, int]) -> list[notice_map.Point]:
        office, gazetteer = self._room.office, self._room.office.gazetteer
        found = map(gazetteer.get, office.codes(office.remaining(notice.area)))
        # A gate is drawn where it was named itself: else it would hide the commune that it lies in.
        meant = [each for each in found if each is not None and (each.kind != "gate" or each.code in notice.area)]
        known: list[Place] = []
        for slug in dict.fromkeys(each.province_slug for each in meant):
            known += [*gazetteer.communes(slug), *gazetteer.gates(slug)]
        parents = {each.code: parent.code for each in known if (parent := gazetteer.parent(each.code)) is not None}
        return notice_map.points(frozenset(each.code for each in meant), known, parents, sent, silent.keys())

    def _named(self, code: str) -> str:
        """A larger place holds what is too small to be shown alone."""
        place = self._room.office.gazetteer.get(code)
        return named(place) if place is not None else khan_words.ELSEWHERE

    async def _fresh(self, notice: Notice, what: str, read: Callable[[Notice], Any]) -> dict[str, Any]:
        """One look for everybody who asks in the same second."""
        key, now = (notice.id, what, notice.revision), self._clock.monotonic()
        kept = self._kept.get(key)
        if kept is None or now - kept[0] >= FRESH_FOR:
            kept = now, await read(notice)
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            self._kept[key] = kept
        return kept[1]


def _said(reasons: Mapping[str, int]) -> dict[str, int]:
    return {in_words(reason): count for reason, count in sorted(reasons.items(), key=lambda each: -each[1])}
