"""Steps of a run that end it, take it back, let it go after all or correct it: each asks once more, on its own page."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from aiohttp import web

from bot.errors import CotMocError, StoreUnavailable
from bot.staff.roles import Action, Forbidden
from bot.staff.sign_in import CodeRefused
from broadcasts.service import LONGEST_TITLE, Service
from broadcasts.store import ChangedMeanwhile
from handlers.console import run_words
from handlers.console.campaign_words import moment
from handlers.console.gate import Gate, Visit
from handlers.console.rendering import Pages
from handlers.console.run_live import Standing
from handlers.console.run_pages import RunPages
from handlers.console.words import N_


@dataclass(frozen=True, slots=True)
class Step:
    """``strict``: refused when the run or its campaign is no longer what was looked at."""

    name: str
    title: str
    button: str
    done: str
    strict: bool = True


_STEPS = (
    Step("release", N_("Cho gửi ngay"), N_("Gửi ngay"), N_("Đợt này sẽ gửi ngay, nếu vẫn đúng bản đã duyệt.")),
    Step("cancel", N_("Huỷ phần còn lại"), N_("Huỷ hẳn"), N_("Đã huỷ. Ai chưa được gửi thì thôi.")),
    # What must come back must come back, however far it has gone meanwhile.
    Step("withdraw", N_("Thu hồi tin đã gửi"), N_("Thu hồi"), N_("Đang thu hồi."), strict=False),
)
_SPENT = N_("Mã vừa nhập đã dùng rồi; làm lại thì chờ mã mới.")
_CHANGED = N_("Đợt này vừa đổi trong lúc trang mở. Xem lại số liệu mới rồi quyết định.")


class RunSteps:
    """``runs`` finds the run that an address names."""

    def __init__(self, *, gate: Gate, pages: Pages, service: Service, runs: RunPages) -> None:
        self._gate = gate
        self._pages = pages
        self._service = service
        self._runs = runs

    def routes(self) -> list[web.RouteDef]:
        found = []
        for step in _STEPS:
            path = f"/console/runs/{{id}}/{step.name}"
            found.append(self._gate.get(path, partial(self._asked, step), Action.CONTROL))
            found.append(self._gate.post(path, partial(self._sent, step), Action.CONTROL))
        return [
            *found,
            self._gate.get("/console/runs/{id}/correct", self._correction, Action.DRAFT),
            self._gate.post("/console/runs/{id}/correct", self._correct, Action.DRAFT),
        ]

    async def _asked(self, step: Step, visit: Visit) -> web.Response:
        return self._shown(step, visit, await self._runs.found(visit))

    async def _sent(self, step: Step, visit: Visit) -> web.Response:
        found = await self._runs.found(visit)
        if step.strict and visit.text("seen") != found.seen:
            return self._shown(step, visit, found, visit.words.say(_CHANGED), 409)
        try:
            await self._gate.prove(visit, visit.text("code"))
        except CodeRefused as error:
            return self._shown(step, visit, found, visit.words.say(str(error)), 400)
        try:
            await self._act(step, visit, found)
        except (StoreUnavailable, Forbidden):
            raise
        except CotMocError as error:
            said = _CHANGED if isinstance(error, ChangedMeanwhile) else str(error)
            why = f"{visit.words.say(said)} {visit.words.say(_SPENT)}"
            return self._shown(step, visit, await self._runs.found(visit), why, 409)
        return self._pages.after(visit, f"/console/runs/{found.run.id}", visit.words.say(step.done))

    async def _act(self, step: Step, visit: Visit, found: Standing) -> None:
        match step.name:
            case "release":
                await self._service.release(visit.officer, found.run.id)
            case "cancel":
                await self._service.cancel(visit.officer, found.campaign.id)
            case _:
                await self._service.withdraw(visit.officer, found.run.id)

    def _shown(self, step: Step, visit: Visit, found: Standing, why: str = "", status: int = 200) -> web.Response:
        context = _basis(visit, found) | {
            "step": step,
            "title": visit.words.say(step.title),
            "button": visit.words.say(step.button),
            "seen": found.seen,
            "why": why,
        }
        return self._pages.show(visit, "console/runs/step.html", context, status=status)

    async def _correction(self, visit: Visit) -> web.Response:
        found = await self._runs.found(visit)
        title = visit.words.say("Đính chính: %(title)s", title=found.campaign.title)
        return self._correction_shown(visit, found, title[:LONGEST_TITLE])

    def _correction_shown(
        self, visit: Visit, found: Standing, title: str, why: str = "", status: int = 200
    ) -> web.Response:
        context = _basis(visit, found) | {"typed": title, "longest": LONGEST_TITLE, "why": why}
        return self._pages.show(visit, "console/runs/correct.html", context, status=status)

    async def _correct(self, visit: Visit) -> web.Response:
        """A new draft for exactly those who got the run; it is written, signed and approved like any other."""
        found, title = await self._runs.found(visit), visit.text("title")
        try:
            number = await self._service.correct(visit.officer, found.run.id, title)
        except (StoreUnavailable, Forbidden):
            raise
        except CotMocError as error:
            return self._correction_shown(visit, found, title, visit.words.say(str(error)), 400)
        done = visit.words.say("Bản nháp đính chính, gửi cho đúng những người đã nhận. Viết chữ rồi trình duyệt.")
        return self._pages.after(visit, f"/console/campaigns/{number}", done)


def _basis(visit: Visit, found: Standing) -> dict[str, Any]:
    """What a person decides upon."""
    counts = found.progress.counts
    return {
        "run": found.run,
        "campaign": found.campaign,
        "mark": run_words.mark(visit.words, found.run.state),
        "why_so": run_words.stopped(visit.words, found.run.reason),
        "planned": moment(visit.words, found.run.planned_at, visit.office.zone),
        "waiting": run_words.amount(visit.words, counts["waiting"]),
        "sent": run_words.amount(visit.words, counts["sent"]),
        "unknown": counts["unknown"],
        "arrived": run_words.amount(visit.words, found.arrived),
        "repeats": found.repeats,
    }
