"""``cotmoc audit verify`` and ``audit list``: whether the log of what officers did is whole, and its newest lines."""

from __future__ import annotations

import asyncio
import json

from bot.settings import Settings, secret_key
from bot.staff import audit, audit_heads
from handlers.commands.acting import Front


def verify(settings: Settings, head: str, *, as_json: bool = False) -> int:
    """Also against every head that was written outside the database. 1 when anything does not fit."""
    kept = audit_heads.kept_heads(settings.var_dir)

    async def run() -> audit.Verdict:
        async with Front(settings).database() as db, db.reading() as connection:
            return await audit.verify(connection, secret_key(settings), head, *(each.mac for each in kept))

    found = asyncio.run(run())
    if as_json:
        whole = {
            "good": found.good,
            "lines": found.count,
            "head": found.head,
            "broken_at": found.broken_at,
            "missing_heads": list(found.missing),
        }
        print(json.dumps(whole))
        return 0 if found.good else 1
    if found.broken_at is not None:
        print(f"HỎNG: dòng {found.broken_at} đã bị sửa, hoặc dòng trước nó đã bị bỏ hay đổi chỗ.")
    for each in kept:
        if each.mac in found.missing:
            print(f"HỎNG: mất dòng cuối của ngày {each.day:%d/%m/%Y} (khi ấy có {each.count} dòng).")
    if head.strip().lower() in found.missing:
        print("HỎNG: không có dòng nào mang dấu đã cho; nhật ký bị cắt bớt hoặc là của nơi khác.")
    if found.good:
        print(f"Nhật ký nguyên vẹn: {found.count} dòng; đã đối chiếu {len(kept)} dấu ghi ngoài cơ sở dữ liệu.")
    print(f"Dấu cuối: {found.head or 'chưa có dòng nào'}")
    return 0 if found.good else 1


def show(settings: Settings, count: int, *, as_json: bool = False) -> int:
    """The newest lines, newest first."""

    async def run() -> list[audit.Line]:
        async with Front(settings).database() as db, db.reading() as connection:
            return await audit.newest_lines(connection, count)

    for line in asyncio.run(run()):
        if as_json:
            whole = {
                "id": line.id,
                "at": line.at.isoformat(),
                "officer": line.officer,
                "action": line.action,
                "subject": line.subject,
                "detail": dict(line.detail),
            }
            print(json.dumps(whole, ensure_ascii=False))
        else:
            when = line.at.astimezone(settings.zone).strftime("%H:%M:%S %d/%m/%Y")
            more = "  ".join(f"{name}={value}" for name, value in line.detail.items())
            print(
                f"{line.id:>8}  {when}  {line.officer or '(dịch vụ)'}  {line.action}  {line.subject}  {more}".rstrip()
            )
    return 0
