"""What of a campaign is another than when it was decided about last: texts word by word, places, time, files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from broadcasts.store import Campaign
from content.checks.texts import sentences
from handlers.console.campaign_differences import Piece, difference
from handlers.console.campaign_room import Room
from handlers.console.campaign_summaries import when, whom
from handlers.console.campaign_words import LANGUAGES, moment
from handlers.console.gate import Visit


@dataclass(frozen=True, slots=True)
class Change:
    """``about``: a text, the places, the time …; ``short``: how much, in a few words; ``pieces``: of a text."""

    about: str
    short: str = ""
    added: Sequence[str] = ()
    removed: Sequence[str] = ()
    pieces: Sequence[Piece] = ()


def changes(room: Room, visit: Visit, campaign: Campaign, before: Mapping[str, Any]) -> list[Change]:
    """``before``: as ``approval.kept`` keeps it."""
    return [
        *_texts(visit, campaign, before.get("texts", {})),
        *_whom(room, visit, campaign, before.get("audience", {})),
        *_times(room, visit, campaign, before),
        *_lists(room, visit, campaign, before),
    ]


def _texts(visit: Visit, campaign: Campaign, before: Mapping[str, str]) -> Iterator[Change]:
    say = visit.words.say
    now = {each.language: each.text for each in campaign.texts}
    for language, name in LANGUAGES.items():
        old, new = before.get(language, ""), now.get(language, "")
        if old == new:
            continue
        if not new:
            yield Change(say(name), say("không còn bản này"), removed=[old])
        elif not old:
            yield Change(say(name), say("bản mới, lần trước không có"))
        else:
            came, went = set(sentences(new)) - set(sentences(old)), set(sentences(old)) - set(sentences(new))
            short = say("+%(came)s câu, −%(went)s câu", came=len(came), went=len(went))
            yield Change(say(name), short, pieces=difference(old, new))


def _whom(room: Room, visit: Visit, campaign: Campaign, before: Mapping[str, Any]) -> Iterator[Change]:
    old, new = dict(whom(room, visit, before)), dict(whom(room, visit, campaign.audience))
    for about in dict.fromkeys((*new, *old)):
        added = [each for each in new.get(about, ()) if each not in old.get(about, ())]
        removed = [each for each in old.get(about, ()) if each not in new.get(about, ())]
        if added or removed:
            yield Change(about, f"+{len(added)}, −{len(removed)}", added, removed)


def _times(room: Room, visit: Visit, campaign: Campaign, before: Mapping[str, Any]) -> Iterator[Change]:
    say = visit.words.say
    old, new = when(room, visit, before.get("schedule", {})), when(room, visit, campaign.schedule)
    if before.get("schedule", {}) != dict(campaign.schedule):
        yield Change(say("Giờ gửi"), "", new, old)
    kept, now = before.get("expires_at", ""), campaign.expires_at
    if kept != (now.isoformat() if now else ""):
        ends = [moment(visit.words, now, room.zone)] if now else [say("không có hạn")]
        ended = [moment(visit.words, datetime.fromisoformat(kept), room.zone)] if kept else [say("không có hạn")]
        yield Change(say("Hết hiệu lực"), "", ends, ended)


def _lists(room: Room, visit: Visit, campaign: Campaign, before: Mapping[str, Any]) -> Iterator[Change]:
    say, title = visit.words.say, room.office.entry_title
    old, new = before.get("entries", ()), campaign.entries
    added, removed = [title(each) for each in new if each not in old], [title(each) for each in old if each not in new]
    if added or removed:
        yield Change(say("Câu trả lời gắn kèm"), "", added, removed)
    files = {(each.language, each.name, each.digest) for each in campaign.files}
    kept = {(language, name, mark) for language, name, mark in before.get("files", ())}
    if files != kept:
        come, gone = sorted(name for _, name, _ in files - kept), sorted(name for _, name, _ in kept - files)
        yield Change(say("Tệp kèm"), "", come, gone)
