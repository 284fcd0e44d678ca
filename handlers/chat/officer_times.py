"""When a campaign goes out, chosen by buttons: the next morning, the template's day, a day and an hour, or monthly."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from bot.places import Gazetteer
from broadcasts import recurrence, templates
from broadcasts.recurrence import Schedule
from broadcasts.store import Campaign
from handlers.chat.context import Reply
from handlers.chat.days import day_text
from handlers.chat.officer_cards import card, local, name_of
from handlers.chat.officer_sitting import Choice, Sitting

MORNING = time(7, 30)
HOURS = (time(7, 30), time(9), time(11), time(14), time(16), time(17, 30), time(19, 30))
DAYS = 8
A_YEAR = timedelta(days=365)
MONTHLY = "FREQ=MONTHLY"
LAST_SAFE_DAY = 28  # every month has it


async def when(sitting: Sitting, number: str) -> Reply:
    campaign = await sitting.service.campaign(sitting.officer, int(number))
    tomorrow = local(sitting, sitting.turn.now).date() + timedelta(days=1)
    offered = [Schedule(datetime.combine(tomorrow, MORNING)), *_suggested(sitting, campaign)]
    rows = [(_at(sitting, number, each.at),) for each in offered if not each.repeats]
    rows.append((Choice(sitting.say("officer.b_clock"), "days", number),))
    first = tomorrow if tomorrow.day <= LAST_SAFE_DAY else _next_month(tomorrow)
    label = sitting.say("officer.b_monthly", date=f"{first.day}/{first.month}")
    rows.append((Choice(label, "monthly", f"{number}:{first.isoformat()}"),))
    return await sitting.reply(f"{name_of(int(number))}. {sitting.say('officer.when')}", *rows)


def _suggested(sitting: Sitting, campaign: Campaign) -> list[Schedule]:
    """The next day that the template's plan names."""
    template = sitting.staff.templates().get(campaign.template_id) if campaign.template_id else None
    if template is None:
        return []
    places: Gazetteer = sitting.staff.office.gazetteer
    start = templates.start_from(template, places, sitting.staff.office.catalog, sitting.turn.today)
    return [each for each in start.schedules if not each.repeats][:1]


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


async def days(sitting: Sitting, number: str) -> Reply:
    """Today, where an hour is left of it, and the next days."""
    today = local(sitting, sitting.turn.now).date()
    coming = [today + timedelta(days=each) for each in range(DAYS)]
    rows = [
        (Choice(day_text(each, sitting.turn.language), "hours", f"{number}:{each.isoformat()}"),)
        for each in coming
        if _hours(sitting, each)
    ]
    return await sitting.reply(sitting.say("officer.day"), *rows)


async def hours(sitting: Sitting, subject: str) -> Reply:
    number, day = subject.split(":")
    found = _hours(sitting, date.fromisoformat(day))
    return await sitting.reply(sitting.say("officer.hour"), *((_at(sitting, number, each),) for each in found))


def _hours(sitting: Sitting, day: date) -> list[datetime]:
    """Local times of this day that are still to come and not in the quiet hours."""
    office, now = sitting.staff.office, sitting.turn.now
    found = [datetime.combine(day, each, office.zone) for each in HOURS]
    return [
        each.replace(tzinfo=None)
        for each in found
        if each > now and not recurrence.quiet(each, office.zone, office.quiet_from_to)
    ]


def _at(sitting: Sitting, number: str, at: datetime) -> Choice:
    said = sitting.moment(at.replace(tzinfo=sitting.staff.office.zone))
    return Choice(said, "at", f"{number}:{at:%Y%m%dT%H%M}")


async def at(sitting: Sitting, subject: str) -> Reply:
    number, moment = subject.split(":")
    await sitting.service.time(sitting.officer, int(number), Schedule(datetime.strptime(moment, "%Y%m%dT%H%M")))
    return await card(sitting, int(number))


async def monthly(sitting: Sitting, subject: str) -> Reply:
    """The same day of every month for a year: what nobody looks at again is not sent for ever."""
    number, first = subject.split(":")
    begin = datetime.combine(date.fromisoformat(first), MORNING)
    schedule = Schedule(begin, MONTHLY, until=begin.date() + A_YEAR)
    await sitting.service.time(sitting.officer, int(number), schedule)
    return await card(sitting, int(number))
