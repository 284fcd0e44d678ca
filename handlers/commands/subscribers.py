"""``cotmoc subscribers …``: subscribers from a file, proposed by one officer and confirmed by another.

Nothing printed holds an address, or says whether one was known.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from pathlib import Path
from typing import Any

from bot.errors import SettingError
from bot.place_files import load_gazetteer
from bot.storage.db import Database
from broadcasts import import_files, imports
from broadcasts.imports import Checked, Imports
from broadcasts.welcome import Welcome
from handlers.commands.acting import Front, within
from handlers.commands.offices import office_at
from handlers.importing import rules_of, welcome_texts

SHOWN = 50  # faults on the screen; --json gives them all


def call(front: Front, given: argparse.Namespace) -> int:
    """Run the command that was given."""
    if given.what == "import":
        return import_(front, given.file, given.by, dry_run=given.dry_run, as_json=given.json)
    if given.what == "confirm":
        return confirm(front, given.number, given.file, given.by, as_json=given.json)
    return refuse(front, given.number, given.by, as_json=given.json)


def import_(front: Front, file: str, by: str, *, dry_run: bool, as_json: bool = False) -> int:
    """1 when lines were left out; the others are proposed all the same."""
    checked = _checked(front, file)
    found: dict[str, Any] = {
        "people": len(checked.people),
        "faults": [{"line": each.line, "sentence": each.sentence} for each in checked.faults],
        "digest": checked.digest,
    }
    if not dry_run:
        found["proposal"] = asyncio.run(_propose(front, by, checked))
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
    else:
        _say(checked)
        print(f"Mỗi người được nhập sẽ nhận một tin chào:\n{welcome_texts()['vi']}")
        if not dry_run:
            print(
                f"Đề nghị {found['proposal']}. Một cán bộ quản trị khác xác nhận, với đúng tệp này:\n"
                f"  cotmoc subscribers confirm {found['proposal']} TỆP --as TÊN"
            )
    return 1 if checked.faults else 0


def confirm(front: Front, number: int, file: str, by: str, *, as_json: bool = False) -> int:
    checked = _checked(front, file)

    async def run() -> imports.Done:
        async with front.database() as db:
            officer = await front.person(db, by)
            return await (await _imports(front, db)).confirm(officer, number, checked)

    done = asyncio.run(run())
    at = done.at.astimezone(front.settings.zone) if done.at is not None else None
    if as_json:
        left = done.known + done.erased
        print(json.dumps({"added": done.added, "left": left, "run": done.run, "at": at and at.isoformat()}))
        return 0
    print(f"Đã nhập {done.added} người. {done.known + done.erased} người đã có hoặc đã yêu cầu xoá: giữ nguyên.")
    if at is not None:
        print(f"Tin chào, có cách ngừng ở dòng đầu, gửi từ {at:%H:%M ngày %d/%m/%Y} (đợt {done.run}).")
    return 0


def refuse(front: Front, number: int, by: str, *, as_json: bool = False) -> int:
    async def run() -> None:
        async with front.database() as db:
            officer = await front.person(db, by)
            await (await _imports(front, db)).refuse(officer, number)

    asyncio.run(run())
    print(json.dumps({"refused": number}) if as_json else f"Đã từ chối đề nghị {number}.")
    return 0


async def _propose(front: Front, by: str, checked: Checked) -> int:
    async with front.database() as db:
        officer = await front.person(db, by)
        return await (await _imports(front, db)).propose(officer, checked)


async def _imports(front: Front, db: Database) -> Imports:
    async with db.reading() as connection:
        office, _ = await office_at(front, connection)
    return Imports(db, front.key, within, front.clock, Welcome(office, welcome_texts()))


def _checked(front: Front, file: str) -> Checked:
    path = Path(file)
    try:
        if path.stat().st_size > import_files.LARGEST:
            raise import_files.BadFile(f"Tệp lớn hơn {import_files.LARGEST // 1_000_000} MB; hãy chia nhỏ.")
        content = path.read_bytes()
    except OSError:
        raise SettingError(f"Không đọc được tệp {path.name}.") from None
    return imports.check(content, rules_of(front.settings, load_gazetteer(), front.clock.now()))


def _say(checked: Checked) -> None:
    for each in checked.faults[:SHOWN]:
        print(f"Dòng {each.line}: {each.sentence}")
    if len(checked.faults) > SHOWN:
        print(f"… và {len(checked.faults) - SHOWN} dòng nữa; xem hết bằng --json.")
    print(f"{len(checked.people)} người nhập được, {len(checked.faults)} dòng bị bỏ.")
