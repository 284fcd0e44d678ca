"""``cotmoc roster …``: who is on duty where and when, from a file; who is now and next, and the hours nobody covers."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.errors import SettingError
from bot.place_files import load_gazetteer
from bot.staff import register, shifts
from bot.staff.areas import area_label
from bot.staff.roster import Shift
from broadcasts import import_files, roster_rows
from broadcasts.roster_rows import Roster
from handlers.commands.acting import Front, within
from handlers.officer_words import when
from handlers.rostering import AHEAD, Standing, rows_of, rules_of, standing

SHOWN = 30  # lines on the screen of one kind; --json gives them all


def call(front: Front, given: argparse.Namespace) -> int:
    """Run the command that was given."""
    if given.what == "import":
        return import_(front, given.file, given.by, dry_run=given.dry_run, as_json=given.json)
    if given.what == "clear":
        return clear(front, given.names, given.by, as_json=given.json)
    return show(front, as_json=given.json)


def import_(front: Front, file: str, by: str, *, dry_run: bool, as_json: bool = False) -> int:
    """1 when a line is wrong: then nothing is taken."""
    rows = _rows(file)

    async def run() -> tuple[Roster, int | None]:
        async with front.database() as db:
            async with db.reading() as connection:
                found = roster_rows.checked(
                    rows, await rules_of(connection, load_gazetteer(), within, front.settings, front.clock.now())
                )
            if dry_run or found.faults:
                return found, None
            if not found.shifts:
                raise SettingError("Tệp không có ca trực nào chưa qua; lịch trực giữ nguyên.")
            officer = await front.person(db, by)
            async with db.transaction() as connection:
                return found, await shifts.put(connection, front.key, officer, found.shifts, front.clock.now(), within)

    found, kept = asyncio.run(run())
    if as_json:
        print(json.dumps(_counted(found, kept), ensure_ascii=False))
    else:
        _say(found, kept)
    return 1 if found.faults else 0


def clear(front: Front, names: Sequence[str], by: str, *, as_json: bool = False) -> int:
    async def run() -> int:
        async with front.database() as db:
            officer = await front.person(db, by)
            async with db.transaction() as connection:
                now = front.clock.now()
                whose = {(await register.by_name(connection, each)).officer.id for each in names}
                whose = whose or await shifts.everyone(connection, now)
                return await shifts.clear(connection, front.key, officer, whose, now, within)

    count = asyncio.run(run())
    if as_json:
        print(json.dumps({"cleared": count}))
    else:
        print(f"Đã bỏ {count} ca trực từ bây giờ. Nơi không còn ai trực thì chỉ chỉ huy phát được tin khẩn.")
    return 0


def show(front: Front, *, as_json: bool = False) -> int:
    async def run() -> Standing:
        async with front.database() as db, db.reading() as connection:
            return await standing(connection, front.clock.now(), within)

    found = asyncio.run(run())
    if as_json:
        print(json.dumps(_whole(found), ensure_ascii=False))
        return 0
    _lines(
        "Đang trực:",
        [
            f"{_place(each.area)}: {found.names[each.officer_id]}, đến {_when(front, each.ends_at)}"
            for each in found.now
        ],
        "Bây giờ không có ai trực: chỉ chỉ huy phát được tin khẩn.",
    )
    _lines(
        "Ca kế tiếp:",
        [
            f"{_place(each.area)}: {found.names[each.officer_id]}, từ {_when(front, each.begins_at)} "
            f"đến {_when(front, each.ends_at)}"
            for each in found.following
        ],
        f"Trong {AHEAD.days} ngày tới chưa có ca nào kế tiếp.",
    )
    _lines(
        f"Chưa có người trực trong {AHEAD.days} ngày tới:",
        [f"{_place(area)}: từ {_when(front, begin)} đến {_when(front, end)}" for area, begin, end in found.gaps],
        f"{AHEAD.days} ngày tới giờ nào cũng có người trực."
        if found.now
        else "Chưa nhập lịch trực:  cotmoc roster import TỆP --as TÊN",
    )
    return 0


# --- reading the file -----------------------------------------------------------------------------------------------


def _rows(file: str) -> list[tuple[int, Mapping[str, str], str]]:
    path = Path(file)
    try:
        if path.stat().st_size > import_files.LARGEST:
            raise import_files.BadFile(f"Tệp lớn hơn {import_files.LARGEST // 1_000_000} MB; đây không phải lịch trực.")
        content = path.read_bytes()
    except OSError:
        raise SettingError(f"Không đọc được tệp {path.name}.") from None
    return rows_of(content)


# --- in words -------------------------------------------------------------------------------------------------------


def _say(found: Roster, kept: int | None) -> None:
    for each in found.faults[:SHOWN]:
        print(f"Dòng {each.line}: {each.sentence}")
    if len(found.faults) > SHOWN:
        print(f"… và {len(found.faults) - SHOWN} dòng nữa; xem hết bằng --json.")
    people = len({each.officer_id for each in found.shifts})
    over = f" {found.over} dòng đã qua, bỏ qua." if found.over else ""
    if found.faults:
        print(f"{len(found.faults)} dòng sai: chưa nhập gì, lịch trực giữ nguyên. Sửa tệp rồi nhập lại.")
    elif kept is None:
        print(f"Tệp đọc được: {len(found.shifts)} ca của {people} cán bộ.{over} Chưa nhập gì.")
    else:
        print(f"Đã nhập {kept} ca của {people} cán bộ.{over}\nXem giờ chưa có người:  cotmoc roster list")


def _counted(found: Roster, kept: int | None) -> dict[str, Any]:
    return {
        "shifts": len(found.shifts),
        "officers": len({each.officer_id for each in found.shifts}),
        "over": found.over,
        "faults": [{"line": each.line, "sentence": each.sentence} for each in found.faults],
        "imported": kept,
    }


def _whole(found: Standing) -> dict[str, Any]:
    def one(each: Shift) -> dict[str, str]:
        name = found.names[each.officer_id]
        hours = {"from": each.begins_at.isoformat(), "to": each.ends_at.isoformat()}
        return {"officer": name, "area": each.area, **hours}

    return {
        "now": [one(each) for each in found.now],
        "next": [one(each) for each in found.following],
        "gaps": [{"area": area, "from": begin.isoformat(), "to": end.isoformat()} for area, begin, end in found.gaps],
    }


def _lines(title: str, lines: Sequence[str], none: str) -> None:
    if not lines:
        print(none)
        return
    print(title)
    for each in lines[:SHOWN]:
        print(f"  {each}")
    if len(lines) > SHOWN:
        print(f"  … và {len(lines) - SHOWN} dòng nữa; xem hết bằng --json.")


def _place(area: str) -> str:
    return area_label(load_gazetteer(), area)


def _when(front: Front, at: datetime) -> str:
    return when(front.settings.zone, at)
