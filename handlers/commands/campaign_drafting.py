"""The steps of ``cotmoc campaign`` that write: a draft, its words, files, audience, time, and how it will look."""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.attachments import LARGEST_IMAGE
from bot.errors import SettingError
from bot.staff.roles import Officer
from bot.storage.db import Database
from broadcasts import recurrence, templates
from broadcasts.audience import Audience
from broadcasts.dates import Dates
from broadcasts.office import Office
from broadcasts.service import Service
from content.campaign_files import shipped_templates
from handlers.commands import campaign_words as words
from handlers.commands.acting import Front
from handlers.previews import Previews

Said = tuple[str, Any]
Step = Callable[[Officer], Awaitable[Said]]


class Drafting:
    """One command: each method is one step and returns what is said, and the same for scripts."""

    def __init__(
        self, front: Front, db: Database, office: Office, previews: Previews, given: argparse.Namespace
    ) -> None:
        self._front = front
        self._db = db
        self._office = office
        self._previews = previews
        self._service = Service(db, office, front.clock)
        self._dates = Dates(db, office)
        self._given = given
        self._number: int = getattr(given, "number", 0)

    # --- writing --------------------------------------------------------------------------------------------------

    async def draft(self, officer: Officer) -> Said:
        given = self._given
        if not given.template:
            number = await self._service.draft(officer, given.title)
            return f"Bản nháp {name(number)}.", {"id": number}
        template = shipped_templates().get(given.template)
        if template is None:
            raise SettingError(f"Không có mẫu “{given.template}”; xem các mẫu: cotmoc campaign templates.")
        now = self._front.clock.now()
        within = given.within or templates.own_areas(self._office, officer, now)
        number = await templates.from_template(self._service, self._office, officer, template, now, within)
        lines = [f"Bản nháp {name(number)} từ mẫu “{template.title}”.", *words.of_template(template)]
        return "\n".join(lines), {"id": number, "to_add": list(template.to_add)}

    async def templates(self, officer: Officer) -> Said:
        await self._service.campaigns(officer)  # the right to read is asked there
        found = shipped_templates().values()
        said = [f"{each.id:<34} {'' if each.ready else '[phải tự ghi chữ] '}{each.title}" for each in found]
        return "\n".join(said), [{"id": each.id, "title": each.title, "ready": each.ready} for each in found]

    async def copy(self, officer: Officer) -> Said:
        number = await templates.copy_of(self._service, self._office, officer, self._number)
        said = f"Bản nháp {name(number)}, sao từ {name(self._number)}: đủ chữ và tệp, chưa có giờ gửi, chưa ai ký."
        return said, {"id": number}

    async def attach(self, officer: Officer) -> Said:
        path = Path(self._given.file)
        file = await self._service.attach(
            officer, self._number, language=self._given.language, name=path.name, content=_bytes(path)
        )
        said = f"{name(self._number)}: đã kèm {words.file(file)}. Tệp cũ của bản này (nếu có) đã được thay."
        return said, {"id": self._number, "file": file.id, "name": file.name, "digest": file.digest}

    async def detach(self, officer: Officer) -> Said:
        await self._service.detach(officer, self._number, self._given.file_id)
        return f"{name(self._number)}: đã gỡ tệp số {self._given.file_id}.", self._done()

    async def preview(self, officer: Officer) -> Said:
        campaign = await self._service.campaign(officer, self._number)
        channel, language = self._given.channel, self._given.language
        if channel and channel not in self._previews.channels:
            on = ", ".join(self._previews.channels) or "chưa kênh nào"
            raise SettingError(f"Kênh “{channel}” chưa bật ở máy này; đang bật: {on}.")
        found = self._previews.of(campaign, channel, language)
        said = "\n\n".join(map(words.preview, found))
        return said or "Chưa có chữ, hoặc chưa kênh nào được bật (đặt token của kênh trước).", [
            words.preview_json(each) for each in found
        ]

    async def write(self, officer: Officer) -> Said:
        await self._service.write(officer, self._number, self._given.language, _text(self._given.text))
        return f"{name(self._number)}: đã ghi bản {self._given.language}. Chữ ký cũ (nếu có) đã mất.", self._done()

    async def aim(self, officer: Officer) -> Said:
        given = self._given
        rule = Audience(
            tuple(given.place),
            tuple(given.topic),
            tuple(given.language),
            tuple(given.channel),
            tuple(given.without),
            tuple(given.post),
        )
        await self._service.aim(officer, self._number, rule)
        return f"{name(self._number)}: đã ghi đối tượng nhận.", self._done()

    async def time(self, officer: Officer) -> Said:
        given = self._given
        schedule = recurrence.from_json(
            {
                "at": given.at,
                "rule": given.rule,
                "until": given.until,
                "except_on": given.except_on,
                "missed": given.missed,
                "too_late_after": given.too_late_after,
            }
        )
        await self._service.time(officer, self._number, schedule)
        zone = self._front.settings.zone
        dates = [
            f"{each.astimezone(zone):%H:%M %d/%m/%Y}"
            for each in recurrence.next_dates(schedule, self._front.clock.now(), zone)
        ]
        said, warnings = await self._warned(
            f"{name(self._number)}: gửi lúc {'; '.join(dates) or 'giờ đã qua'}.", officer
        )
        return said, {"id": self._number, "next": dates, "warnings": warnings}

    async def link(self, officer: Officer) -> Said:
        expires = None
        if self._given.expires:
            try:
                expires = datetime.fromisoformat(self._given.expires).replace(tzinfo=self._front.settings.zone)
            except ValueError:
                raise SettingError("Ngày hết hiệu lực phải có dạng 2026-12-31T23:59.") from None
        await self._service.link(officer, self._number, self._given.entries, expires)
        return f"{name(self._number)}: đã gắn {len(self._given.entries)} câu trả lời.", self._done()

    async def submit(self, officer: Officer) -> Said:
        digest = await self._service.submit(officer, self._number)
        said, warnings = await self._warned(f"Đã trình {name(self._number)}. Người duyệt phải là cán bộ khác.", officer)
        return said, {"id": self._number, "digest": digest, "warnings": warnings}

    async def _warned(self, said: str, officer: Officer) -> tuple[str, list[str]]:
        """What is said, with what is planned too close: to be looked at, never a refusal."""
        campaign = await self._service.campaign(officer, self._number)
        found = await self._dates.warnings(campaign, self._front.clock.now())
        return "\n".join([said, *(f"Lưu ý: {each}" for each in found)]), list(found)

    def _done(self) -> dict[str, int]:
        return {"id": self._number}


def name(number: int) -> str:
    return f"CD-{number}"


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_IMAGE:  # more than any file may have, and not worth the memory
            raise SettingError(f"Tệp {path.name} quá lớn; hãy thu nhỏ rồi đính kèm lại.")
        return path.read_bytes()
    except OSError:
        raise SettingError(f"Không đọc được tệp {path}.") from None


def _text(given: str) -> str:
    """The words themselves, or those of a file."""
    if not given.startswith("@"):
        return given
    try:
        return Path(given[1:]).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise SettingError(f"Không đọc được tệp {given[1:]}.") from None
