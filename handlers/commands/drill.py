"""``cotmoc drill …``: the list of officers whom a drill reaches, and who of them has no chat to be reached in."""

from __future__ import annotations

import argparse
import asyncio
import json

from bot.staff import drills
from bot.staff.roles import Officer
from handlers.commands.acting import Front, within


def call(front: Front, given: argparse.Namespace) -> int:
    """Run the command that was given."""
    if given.what == "add":
        return add(front, given.name, given.by, as_json=given.json)
    if given.what == "remove":
        return remove(front, given.name, given.by, as_json=given.json)
    return show(front, as_json=given.json)


def add(front: Front, name: str, by: str, *, as_json: bool = False) -> int:
    async def run() -> tuple[Officer, bool, bool]:
        async with front.database() as db:
            officer = await front.person(db, by)
            now = front.clock.now()
            async with db.transaction() as connection:
                added, fresh = await drills.add(connection, front.key, officer, name, now, within)
                reached = dict(await drills.chats_of(connection, now))
        return added, fresh, added.id in reached

    added, fresh, reached = asyncio.run(run())
    if as_json:
        print(json.dumps({"added": added.name, "new": fresh, "chat": reached}, ensure_ascii=False))
        return 0
    print(f"{added.name} {'đã vào' if fresh else 'đã có trong'} danh sách diễn tập.")
    if not reached:
        print(f"{added.name} chưa nối điện thoại, tin diễn tập chưa tới được:  cotmoc officer link --as {added.name}")
    return 0


def remove(front: Front, name: str, by: str, *, as_json: bool = False) -> int:
    async def run() -> Officer:
        async with front.database() as db:
            officer = await front.person(db, by)
            async with db.transaction() as connection:
                return await drills.remove(connection, front.key, officer, name, front.clock.now(), within)

    gone = asyncio.run(run())
    print(
        json.dumps({"removed": gone.name}, ensure_ascii=False)
        if as_json
        else f"{gone.name} không còn trong danh sách diễn tập."
    )
    return 0


def show(front: Front, *, as_json: bool = False) -> int:
    async def run() -> tuple[tuple[Officer, ...], set[int]]:
        async with front.database() as db, db.reading() as connection:
            reached = {number for number, _ in await drills.chats_of(connection, front.clock.now())}
            return await drills.members(connection), reached

    members, reached = asyncio.run(run())
    if as_json:
        print(json.dumps([{"name": each.name, "chat": each.id in reached} for each in members], ensure_ascii=False))
        return 0
    if not members:
        print("Danh sách diễn tập đang trống:  cotmoc drill add TÊN --as TÊN")
        return 0
    for each in members:
        print(each.name if each.id in reached else f"{each.name}  (chưa nối điện thoại, tin diễn tập không tới)")
    print(f"{len(members)} người, {len(reached)} người nhận được. Tin diễn tập không tới ai khác.")
    return 0
