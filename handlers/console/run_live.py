"""What the screen of a run shows while it goes out: how far it is, how fast, until when, and what it waits for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from broadcasts import posts, run_progress, withdrawals
from broadcasts.campaigns import FINAL_RUN, RunState
from broadcasts.office import Office
from broadcasts.run_progress import OnChannel, Progress
from broadcasts.store import Campaign, Run
from handlers.console import run_words
from handlers.console.campaign_words import IN_SENTENCE, moment
from handlers.console.words import Words

_ARRIVED = ("sent", "unknown", "withdrawn")


@dataclass(frozen=True, slots=True)
class Standing:
    """A run as it is at one moment. ``at``: when its messages were counted; ``silent``: until when platforms want no
    message, by channel."""

    run: Run
    campaign: Campaign
    progress: Progress
    at: datetime
    posts: list[posts.Line]
    going_back: list[withdrawals.Progress]
    areas: tuple[str, ...]
    silent: Mapping[str, datetime]

    @property
    def over(self) -> bool:
        """Whether nothing of it moves any more."""
        open_posts = any(each.state in ("queued", "attempting") for each in self.posts)
        taking_back = any(not each.done for each in self.going_back)
        moving = taking_back or open_posts or bool(self.progress.counts["waiting"])
        return self.run.state in FINAL_RUN and not moving

    @property
    def arrived(self) -> int:
        """How many got it, or may have."""
        return sum(self.progress.counts[state] for state in _ARRIVED)

    @property
    def repeats(self) -> bool:
        return bool(self.campaign.schedule.get("rule"))

    @property
    def seen(self) -> str:
        """What a step that ends a campaign was decided upon: another one must be looked at first."""
        return f"{self.campaign.version}.{int(self.run.state in FINAL_RUN)}"


def shown(words: Words, office: Office, found: Standing, now: datetime) -> dict[str, Any]:
    """For the template."""
    run, counts = found.run, found.progress.counts
    ends = run_progress.finished_at(found.progress, run, found.at, office.rates, found.silent)
    return {
        "run": run,
        "campaign": found.campaign,
        "mark": run_words.mark(words, run.state),
        "why_so": run_words.stopped(words, run.reason),
        "planned": moment(words, run.planned_at, office.zone),
        "settled": found.progress.settled,
        "audience": found.progress.audience,
        "adds_up": found.progress.adds_up,
        "listed": found.progress.listed,
        "counts": [(state, words.say(name), counts[state]) for state, name in run_words.COUNTS.items()],
        "count": counts,
        "ends": run_words.hour(ends, office.zone, now) if ends else "",
        "ended": moment(words, run.finished_at, office.zone) if run.finished_at else "",
        "lines": _lines(words, office, found, now),
        "channels": [_channel(each) for each in found.progress.channels],
        "posts": [post(words, each) for each in found.posts],
        "going_back": [taken_back(words, each) for each in found.going_back],
        "arrived": found.arrived,
        "over": found.over,
        "repeats": found.repeats,
        "at": found.at.astimezone(office.zone).strftime("%H:%M:%S"),
        "amount": lambda number: run_words.amount(words, number),
    }


def _lines(words: Words, office: Office, found: Standing, now: datetime) -> list[str]:
    """Pace and waits, one line a channel: silence reads as a fault."""
    if found.run.state not in (RunState.SENDING, RunState.PAUSED):
        return []
    lines = []
    for each in found.progress.channels:
        name = run_words.channel(each.channel)
        if found.run.state is RunState.SENDING and each.waiting:
            speed = run_progress.pace(each, found.run, found.at)
            lines.append(f"{name}: {_pace(words, speed)}")
        until = found.silent.get(each.channel)
        if until is not None and each.waiting:
            at = run_words.hour(until, office.zone, now)
            lines.append(words.say("%(channel)s chờ tới %(time)s, theo yêu cầu của nền tảng", channel=name, time=at))
        if each.next_at is not None:
            at, resting = run_words.hour(each.next_at, office.zone, now), run_words.amount(words, each.resting)
            lines.append(
                words.say("%(channel)s: %(n)s tin chờ tới %(time)s mới được gửi", channel=name, n=resting, time=at)
            )
    return lines


def _pace(words: Words, speed: float) -> str:
    if not speed:
        return words.say("phút vừa qua chưa gửi tin nào; xem kênh ở trang việc")
    if speed < 0.1:
        return words.say("%(n)s tin một phút", n=run_words.decimal(words, speed * 60))
    return words.say("%(n)s tin một giây", n=run_words.decimal(words, speed))


def _channel(each: OnChannel) -> dict[str, Any]:
    return {"name": run_words.channel(each.channel), "counts": each.counts, "audience": each.audience}


def post(words: Words, each: posts.Line) -> dict[str, str]:
    said = words.say(run_words.POSTS[each.state])
    why = f" ({run_words.reason(words, each.reason)})" if each.reason else ""
    language = words.say(IN_SENTENCE.get(each.language, each.language))
    return {"name": each.name, "where": f"{run_words.channel(each.channel)}, {language}", "said": said + why}


def taken_back(words: Words, each: withdrawals.Progress) -> dict[str, Any]:
    return {
        "channel": run_words.channel(each.channel),
        "by": each.asked_by,
        "done": each.done,
        "withdrawn": each.withdrawn,
        "left": each.left,
        "unknown": each.unknown,
        "stays": [(run_words.reason(words, why), count) for why, count in each.stays.items()],
    }
