"""What every step of ``cotmoc notice`` stands on: the warnings of this installation, and what was typed, understood."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

from bot.errors import SettingError
from bot.staff.roles import Officer
from bot.storage.db import Database
from broadcasts import import_rows
from broadcasts.notice_service import Also, Issued, Preview
from broadcasts.notices import NoticeDraft, name_of
from broadcasts.office import Office
from content import notice_templates
from content.files import shipped_phrases
from content.notice_files import shipped_notices
from content.notice_templates import NoticeTemplate
from handlers.commands.acting import Front
from handlers.commands.offices import office_at
from handlers.warnings import Warnings

Said = tuple[str, Any]


class NoticeDesk:
    """One command; methods raise what the service raises, and SettingError for what was typed wrongly."""

    def __init__(self, front: Front, db: Database, office: Office, given: argparse.Namespace) -> None:
        self.front = front
        self.db = db
        self.office = office
        self.given = given
        self.zone = front.settings.zone
        self.warnings = Warnings(
            db=db,
            settings=front.settings,
            office=office,
            phrases=shipped_phrases(),
            clock=front.clock,
            templates=shipped_notices(),
        )
        self.service = self.warnings.service

    @classmethod
    async def at(cls, front: Front, db: Database, given: argparse.Namespace) -> NoticeDesk:
        async with db.reading() as connection:
            office, _ = await office_at(front, connection)
        return cls(front, db, office, given)

    async def acting(self) -> Officer:
        """The person who does this, by password and code: no script's token is enough."""
        return await self.front.person(self.db, self.given.by)

    async def reading(self) -> Officer:
        """Who asks: a person or a script."""
        return await self.front.officer(self.db, self.given.by)

    def template(self) -> NoticeTemplate:
        found = notice_templates.called(self.warnings.hazards.templates.values(), self.given.template)
        if found is None:
            raise SettingError(f"Không có mẫu “{self.given.template[:40]}”; xem các mẫu: cotmoc notice templates.")
        return found

    def area(self) -> tuple[str, ...]:
        """The codes of what was typed; a whole province only when that was said too."""
        find = import_rows.finder(self.office.gazetteer, self.front.settings.province)
        codes: dict[str, None] = {}
        for typed in self.given.area:
            code = find(typed)
            if code is None:
                raise SettingError(f"Không có nơi nào chắc chắn là “{typed[:80]}”; hãy dùng mã, ví dụ c-29938.")
            codes[code] = None
        return self.sure(tuple(codes))

    def sure(self, codes: tuple[str, ...]) -> tuple[str, ...]:
        """The same, unless it is a whole province by mistake."""
        places = [place for place in map(self.office.gazetteer.get, codes) if place is not None]
        whole = next((place.name for place in places if place.kind == "province"), "")
        if whole and not self.given.whole_province:
            raise SettingError(f"{whole} là cả tỉnh; đúng là gửi cả tỉnh thì thêm --whole-province.")
        return codes

    def blanks(self) -> Mapping[str, str]:
        found = {}
        for each in self.given.blank:
            name, sign, text = each.partition("=")
            if not sign or not name.strip():
                raise SettingError(f"Viết chỗ điền như TÊN=CHỮ, không phải “{each[:60]}”.")
            found[name.strip()] = text.strip()
        return found

    async def say(self, officer: Officer, draft: NoticeDraft, also: Also | None = None) -> tuple[Preview, Issued]:
        """Issue what was just counted and composed; not a second time what somebody else has just said."""
        preview = await self.service.preview(officer, draft)
        alike = preview.alike
        if alike is not None and not self.given.again:
            raise SettingError(
                f"Đang có {name_of(alike.id)} cùng loại, cùng nơi. Theo dõi chung: cotmoc notice join {alike.id}. "
                "Vẫn phát thêm: --again."
            )
        return preview, await self.service.issue(officer, draft, seen=preview.seen, also=also)
