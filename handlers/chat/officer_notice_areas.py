"""Where a notice goes: places on buttons, those used last first, or typed; a whole province has to be typed out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from broadcasts.notices import NoticeDraft
from handlers.chat import khan_words, words
from handlers.chat.context import Reply
from handlers.chat.officer_sitting import Choice, Sitting
from handlers.notice_places import WHOLE, NoticePlaces, named_whole, parts
from handlers.notice_texts import named

ALL = "*"  # all of the officer's area
OFFERED = 6
_MOST_CODES = 100  # characters of place codes that a button or a step can hold


async def ask(sitting: Sitting, draft: NoticeDraft, above: str = "") -> Reply:
    """The place is pressed or typed."""
    places = _places(sitting)
    known = places.inside(await sitting.notices.hazards.areas(sitting.officer))
    gates = "crossing" in sitting.notices.hazards.template(draft.template_id).topics
    async with sitting.turn.desk.db.reading() as connection:
        ordered = await places.ordered(connection, known, sitting.turn.now, gates=gates)
    buttons = [Choice(named(each), "k-area", each.code) for each in ordered[:OFFERED]]
    rows = two_a_row(buttons)
    if sum(each.kind == "commune" for each in known.values()) > 1:
        rows.append((Choice(khan_words.B_ALL, "k-area", ALL),))
    return await sitting.reply(joined(above, khan_words.WHERE), *rows, step="k-place")


async def chosen(sitting: Sitting, draft: NoticeDraft, subject: str) -> Reply | NoticeDraft:
    """The draft with these places; or what has to be said or typed first."""
    places = _places(sitting)
    areas = await sitting.notices.hazards.areas(sitting.officer)
    codes = places.all_of(areas) if subject == ALL else tuple(subject.split(","))
    codes = tuple(dict.fromkeys(sitting.staff.office.remaining(codes)))
    beyond = places.outside(codes, areas)
    if beyond is not None:
        return await ask(sitting, draft, khan_words.OUTSIDE.format(place=named(beyond)))
    if not places.provinces(codes):
        return replace(draft, area=codes)
    whole = ", ".join(named(each) for each in map(sitting.staff.office.gazetteer.get, codes) if each is not None)
    return await sitting.reply(khan_words.WHOLE.format(place=whole), step=f"k-whole:{','.join(codes)}")


def typed_whole(draft: NoticeDraft, subject: str, text: str) -> NoticeDraft | None:
    """None: something else was typed."""
    return replace(draft, area=tuple(subject.split(","))) if words.bare(text) == WHOLE else None


async def typed(sitting: Sitting, draft: NoticeDraft, text: str) -> Reply | NoticeDraft:
    """One name or several; one that means several places is asked about."""
    names = parts(text)
    codes = []
    for part in names:
        found, sure = _places(sitting).meant(part)
        if sure:
            codes.append(found[0].code)
        elif found and len(names) == 1:
            rows = [(Choice(named_whole(each), "k-area", each.code),) for each in found[:OFFERED]]
            return await sitting.reply(khan_words.WHICH_PLACE, *rows, step="k-place")
        else:
            return await ask(sitting, draft, khan_words.NO_PLACE.format(typed=part[:40]))
    subject = ",".join(dict.fromkeys(codes))
    if not codes or len(subject) > _MOST_CODES:
        return await ask(sitting, draft, khan_words.NO_PLACE.format(typed=text[:40]))
    return await chosen(sitting, draft, subject)


def joined(*lines: str) -> str:
    return "\n".join(filter(None, lines))


def two_a_row(buttons: Sequence[Choice]) -> list[tuple[Choice, ...]]:
    return [tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2)]


def _places(sitting: Sitting) -> NoticePlaces:
    return NoticePlaces(sitting.staff.office, sitting.turn.desk.settings.province)
