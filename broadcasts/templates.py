"""Starting a campaign from a template of the provincial plans, or from an earlier campaign.

Whoever starts is the author of the draft: everything in it still has to be read, signed and approved by others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from bot.places import Gazetteer
from bot.staff.areas import lies_in
from bot.staff.roles import Action, Officer, may
from broadcasts import audience, composing, recurrence
from broadcasts.audience import Audience
from broadcasts.composing import ComposeError
from broadcasts.office import Office
from broadcasts.recurrence import Schedule, ScheduleError
from content.campaign_templates import COASTAL, EVERYWHERE, GATE, LAND_BORDER, PROVINCE, Area, Template, YearDay
from content.catalog import Catalog

if TYPE_CHECKING:  # the service may offer these functions as its own
    from broadcasts.service import Service

MORNING = time(8)  # local, after every usual quiet hour; only a suggestion
A_YEAR = timedelta(days=365)
COPY = " (bản sao)"
LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class Start:
    """What a draft begins with. ``schedules`` are suggestions, the next one first; those of ``to_confirm`` rest on
    days that an editor has not confirmed. ``expires_on``: the last day on which every linked entry holds."""

    title: str
    texts: Mapping[str, str]
    audience: Audience
    entries: tuple[str, ...]
    schedules: tuple[Schedule, ...]
    to_confirm: tuple[Schedule, ...]
    expires_on: date | None
    to_add: tuple[str, ...]
    note: str


def start_from(
    template: Template, gazetteer: Gazetteer, catalog: Catalog, today: date, within: Sequence[str] = ()
) -> Start:
    """``within``: places (codes, or slugs of provinces) to which the audience is narrowed; none: it is not.

    Entries that need confirming are left out: they are not what a message is about. Raises ComposeError.
    """
    linked = [entry for entry in map(catalog.get, template.entries) if entry is not None]
    last_days = [entry.valid_until for entry in linked if entry.valid_until is not None]
    return Start(
        title=template.title,
        texts=template.texts,
        audience=audience_of(template, gazetteer, within),
        entries=tuple(entry.id for entry in linked),
        schedules=(*_yearly(template.dates, today), *_repeating(template.rule, today)),
        to_confirm=tuple(_yearly(template.dates_to_confirm, today)),
        expires_on=min(last_days, default=None),
        to_add=template.to_add,
        note=template.note,
    )


def _yearly(days: Iterable[YearDay], today: date) -> list[Schedule]:
    """Once each, on its next day after today."""
    return [Schedule(datetime.combine(day, MORNING)) for day in sorted(_next(each, today) for each in days)]


def _next(day: YearDay, today: date) -> date:
    found = (day.in_year(today.year + years) for years in range(9))  # 29 February may be eight years away
    return next(each for each in found if each is not None and each > today)


def _repeating(rule: str, today: date) -> Iterator[Schedule]:
    """From tomorrow, for a year: what nobody looks at again is not sent for ever."""
    if rule:
        first = datetime.combine(today + timedelta(days=1), MORNING)
        yield Schedule(first, rule, until=first.date() + A_YEAR)


def faults(template: Template, gazetteer: Gazetteer) -> Iterator[str]:
    """What would keep the template from being sent, beyond what its facts say."""
    for language, text in template.texts.items():
        yield from (f"{why} ({language})" for why in composing.faults(text))
    for area in template.areas:
        if area.kind != EVERYWHERE and not _places_of(area, gazetteer):
            yield f"không có nơi nào là {area.kind}{':' if area.slug else ''}{area.slug}"
    try:
        for schedule in _repeating(template.rule, date(2026, 1, 1)):
            recurrence.check(schedule)
    except ScheduleError as error:
        yield str(error)


# --- Whom it is for -----------------------------------------------------------------------------------------------


def audience_of(template: Template, gazetteer: Gazetteer, within: Sequence[str] = ()) -> Audience:
    """Raises ComposeError when the template is for none of the places ``within``: an audience without places would
    be everybody."""
    areas = [_code(each, gazetteer) for each in within]
    anywhere = any(area.kind == EVERYWHERE for area in template.areas)
    named = [] if anywhere else [code for area in template.areas for code in _places_of(area, gazetteer)]
    places = [each for code in named for each in _common(code, areas, gazetteer)] if areas and named else named or areas
    if not places and not anywhere:
        raise ComposeError("Mẫu này dành cho nơi khác, không có xã, phường nào trong khu vực đã chọn.")
    return Audience(places=tuple(dict.fromkeys(places)), topics=template.topics)


def own_areas(office: Office, officer: Officer, now: datetime) -> tuple[str, ...]:
    """Where the officer may draft, which is where a draft of theirs is for; none: everywhere."""

    def allowed(areas: tuple[str, ...]) -> bool:
        return may(officer, Action.DRAFT, areas, now, office.within)

    if allowed(()):
        return ()
    return tuple(dict.fromkeys(area for _, area in officer.roles if area and allowed((area,))))


def _code(given: str, gazetteer: Gazetteer) -> str:
    place = gazetteer.get(given) or gazetteer.get(f"p-{given}")
    if place is None:
        raise ComposeError(f"Không có nơi “{given}”.")
    return place.code


def _places_of(area: Area, gazetteer: Gazetteer) -> list[str]:
    """The place codes of one area, in the order of the gazetteer."""
    if area.kind in (PROVINCE, GATE):
        place = gazetteer.get(f"{'p' if area.kind == PROVINCE else 'g'}-{area.slug}")
        return [place.code] if place else []
    slugs = [area.slug] if area.slug else [each.province_slug for each in gazetteer.provinces()]
    communes = (each for slug in slugs for each in gazetteer.communes(slug))
    return [
        each.code
        for each in communes
        if (area.kind == LAND_BORDER and each.land_border) or (area.kind == COASTAL and each.coastal)
    ]


def _common(code: str, areas: Sequence[str], gazetteer: Gazetteer) -> list[str]:
    """The part of a place that lies in the areas: itself, or the smaller areas in it."""
    if any(lies_in(gazetteer, code, area) for area in areas):
        return [code]
    return [area for area in areas if lies_in(gazetteer, area, code)]


# --- Drafts -------------------------------------------------------------------------------------------------------


async def from_template(
    service: Service, office: Office, officer: Officer, template: Template, now: datetime, within: Sequence[str] = ()
) -> int:
    """A draft with the template's audience, texts and entries; its time is for the officer to choose.

    Returns its number. ``now``: aware. Raises ComposeError, Forbidden and whatever the steps raise.
    """
    start = start_from(template, office.gazetteer, office.catalog, now.astimezone(office.zone).date(), within)
    campaign_id = await service.draft(officer, start.title, template_id=template.id)
    await service.aim(officer, campaign_id, start.audience)
    for language, text in start.texts.items():
        await service.write(officer, campaign_id, language, text)
    if start.entries:
        await service.link(officer, campaign_id, start.entries, _end_of(start.expires_on, office, now))
    return campaign_id


def _end_of(day: date | None, office: Office, now: datetime) -> datetime | None:
    """The end of a local day; None for one that is over: the scheduler holds what rests on an expired entry, and says
    so, while a draft that is born expired would only look broken."""
    if day is None:
        return None
    end = datetime.combine(day + timedelta(days=1), time(), office.zone)
    return end if end > now else None


async def copy_of(service: Service, office: Office, officer: Officer, campaign_id: int) -> int:
    """A new draft with the audience, texts, files and entries of a campaign, without its time, expiry and signatures.

    Returns its number. Raises ComposeError for a correction: it is for those who got one message, not for a place.
    """
    first = await service.campaign(officer, campaign_id)
    if "corrects" in first.audience:
        raise ComposeError("Bản đính chính chỉ dành cho người đã nhận tin trước; không sao chép được.")
    rule = audience.from_json(first.audience)
    title = first.title[: LONGEST_TITLE - len(COPY)].removesuffix(COPY) + COPY
    copied = await service.draft(officer, title, template_id=first.template_id)
    await service.aim(officer, copied, rule)
    for text in first.texts:
        await service.write(officer, copied, text.language, text.text)
    await service.copy_files(officer, first.id, copied)
    held = [each for each in first.entries if each in office.catalog]
    if held:
        await service.link(officer, copied, held)
    return copied
