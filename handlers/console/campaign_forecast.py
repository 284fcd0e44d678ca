"""The forecast as officers see it: bars of who is reached by which channel, who is not and why, cost and quota."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from broadcasts import audience, composing, forecast
from broadcasts.audience import Shown, Wanted
from broadcasts.forecast import Forecast
from broadcasts.reasons import in_words
from broadcasts.store import Campaign
from handlers.console.campaign_room import Room
from handlers.console.campaign_summaries import place
from handlers.console.campaign_words import IN_SENTENCE
from handlers.console.gate import Visit
from handlers.figures import grouped
from handlers.previews import NAMES

_SCALE = 100


@dataclass(frozen=True, slots=True)
class Bar:
    """``width``: of a hundred, at least a sliver of what is not nothing."""

    label: str
    count: str
    width: int
    reached: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """``sentence`` says the whole in one line; ``quotas``: what is left, and whether it is enough."""

    whole: Forecast
    sentence: str
    bars: Sequence[Bar]
    cost: str
    lasting: str
    quotas: Sequence[tuple[str, bool]]
    posts: Sequence[str]


@dataclass(frozen=True, slots=True)
class Masked:
    """One of those who will get it, as an officer may see them."""

    channel: str
    address: str
    language: str
    place: str


async def foreseen(room: Room, visit: Visit, campaign: Campaign) -> Seen:
    """For the audience that the campaign has in hand, kept or only typed. Raises AudienceError."""
    async with room.db.reading() as connection:
        found = await forecast.foretell(
            connection, room.office, _wanted(room, campaign), visit.now, texts=_texts(campaign)
        )
    return seen(visit, found)


async def sampled(room: Room, visit: Visit, campaign: Campaign) -> list[Masked]:
    """A few of them, masked. Raises AudienceError."""
    async with room.db.reading() as connection:
        found = await audience.sample(connection, _wanted(room, campaign), visit.now)
    return [_masked(room, visit, each) for each in found]


def with_rule(campaign: Campaign, rule: audience.Audience) -> Campaign:
    """As it would be with an audience that is not kept yet."""
    return replace(campaign, audience=rule.to_json() or {"places": []})


def _texts(campaign: Campaign) -> dict[str, str]:
    return {each.language: each.text for each in campaign.texts}


def _wanted(room: Room, campaign: Campaign) -> Wanted:
    """Before anything is signed: as if every language that is written were; before anything is written: Vietnamese."""
    texts = _texts(campaign)
    languages = composing.signed_languages(texts, campaign.draft.signed or tuple(texts))
    return forecast.wanted_of(room.office, campaign, languages or ("vi",))


def seen(visit: Visit, found: Forecast) -> Seen:
    say = visit.words.say
    unreached = sum(found.unreachable.values())
    bars = [_bar(found, NAMES.get(name, name), count, True) for name, count in found.by_channel.items()]
    if found.post_only:
        bars.append(_bar(found, say("chỉ tới bằng bài đăng"), found.post_only, False))
    by_count = sorted(found.unreachable.items(), key=lambda each: -each[1])
    bars += [_bar(found, say(in_words(reason)), count, False) for reason, count in by_count]
    sentence = say(
        "Dự báo %(all)s người: tới được %(reached)s, không tới %(missed)s.",
        all=grouped(found.audience),
        reached=grouped(found.reachable),
        missed=grouped(unreached + found.post_only),
    )
    minutes = max(1, -(-round(found.finished_after) // 60))
    return Seen(
        found,
        sentence,
        bars,
        say("Chi phí: %(cost)s đồng.", cost=grouped(found.cost)),
        say("Gửi xong sau khoảng %(minutes)s phút.", minutes=minutes) if found.finished_after else "",
        [_quota(visit, name, left, found.beyond_quota) for name, left in found.quota_left.items()],
        [f"{name} ({NAMES.get(channel, channel)}, {say(IN_SENTENCE[each])})" for name, channel, each in found.posts],
    )


def _bar(found: Forecast, label: str, count: int, reached: bool) -> Bar:
    width = max(1, round(_SCALE * count / found.audience)) if count and found.audience else 0
    return Bar(label, grouped(count), width, reached)


def _quota(visit: Visit, channel: str, left: int, beyond: Mapping[str, int]) -> tuple[str, bool]:
    short = beyond.get(channel, 0)
    say, name = visit.words.say, NAMES.get(channel, channel)
    if short:
        text = say(
            "%(channel)s tháng này còn %(left)s tin: thiếu %(short)s tin. Bớt người nhận, hoặc đợi tháng sau.",
            channel=name,
            left=grouped(left),
            short=grouped(short),
        )
        return text, False
    return say("%(channel)s tháng này còn %(left)s tin: đủ.", channel=name, left=grouped(left)), True


def _masked(room: Room, visit: Visit, each: Shown) -> Masked:
    say = visit.words.say
    where = place(room, visit, each.place_code) if each.place_code else say("chưa chọn xã")
    return Masked(NAMES.get(each.channel, each.channel), each.address, say(IN_SENTENCE.get(each.language, "")), where)
