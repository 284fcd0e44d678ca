"""``cotmoc content unanswered`` and ``content answered``: what has no answer yet, and saying that it has one now.

``answered`` only writes the decision down; the running service says it to those who wait, or the next one does.
``by`` is the officer who decides: empty until there are officers, kept with the decision already.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import date
from typing import Any

from bot.clock import SystemClock
from bot.errors import SettingError
from bot.settings import Settings, secret_key
from bot.storage.db import Database
from bot.storage.migrate import migrate
from broadcasts import waiting
from content import store, unanswered
from content.language_tables import plain_slang
from content.unanswered import Asked, Group


def show(settings: Settings, *, as_json: bool) -> int:
    """The groups that were asked often enough, the most asked first, and how many questions are held back."""

    async def run(db: Database, today: date) -> None:
        async with db.reading() as connection:
            questions = await store.load_unanswered(connection, today)
        seen = unanswered.overview(questions, plain_slang())
        if as_json:
            groups = [{key: _plain(value) for key, value in asdict(each).items()} for each in seen.groups]
            print(json.dumps({"total": seen.total, "held_back": seen.held_back, "groups": groups}, ensure_ascii=False))
            return
        for group in seen.groups:
            print(_line(group))
        print(
            f"{seen.total} câu chưa có trả lời trong 90 ngày; {seen.held_back} câu không hiện, vì chưa đủ "
            f"{unanswered.LEAST} lần ở ngày hoặc kênh khác nhau."
        )

    return asyncio.run(_with_database(settings, run))


def answer(settings: Settings, wanted: str, entry_id: str, *, as_json: bool, by: str = "") -> int:
    """Say that a group, a single question (both by number) or an unconfirmed entry (by id) is answered by an entry."""

    async def run(db: Database, today: date) -> None:
        if not entry_id:
            raise SettingError("Thiếu --entry: mã của câu trả lời.")
        key = secret_key(settings)
        async with db.reading() as connection:
            entry = await store.load_entry(connection, entry_id)
            if entry is None:
                raise SettingError(f"Không có câu trả lời {entry_id}.")
            if not entry.tellable(today):
                raise SettingError(f"{entry_id} đã hết hạn hoặc chỉ nói nơi hỏi, chưa phải là câu trả lời.")
            part: tuple[Asked, ...] = ()
            if wanted.isdecimal():
                part = _group_of(int(wanted), await store.load_unanswered(connection, today))
                subjects = {waiting.question_subject(each.question, key) for each in part}
            elif await store.load_entry(connection, wanted) is not None:
                subjects = {waiting.entry_subject(wanted, key)}
            else:
                raise SettingError(f"Không có nhóm câu hỏi, câu hỏi hay câu trả lời nào là {wanted}.")
        async with db.transaction() as connection:
            await store.forget_unanswered(connection, [each.id for each in part])
            people = await waiting.decide(connection, subjects, entry_id=entry_id, day=today, by=by)
        await db.forget()
        if as_json:
            print(json.dumps({"entry_id": entry_id, "questions": len(part), "waiting": people}))
        else:
            print(f"Đã ghi: {len(part)} câu hỏi nay có trả lời là {entry_id}. {people} người chờ sẽ được báo một lần.")

    return asyncio.run(_with_database(settings, run))


def progress(settings: Settings, *, as_json: bool) -> int:
    """How far each decision is told, and what became unknown on the way."""

    async def run(db: Database, _today: date) -> None:
        async with db.reading() as connection:
            decisions = await waiting.progress(connection)
        if as_json:
            print(json.dumps([{key: _plain(value) for key, value in asdict(each).items()} for each in decisions]))
            return
        if not decisions:
            print("Chưa có câu hỏi nào được ghi là đã có trả lời.")
        for each in decisions:
            print(
                f"{_day(each.decided_on)}  {each.entry_id}  còn chờ báo {each.waiting}, "
                f"không rõ đã tới chưa {each.unknown}, kênh từ chối {each.refused}"
            )

    return asyncio.run(_with_database(settings, run))


def _group_of(number: int, questions: list[Asked]) -> tuple[Asked, ...]:
    part = unanswered.group_of(number, questions, plain_slang())
    if not part:
        raise SettingError(f"Không có nhóm câu hỏi hay câu hỏi số {number}.")
    return part


def _line(group: Group) -> str:
    channels = ", ".join(f"{name} {count}" for name, count in group.channels.items())
    languages = ", ".join(f"{name} {count}" for name, count in group.languages.items())
    return (
        f"{group.id:>6}  {group.count} lần, {group.days} ngày ({_day(group.first_day)} – {_day(group.last_day)}); "
        f"{channels}; {languages}\n        {group.question}"
    )


def _day(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


async def _with_database(settings: Settings, run: Callable[[Database, date], Awaitable[None]]) -> int:
    settings.var_dir.mkdir(parents=True, exist_ok=True)
    db = Database(settings.database)
    try:
        await migrate(db)
        await run(db, SystemClock().now().astimezone(settings.zone).date())
    finally:
        await db.close()
    return 0
