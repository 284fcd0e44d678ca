"""Officers as they stand in the database: by name, by number, all of them, and which of them are administrators."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import CotMocError
from bot.messages import storable
from bot.staff.roles import EVERYWHERE, Officer, Role
from bot.storage.schema import officer_roles, officers

ACTIVE, DISABLED = "active", "disabled"
LONGEST_NAME = 80


class BadName(CotMocError):
    """Tên cán bộ phải có từ 2 đến 80 ký tự và chỉ gồm chữ, số, dấu cách, chấm, gạch."""


class NoSuchOfficer(CotMocError):
    """Không có cán bộ này."""


@dataclass(frozen=True, slots=True)
class Registered:
    """An officer with what the list of officers shows besides."""

    officer: Officer
    active: bool
    locked_until: datetime | None
    created_at: datetime

    @property
    def areas(self) -> tuple[str, ...]:
        """Where they may do anything; an administrator needs rights there to change them."""
        return tuple(dict.fromkeys(area for _, area in self.officer.roles)) or (EVERYWHERE,)

    @property
    def administrator(self) -> bool:
        """Active, and for everywhere: only such a one can confirm whatever another administrator proposes."""
        return self.active and (Role.ADMINISTRATOR, EVERYWHERE) in self.officer.roles


def called(typed: str) -> str:
    """The name as it is kept: whoever types it with other spaces or another keyboard means the same."""
    return " ".join(unicodedata.normalize("NFC", storable(typed)).split())


def new_name(typed: str) -> str:
    """A name that may be given to somebody. Raises BadName."""
    name = called(typed)
    allowed = all(unicodedata.category(sign)[0] in "LMN" or sign in " .-_'" for sign in name)
    if not 2 <= len(name) <= LONGEST_NAME or not allowed:
        raise BadName
    return name


async def everybody(connection: AsyncConnection) -> list[Registered]:
    """All officers by name, disabled ones too."""
    return sorted(await _read(connection, true()), key=lambda each: each.officer.name.casefold())


async def by_name(connection: AsyncConnection, typed: str) -> Registered:
    """Raises NoSuchOfficer."""
    found = await _read(connection, officers.c.name == called(typed))
    if not found:
        raise NoSuchOfficer(f"Không có cán bộ nào tên “{called(typed)}”.")
    return found[0]


async def acting(connection: AsyncConnection, officer_id: int) -> Officer | None:
    """The officer with this number, unless they are disabled or gone."""
    found = await _read(connection, officers.c.id == officer_id, officers.c.state == ACTIVE)
    return found[0].officer if found else None


async def administrators(connection: AsyncConnection) -> tuple[Officer, ...]:
    """Active administrators for everywhere, by name."""
    return tuple(each.officer for each in await everybody(connection) if each.administrator)


async def _read(connection: AsyncConnection, *which: ColumnElement[bool]) -> list[Registered]:
    rows = (await connection.execute(select(officers).where(*which))).all()
    held: dict[int, list[tuple[Role, str]]] = {row.id: [] for row in rows}
    asked = select(officer_roles).where(officer_roles.c.officer_id.in_(select(officers.c.id).where(*which)))
    for row in await connection.execute(asked.order_by(officer_roles.c.role, officer_roles.c.area)):
        if row.officer_id in held and row.role in set(Role):  # a role of a newer release gives nothing here
            held[row.officer_id].append((Role(row.role), row.area))
    return [
        Registered(
            Officer(row.id, row.name, tuple(held[row.id]), row.restrained_until),
            row.state == ACTIVE,
            row.locked_until,
            row.created_at,
        )
        for row in rows
    ]
