"""The page where a notice gets its places, blanks and hours: what is offered, and what was typed, understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from aiohttp import web

from bot.places import Place
from broadcasts import notice_store
from broadcasts.cap_inbox import CapInbox
from broadcasts.notices import NoticeDraft
from content.notice_blanks import Blank, NoticeTextError, said
from handlers.chat import khan_words
from handlers.console.gate import Visit
from handlers.console.notice_places import ticks
from handlers.console.notice_room import NoticeRoom, chosen_hours
from handlers.console.sent_forms import fields
from handlers.notice_places import LATELY, named_whole, parts
from handlers.notice_texts import named

ALL = "*"  # all of the officer's area
OFFERED = 6
MOST_PLACES = 200
_SUGGESTED = 5  # words that stood in this blank lately


@dataclass(frozen=True, slots=True)
class Asked:
    """A blank on the page. ``value``: what stands in it; ``before``: what stood in it in earlier notices."""

    blank: Blank
    value: str
    before: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wrong:
    """What cannot be taken, by field; ``could_be``: the places that a typed name may mean."""

    why: Mapping[str, str] = field(default_factory=dict)
    could_be: tuple[Place, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.why)


class Filling:
    def __init__(self, room: NoticeRoom) -> None:
        self._room = room

    async def asked(
        self, visit: Visit, draft: NoticeDraft, *, why: str = "", wrong: Wrong | None = None, status: int = 200
    ) -> web.Response:
        """The page; with ``wrong`` as it was sent, everything that was typed still in it."""
        room = self._room
        template = room.hazards.template(draft.template_id)
        typed = fields(visit.form) if wrong is not None else {}
        areas = await room.hazards.areas(visit.officer)
        known = room.places.inside(areas)
        async with room.db.reading() as connection:
            ordered = await room.places.ordered(connection, known, visit.now, gates="crossing" in template.topics)
            lately = await notice_store.lately(connection, visit.now - LATELY)
        ticked = set(visit.form.getall("place", [])) if wrong is not None else set(draft.area)
        whole = ticked >= set(room.places.all_of(areas)) or ALL in ticked
        first = sorted(ordered, key=lambda each: each.code not in ticked)[: max(OFFERED, len(ticked & known.keys()))]
        rest = [each for each in known.values() if each not in first]
        lasts_for = chosen_hours(typed.get("hours", "")) or draft.lasts_for or template.lasts_for
        context = {
            "draft": draft,
            "title": template.title["vi"],
            "first": ticks(first, ticked),
            "communes": ticks((each for each in rest if each.kind == "commune"), ticked),
            "gates": ticks((each for each in rest if each.kind == "gate"), ticked),
            "all_label": room.where(room.places.all_of(areas)),
            "all_ticked": whole,
            "typed_places": typed.get("typed", ""),
            "could_be": [(each.code, named_whole(each)) for each in wrong.could_be] if wrong is not None else [],
            "blanks": [
                Asked(
                    each,
                    typed.get(f"blank-{each.name}", draft.blanks.get(each.name, each.default)),
                    _before(lately, template.id, each),
                )
                for each in template.blanks
            ],
            "lengths": room.lengths(template.lasts_for, visit.now),
            "hours": lasts_for,
            "kept_until": visit.now + draft.lasts_for if draft.lasts_for is not None and draft.cap else None,
            "wrong": {name: visit.words.say(text) for name, text in wrong.why.items()} if wrong is not None else {},
            "why": visit.words.say(why) if why else "",
            "cap": await CapInbox(room.db, room.office.key).draft(draft.cap) if draft.cap else None,
        }
        if wrong:
            context["why"] = visit.words.say("Chưa xem được tin: sửa chỗ có chữ đỏ.")
        return room.show(visit, "where", context, status)

    async def read(self, visit: Visit, draft: NoticeDraft) -> tuple[NoticeDraft, Wrong]:
        """The draft with all of the form that can be said, and what cannot."""
        template = self._room.hazards.template(draft.template_id)
        blanks, why = {}, {}
        for each in template.blanks:
            value = visit.text(f"blank-{each.name}").strip()
            try:
                said(each, value, "vi")
            except NoticeTextError as error:
                why[f"blank-{each.name}"] = str(error)
            else:
                blanks[each.name] = value or each.default
        lasts_for = draft.lasts_for
        if visit.text("hours") != "keep":
            lasts_for = chosen_hours(visit.text("hours"))
            if lasts_for is None:
                why["hours"] = "Chọn tin có hiệu lực mấy giờ."
        area, problem, could_be = await self._area(visit)
        if problem:
            why["place"] = problem
        after = replace(draft, area=area, blanks=blanks, lasts_for=lasts_for)
        return after, Wrong(why, could_be)

    async def _area(self, visit: Visit) -> tuple[tuple[str, ...], str, tuple[Place, ...]]:
        """The places that are ticked or typed; what is wrong with them; and what a name may mean."""
        room = self._room
        areas = await room.hazards.areas(visit.officer)
        ticked = [str(each) for each in visit.form.getall("place", [])][:MOST_PLACES]
        codes = list(room.places.all_of(areas)) if ALL in ticked else [each for each in ticked if each != ALL]
        problem, could_be = "", tuple[Place, ...]()
        for name in parts(visit.text("typed")):
            found, sure = room.places.meant(name)
            if sure:
                codes.append(found[0].code)
            elif found:
                problem, could_be = khan_words.WHICH_PLACE, tuple(found[:OFFERED])
            else:
                problem = khan_words.NO_PLACE.format(typed=name[:40])
        area = tuple(dict.fromkeys(room.office.remaining(codes)))
        beyond = room.places.outside(area, areas)
        if beyond is not None:
            return (), khan_words.OUTSIDE.format(place=named(beyond)), ()
        if not area and not problem:
            problem = "Chọn nơi nhận: xã, phường, cửa khẩu hoặc cả tuyến."
        return area, problem, could_be


def _before(lately: list[notice_store.Notice], template_id: str, blank: Blank) -> tuple[str, ...]:
    values = (each.blanks.get(blank.name, "") for each in lately if each.template_id == template_id)
    return tuple(dict.fromkeys(filter(None, (blank.default, *values))))[:_SUGGESTED]
