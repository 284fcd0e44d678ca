"""Officers and proposals in words, for the console and the command line, and as JSON for scripts."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.place_files import load_gazetteer
from bot.staff.areas import area_label
from bot.staff.changes import Change, Kind, from_proposal
from bot.staff.proposals import Proposal
from bot.staff.register import Registered
from bot.staff.roles import Role

_SAID = {
    Kind.ADD: "thêm cán bộ {name}, vai trò {role}",
    Kind.DISABLE: "cho {name} ngừng hoạt động",
    Kind.GRANT: "giao cho {name} vai trò {role}",
    Kind.REVOKE: "thôi giao cho {name} vai trò {role}",
    Kind.DEPUTY: "khi có việc chờ {name} thì báo cả {deputy}, không thêm quyền nào",
}
_ROLES = {
    Role.VIEWER: "xem",
    Role.EDITOR: "soạn",
    Role.REVIEWER: "ký bản ngôn ngữ",
    Role.APPROVER: "duyệt",
    Role.DUTY: "trực ban",
    Role.COMMANDER: "chỉ huy",
    Role.ADMINISTRATOR: "quản trị",
}


def role_in_words(role: Role, area: str) -> str:
    """The role, its name on the command line, and where."""
    return f"{_ROLES[role]} ({role.value}) ở {area_label(load_gazetteer(), area)}"


def in_words(made: Change) -> str:
    """What a change does."""
    if made.kind is Kind.DEPUTY and not made.deputy:
        return f"thôi báo người thay của {made.name}"
    role = role_in_words(made.role, made.area) if made.role else ""
    return _SAID[made.kind].format(name=made.name, role=role, deputy=made.deputy)


def proposed(found: Proposal) -> str:
    """What a proposal asks for; one that is no change of officers, by its name."""
    if found.action not in set(Kind):
        return found.action
    return in_words(from_proposal(found.action, found.body))


def state(zone: ZoneInfo, each: Registered, now: datetime) -> str:
    """Whether the officer can work now."""
    if not each.active:
        return "đã ngừng"
    if each.locked_until is not None and now < each.locked_until:
        return f"khoá đến {when(zone, each.locked_until)}"
    until = each.officer.restrained_until
    if until is not None and now < until:
        return f"vừa cấp lại, chưa được duyệt đến {when(zone, until)}"
    return "hoạt động"


def whole(each: Registered, chat_count: int, deputy: str = "") -> dict[str, Any]:
    """Everything but secrets and addresses, for scripts."""
    until = each.officer.restrained_until
    return {
        "name": each.officer.name,
        "active": each.active,
        "roles": [{"role": role.value, "area": area} for role, area in each.officer.roles],
        "locked_until": each.locked_until.isoformat() if each.locked_until else None,
        "restrained_until": until.isoformat() if until else None,
        "chats": chat_count,
        "deputy": deputy or None,
    }


def when(zone: ZoneInfo, at: datetime) -> str:
    """Minute and day, where the service is."""
    return at.astimezone(zone).strftime("%H:%M %d/%m/%Y")
