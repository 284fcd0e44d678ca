"""Where a notice goes: places on buttons, those used last first, or typed; a whole province has to be typed out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.places import Ambiguous, Exact, OldCommune, OldDistrict, OldProvince, Place
from bot.staff.roster import holds
from broadcasts import notice_store
from broadcasts.notices import NoticeDraft
from handlers.chat import khan_words, words
from handlers.chat.context import Reply
from handlers.chat.officer_notice_texts import named
from handlers.chat.officer_sitting import Choice, Sitting

ALL = "*"  # all of the officer's area
OFFERED = 6
LATELY = timedelta(days=90)
WHOLE = "ca tinh"
_MOST_CODES = 100  # characters of place codes that a button or a step can hold
_BETWEEN = re.compile(r"[,;+]")


async def ask(sitting: Sitting, draft: NoticeDraft, above: str = "") -> Reply:
    """The place is pressed or typed."""
    areas = await sitting.notices.hazards.areas(sitting.officer)
    known = _inside(sitting, areas)
    gates = "crossing" in sitting.notices.hazards.template(draft.template_id).topics
    used = await _used(sitting, known)
    ordered = sorted(known.values(), key=lambda each: (_turn(each, used), _rank(each, gates=gates)))
    buttons = [Choice(named(each), "k-area", each.code) for each in ordered[:OFFERED]]
    rows = two_a_row(buttons)
    if sum(each.kind == "commune" for each in known.values()) > 1:
        rows.append((Choice(khan_words.B_ALL, "k-area", ALL),))
    return await sitting.reply(joined(above, khan_words.WHERE), *rows, step="k-place")


async def chosen(sitting: Sitting, draft: NoticeDraft, subject: str) -> Reply | NoticeDraft:
    """The draft with these places; or what has to be said or typed first."""
    areas = await sitting.notices.hazards.areas(sitting.officer)
    codes = _all_of(sitting, areas) if subject == ALL else tuple(subject.split(","))
    places = [place for place in map(sitting.staff.office.gazetteer.get, codes) if place is not None]
    within = sitting.staff.office.within
    for place in places:
        if not any(holds(area, place.code, within) for area in areas):
            return await ask(sitting, draft, khan_words.OUTSIDE.format(place=named(place)))
    found = tuple(dict.fromkeys(each.code for each in places))
    whole = next((each for each in places if each.kind == "province"), None)
    if whole is None:
        return replace(draft, area=found)
    text = khan_words.WHOLE.format(place=", ".join(named(each) for each in places))
    return await sitting.reply(text, step=f"k-whole:{','.join(found)}")


def typed_whole(draft: NoticeDraft, subject: str, text: str) -> NoticeDraft | None:
    """None: something else was typed."""
    return replace(draft, area=tuple(subject.split(","))) if words.bare(text) == WHOLE else None


async def typed(sitting: Sitting, draft: NoticeDraft, text: str) -> Reply | NoticeDraft:
    """One name or several; one that means several places is asked about."""
    parts = [each.strip() for each in _BETWEEN.split(text) if each.strip()]
    codes = []
    for part in parts:
        found, sure = _found(sitting, part)
        if sure:
            codes.append(found[0].code)
        elif found and len(parts) == 1:
            rows = [(Choice(named_whole(each), "k-area", each.code),) for each in found[:OFFERED]]
            return await sitting.reply(khan_words.WHICH_PLACE, *rows, step="k-place")
        else:
            return await ask(sitting, draft, khan_words.NO_PLACE.format(typed=part[:40]))
    subject = ",".join(dict.fromkeys(codes))
    if not codes or len(subject) > _MOST_CODES:
        return await ask(sitting, draft, khan_words.NO_PLACE.format(typed=text[:40]))
    return await chosen(sitting, draft, subject)


def named_whole(place: Place) -> str:
    return named(place) if place.kind != "commune" else f"{named(place)}, {place.province_name}"


def joined(*lines: str) -> str:
    return "\n".join(filter(None, lines))


def two_a_row(buttons: Sequence[Choice]) -> list[tuple[Choice, ...]]:
    return [tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2)]


def _found(sitting: Sitting, part: str) -> tuple[list[Place], bool]:
    """The places that a name may mean, and whether it can only mean the first."""
    gazetteer = sitting.staff.office.gazetteer
    by_code = gazetteer.get(part.lower())
    if by_code is not None:
        return [by_code], True
    match gazetteer.find(part, home_province=sitting.turn.desk.settings.province):
        case Exact(place=place, also=also, certain=certain):
            return [place, *also], certain and not also
        case Ambiguous(places=places):
            return list(places), False
        case OldCommune(candidates=places) | OldDistrict(communes=places):
            return list(places), False
        case OldProvince(province=place, same_name=places):
            return [*places, place], False
    return [], False


def _inside(sitting: Sitting, areas: Sequence[str]) -> dict[str, Place]:
    """The communes and gates of these areas; everywhere means the installation's own province here."""
    office, home = sitting.staff.office, f"p-{sitting.turn.desk.settings.province}"
    found: dict[str, Place] = {}
    for code in dict.fromkeys(area or home for area in areas):
        places = map(office.gazetteer.get, office.codes((code,)))
        found |= {each.code: each for each in places if each is not None and each.kind != "province"}
    return found


def _all_of(sitting: Sitting, areas: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(area or f"p-{sitting.turn.desk.settings.province}" for area in areas))


async def _used(sitting: Sitting, known: dict[str, Place]) -> list[str]:
    async with sitting.turn.desk.db.reading() as connection:
        lately = await notice_store.lately(connection, sitting.turn.now - LATELY)
    return list(dict.fromkeys(code for each in lately for code in each.area if code in known))


def _turn(place: Place, used: list[str]) -> int:
    return used.index(place.code) if place.code in used else len(used)


def _rank(place: Place, *, gates: bool) -> int:
    """Gates come first where the hazard is about crossing; communes at the border and the sea before others."""
    if place.kind == "gate":
        return 0 if gates else 4
    return 1 if place.land_border else 2 if place.coastal else 3
