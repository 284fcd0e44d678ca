"""What ``cotmoc notice`` says to people and to scripts: templates, previews and notices."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from bot.places import Gazetteer
from broadcasts import notice_composing
from broadcasts.notice_service import Issued, Preview
from broadcasts.notice_store import Notice, Version
from broadcasts.notices import Kind, NoticeState, name_of
from broadcasts.reasons import WORDS
from content.notice_templates import HOLD, NoticeTemplate
from handlers.figures import COUNTS, grouped

STATES = {
    NoticeState.PENDING: "đang chờ người thứ hai xác nhận",
    NoticeState.CONFIRMED: "đã xác nhận",
    NoticeState.HELD: "chưa ai xác nhận, vẫn giữ",
    NoticeState.CLEARED: "đã báo hết nguy hiểm",
    NoticeState.CANCELLED: "đã huỷ",
    NoticeState.WITHDRAWN: "đã thu hồi",
    NoticeState.EXPIRED: "hết hiệu lực",
}
KINDS = {
    Kind.ISSUE: "phát",
    Kind.UPDATE: "cập nhật",
    Kind.CLEAR: "báo hết nguy hiểm",
    Kind.CANCEL: "huỷ",
    Kind.WITHDRAW: "thu hồi",
}
_FATES = {True: "không ai xác nhận thì vẫn giữ", False: "không ai xác nhận thì thu hồi"}
Signed = Mapping[tuple[str, str], tuple[str, str, datetime]]


def when(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%H:%M ngày %d/%m/%Y}"


# --- templates --------------------------------------------------------------------------------------------------------


def template(found: NoticeTemplate, signed: Signed, zone: tzinfo) -> str:
    """One line, and one for each of its languages that was signed."""
    drill = " [chỉ diễn tập]" if found.drill_only else ""
    blanks = f" · chỗ điền: {', '.join(each.name for each in found.blanks)}" if found.blanks else ""
    lines = [f"{found.id:<20} {found.title['vi']}{drill} · {_FATES[found.fate == HOLD]}{blanks}"]
    for language in found.texts:
        digest, officer, at = signed.get((found.id, language), ("", "", None))
        if not digest:
            lines.append(f"  {language}: chưa ký")
        elif digest != found.digest(language) or at is None:
            lines.append(f"  {language}: chữ đã đổi từ khi {officer} ký, phải ký lại")
        else:
            lines.append(f"  {language}: {officer} ký lúc {when(at, zone)}")
    return "\n".join(lines)


def template_json(found: NoticeTemplate, signed: Signed) -> dict[str, Any]:
    languages = {}
    for language in found.texts:
        digest, officer, at = signed.get((found.id, language), ("", "", None))
        holds = digest == found.digest(language)
        languages[language] = {
            "digest": found.digest(language),
            "signed_by": officer if holds else "",
            "signed_at": at.isoformat() if holds and at is not None else None,
        }
    return {
        "id": found.id,
        "title": found.title["vi"],
        "fate": found.fate,
        "drill_only": found.drill_only,
        "minutes": round(found.lasts_for.total_seconds() / 60),
        "blanks": [each.name for each in found.blanks],
        "languages": languages,
    }


def to_sign(found: NoticeTemplate, language: str) -> list[str]:
    """Everything that a signature binds to."""
    lines = [f"{found.id} · {language} · {_FATES[found.fate == HOLD]}", f"Tên: {found.title[language]}"]
    lines += [f"Tin: {found.texts[language]}", f"Khi hết: {found.clear[language]}"]
    for blank in found.blanks:
        ways = ", ".join(f"{value} = {wording.get(language, '')}" for value, wording in blank.choices)
        asked = blank.label.get(language, "")
        lines.append(f"Chỗ điền {blank.name}: {asked}" + (f" [{ways}]" if ways else ""))
    return lines


# --- saying -----------------------------------------------------------------------------------------------------------


def preview(found: Preview, zone: tzinfo) -> list[str]:
    lines = ["[DIỄN TẬP] Chỉ tới danh sách diễn tập."] if found.drill else []
    for language, text in found.said.texts.items():
        lines += [f"--- {language}", text]
    counted = found.forecast
    lines.append(
        f"Tới được {grouped(counted.reachable)} / {grouped(counted.audience)} người, "
        f"hết hiệu lực {when(found.said.expires_at, zone)}."
    )
    if counted.unreachable:
        why = ", ".join(f"{WORDS.get(name, name)} {grouped(count)}" for name, count in counted.unreachable.items())
        lines.append(f"Không tới: {why}.")
    if counted.cost:
        lines.append(f"Chi phí: {grouped(counted.cost)} đồng.")
    if found.alike is not None:
        lines.append(f"Đang có {name_of(found.alike.id)} cùng loại, cùng nơi, do {found.alike.issued_by} phát.")
    return lines


def preview_json(found: Preview) -> dict[str, Any]:
    return {
        "texts": dict(found.said.texts),
        "expires_at": found.said.expires_at.isoformat(),
        "seen": found.seen,
        "drill": found.drill,
        "whole_province": found.whole_province,
        "alike": found.alike.id if found.alike is not None else None,
        "forecast": found.forecast.to_json(),
    }


def issued(found: Issued, zone: tzinfo, *, what: str) -> str:
    said = f"{found.name}: {what} lúc {when(found.at, zone)}. Tin đã được ghi và đang gửi."
    if found.confirm_by is not None:
        said += f"\nCần người thứ hai xác nhận trước {found.confirm_by.astimezone(zone):%H:%M}:"
        said += f"  cotmoc notice confirm {found.notice_id} --as TÊN"
    return said


def issued_json(found: Issued) -> dict[str, Any]:
    return {
        "id": found.notice_id,
        "name": found.name,
        "run": found.run_id,
        "at": found.at.isoformat(),
        "confirm_by": found.confirm_by.isoformat() if found.confirm_by is not None else None,
    }


# --- notices ----------------------------------------------------------------------------------------------------------


def standing(found: Notice, now: datetime) -> str:
    """What state it is in, as of now: one whose time is over is over, whether or not that was noted yet."""
    return STATES[NoticeState.EXPIRED if found.live and found.expires_at <= now else found.state]


def notice(found: Notice, now: datetime, zone: tzinfo) -> str:
    drill = "[DIỄN TẬP] " if found.drill else ""
    return (
        f"{name_of(found.id)} {drill}{found.title}: {standing(found, now)}, "
        f"do {found.issued_by} phát {when(found.issued_at, zone)}, hiệu lực đến {when(found.expires_at, zone)}"
    )


def versions(found: Notice, counts: Mapping[int, Mapping[str, int]], gazetteer: Gazetteer, zone: tzinfo) -> list[str]:
    lines = [f"  Nơi: {notice_composing.area_words(gazetteer, found.area, 'vi')}"]
    for each in found.versions:
        by = each.said_by or "hệ thống"
        lines.append(
            f"  Bản {each.number} ({KINDS[each.kind]}): {by}, {when(each.said_at, zone)}, {_confirmed(each, zone)}"
        )
        words = each.said.news.get("vi") or (each.said.texts.get("vi", "") if each.kind is Kind.ISSUE else "")
        lines += [f"    {words}"] if words else []
        lines.append(f"    {progress(counts[each.run_id])}")
    return lines


def _confirmed(each: Version, zone: tzinfo) -> str:
    if each.confirmed_by and each.confirmed_at is not None:
        return f"{each.confirmed_by} xác nhận {when(each.confirmed_at, zone)}"
    return "chưa ai xác nhận" if each.kind.goes_on else "không cần xác nhận"


def progress(counts: Mapping[str, int]) -> str:
    """ "đã gửi 3/4 · bỏ qua 1"."""
    rest = [f"{word} {grouped(counts[name])}" for name, word in COUNTS.items() if name != "sent" and counts.get(name)]
    return " · ".join([f"đã gửi {grouped(counts.get('sent', 0))}/{grouped(sum(counts.values()))}", *rest])


def notice_json(found: Notice, now: datetime) -> dict[str, Any]:
    return {
        "id": found.id,
        "name": name_of(found.id),
        "title": found.title,
        "state": str(NoticeState.EXPIRED if found.live and found.expires_at <= now else found.state),
        "drill": found.drill,
        "template": found.template_id,
        "area": list(found.area),
        "issued_by": found.issued_by,
        "issued_at": found.issued_at.isoformat(),
        "confirmed_by": found.confirmed_by,
        "expires_at": found.expires_at.isoformat(),
        "ended_at": found.ended_at.isoformat() if found.ended_at is not None else None,
        "ended_by": found.ended_by,
    }


def versions_json(found: Notice, counts: Mapping[int, Mapping[str, int]]) -> list[dict[str, Any]]:
    return [
        {
            "number": each.number,
            "kind": str(each.kind),
            "run": each.run_id,
            "said_by": each.said_by,
            "said_at": each.said_at.isoformat(),
            "confirmed_by": each.confirmed_by,
            "confirmed_at": each.confirmed_at.isoformat() if each.confirmed_at is not None else None,
            "run_state": str(each.run_state),
            "texts": dict(each.said.texts),
            "news": dict(each.said.news),
            "counts": dict(counts[each.run_id]),
        }
        for each in found.versions
    ]
