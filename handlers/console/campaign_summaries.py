"""An audience and a time in words, as they stand on a campaign's page and before its approver."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.places import label
from broadcasts import audience, recurrence
from broadcasts.audience import AudienceError
from broadcasts.recurrence import Missed, ScheduleError
from handlers.console.campaign_room import Room
from handlers.console.campaign_rules import days_of, kind_of
from handlers.console.campaign_words import IN_SENTENCE, WEEK, moment
from handlers.console.gate import Visit
from handlers.console.words import N_
from handlers.previews import NAMES

MISSED = {
    Missed.ASK: N_("hỏi cán bộ có gửi nữa không"),
    Missed.SEND: N_("gửi ngay khi máy chạy lại"),
    Missed.SKIP: N_("bỏ qua lần ấy"),
}


def whom(room: Room, visit: Visit, raw: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """Heading and names, every one of them: nothing is cut short. Empty: not chosen yet."""
    say = visit.words.say
    if not raw:
        return []
    if "corrects" in raw:
        return [(say("Gửi cho"), [say("đúng những người đã nhận tin trước (đính chính)")])]
    try:
        rule = audience.from_json(dict(raw))
    except AudienceError as error:
        return [(say("Gửi cho"), [say(str(error))])]
    found = [(say("Nơi"), [place(room, visit, each) for each in rule.places] or [say("mọi nơi")])]
    topics = [room.topic(visit, each) for each in rule.topics]
    found.append((say("Chủ đề"), topics or [say("mọi chủ đề")]))
    if rule.languages:
        found.append((say("Người dùng tiếng"), [say(IN_SENTENCE.get(each, each)) for each in rule.languages]))
    if rule.channels:
        found.append((say("Kênh"), [NAMES.get(each, each) for each in rule.channels]))
    if rule.exclusions:
        found.append((say("Trừ"), [place(room, visit, each) for each in rule.exclusions]))
    if rule.posts:
        found.append((say("Đăng thêm ở"), list(rule.posts)))
    return found


def place(room: Room, visit: Visit, code: str) -> str:
    found = room.office.gazetteer.get(code)
    return label(found, visit.words.language) if found is not None else code


def when(room: Room, visit: Visit, raw: Mapping[str, Any]) -> list[str]:
    """One sentence each; empty: not chosen yet."""
    if not raw:
        return []
    say = visit.words.say
    try:
        schedule = recurrence.from_json(raw)
    except ScheduleError as error:
        return [say(str(error))]
    first = moment(visit.words, schedule.at.replace(tzinfo=room.zone), room.zone)
    missed = say("Lỡ giờ vì máy dừng: %(what)s.", what=say(MISSED[schedule.missed]))
    if not schedule.rule or schedule.until is None:
        return [say("Một lần, lúc %(when)s.", when=first), missed]
    kinds = {
        "daily": say("Mỗi ngày"),
        "weekly": say("Mỗi tuần, vào %(days)s", days=", ".join(say(WEEK[each]) for each in days_of(schedule))),
        "monthly": say("Mỗi tháng một lần"),
        "last": say("Mỗi tháng, ngày cuối tháng"),
    }
    until = f"{schedule.until:%d/%m/%Y}"
    how = kinds.get(kind_of(schedule), say("Theo quy tắc %(rule)s", rule=schedule.rule))
    found = [say("%(how)s, từ %(first)s đến hết %(until)s.", how=how, first=first, until=until)]
    if schedule.except_on:
        days = ", ".join(f"{each:%d/%m/%Y}" for each in sorted(schedule.except_on))
        found.append(say("Trừ các ngày: %(days)s.", days=days))
    return [*found, missed]
