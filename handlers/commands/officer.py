"""``cotmoc officer …``: who the officers are, and how they come, change and go; secrets are shown once.

Each function is one command and returns its exit code; ``by`` is what was given as ``--as``.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from bot.errors import SettingError
from bot.place_files import load_gazetteer
from bot.staff import calendars, chats, codes, deputies, proposals, register, tokens
from bot.staff.areas import area_code
from bot.staff.changes import LEAST_ADMINISTRATORS, Change, Kind
from bot.staff.credentials import Credentials
from bot.staff.roles import EVERYWHERE, Role
from bot.storage.db import Database
from handlers.commands.acting import Front, within
from handlers.officer_words import in_words, proposed, role_in_words, state, when, whole


def add(
    front: Front, name: str, role: str, area: str, by: str, *, own_password: bool = False, as_json: bool = False
) -> int:
    """The first two administrators at once; afterwards a proposal."""

    async def run(db: Database) -> None:
        change = Change(Kind.ADD, register.new_name(name), Role(role), _area(area))
        async with db.reading() as connection:
            first = len(await register.administrators(connection)) < LEAST_ADMINISTRATORS
        if not first or (change.role, change.area) != (Role.ADMINISTRATOR, EVERYWHERE):
            if first and not by:
                raise SettingError(
                    "Hai cán bộ đầu tiên phải là quản trị ở mọi nơi: --role administrator, không có --area."
                )
            await _propose(front, db, change, by, as_json)
            return
        doer = (await front.person(db, by)).name if by else ""
        password = _typed(front, own_password)
        async with db.transaction() as connection:
            made = await front.accounts.add_first(connection, name, front.clock.now(), password=password, by=doer)
        _show(made, as_json)

    return _run(front, run)


def change(front: Front, kind: Kind, name: str, role: str, area: str, by: str, *, as_json: bool = False) -> int:
    """Disable, grant or revoke: a proposal."""

    async def run(db: Database) -> None:
        wanted = Change(kind, register.called(name), Role(role) if role else None, _area(area))
        await _propose(front, db, wanted, by, as_json)

    return _run(front, run)


def deputy(front: Front, name: str, other: str, by: str, *, as_json: bool = False) -> int:
    """Who is told besides them; empty: nobody any more. A proposal."""

    async def run(db: Database) -> None:
        wanted = Change(Kind.DEPUTY, register.called(name), deputy=register.called(other))
        await _propose(front, db, wanted, by, as_json)

    return _run(front, run)


def confirm(front: Front, number: int, by: str, *, own_password: bool = False, as_json: bool = False) -> int:
    async def run(db: Database) -> None:
        officer = await front.person(db, by)
        password = _typed(front, own_password)
        async with db.transaction() as connection:
            done = await front.accounts.confirm(connection, officer, number, front.clock.now(), password=password)
        if done.credentials is not None:
            _show(done.credentials, as_json)
        else:
            _say(f"Đã làm: {in_words(done.change)}.", {"done": number}, as_json)

    return _run(front, run)


def refuse(front: Front, number: int, by: str, *, as_json: bool = False) -> int:
    async def run(db: Database) -> None:
        officer = await front.person(db, by)
        async with db.transaction() as connection:
            found = await front.accounts.refuse(connection, officer, number, front.clock.now())
        _say(f"Đã từ chối đề nghị {number}: {proposed(found)}.", {"refused": number}, as_json)

    return _run(front, run)


def reset(front: Front, name: str, by: str, *, own_password: bool = False, as_json: bool = False) -> int:
    async def run(db: Database) -> None:
        officer = await front.person(db, by)
        password = _typed(front, own_password)
        async with db.transaction() as connection:
            done = await front.accounts.reset(connection, officer, name, front.clock.now(), password=password)
        told = [each for each in done.tell if each != officer.name]
        _show(done.credentials, as_json, tell=told)
        if not as_json:
            print(f"Đến {when(front.settings.zone, done.restrained_until)} chưa được duyệt, ký hay xác nhận việc gì.")
            print("Mọi cuộc trò chuyện, mã truy cập, địa chỉ lịch và nút bấm cũ đã ngắt.")
            print("Dịch vụ báo cho người ấy ở cuộc trò chuyện cũ, và cho các quản trị đã nối điện thoại.")
            print(f"Phải báo ngay cho: {', '.join(told)}.")

    return _run(front, run)


def password(front: Front, by: str, *, as_json: bool = False) -> int:
    """The officer's own, changed by themselves."""

    async def run(db: Database) -> None:
        officer = await front.person(db, by)
        new = _typed(front, True)
        async with db.transaction() as connection:
            await front.accounts.change_password(connection, officer, new, front.clock.now())
        _say("Đã đổi mật khẩu.", {"changed": officer.name}, as_json)

    return _run(front, run)


def link(front: Front, by: str, *, end: bool = False, as_json: bool = False) -> int:
    """The code by which a chat becomes the officer's; or the end of all their chats."""

    async def run(db: Database) -> None:
        officer = await front.person(db, by)
        async with db.transaction() as connection:
            if end:
                count = await chats.unlink(connection, front.key, officer, front.clock.now())
                _say(f"Đã ngắt {count} cuộc trò chuyện.", {"ended": count}, as_json)
                return
            code = await codes.link_code(connection, front.key, officer, front.clock.now())
        _say(
            f"Mã nối: {code}\nTrong 10 phút, gửi vào kênh chính thức, từ điện thoại của chính mình:  /noi {code}",
            {"code": code},
            as_json,
        )

    return _run(front, run)


def token(
    front: Front, by: str, scopes: tuple[str, ...], days: int, *, end: bool = False, as_json: bool = False
) -> int:
    async def run(db: Database) -> None:
        officer = await front.person(db, by)
        async with db.transaction() as connection:
            if end:
                count = await tokens.end(connection, front.key, officer, front.clock.now())
                _say(f"Đã huỷ {count} mã truy cập.", {"ended": count}, as_json)
                return
            made = await tokens.make(connection, front.key, officer, scopes, days, front.clock.now())
        _say(
            f"COTMOC_OFFICER_TOKEN={made}\nChỉ hiện một lần; hết hạn sau {days} ngày; "
            "không ký, duyệt hay xác nhận được.",
            {"token": made, "days": days},
            as_json,
        )

    return _run(front, run)


def calendar(front: Front, name: str, by: str, *, revoke: bool = False, as_json: bool = False) -> int:
    """The address of the officer's own calendar, shown once; or its end, by themselves or by an administrator."""

    async def run(db: Database) -> None:
        officer = await front.person(db, by or name)
        if not revoke and register.called(name) not in ("", officer.name):
            raise SettingError("Địa chỉ lịch chỉ do chính cán bộ ấy lập; người khác chỉ có thể huỷ (--revoke).")
        async with db.transaction() as connection:
            if revoke:
                whose = await register.by_name(connection, name or officer.name)
                ended = await calendars.revoke(connection, front.key, officer, whose, front.clock.now(), within)
                said = "Đã huỷ địa chỉ lịch" if ended else "Không có địa chỉ lịch nào"
                _say(f"{said} của {whose.officer.name}.", {"ended": int(ended)}, as_json)
                return
            secret = await calendars.make(connection, front.key, officer, front.clock.now())
        address = f"{front.settings.address}/calendar/{secret}.ics"
        here = "" if front.settings.public else "Chưa đặt COTMOC_PUBLIC_URL: chỉ mở được ở ngay máy chủ.\n"
        _say(
            f"{address}\n{here}Chỉ hiện một lần; thêm vào ứng dụng lịch bằng cách đăng ký theo địa chỉ. Ai có địa chỉ "
            "này thì xem được giờ và tên chiến dịch của anh/chị: đừng gửi cho ai.\n"
            f"Địa chỉ cũ (nếu có) đã hết tác dụng; địa chỉ này hết hạn sau {calendars.LASTS.days} ngày. "
            f"Huỷ:  cotmoc officer calendar {officer.name} --revoke",
            {"address": address, "days": calendars.LASTS.days},
            as_json,
        )

    return _run(front, run)


def show(front: Front, *, as_json: bool = False) -> int:
    """Everybody, disabled ones too, and the proposals that wait."""

    async def run(db: Database) -> None:
        async with db.reading() as connection:
            everybody = await register.everybody(connection)
            open_ones = await proposals.waiting(connection)
            numbers = [each.officer.id for each in everybody]
            linked = await chats.addresses(connection, numbers, front.clock.now())
            told = await deputies.of(connection, numbers)
        now = front.clock.now()
        names = {each.officer.id: each.officer.name for each in everybody}
        instead = {number: names[deputy_id] for number, deputy_id in told.items()}
        if as_json:
            officers = [
                whole(each, len(linked.get(each.officer.id, ())), instead.get(each.officer.id, ""))
                for each in everybody
            ]
            waiting = [
                {"id": each.id, "action": each.action, "body": dict(each.body), "proposed_by": each.proposed_by}
                for each in open_ones
            ]
            print(json.dumps({"officers": officers, "proposals": waiting}, ensure_ascii=False))
            return
        if not everybody:
            print("Chưa có cán bộ nào. Bắt đầu:  cotmoc officer add TÊN --role administrator")
        for each in everybody:
            count = len(linked.get(each.officer.id, ()))
            print(f"{each.officer.name}  ({state(front.settings.zone, each, now)}; {count} chat)")
            for role, area in each.officer.roles:
                print(f"    {role_in_words(role, area)}")
            if each.officer.id in instead:
                print(f"    báo cả cho {instead[each.officer.id]}")
        for waits in open_ones:
            print(f"Đề nghị {waits.id} của {waits.proposed_by}, chờ quản trị khác xác nhận: {proposed(waits)}.")

    return _run(front, run)


async def _propose(front: Front, db: Database, wanted: Change, by: str, as_json: bool) -> None:
    officer = await front.person(db, by)
    async with db.transaction() as connection:
        number = await front.accounts.propose(connection, officer, wanted, front.clock.now())
    _say(
        f"Đề nghị {number}: {in_words(wanted)}.\n"
        f"Một quản trị khác xác nhận bằng:  cotmoc officer confirm {number} --as TÊN",
        {"proposal": number},
        as_json,
    )


def _show(made: Credentials, as_json: bool, **more: Any) -> None:
    _say(
        f"Cán bộ:    {made.name}\nMật khẩu:  {made.password}\nKhoá mã:   {made.secret}\n{made.uri}\n"
        "Chỉ hiện một lần. Thêm khoá vào ứng dụng tạo mã, rồi đổi mật khẩu:  cotmoc officer password --as TÊN",
        {"officer": made.name, "password": made.password, "secret": made.secret, "uri": made.uri, **more},
        as_json,
    )


def _say(words: str, said: dict[str, Any], as_json: bool) -> None:
    print(json.dumps(said, ensure_ascii=False) if as_json else words)


def _area(typed: str) -> str:
    return area_code(load_gazetteer(), typed) if typed.strip() else EVERYWHERE


def _typed(front: Front, wanted: bool) -> str:
    return front.ask.secret("Mật khẩu mới") if wanted else ""


def _run(front: Front, run: Callable[[Database], Awaitable[None]]) -> int:
    async def opened() -> None:
        async with front.database() as db:
            await run(db)

    asyncio.run(opened())
    return 0
