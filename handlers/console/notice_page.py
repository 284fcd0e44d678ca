"""/console/notices/{id}: what a notice says, whether it is confirmed, how far it is; a second person's step."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.errors import CotMocError, StoreUnavailable
from bot.staff.roles import Action
from broadcasts.notice_store import Notice
from content.loudspeaker import BETWEEN
from handlers.chat import khan_words
from handlers.console.gate import Visit
from handlers.console.notice_figures import NoticeFigures
from handlers.console.notice_room import NoticeRoom
from handlers.notice_rights import may_confirm, may_go_on, waits_for_second
from handlers.printing import NothingToPrint, Printing

PAGE = "/console/notices/{id:[0-9]{1,9}}"
SPENT = "Mã đã dùng; gõ một mã mới."


class NoticePage:
    def __init__(self, room: NoticeRoom, figures: NoticeFigures, printing: Printing) -> None:
        self._room = room
        self._printing = printing
        self._figures = figures

    def routes(self) -> list[web.RouteDef]:
        gate = self._room.gate
        return [
            gate.get(PAGE, self._one, Action.READ),
            gate.get(f"{PAGE}/sheet", self._sheet, Action.READ),
            gate.get(f"{PAGE}/script.pdf", self._script, Action.READ),
            gate.post(f"{PAGE}/confirm", self._confirm, Action.CONFIRM),
            gate.post(f"{PAGE}/acknowledge", self._acknowledge, Action.CONFIRM),
            gate.post(f"{PAGE}/join", self._join, Action.ISSUE),
        ]

    async def _one(self, visit: Visit) -> web.Response:
        return await self._shown(visit, await self._room.notice(visit))

    async def _shown(self, visit: Visit, notice: Notice, why: str = "", status: int = 200) -> web.Response:
        room, officer = self._room, visit.officer
        in_time = notice.live and visit.now < notice.expires_at
        helps = [each for each in await room.help.theirs(officer, visit.now) if each.request.notice_id == notice.id]
        figures = await self._figures.figures(notice)
        mine = [each for each in figures["called"] if each.name == officer.name]
        context = {
            "notice": notice,
            "version": notice.in_force,
            "full": room.wording.message(notice, notice.newest, "vi"),
            "waits": in_time and waits_for_second(notice),
            "confirms": in_time and waits_for_second(notice) and may_confirm(room.service, officer, notice),
            "said_it": officer.name in notice.speakers,
            "goes_on": in_time and await may_go_on(room.service, room.office, officer, notice),
            "answers": in_time and any(not each.answered for each in mine),
            "helps": helps,
            "why": why,
            **figures,
            **await self._figures.communes(notice),
            "language_names": khan_words.LANGUAGE_NAMES,
        }
        return room.show(visit, "notice", context, status)

    async def _sheet(self, visit: Visit) -> web.Response:
        """To print: whom the chat does not reach, and what is read to them over the loudspeaker."""
        notice = await self._room.notice(visit)
        try:
            script, nothing = await self._printing.spoken_of_notice(notice), ""
        except NothingToPrint as error:
            script, nothing = None, str(error)
        context = {
            "notice": notice,
            "script": script,
            "nothing": nothing,
            "between": BETWEEN,
            "owner_name": self._room.settings.owner_name.strip(),
            **await self._figures.figures(notice),
            **await self._figures.communes(notice),
        }
        return self._room.show(visit, "sheet", context)

    async def _script(self, visit: Visit) -> web.Response:
        """The loudspeaker's words alone, as a PDF of A4 pages to be signed by who read them."""
        notice = await self._room.notice(visit)
        body = await self._printing.script_of_notice(notice)
        headers = {"Content-Disposition": f'inline; filename="TK-{notice.id:04d}-loa.pdf"'}
        return web.Response(body=body, content_type="application/pdf", headers=headers)

    async def _confirm(self, visit: Visit) -> web.Response:
        room = self._room

        async def confirm(notice: Notice) -> str:
            await room.service.confirm(visit.officer, run_read(visit))
            return khan_words.CONFIRMED.format(name=f"TK-{notice.id:04d}", at=room.clock(visit.now))

        return await self.proved(visit, confirm, self._shown)

    async def proved(
        self,
        visit: Visit,
        step: Callable[[Notice], Awaitable[str]],
        again: Callable[[Visit, Notice, str, int], Awaitable[web.Response]],
    ) -> web.Response:
        """The step of an officer whose code is good, and the notice's page; else ``again`` with why not."""
        room, notice = self._room, await self._room.notice(visit)
        spent = ""
        try:
            await room.gate.prove(visit, visit.text("code"))
            spent = SPENT
            done = await step(notice)
        except StoreUnavailable:
            raise
        except CotMocError as error:
            why = " ".join(visit.words.say(each) for each in (str(error), spent) if each)
            return await again(visit, await room.notice(visit), why, 409 if spent else 400)
        return room.after(visit, f"/console/notices/{notice.id}", visit.words.say(done))

    async def _acknowledge(self, visit: Visit) -> web.Response:
        notice = await self._room.notice(visit)
        first = await self._room.service.acknowledge(visit.officer, run_read(visit))
        words = khan_words.ACKNOWLEDGED if first else khan_words.ACKNOWLEDGED_BEFORE
        return self._room.after(visit, f"/console/notices/{notice.id}", words.format(name=f"TK-{notice.id:04d}"))

    async def _join(self, visit: Visit) -> web.Response:
        """Instead of a second notice of the same: what was half-finished goes."""
        notice = await self._room.service.join(visit.officer, visit.number())
        await self._room.service.drop(visit.officer)
        done = khan_words.JOINED.format(name=f"TK-{notice.id:04d}")
        return self._room.after(visit, f"/console/notices/{notice.id}", done)


def run_read(visit: Visit) -> int:
    """The version that was on the page. Raises HTTPNotFound."""
    typed = visit.text("run")
    if not (typed.isascii() and typed.isdigit() and len(typed) < 12):
        raise web.HTTPNotFound
    return int(typed)
