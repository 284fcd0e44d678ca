"""Changes of officers: the first two administrators at once, every later change proposed by one and confirmed by
another; passwords and second factors made anew. Each with its line in the audit log, in the caller's transaction.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messages import Address
from bot.staff import audit, changes, chats, deputies, proposals, register, sessions
from bot.staff.changes import LEAST_ADMINISTRATORS, Change, Impossible, Kind
from bot.staff.credentials import Credentials, Prover, check_strength, new_credentials
from bot.staff.proposals import Proposal
from bot.staff.register import Registered
from bot.staff.roles import EVERYWHERE, Action, Forbidden, Officer, Role, Within, may, require
from bot.storage.schema import officer_codes, officer_roles, officer_tokens, officers

RESTRAINED_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """``credentials``: of an officer who was added by it, to be handed over."""

    change: Change
    credentials: Credentials | None


@dataclass(frozen=True, slots=True)
class Reset:
    """``tell``: who must hear of it, by name, and where: the officer (at the chats that it ended) and every
    administrator, the one who did it included."""

    credentials: Credentials
    tell: Mapping[str, tuple[Address, ...]]
    restrained_until: datetime


class Accounts:
    """``within`` tells whether a place lies in an area."""

    def __init__(self, key: bytes, within: Within, prover: Prover) -> None:
        self._key = key
        self._within = within
        self._prover = prover

    async def add_first(
        self, connection: AsyncConnection, typed: str, now: datetime, *, password: str = "", by: str = ""
    ) -> Credentials:
        """An administrator for everywhere, at once, while fewer than two are active: nobody could confirm them.

        ``by`` is the administrator who did it, empty for whoever sits at the machine. Raises Impossible once there
        are two, BadName, WeakPassword.
        """
        await audit.take_turn(connection)
        everybody = await register.everybody(connection)
        if sum(each.administrator for each in everybody) >= LEAST_ADMINISTRATORS:
            raise Impossible("Đã có hai quản trị: thêm người phải do một quản trị đề nghị, quản trị khác xác nhận.")
        change = Change(Kind.ADD, register.new_name(typed), Role.ADMINISTRATOR, EVERYWHERE)
        changes.check(change, everybody)
        credentials = await self._insert(connection, change, password, now)
        await audit.record(connection, self._key, now, by, Kind.ADD, change.name, **_role(change), first=True)
        return credentials

    async def propose(self, connection: AsyncConnection, officer: Officer, change: Change, now: datetime) -> int:
        """Returns the number that another administrator confirms. Raises Forbidden, Impossible, BadName."""
        await audit.take_turn(connection)
        everybody = await register.everybody(connection)
        self._require(officer, changes.areas(change, everybody), now)
        changes.check(change, everybody)
        return await proposals.propose(connection, self._key, officer.name, change.kind, change.name, change.body, now)

    async def confirm(
        self, connection: AsyncConnection, officer: Officer, number: int, now: datetime, *, password: str = ""
    ) -> Confirmed:
        """Carry out what another administrator proposed. The credentials of somebody new are made here, so that
        who proposed them never saw them.

        Raises NoSuchProposal, OwnProposal, Forbidden (also when who proposed it has lost the right since),
        Impossible when it cannot be done any more, WeakPassword.
        """
        await audit.take_turn(connection)
        everybody = await register.everybody(connection)
        found = await proposals.load(connection, number)
        change = changes.from_proposal(found.action, found.body)
        touched = changes.areas(change, everybody)
        self._require(officer, touched, now)
        self._still_good(found, everybody, touched, now)
        await proposals.decide(connection, self._key, number, officer.name, True, now)
        changes.check(change, everybody)
        credentials = await self._carry_out(connection, change, password, now)
        await audit.record(
            connection, self._key, now, officer.name, change.kind, change.name, **_role(change), proposal=number
        )
        return Confirmed(change, credentials)

    async def refuse(self, connection: AsyncConnection, officer: Officer, number: int, now: datetime) -> Proposal:
        """Also how who proposed it takes it back. Raises NoSuchProposal, Forbidden, Impossible."""
        await audit.take_turn(connection)
        found = await proposals.load(connection, number)
        change = changes.from_proposal(found.action, found.body)
        self._require(officer, changes.areas(change, await register.everybody(connection)), now)
        return await proposals.decide(connection, self._key, number, officer.name, False, now)

    async def reset(
        self, connection: AsyncConnection, officer: Officer, typed: str, now: datetime, *, password: str = ""
    ) -> Reset:
        """A new password and a new second factor for somebody who lost theirs, by one administrator alone.

        Therefore they may approve, sign and confirm nothing for 24 hours, and all administrators are told. Their
        chats, tokens and codes end: the phone may be in other hands; what was their chat is told so. Raises
        Forbidden, NoSuchOfficer, Impossible, WeakPassword.
        """
        await audit.take_turn(connection)
        found = await register.by_name(connection, typed)
        self._require(officer, found.areas, now)
        if not found.active:
            raise Impossible(f"{found.officer.name} đã ngừng hoạt động.")
        credentials = new_credentials(found.officer.name, password)
        until = now + RESTRAINED_FOR
        await connection.execute(
            update(officers)
            .where(officers.c.id == found.officer.id)
            .values(
                **await self._proofs(credentials), last_step=0, failures=0, locked_until=None, restrained_until=until
            )
        )
        told = {each.id: each.name for each in (found.officer, *await register.administrators(connection))}
        where = await chats.addresses(connection, told, now)
        await chats.end_all(connection, found.officer.id, ended_at=now)
        await _end_proofs(connection, found.officer.id)
        await audit.record(connection, self._key, now, officer.name, "officer.reset", found.officer.name)
        return Reset(credentials, {name: where.get(number, ()) for number, name in told.items()}, until)

    async def change_password(self, connection: AsyncConnection, officer: Officer, new: str, now: datetime) -> None:
        """The officer's own, right after signing in with both factors: no reset, and no restraint. Their sessions end.

        Raises Forbidden to a script, WeakPassword.
        """
        if officer.scopes is not None:
            raise Forbidden
        check_strength(officer.name, new)
        await audit.take_turn(connection)
        hashed = await asyncio.to_thread(self._prover.hashed, new)
        await connection.execute(update(officers).where(officers.c.id == officer.id).values(password=hashed))
        await sessions.end_all(connection, officer.id)
        await audit.record(connection, self._key, now, officer.name, "officer.password", officer.name)

    def _require(self, officer: Officer, touched: tuple[str, ...], now: datetime) -> None:
        require(officer, Action.OFFICERS, touched, now, self._within)

    def _still_good(
        self, found: Proposal, everybody: Sequence[Registered], touched: tuple[str, ...], now: datetime
    ) -> None:
        """What somebody proposed who was disabled, reset or lost the right since is no proposal of an administrator."""
        proposer = next((each for each in everybody if each.officer.name == found.proposed_by and each.active), None)
        if proposer is None or not may(proposer.officer, Action.OFFICERS, touched, now, self._within):
            raise Forbidden(f"{found.proposed_by} nay không còn quyền đề nghị việc này; hãy từ chối đề nghị.")

    async def _carry_out(
        self, connection: AsyncConnection, change: Change, password: str, now: datetime
    ) -> Credentials | None:
        if change.kind is Kind.ADD:
            return await self._insert(connection, change, password, now)
        officer = (await register.by_name(connection, change.name)).officer
        held = officer_roles.c
        if change.kind is Kind.DISABLE:
            await connection.execute(
                update(officers).where(officers.c.id == officer.id).values(state=register.DISABLED)
            )
            await chats.end_all(connection, officer.id)
            await _end_proofs(connection, officer.id)
        elif change.kind is Kind.DEPUTY:
            deputy = (await register.by_name(connection, change.deputy)).officer.id if change.deputy else None
            await deputies.name(connection, officer.id, deputy)
        elif change.role is not None and change.kind is Kind.GRANT:
            await _give(connection, officer.id, change.role, change.area)
        else:
            await connection.execute(
                delete(officer_roles).where(
                    held.officer_id == officer.id, held.role == change.role, held.area == change.area
                )
            )
        return None

    async def _insert(self, connection: AsyncConnection, change: Change, password: str, now: datetime) -> Credentials:
        credentials = new_credentials(change.name, password)
        added = await connection.execute(
            officers.insert()
            .values(name=change.name, **await self._proofs(credentials), state=register.ACTIVE, created_at=now)
            .returning(officers.c.id)
        )
        officer_id = int(added.scalar_one())
        if change.role is not None:
            await _give(connection, officer_id, change.role, change.area)
        return credentials

    async def _proofs(self, credentials: Credentials) -> dict[str, str]:
        hashed = await asyncio.to_thread(self._prover.hashed, credentials.password)
        return {"password": hashed, "second_factor": self._prover.sealed(credentials)}


async def _give(connection: AsyncConnection, officer_id: int, role: Role, area: str) -> None:
    await connection.execute(officer_roles.insert().values(officer_id=officer_id, role=role.value, area=area))


async def _end_proofs(connection: AsyncConnection, officer_id: int) -> None:
    """Tokens, the address of the calendar, link codes and buttons; and wherever they are signed in."""
    await sessions.end_all(connection, officer_id)
    for table in (officer_tokens, officer_codes):
        await connection.execute(delete(table).where(table.c.officer_id == officer_id))


def _role(change: Change) -> dict[str, str]:
    if change.kind is Kind.DEPUTY:
        return {"deputy": change.deputy}
    return {"role": change.role.value, "area": change.area} if change.role is not None else {}
