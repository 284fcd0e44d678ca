"""/console/notices/{id}/update: what is new, until when it holds and where; read as others will read it, then said.

The sentence and the hours are kept as the chat keeps them; other places stand in the form alone: the chat has none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from bot.errors import CotMocError, StoreUnavailable
from bot.staff.roles import Action, Forbidden
from bot.staff.sign_in import CodeRefused
from broadcasts import notice_composing
from broadcasts.notice_store import Notice, NoticeChangedMeanwhile
from broadcasts.notices import NoticeDraft, check_later_expiry, name_of
from handlers.chat import khan_words
from handlers.console.gate import Visit
from handlers.console.notice_page import PAGE, SPENT
from handlers.console.notice_places import ticks
from handlers.console.notice_room import HOURS, NoticeRoom, chosen_hours
from handlers.notice_rights import just_said, kept_lately, may_go_on

LANGUAGES = ("en", "km")  # in which the sentence may be given besides Vietnamese


class NoPlaces(CotMocError):
    """Chọn nơi nhận: xã, phường, cửa khẩu hoặc cả tuyến."""


@dataclass(frozen=True, slots=True)
class Update:
    """What was typed. ``area`` None: as it was; ``lasts_for`` None: until when it was."""

    news: Mapping[str, str]
    lasts_for: timedelta | None
    area: tuple[str, ...] | None

    def seen(self, notice: Notice) -> str:
        """What was read: another for any other word, hour or place, and for a newer version."""
        whole = repr((notice.newest.run_id, sorted(self.news.items()), self.lasts_for, self.area))
        return hashlib.sha256(whole.encode()).hexdigest()[:16]


class NoticeUpdates:
    def __init__(self, room: NoticeRoom) -> None:
        self._room = room

    def routes(self) -> list[web.RouteDef]:
        gate = self._room.gate
        return [
            gate.get(f"{PAGE}/update", self._asked, Action.ISSUE),
            gate.post(f"{PAGE}/update", self._looked, Action.ISSUE),
            gate.post(f"{PAGE}/update/send", self._sent, Action.ISSUE),
        ]

    async def _asked(self, visit: Visit) -> web.Response:
        notice = await self._still(visit)
        kept = await kept_lately(self._room.service, visit.officer, visit.now)
        draft = kept[0] if kept is not None and kept[0].updates == notice.id else None
        news = {"vi": draft.news} if draft is not None else {}
        return await self._form(visit, notice, Update(news, draft.lasts_for if draft is not None else None, None))

    async def _looked(self, visit: Visit) -> web.Response:
        notice = await self._still(visit)
        try:
            given = await self._given(visit, notice)
            page = await self._preview(visit, notice, given)
        except StoreUnavailable:
            raise
        except CotMocError as error:
            return await self._form(visit, notice, self._typed(visit), str(error), 400)
        draft = NoticeDraft(
            notice.template_id, notice.area, notice.blanks, given.lasts_for, notice.drill, notice.id, given.news["vi"]
        )
        await self._room.service.keep(visit.officer, draft)
        return page

    async def _sent(self, visit: Visit) -> web.Response:
        notice, room = await self._still(visit), self._room
        spent = ""
        given = self._typed(visit)
        try:
            given = await self._given(visit, notice)
            await room.gate.prove(visit, visit.text("code"))
            spent = SPENT
            if given.seen(notice) != visit.text("seen"):
                raise NoticeChangedMeanwhile
            await room.service.update(visit.officer, notice.id, given.news, area=given.area, lasts_for=given.lasts_for)
        except StoreUnavailable:
            raise
        except CotMocError as error:
            said = await just_said(room.service, visit.officer, visit.now) if isinstance(error, CodeRefused) else None
            if said is not None and said.id == notice.id:  # by the same code, a moment ago
                return room.after(visit, f"/console/notices/{said.id}", visit.words.say(khan_words.ISSUED_ALREADY))
            why = " ".join(visit.words.say(each) for each in (str(error), spent) if each)
            return await self._again(visit, given, why, 409 if spent else 400)
        done = visit.words.say("Đã cập nhật %(name)s.", name=name_of(notice.id))
        return room.after(visit, f"/console/notices/{notice.id}", done)

    async def _again(self, visit: Visit, given: Update, why: str, status: int) -> web.Response:
        notice = await self._still(visit)
        try:
            return await self._preview(visit, notice, given, why, status)
        except StoreUnavailable:
            raise
        except CotMocError as error:
            return await self._form(visit, notice, given, str(error), status)

    async def _still(self, visit: Visit) -> Notice:
        """Raises Forbidden for who may not say anything of it now."""
        notice = await self._room.notice(visit)
        if not await may_go_on(self._room.service, self._room.office, visit.officer, notice):
            raise Forbidden
        return notice

    # --- what was typed -----------------------------------------------------------------------------------------------

    def _typed(self, visit: Visit) -> Update:
        """As it stands in the form, whether or not it can be said."""
        news = {each: visit.text(f"news-{each}") for each in ("vi", *LANGUAGES)}
        places = tuple(str(each) for each in visit.form.getall("place", []))
        return Update(news, chosen_hours(visit.text("hours")), places or None)

    async def _given(self, visit: Visit, notice: Notice) -> Update:
        """What can be said of it. Raises CotMocError with a sentence."""
        room, typed = self._room, self._typed(visit)
        news = notice_composing.checked_news(typed.news, room.wording.drill_marks)
        check_later_expiry(notice.state, notice.issued_at, notice.expires_at, typed.lasts_for, visit.now)
        if typed.area is None:
            raise NoPlaces
        area = tuple(dict.fromkeys(room.office.remaining(typed.area)))
        beyond = room.places.outside(area, await room.hazards.areas(visit.officer)) if not notice.drill else None
        if beyond is not None:
            raise NoPlaces(khan_words.OUTSIDE.format(place=beyond.name))
        return Update(news, typed.lasts_for, None if set(area) == set(notice.area) else area)

    # --- pages --------------------------------------------------------------------------------------------------------

    async def _form(
        self, visit: Visit, notice: Notice, typed: Update, why: str = "", status: int = 200
    ) -> web.Response:
        room = self._room
        known = room.places.inside(await room.hazards.areas(visit.officer))
        meant = typed.area or notice.area
        here = {place.code: place for place in map(room.office.gazetteer.get, notice.area) if place is not None}
        context = {
            "notice": notice,
            "typed": typed,
            "until": notice.expires_at,
            "lengths": [(each, room.clock(visit.now + timedelta(hours=each))) for each in HOURS],
            "first": ticks(here.values(), meant),
            "others": ticks((each for code, each in known.items() if code not in here), meant),
            "why": visit.words.say(why) if why else "",
            "languages": LANGUAGES,
        }
        return room.show(visit, "update", context, status)

    async def _preview(
        self, visit: Visit, notice: Notice, given: Update, why: str = "", status: int = 200
    ) -> web.Response:
        room, by = self._room, visit.officer.name
        draft = NoticeDraft(
            notice.template_id, notice.area, notice.blanks, given.lasts_for, notice.drill, notice.id, given.news["vi"]
        )
        texts = await self._texts(notice, given.area) if given.area is not None else None
        context = {
            "notice": notice,
            "given": given,
            "seen": given.seen(notice),
            "knows": room.texts.update(notice, draft, visit.now, by=by, texts=texts).text,
            "whole": room.texts.update(notice, draft, visit.now, by=by, knows=False, texts=texts).text,
            "until": _until(notice, given, visit.now),
            "area": given.area or notice.area,
            "why": why,
            "languages": LANGUAGES,
        }
        return room.show(visit, "update_send", context, status)

    async def _texts(self, notice: Notice, area: tuple[str, ...]) -> dict[str, str]:
        """What it says of other places, in the languages that are signed today. Raises NotSigned, NoticeTextError."""
        room = self._room
        template = room.hazards.template(notice.template_id)
        async with room.db.reading() as connection:
            languages = await room.hazards.languages(connection, template, drill=notice.drill)
        draft = NoticeDraft(notice.template_id, area, notice.blanks, drill=notice.drill)
        return notice_composing.texts(template, draft, room.office.gazetteer, languages)


def _until(notice: Notice, given: Update, now: datetime) -> datetime:
    return check_later_expiry(notice.state, notice.issued_at, notice.expires_at, given.lasts_for, now)
