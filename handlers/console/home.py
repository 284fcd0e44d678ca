"""The first page of the console: what waits for this officer, what is running, and whether the channels are well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from bot.staff import proposals
from bot.staff.roles import Action
from bot.storage.db import Database
from broadcasts import notice_store, notice_taps, reports, store
from broadcasts.campaigns import RunState
from broadcasts.cap_inbox import CapInbox
from content import store as content_store
from content import unanswered
from content.phrases import Phrases
from handlers.answering import Answering
from handlers.chat.staff import Staff
from handlers.console.channel_health import ChannelHealth
from handlers.console.faq_tasks import answer_tasks
from handlers.console.gate import Gate, Visit
from handlers.console.rendering import Pages
from handlers.console.words import N_
from handlers.officer_tasks import campaign_tasks

# What stands behind "Thêm": address, label and the right that it asks for.
PARTS: tuple[tuple[str, str, Action | None], ...] = (
    ("/console/notices", N_("Tin khẩn"), Action.READ),
    ("/console/account", N_("Tài khoản của tôi"), None),
    ("/console/simulator", N_("Nói thử"), Action.READ),
    ("/console/calendar", N_("Lịch gửi"), Action.READ),
    ("/console/roster", N_("Lịch trực"), Action.READ),
    ("/console/subscribers", N_("Người đăng ký"), Action.READ),
    ("/console/people", N_("Cán bộ"), Action.OFFICERS),
    ("/console/audit", N_("Sổ nhật ký"), Action.AUDIT),
    ("/console/settings", N_("Cài đặt"), Action.OFFICERS),
)
_ASKED = 3  # groups of questions without an answer that are shown here


@dataclass(frozen=True, slots=True)
class Line:
    """One line that leads somewhere. ``look``: how it is marked; ``done``, ``of``: how far it has come."""

    path: str
    label: str
    small: str = ""
    look: str = "waiting"
    done: int | None = None
    of: int = 0


class Home:
    """``health`` looks at the channels of this process."""

    def __init__(
        self,
        *,
        gate: Gate,
        pages: Pages,
        db: Database,
        staff: Staff,
        phrases: Phrases,
        health: ChannelHealth,
        answering: Answering,
    ) -> None:
        self._gate = gate
        self._pages = pages
        self._db = db
        self._staff = staff
        self._phrases = phrases
        self._health = health
        self._answering = answering
        self._inbox = CapInbox(db, staff.office.key)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/console", self._without_slash),
            self._gate.get("/console/", self._home, None),
            self._gate.get("/console/more", self._more, None),
        ]

    async def _without_slash(self, _: web.Request) -> web.Response:
        raise web.HTTPSeeOther("/console/")

    async def _home(self, visit: Visit) -> web.Response:
        warns = bool(await self._staff.warning.hazards.areas(visit.officer))
        running, live = await self._running(visit)
        context = {
            "warns": warns,
            "on_duty": [] if warns else await self._on_duty(visit),
            "tasks": [
                *await self._notices(visit),
                *await self._campaigns(visit),
                *[Line(*each) for each in await answer_tasks(visit, self._answering)],
                *await self._proposed(visit),
            ],
            "running": [*live, *running],
            "asked": await self._asked(visit),
            "channels": await self._health.lines(visit.words, visit.now),
        }
        return self._pages.show(visit, "console/home.html", context)

    async def _more(self, visit: Visit) -> web.Response:
        parts = [(path, label) for path, label, action in PARTS if action is None or visit.may(action)]
        return self._pages.show(visit, "console/more.html", {"parts": parts})

    async def _notices(self, visit: Visit) -> list[Line]:
        """Urgent first: what nobody has confirmed, who asked for help, what other authorities sent."""
        service, found = self._staff.warning.service, []
        if not (visit.may(Action.CONFIRM) or visit.may(Action.ISSUE)):
            return []
        for each in await service.notices(visit.officer):
            mine = visit.officer.name in each.speakers or not service.may(visit.officer, Action.CONFIRM, each.area)
            if each.live and not each.newest.confirmed_by and not mine:
                label = visit.words.say("%(title)s: chờ xác nhận lần hai", title=each.title)
                found.append(Line(f"/console/notices/{each.id}", label, self._until(visit, each.rung_at), "bad"))
        async with self._db.reading() as connection:
            asked = await notice_taps.asked(connection, visit.now - timedelta(seconds=1))
        waiting = [each for each in asked if not each.request.taken_by and visit.may(Action.ISSUE, each.area)]
        for notice_id in dict.fromkeys(each.request.notice_id for each in waiting):
            count = sum(each.request.notice_id == notice_id for each in waiting)
            label = visit.words.say("%(n)s người cần giúp, chưa ai nhận", n=count)
            found.append(Line(f"/console/notices/{notice_id}", label, look="bad"))
        drafts = await self._inbox.drafts() if visit.may(Action.ISSUE) else []
        if drafts:
            label = visit.words.say("%(n)s tin cảnh báo từ cơ quan khác chờ đọc", n=len(drafts))
            found.append(Line("/console/notices/cap", label))
        return found

    async def _campaigns(self, visit: Visit) -> list[Line]:
        if not visit.may(Action.READ):
            return []
        staff, language = self._staff, visit.words.language
        return [
            Line(
                f"/console/campaigns/{each.campaign_id}",
                f"CD-{each.campaign_id} {self._phrases.say(f'officer.todo_{each.why}', language)}",
                each.title,
                "bad" if each.why == "stopped" else "waiting",
            )
            for each in await campaign_tasks(staff.service, staff.office, visit.officer, visit.now)
            if each.why != "running"  # it stands below, with how far it is
        ]

    async def _proposed(self, visit: Visit) -> list[Line]:
        """What another administrator proposed."""
        if not visit.may(Action.OFFICERS):
            return []
        async with self._db.reading() as connection:
            waiting = await proposals.waiting(connection)
        count = sum(each.proposed_by != visit.officer.name for each in waiting)
        label = visit.words.say("%(n)s đề nghị chờ quản trị thứ hai", n=count)
        return [Line("/console/people", label)] if count else []

    async def _running(self, visit: Visit) -> tuple[list[Line], list[Line]]:
        """Campaigns that go out now, and notices in force with how far their newest version is."""
        if not visit.may(Action.READ):
            return [], []
        campaigns, live = [], []
        async with self._db.reading() as connection:
            for run in await store.runs_in(connection, (RunState.SENDING, RunState.PAUSED)):
                if run.priority:
                    line = await store.load(connection, run.campaign_id)
                    count = await reports.totals(connection, run.id)
                    paused = run.state is RunState.PAUSED
                    small = visit.words.say("tạm dừng") if paused else ""
                    campaigns.append(
                        Line(
                            f"/console/runs/{run.id}",
                            f"CD-{line.id} {line.title}",
                            small,
                            "paused" if paused else "sending",
                            sum(count.values()) - count["waiting"],
                            run.audience_count,
                        )
                    )
            for each in await notice_store.live(connection, visit.now):
                count = await reports.totals(connection, each.newest.run_id)
                small = visit.words.say("diễn tập") if each.drill else self._until(visit, each.expires_at)
                live.append(
                    Line(
                        f"/console/notices/{each.id}",
                        each.title,
                        small,
                        "drill" if each.drill else "urgent",
                        sum(count.values()) - count["waiting"],
                        sum(count.values()),
                    )
                )
        return campaigns, live

    async def _asked(self, visit: Visit) -> Sequence[unanswered.Group]:
        """What several people asked in vain."""
        if not visit.may(Action.CONTENT):
            return ()
        async with self._db.reading() as connection:
            questions = await content_store.load_unanswered(connection, visit.now.astimezone(visit.office.zone).date())
        return unanswered.overview(questions).groups[:_ASKED]

    async def _on_duty(self, visit: Visit) -> list[str]:
        async with self._db.reading() as connection:
            return await self._staff.warning.duty.names(connection, visit.now)

    def _until(self, visit: Visit, at: datetime | None) -> str:
        shown = at and at.astimezone(visit.office.zone).strftime("%H:%M %d/%m")
        return visit.words.say("tới %(time)s", time=shown) if shown else ""
