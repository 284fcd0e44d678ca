"""``cotmoc content check`` and ``content export``."""

from __future__ import annotations

import asyncio
import sys
from datetime import date
from functools import partial

import yaml

from bot.place_files import load_gazetteer
from bot.settings import Settings
from bot.storage.db import Database
from bot.storage.migrate import migrate
from broadcasts import templates
from content import files, store
from content.campaign_files import shipped_templates
from content.catalog import BadContent
from content.check_files import shipped_reference
from content.checks.notices import check_notices
from content.checks.templates import check_templates
from content.checks.whole import check as check_whole
from content.facts import BadFacts
from content.notice_files import shipped_notices


def check(_settings: Settings) -> int:
    """One line for each fault of the release's content, then for each warning; exit 1 if there are faults."""
    try:
        shipped = files.shipped_catalog()
        reference = shipped_reference(name.upper() for name in Settings.model_fields)
        campaigns = shipped_templates()
        notices = shipped_notices()
    except (BadContent, BadFacts) as error:
        print(error)
        return 1
    found = check_templates(campaigns, shipped, reference, partial(templates.faults, gazetteer=load_gazetteer()))
    found += check_notices(notices, shipped, reference)
    found += check_whole(shipped, date.today(), reference)
    for each in found:
        print(each)
    faults = sum(not each.warning for each in found)
    told = f"{faults} lỗi" if faults else "không có lỗi"
    counted = f"{len(shipped)} câu trả lời, {len(campaigns)} mẫu chiến dịch, {len(notices)} mẫu tin khẩn"
    print(f"{counted}, {told}, {len(found) - faults} điều nhắc.", file=sys.stderr)
    return 1 if faults else 0


def export(settings: Settings) -> int:
    """The entries as the database has them, as YAML."""

    async def run() -> None:
        db = Database(settings.database)
        try:
            await migrate(db)
            async with db.reading() as connection:
                bodies = await store.load_bodies(connection)
        finally:
            await db.close()
        by_topic: dict[str, list[object]] = {}
        for body in bodies:
            by_topic.setdefault(str(body["topic"]), []).append(
                {key: value for key, value in body.items() if key != "topic"}
            )
        documents = [{"topic": topic, "entries": entries} for topic, entries in by_topic.items()]
        yaml.safe_dump_all(documents, sys.stdout, allow_unicode=True, sort_keys=False, width=110)

    asyncio.run(run())
    return 0
