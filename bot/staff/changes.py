"""A change of officers or roles, as it is proposed and carried out, and whether it can be made (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.errors import CotMocError
from bot.staff.register import Registered, new_name
from bot.staff.roles import Role

LEAST_ADMINISTRATORS = 2  # with fewer nobody could confirm what the other proposes


class Kind(StrEnum):
    ADD = "officer.add"
    DISABLE = "officer.disable"
    GRANT = "officer.grant"
    REVOKE = "officer.revoke"
    DEPUTY = "officer.deputy"  # who is told besides them, without any right of theirs


class Impossible(CotMocError):
    """Không làm được thay đổi này."""


@dataclass(frozen=True, slots=True)
class Change:
    """``role`` and ``area`` are what is given or taken; a change that disables has none.

    ``deputy``: the name of who is to be told besides them, for ``DEPUTY`` only; empty: nobody any more.
    """

    kind: Kind
    name: str
    role: Role | None = None
    area: str = ""
    deputy: str = ""

    @property
    def body(self) -> dict[str, Any]:
        body = {"name": self.name, "role": self.role.value if self.role else "", "area": self.area}
        return body | ({"deputy": self.deputy} if self.kind is Kind.DEPUTY else {})


def from_proposal(action: str, body: Mapping[str, Any]) -> Change:
    """Raises Impossible for a proposal that is no change of officers."""
    try:
        role = Role(body["role"]) if body["role"] else None
        return Change(Kind(action), body["name"], role, body["area"], body.get("deputy", ""))
    except (ValueError, KeyError) as error:
        raise Impossible("Đề nghị này không phải là thay đổi về cán bộ.") from error


def areas(change: Change, everybody: Sequence[Registered]) -> tuple[str, ...]:
    """Where an administrator needs rights for it."""
    if change.role is not None:
        return (change.area,)
    return next((each.areas for each in everybody if each.officer.name == change.name), ("",))


def check(change: Change, everybody: Sequence[Registered]) -> None:
    """Raises Impossible, or BadName, with one sentence: asked when it is proposed and again when it is confirmed."""
    if change.kind is Kind.ADD:
        _free(change, everybody)
        return
    found = next((each for each in everybody if each.officer.name == change.name), None)
    if found is None:
        raise Impossible(f"Không có cán bộ nào tên “{change.name}”.")
    if not found.active:
        raise Impossible(f"{change.name} đã ngừng hoạt động.")
    if change.kind is Kind.DEPUTY:
        _fit_to_deputise(change, everybody)
        return
    holds = (change.role, change.area) in found.officer.roles
    if change.kind is Kind.GRANT and holds:
        raise Impossible(f"{change.name} đã có vai trò này ở đó.")
    if change.kind is Kind.REVOKE and not holds:
        raise Impossible(f"{change.name} không có vai trò này ở đó.")
    takes_an_administrator = change.kind is Kind.DISABLE or (change.role, change.area) == (Role.ADMINISTRATOR, "")
    if change.kind is not Kind.GRANT and found.administrator and takes_an_administrator:
        left = sum(each.administrator for each in everybody) - 1
        if left < LEAST_ADMINISTRATORS:
            raise Impossible("Luôn phải còn ít nhất hai quản trị hoạt động; hãy thêm người mới trước.")


def _fit_to_deputise(change: Change, everybody: Sequence[Registered]) -> None:
    if not change.deputy:
        return
    deputy = next((each for each in everybody if each.officer.name == change.deputy), None)
    if deputy is None or not deputy.active:
        raise Impossible(f"Không có cán bộ đang hoạt động nào tên “{change.deputy}”.")
    if change.deputy == change.name:
        raise Impossible("Không ai thay cho chính mình.")


def _free(change: Change, everybody: Sequence[Registered]) -> None:
    if new_name(change.name) != change.name:
        raise Impossible(f"Hãy viết tên là “{new_name(change.name)}”.")
    if any(each.officer.name.casefold() == change.name.casefold() for each in everybody):
        # The name of a disabled officer stays theirs: it stands under what they did.
        raise Impossible(f"Đã có cán bộ tên “{change.name}”; tên của người đã ngừng cũng không dùng lại.")
