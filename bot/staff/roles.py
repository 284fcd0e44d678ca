"""Who may do what, where: role × area × action, deny by default (pure)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.errors import CotMocError

EVERYWHERE = ""


class Role(StrEnum):
    VIEWER = "viewer"
    EDITOR = "editor"
    REVIEWER = "reviewer"  # reads and signs texts of a language
    APPROVER = "approver"
    DUTY = "duty"  # issues urgent notices while on duty
    COMMANDER = "commander"
    ADMINISTRATOR = "administrator"


class Action(StrEnum):
    READ = "read"  # campaigns, reports
    DRAFT = "draft"  # write, attach, submit, schedule what is approved
    SIGN = "sign"
    APPROVE = "approve"  # and return
    CONTROL = "control"  # pause, resume, cancel, withdraw, correct
    ISSUE = "issue"  # an urgent notice
    CONFIRM = "confirm"  # somebody else's urgent notice
    CONTENT = "content"  # stored answers
    OFFICERS = "officers"  # officers, roles and settings
    IMPORT = "import"  # subscribers from a file
    AUDIT = "audit"


_MAY: dict[Role, frozenset[Action]] = {
    Role.VIEWER: frozenset({Action.READ}),
    Role.EDITOR: frozenset({Action.READ, Action.DRAFT, Action.CONTROL, Action.CONTENT}),
    Role.REVIEWER: frozenset({Action.READ, Action.SIGN, Action.CONTENT}),
    Role.APPROVER: frozenset({Action.READ, Action.SIGN, Action.APPROVE, Action.CONTROL}),
    Role.DUTY: frozenset({Action.READ, Action.ISSUE, Action.CONFIRM}),
    Role.COMMANDER: frozenset({Action.READ, Action.SIGN, Action.APPROVE, Action.CONTROL, Action.ISSUE, Action.CONFIRM}),
    Role.ADMINISTRATOR: frozenset({Action.READ, Action.OFFICERS, Action.IMPORT, Action.AUDIT, Action.CONTROL}),
}
# What somebody whose password or second factor was just reset may not do yet: whatever a second person decides.
RESTRAINED = frozenset({Action.SIGN, Action.APPROVE, Action.CONFIRM, Action.OFFICERS, Action.IMPORT})
# What a script may do with an officer's token: never sign, approve, confirm or issue.
SCRIPTED = {"read": frozenset({Action.READ}), "draft": frozenset({Action.READ, Action.DRAFT})}


class Forbidden(CotMocError):
    """Tài khoản này không có quyền làm việc đó ở khu vực này."""


@dataclass(frozen=True, slots=True)
class Officer:
    """A person who acts for the agency. ``roles`` are (role, area); an area is a place code, empty: everywhere.

    ``scopes``: set when a script acts with this officer's token.
    """

    id: int
    name: str
    roles: tuple[tuple[Role, str], ...]
    restrained_until: datetime | None = None
    scopes: tuple[str, ...] | None = None


# Whether a place lies in an area (or is it): asked of the gazetteer.
Within = Callable[[str, str], bool]


def may(officer: Officer, action: Action, areas: tuple[str, ...], now: datetime, within: Within) -> bool:
    """Whether the officer may do this in every one of these areas. No area means: everywhere."""
    if officer.restrained_until is not None and now < officer.restrained_until and action in RESTRAINED:
        return False
    if officer.scopes is not None and not any(action in SCRIPTED.get(scope, ()) for scope in officer.scopes):
        return False
    held = [area for role, area in officer.roles if action in _MAY[role]]
    return all(
        any(area == EVERYWHERE or (wanted != EVERYWHERE and within(wanted, area)) for area in held)
        for wanted in areas or (EVERYWHERE,)
    )


def require(officer: Officer, action: Action, areas: tuple[str, ...], now: datetime, within: Within) -> None:
    """Raises Forbidden."""
    if not may(officer, action, areas, now, within):
        raise Forbidden
