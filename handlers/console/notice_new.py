"""/console/notices/new: an urgent notice in three pages (what, where and how long, the words and the code).

What was filled in is kept at every step, as the officers' chat keeps it: a lost connection loses nothing, and what was
begun in the chat goes on here.
"""

from __future__ import annotations

from aiohttp import web

from bot.errors import CotMocError, StoreUnavailable
from bot.staff.roles import Action
from bot.staff.sign_in import CodeRefused
from broadcasts.cap_areas import spoken_of
from broadcasts.cap_inbox import CapDraft, CapInbox
from broadcasts.notices import NoticeDraft
from handlers.chat import khan_words
from handlers.chat.words import bare
from handlers.console.gate import Visit
from handlers.console.notice_filling import Filling
from handlers.console.notice_looks import looks
from handlers.console.notice_room import NoticeRoom
from handlers.notice_from_cap import hours_left, require_new, taking
from handlers.notice_places import WHOLE, named_whole
from handlers.notice_rights import just_said, kept_lately
from handlers.notice_texts import because, lasting

BEGIN = "/console/notices/new"
WHERE = f"{BEGIN}/where"
SEND = f"{BEGIN}/send"


class NoticeNew:
    def __init__(self, room: NoticeRoom) -> None:
        self._room = room
        self._filling = Filling(room)

    def routes(self) -> list[web.RouteDef]:
        gate = self._room.gate
        return [
            gate.get(BEGIN, self._begin, Action.ISSUE),
            gate.post(BEGIN, self._chosen, Action.ISSUE),
            gate.get(WHERE, self._where, Action.ISSUE),
            gate.post(WHERE, self._filled, Action.ISSUE),
            gate.get(SEND, self._look, Action.ISSUE),
            gate.post(SEND, self._send, Action.ISSUE),
            gate.post(f"{BEGIN}/drop", self._drop, Action.ISSUE),
        ]

    # --- what ---------------------------------------------------------------------------------------------------------

    async def _begin(self, visit: Visit) -> web.Response:
        await self._room.require_duty(visit)
        return await self._hazards(visit)

    async def _hazards(self, visit: Visit, why: str = "", status: int = 200) -> web.Response:
        room = self._room
        message = await self._message(visit.text("cap"))
        drill = message.drill_only if message is not None else visit.text("drill") == "1"
        offered = await room.hazards.offered(visit.officer, drill=drill)
        shown = [each for each in offered if drill or not each.drill_only]
        missing = [each for each in room.hazards.templates.values() if not each.drill_only and each not in offered]
        kept = await kept_lately(room.service, visit.officer, visit.now)
        context = {
            "drill": drill,
            "offered": shown,
            "missing": [each.title["vi"] for each in missing],
            "kept": kept if kept is not None and not kept[0].updates else None,
            "titles": {each.id: each.title["vi"] for each in room.hazards.templates.values()},
            "cap": message,
            "why": visit.words.say(why),
        }
        return room.show(visit, "new", context, status)

    async def _chosen(self, visit: Visit) -> web.Response:
        room = self._room
        await room.require_duty(visit)
        try:
            template = room.hazards.template(visit.text("template"))
            message = await self._message(visit.text("cap"))
            draft = NoticeDraft(template.id, drill=visit.text("drill") == "1")
            if message is not None:
                await require_new(room.db, message, visit.now)
                spoken = spoken_of(message.alert(), room.office.gazetteer)
                left = hours_left(message, template.lasts_for, visit.now)
                draft = NoticeDraft(template.id, spoken.places, {}, left, message.drill_only, cap=message.id)
        except StoreUnavailable:
            raise
        except CotMocError as error:
            return await self._hazards(visit, str(error), 409)
        await room.service.keep(visit.officer, draft)
        return room.after(visit, WHERE)

    async def _message(self, typed: str) -> CapDraft | None:
        """Raises HTTPNotFound, NoSuchDraft."""
        if not typed:
            return None
        if not (typed.isascii() and typed.isdigit() and len(typed) < 10):
            raise web.HTTPNotFound
        return await CapInbox(self._room.db, self._room.office.key).draft(int(typed)) if int(typed) else None

    async def _drop(self, visit: Visit) -> web.Response:
        await self._room.service.drop(visit.officer)
        return self._room.after(visit, "/console/notices", visit.words.say(khan_words.DROPPED))

    # --- where, how long, and the blanks ------------------------------------------------------------------------------

    async def _where(self, visit: Visit) -> web.Response:
        await self._room.require_duty(visit)
        draft = await self._draft(visit)
        return await self._filling.asked(visit, draft)

    async def _filled(self, visit: Visit) -> web.Response:
        room = self._room
        await room.require_duty(visit)
        draft = await self._draft(visit)
        if draft.template_id != visit.text("template") or draft.drill != (visit.text("drill") == "1"):
            why = "Bản nháp vừa đổi ở nơi khác (trang khác hoặc chat); xem lại từ đầu."
            return await self._filling.asked(visit, draft, why=why, status=409)
        draft, wrong = await self._filling.read(visit, draft)
        await room.service.keep(visit.officer, draft)
        if wrong:
            return await self._filling.asked(visit, draft, wrong=wrong, status=400)
        return room.after(visit, SEND)

    async def _draft(self, visit: Visit) -> NoticeDraft:
        """What is half-finished. Raises HTTPSeeOther to the beginning where nothing is."""
        kept = await kept_lately(self._room.service, visit.officer, visit.now)
        if kept is None or kept[0].updates:
            raise web.HTTPSeeOther(BEGIN)
        return kept[0]

    # --- the words, and the code --------------------------------------------------------------------------------------

    async def _look(self, visit: Visit) -> web.Response:
        await self._room.require_duty(visit)
        return await self._preview(visit, await self._draft(visit))

    async def _preview(self, visit: Visit, draft: NoticeDraft, why: str = "", status: int = 200) -> web.Response:
        """Everything that must be read before the code; what cannot be said yet leads back to its page."""
        room = self._room
        try:
            found = await room.service.preview(visit.officer, draft)
        except StoreUnavailable:
            raise
        except CotMocError as error:
            return await self._filling.asked(visit, draft, why=str(error), status=409)
        async with room.db.reading() as connection:
            helped = not draft.drill and await room.duty.reachable(connection, draft.area, visit.now)
        template, said = room.hazards.template(draft.template_id), found.said
        context = {
            "draft": draft,
            "title": template.title["vi"],
            "found": found,
            "seen": found.seen,
            "looks": looks(room, draft, said, by=visit.officer.name, helped=helped),
            "lasting": lasting(said.expires_at - said.said_at),
            "unreachable": because(found.forecast.unreachable),
            "unreached": sum(found.forecast.unreachable.values()),
            "unsigned": [each for each in template.texts if each not in said.texts],
            "language_names": khan_words.LANGUAGE_NAMES,
            "wholes": [named_whole(each) for each in room.places.provinces(draft.area)],
            "whole": visit.text("whole"),
            "minutes": room.settings.notice_confirm_minutes,
            "fate": template.fate,
            "why": visit.words.say(why) if why else "",
        }
        return room.show(visit, "send", context, status)

    async def _send(self, visit: Visit) -> web.Response:
        """Once, whatever is pressed twice or sent again by a phone that got no answer."""
        room, officer = self._room, visit.officer
        kept = await kept_lately(room.service, officer, visit.now)
        if kept is None or kept[0].updates:
            return await self._said_already(visit) or room.after(visit, BEGIN)
        draft = kept[0]
        await room.require_duty(visit)
        if room.places.provinces(draft.area) and bare(visit.text("whole")) != WHOLE:
            return await self._preview(visit, draft, "Tin tới cả tỉnh: gõ CA TINH vào ô rồi gửi.", 400)
        try:
            await room.gate.prove(visit, visit.text("code"))
        except CodeRefused as error:
            return await self._said_already(visit) or await self._preview(visit, draft, str(error), 400)
        also = taking(room.office, officer.name, draft, draft.cap, visit.now) if draft.cap else None
        try:
            issued = await room.service.issue(officer, draft, seen=visit.text("seen") or "-", also=also)
        except StoreUnavailable:
            raise
        except CotMocError as error:
            why = f"{visit.words.say(str(error))} {visit.words.say('CHƯA GỬI. Xem lại tin rồi gõ một mã mới.')}"
            return await self._preview(visit, draft, why, 409)
        return room.after(visit, f"/console/notices/{issued.notice_id}")

    async def _said_already(self, visit: Visit) -> web.Response | None:
        said = await just_said(self._room.service, visit.officer, visit.now)
        if said is None:
            return None
        return self._room.after(visit, f"/console/notices/{said.id}", visit.words.say(khan_words.ISSUED_ALREADY))
