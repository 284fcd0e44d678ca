"""Officers: who they are, changes of them as proposals that another administrator confirms, secrets shown once."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.errors import CotMocError, StoreUnavailable
from bot.settings import Settings
from bot.staff import chats, deputies, proposals, register
from bot.staff.accounts import Accounts
from bot.staff.areas import area_code
from bot.staff.changes import Change, Kind
from bot.staff.credentials import Credentials
from bot.staff.roles import Action, Role
from bot.storage.db import Database
from handlers.console.first_officer import picture
from handlers.console.gate import Gate, Visit
from handlers.console.rendering import Pages
from handlers.console.sent_forms import fields
from handlers.console.words import N_
from handlers.officer_words import proposed, role_in_words, state, when

PATH = "/console/people"
ROLES = (
    (Role.VIEWER, N_("Xem: đọc chiến dịch và báo cáo")),
    (Role.EDITOR, N_("Soạn: viết, trình, hẹn giờ")),
    (Role.REVIEWER, N_("Ký bản ngôn ngữ: đọc và ký chữ của một thứ tiếng")),
    (Role.APPROVER, N_("Duyệt: ký, duyệt hoặc trả lại")),
    (Role.DUTY, N_("Trực ban: phát tin khẩn khi có tên trong lịch trực")),
    (Role.COMMANDER, N_("Chỉ huy: phát và xác nhận tin khẩn, ký mẫu, duyệt")),
    (Role.ADMINISTRATOR, N_("Quản trị: cán bộ, nhập danh sách, sổ nhật ký")),
)


class People:
    def __init__(self, *, settings: Settings, db: Database, accounts: Accounts, gate: Gate, pages: Pages) -> None:
        self._settings = settings
        self._db = db
        self._accounts = accounts
        self._gate = gate
        self._pages = pages

    def routes(self) -> list[web.RouteDef]:
        gate, action = self._gate, Action.OFFICERS
        return [
            gate.get(PATH, self._everybody, action),
            gate.get(f"{PATH}/new", self._new, action),
            gate.post(f"{PATH}/new", self._propose_new, action),
            gate.get(PATH + "/{id}", self._one, action),
            gate.post(PATH + "/{id}/change", self._propose_change, action),
            gate.post(PATH + "/{id}/reset", self._reset, action),
            gate.post(PATH + "/proposals/{id}", self._decide, action),
        ]

    async def _everybody(self, visit: Visit, more: dict[str, Any] | None = None, status: int = 200) -> web.Response:
        async with self._db.reading() as connection:
            everybody = await register.everybody(connection)
            waiting = await proposals.waiting(connection)
        zone = self._settings.zone
        context = {
            "everybody": [(each, state(zone, each, visit.now), _roles(each)) for each in everybody],
            "waiting": [
                (each, proposed(each), when(zone, each.proposed_at), each.proposed_by == visit.officer.name)
                for each in waiting
                if each.action in set(Kind)
            ],
            **(more or {}),
        }
        return self._pages.show(visit, "console/people/all.html", context, status=status)

    async def _new(self, visit: Visit) -> web.Response:
        return self._form(visit, {})

    async def _propose_new(self, visit: Visit) -> web.Response:
        role = next((each for each in Role if each.value == visit.text("role")), None)
        if role is None:
            raise web.HTTPBadRequest
        try:
            change = Change(Kind.ADD, register.new_name(visit.text("name")), role, self._area(visit))
            await self._propose(visit, change)
        except StoreUnavailable:
            raise
        except CotMocError as error:
            return self._form(visit, fields(visit.form) | {"why": visit.words.say(str(error))}, 400)
        done = visit.words.say("Đã đề nghị thêm %(name)s. Một quản trị khác xác nhận.", name=change.name)
        return self._pages.after(visit, PATH, done)

    def _form(self, visit: Visit, typed: dict[str, str], status: int = 200) -> web.Response:
        context = {"roles": ROLES, "typed": typed, "why": typed.get("why", "")}
        return self._pages.show(visit, "console/people/new.html", context, status=status)

    async def _one(self, visit: Visit, why: str = "", status: int = 200) -> web.Response:
        each = await self._registered(visit)
        async with self._db.reading() as connection:
            linked = await chats.addresses(connection, [each.officer.id], visit.now)
            deputy = (await deputies.of(connection, [each.officer.id])).get(each.officer.id)
            names = {one.officer.id: one.officer.name for one in await register.everybody(connection) if one.active}
        context = {
            "each": each,
            "state": state(self._settings.zone, each, visit.now),
            "held": [(f"{role.value} {area}", role_in_words(role, area)) for role, area in each.officer.roles],
            "chats": len(linked.get(each.officer.id, ())),
            "deputy": names.get(deputy or 0, ""),
            "others": sorted(name for number, name in names.items() if number != each.officer.id),
            "roles": ROLES,
            "typed": fields(visit.form),
            "why": why,
        }
        return self._pages.show(visit, "console/people/one.html", context, status=status)

    async def _propose_change(self, visit: Visit) -> web.Response:
        each = await self._registered(visit)
        try:
            change = self._change(visit, each.officer.name)
            await self._propose(visit, change)
        except StoreUnavailable:
            raise
        except CotMocError as error:
            return await self._one(visit, visit.words.say(str(error)), 400)
        return self._pages.after(visit, PATH, visit.words.say("Đã đề nghị. Một quản trị khác xác nhận."))

    def _change(self, visit: Visit, name: str) -> Change:
        """Raises NoSuchArea, HTTPBadRequest for what no form of ours sends."""
        try:
            kind = Kind(visit.text("kind"))
            if kind is Kind.GRANT:
                return Change(kind, name, Role(visit.text("role")), self._area(visit))
            if kind is Kind.REVOKE:
                role, _, area = visit.text("held").partition(" ")
                return Change(kind, name, Role(role), area)
        except ValueError:
            raise web.HTTPBadRequest from None
        deputy = visit.text("deputy") if kind is Kind.DEPUTY else ""
        return Change(kind, name, deputy=deputy)

    async def _decide(self, visit: Visit) -> web.Response:
        number, said = visit.number(), visit.text("decision")
        try:
            if said != "confirm":
                async with self._db.transaction() as connection:
                    await self._accounts.refuse(connection, visit.officer, number, visit.now)
                return self._pages.after(visit, PATH, visit.words.say("Đã từ chối đề nghị %(n)s.", n=number))
            await self._gate.prove(visit, visit.text("code"))
            async with self._db.transaction() as connection:
                done = await self._accounts.confirm(connection, visit.officer, number, visit.now)
        except StoreUnavailable:
            raise
        except CotMocError as error:
            return await self._everybody(visit, {"why": visit.words.say(str(error))}, 409)
        if done.credentials is not None:
            return self._secrets(visit, done.credentials)
        return self._pages.after(visit, PATH, visit.words.say("Đã xác nhận đề nghị %(n)s.", n=number))

    async def _reset(self, visit: Visit) -> web.Response:
        each = await self._registered(visit)
        try:
            await self._gate.prove(visit, visit.text("code"))
            async with self._db.transaction() as connection:
                done = await self._accounts.reset(connection, visit.officer, each.officer.name, visit.now)
        except StoreUnavailable:
            raise
        except CotMocError as error:
            return await self._one(visit, visit.words.say(str(error)), 409)
        told = [name for name in done.tell if name != visit.officer.name]
        until = when(self._settings.zone, done.restrained_until)
        return self._secrets(visit, done.credentials, told=told, until=until)

    def _secrets(self, visit: Visit, made: Credentials, **more: object) -> web.Response:
        """Shown once, on this page only."""
        return self._pages.show(visit, "console/people/secrets.html", {"made": made, "picture": picture(made), **more})

    async def _propose(self, visit: Visit, change: Change) -> None:
        async with self._db.transaction() as connection:
            await self._accounts.propose(connection, visit.officer, change, visit.now)

    async def _registered(self, visit: Visit) -> register.Registered:
        """Raises HTTPNotFound."""
        number = visit.number()
        async with self._db.reading() as connection:
            everybody = await register.everybody(connection)
        for each in everybody:
            if each.officer.id == number:
                return each
        raise web.HTTPNotFound

    def _area(self, visit: Visit) -> str:
        return area_code(visit.office.gazetteer, visit.text("area"))


def _roles(each: register.Registered) -> list[str]:
    return [role_in_words(role, area) for role, area in each.officer.roles]
