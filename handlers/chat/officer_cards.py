"""What an officer sees of a campaign: one card with what may be done with it now, and the list of what waits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.staff.roles import Action
from broadcasts import recurrence, store, todo
from broadcasts.approval import spoken, text_mark
from broadcasts.campaigns import CampaignState, RunState
from broadcasts.checking import Checklist
from broadcasts.composing import File
from broadcasts.dates import Dates
from broadcasts.forecast import Forecast
from broadcasts.store import Campaign, Run
from handlers.chat.context import Reply
from handlers.chat.officer_sitting import Choice, Sitting
from handlers.chat.officer_ticks import ticking
from handlers.figures import grouped
from handlers.officer_tasks import campaign_tasks, is_theirs
from handlers.previews import NAMES
from handlers.quotas import ZALO_OA

LONGEST_NUMBER = 10  # digits
LISTED = 9  # as many as there are digits to choose with
_WRITABLE = (CampaignState.DRAFT, CampaignState.RETURNED)
_AHEAD = (*_WRITABLE, CampaignState.SUBMITTED, CampaignState.APPROVED)
_CHANGEABLE = (CampaignState.SUBMITTED, CampaignState.APPROVED, CampaignState.SCHEDULED)  # it is a draft again then
_COPIED = (CampaignState.SCHEDULED, CampaignState.DONE, CampaignState.CANCELLED, CampaignState.EXPIRED)
_STOPPED = (RunState.HELD, RunState.MISSED)


def name_of(number: int) -> str:
    return f"CD-{number}"


# --- What waits ---------------------------------------------------------------------------------------------------


async def waiting(sitting: Sitting, which: str = "") -> Reply:
    """``/viec``: what the officer has to sign, approve, mend, plan or look after; ``/viec 118``: that campaign."""
    number = which.strip().upper().removeprefix("CD-")
    if number.isdecimal() and len(number) < LONGEST_NUMBER:
        return await card(sitting, int(number))
    staff, now = sitting.staff, sitting.turn.now
    found = [
        Choice(
            f"{name_of(each.campaign_id)} · {sitting.say(f'officer.todo_{each.why}')} · {each.title}",
            "open",
            str(each.campaign_id),
        )
        for each in await campaign_tasks(staff.service, staff.office, sitting.officer, now)
    ]
    if not found:
        return await sitting.reply(sitting.say("officer.nothing"))
    text = sitting.say("officer.waiting", n=len(found))
    return await sitting.reply(text, *((each,) for each in found[:LISTED]))


def signable(sitting: Sitting, campaign: Campaign) -> list[str]:
    """Languages that this officer may sign now."""
    office = sitting.staff.office
    return todo.signable(sitting.officer, campaign, office.areas_of(campaign.audience), sitting.turn.now, office.within)


# --- One campaign -------------------------------------------------------------------------------------------------


async def opened(sitting: Sitting, subject: str) -> Reply:
    return await card(sitting, int(subject.split(":")[0]))


async def card(sitting: Sitting, number: int, *, above: str = "", whole: bool = True) -> Reply:
    """``above``: what has just been done; ``whole`` False: without the texts, which the officer has just read."""
    campaign = await sitting.service.campaign(sitting.officer, number)
    foreseen = await sitting.service.forecast(sitting.officer, number)
    seen = await sitting.service.checklist(sitting.officer, number)
    lines = [above] if above else []
    lines.append(_headline(sitting, campaign, foreseen, seen))
    if campaign.state is CampaignState.RETURNED:
        lines += await _returned_because(sitting, number)
    if campaign.state in _AHEAD:
        lines.append(forecast_line(sitting, foreseen))
        lines += sitting.staff.previews.misfits(campaign)
    if campaign.state in (*_WRITABLE, CampaignState.SUBMITTED):
        dates = Dates(sitting.turn.desk.db, sitting.staff.office)
        lines += [
            sitting.say("officer.look_at", what=each) for each in await dates.warnings(campaign, sitting.turn.now)
        ]
    if foreseen.posts:
        where = ", ".join(f"{name} ({channel}, {language})" for name, channel, language in foreseen.posts)
        lines.append(sitting.say("officer.posts", what=where))
    lines += [_file_line(sitting, each) for each in campaign.files]
    if seen.changed:
        lines.append(sitting.say("officer.changed", what=", ".join(seen.changed)))
    rows, notes = await _choices(sitting, campaign)
    if whole:
        lines += [f"\n[{sitting.language_name(each.language)}]\n{each.text}" for each in campaign.texts]
    if notes:
        lines.append("\n" + "\n".join(notes))
    return await sitting.reply("\n".join(lines), *rows)


def _file_line(sitting: Sitting, file: File) -> str:
    language = sitting.language_name(file.language) if file.language else sitting.say("officer.all_texts")
    return sitting.say("officer.file", what=file.name, language=language)


def _headline(sitting: Sitting, campaign: Campaign, foreseen: Forecast, seen: Checklist) -> str:
    parts = [
        name_of(campaign.id),
        sitting.say(f"officer.state_{campaign.state}"),
        campaign.title,
        sitting.say("officer.mark", code=spoken(seen.digest)),
        sitting.say("officer.people", n=grouped(foreseen.audience)),
        planned(sitting, campaign) or sitting.say("officer.no_time"),
    ]
    for text in campaign.texts:
        key = "officer.signed" if text.signed_by else "officer.unsigned"
        parts.append(sitting.say(key, language=sitting.language_name(text.language), who=text.signed_by))
    return " · ".join(parts)


def planned(sitting: Sitting, campaign: Campaign) -> str:
    """When it goes out, as it is written; empty: no time yet."""
    if not campaign.schedule:
        return ""
    schedule = recurrence.from_json(campaign.schedule)
    said = sitting.moment(schedule.at.replace(tzinfo=sitting.turn.desk.settings.zone))
    if schedule.until is None:
        return said
    return f"{said}, {sitting.say('officer.repeats', until=f'{schedule.until:%d/%m/%Y}')}"


async def _returned_because(sitting: Sitting, number: int) -> list[str]:
    async with sitting.turn.desk.db.reading() as connection:
        decision = await store.last_decision(connection, number)
    return [sitting.say("officer.reason", what=decision.reason)] if decision is not None else []


def forecast_line(sitting: Sitting, foreseen: Forecast) -> str:
    """Who would get it, by channel, who would not and why, and what it costs."""
    channels = ", ".join(f"{NAMES.get(each, each)} {grouped(count)}" for each, count in foreseen.by_channel.items())
    phrases = sitting.turn.desk.phrases
    reasons = ", ".join(
        f"{sitting.say(f'officer.why_{reason}') if f'officer.why_{reason}' in phrases else reason}: {grouped(count)}"
        for reason, count in foreseen.unreachable.items()
    )
    unreachable = sum(foreseen.unreachable.values())
    lines = [sitting.say("officer.forecast", n=grouped(foreseen.audience), i=grouped(foreseen.reachable))]
    if channels:
        lines.append(sitting.say("officer.by_channel", what=channels))
    if not foreseen.reachable:
        lines.append(sitting.say("officer.nobody"))
    if foreseen.post_only:
        lines.append(sitting.say("officer.post_only", n=grouped(foreseen.post_only)))
    if unreachable:
        lines.append(sitting.say("officer.unreached", n=grouped(unreachable), what=reasons))
    if foreseen.finished_after:
        lines.append(sitting.say("officer.lasting", n=max(1, -(-round(foreseen.finished_after) // 60))))
    lines.append(sitting.say("officer.cost", n=grouped(foreseen.cost)))
    for each, left in foreseen.quota_left.items():
        short = foreseen.beyond_quota.get(each, 0)
        key = "officer.quota_short" if short else "officer.quota"
        if each == ZALO_OA and left:  # what is more than was paid for costs, and goes out
            key = "officer.quota_charged" if short else "officer.quota_prepaid"
        lines.append(sitting.say(key, channel=NAMES.get(each, each), n=grouped(left), i=grouped(short)))
    return " ".join(lines)


async def _choices(sitting: Sitting, campaign: Campaign) -> tuple[list[tuple[Choice, ...]], list[str]]:
    """What may be done now, and what is to be read before it."""
    number, areas = str(campaign.id), sitting.staff.office.areas_of(campaign.audience)
    rows: list[tuple[Choice, ...]] = []
    notes: list[str] = []
    match campaign.state:
        case CampaignState.DRAFT | CampaignState.RETURNED if sitting.may(Action.DRAFT, areas):
            rows.append((Choice(sitting.say("officer.b_try"), "try", number),))
            if campaign.texts and campaign.schedule and campaign.state is CampaignState.DRAFT:
                rows.append((Choice(sitting.say("officer.b_submit"), "submit", number),))
            rows.append((Choice(sitting.say("officer.b_edit"), "edit", number),))
        case CampaignState.SUBMITTED:
            for language in signable(sitting, campaign):
                label = sitting.say("officer.b_sign", language=sitting.language_name(language))
                mark = text_mark(next(each.text for each in campaign.texts if each.language == language))
                rows.append((Choice(label, "sign", f"{number}:{language}:{mark}"),))
            if sitting.may(Action.APPROVE, areas):
                more, notes = await ticking(sitting, campaign.id)
                rows += more
        case CampaignState.APPROVED if sitting.may(Action.DRAFT, areas):
            rows.append((Choice(sitting.say("officer.b_schedule"), "schedule", number),))
        case CampaignState.SCHEDULED | CampaignState.DONE:
            runs = await sitting.service.runs(sitting.officer, campaign.id)
            if sitting.may(Action.CONTROL, areas):
                rows += [(each,) for run in runs for each in _control(sitting, run)]
                rows += [(each,) for each in _taking_back(sitting, runs)]
            if any(run.started_at for run in runs):
                rows.append((Choice(sitting.say("officer.b_report"), "report", number),))
    if campaign.state in _CHANGEABLE and is_theirs(sitting.officer, campaign) and sitting.may(Action.DRAFT, areas):
        rows.append((Choice(sitting.say("officer.b_edit"), "edit", number),))
    if campaign.state is CampaignState.SCHEDULED and sitting.may(Action.CONTROL, areas):
        rows.append((Choice(sitting.say("officer.b_cancel"), "cancel", number),))
    if campaign.texts and sitting.staff.previews.channels:
        rows.append((Choice(sitting.say("officer.b_view"), "view", number),))
    if campaign.state in _COPIED and sitting.may(Action.DRAFT, areas) and "corrects" not in campaign.audience:
        rows.append((Choice(sitting.say("officer.b_copy"), "copy", number),))
    return rows, notes


def _control(sitting: Sitting, run: Run) -> list[Choice]:
    what = {RunState.SENDING: "pause", RunState.PAUSED: "resume", RunState.HELD: "release", RunState.MISSED: "release"}
    action = what.get(run.state)
    if action is None:
        return []
    return [Choice(sitting.say(f"officer.b_{action}"), action, f"{run.campaign_id}:{run.id}")]


def _taking_back(sitting: Sitting, runs: Sequence[Run]) -> list[Choice]:
    """Of what went out last."""
    begun = [run for run in runs if run.started_at is not None and run.state is not RunState.HELD]
    return [Choice(sitting.say("officer.b_withdraw"), "withdraw", f"{run.campaign_id}:{run.id}") for run in begun[-1:]]


def local(sitting: Sitting, at: datetime) -> datetime:
    return at.astimezone(sitting.turn.desk.settings.zone)
