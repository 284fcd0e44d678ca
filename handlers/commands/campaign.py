"""``cotmoc campaign …``: a campaign from a draft to its report, by the officers who sign in for each step."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.errors import SettingError
from bot.place_files import load_gazetteer
from bot.staff.roles import Officer
from bot.storage.db import Database
from broadcasts import outbox, posts, recurrence, store, withdrawals
from broadcasts.approval import spoken
from broadcasts.audience import Audience
from broadcasts.dates import Dates
from broadcasts.service import Service
from content import store as content_store
from handlers.campaigning import office_of
from handlers.commands import campaign_posts
from handlers.commands.acting import Front
from handlers.zalo_ways import zalo_ways

# Steps that a script may take with its officer's token; for the others the person signs in.
_SCRIPTED = frozenset(
    ("draft", "write", "aim", "time", "link", "submit", "schedule", "check", "status", "list", "unknown")
)
_PAPERS = frozenset(("report", "period", "deadlines", "calendar"))  # read only, by people and by scripts
_STATES = {
    "draft": "đang soạn",
    "submitted": "chờ duyệt",
    "returned": "bị trả lại",
    "approved": "đã duyệt",
    "scheduled": "đã đặt lịch",
    "sending": "đang gửi",
    "paused": "tạm dừng",
    "done": "xong",
    "cancelled": "đã huỷ",
    "expired": "hết hiệu lực",
    "missed": "lỡ giờ",
    "held": "bị giữ lại",
}


def run(front: Front, given: argparse.Namespace) -> int:
    """Sign in, do the one step, say what came of it."""

    async def whole() -> None:
        async with front.database() as db:
            async with db.reading() as connection:
                catalog = await content_store.load_catalog(connection)
            office = office_of(front.settings, load_gazetteer(), catalog, front.key, zalo_ways(front.settings))
            service = Service(db, office, front.clock)
            scripted = given.what in _SCRIPTED | _PAPERS
            officer = await (front.officer if scripted else front.person)(db, given.by)
            if given.what in _PAPERS:
                from handlers.commands.campaign_reports import Papers  # and with it what writes spreadsheets

                said, found = await getattr(Papers(front, db, service, office, given), given.what)(officer)
            else:
                desk = _Desk(front, db, service, Dates(db, office), given)
                said, found = await getattr(desk, _METHODS[given.what])(officer)
            print(json.dumps(found, ensure_ascii=False) if given.json else said)

    asyncio.run(whole())
    return 0


Said = tuple[str, Any]
Step = Callable[[Officer], Awaitable[Said]]


class _Desk:
    """One command: each method is one step and returns what is said, and the same for scripts."""

    def __init__(self, front: Front, db: Database, service: Service, dates: Dates, given: argparse.Namespace) -> None:
        self._front = front
        self._db = db
        self._service = service
        self._dates = dates
        self._given = given
        self._number: int = getattr(given, "number", 0)

    # --- writing --------------------------------------------------------------------------------------------------

    async def draft(self, officer: Officer) -> Said:
        number = await self._service.draft(officer, self._given.title)
        return f"Bản nháp {_name(number)}.", {"id": number}

    async def write(self, officer: Officer) -> Said:
        await self._service.write(officer, self._number, self._given.language, _text(self._given.text))
        return f"{_name(self._number)}: đã ghi bản {self._given.language}. Chữ ký cũ (nếu có) đã mất.", self._done()

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
        return f"{_name(self._number)}: đã ghi đối tượng nhận.", self._done()

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
            f"{_name(self._number)}: gửi lúc {'; '.join(dates) or 'giờ đã qua'}.", officer
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
        return f"{_name(self._number)}: đã gắn {len(self._given.entries)} câu trả lời.", self._done()

    async def submit(self, officer: Officer) -> Said:
        digest = await self._service.submit(officer, self._number)
        said, warnings = await self._warned(
            f"Đã trình {_name(self._number)}. Người duyệt phải là cán bộ khác.", officer
        )
        return said, {"id": self._number, "digest": digest, "warnings": warnings}

    # --- deciding -------------------------------------------------------------------------------------------------

    async def sign(self, officer: Officer) -> Said:
        await self._service.sign(officer, self._number, self._given.language)
        return f"{_name(self._number)}: {officer.name} đã ký bản {self._given.language}.", self._done()

    async def check(self, officer: Officer) -> Said:
        campaign = await self._service.campaign(officer, self._number)
        seen = await self._service.checklist(officer, self._number)
        lines = [f"{_name(self._number)} · dấu {spoken(seen.digest)} ({seen.digest})"]
        for text in campaign.texts:
            signed = f"ký: {text.signed_by}" if text.signed_by else "chưa ký, không gửi"
            lines += [f"--- {text.language} [{signed}]", text.text]
        foreseen = await self._service.forecast(officer, self._number)
        lines += campaign_posts.planned(foreseen.posts)
        lines += ["Người duyệt phải đánh dấu:", *(f'  --tick "{each}"' for each in seen.ticks)]
        if seen.refused:
            lines.append(f"{officer.name} không duyệt được: {seen.refused}")
        said, warnings = await self._warned("\n".join(lines), officer)
        return said, {
            "digest": seen.digest,
            "ticks": list(seen.ticks),
            "refused": seen.refused,
            "warnings": warnings,
            "posts": foreseen.to_json()["posts"],
        }

    async def approve(self, officer: Officer) -> Said:
        await self._service.approve(officer, self._number, self._given.digest, self._given.tick)
        said = f"Đã duyệt dấu {spoken(self._given.digest)}. Sửa một chữ là phải duyệt lại."
        return said, self._done()

    async def return_(self, officer: Officer) -> Said:
        await self._service.return_(officer, self._number, self._given.reason)
        return f"{_name(self._number)} bị trả lại: {self._given.reason}", self._done()

    async def schedule(self, officer: Officer) -> Said:
        at = (await self._service.schedule(officer, self._number)).astimezone(self._front.settings.zone)
        return f"{_name(self._number)} sẽ gửi lúc {at:%H:%M ngày %d/%m/%Y}.", {"id": self._number, "at": at.isoformat()}

    # --- while it is going out ------------------------------------------------------------------------------------

    async def pause(self, officer: Officer) -> Said:
        await self._service.pause(officer, self._number)
        return f"Đợt {self._number}: tạm dừng.", self._done()

    async def resume(self, officer: Officer) -> Said:
        await self._service.resume(officer, self._number)
        return f"Đợt {self._number}: chạy tiếp.", self._done()

    async def release(self, officer: Officer) -> Said:
        await self._service.release(officer, self._number)
        return f"Đợt {self._number}: sẽ gửi ngay, nếu vẫn đúng bản đã duyệt.", self._done()

    async def cancel(self, officer: Officer) -> Said:
        await self._service.cancel(officer, self._number)
        return f"{_name(self._number)}: đã huỷ, ai chưa được gửi thì thôi.", self._done()

    async def withdraw(self, officer: Officer) -> Said:
        await self._service.withdraw(officer, self._number)
        async with self._db.reading() as connection:
            going = await withdrawals.progress(connection, [self._number])
        said = [f"Đợt {self._number}: đang thu hồi.", *campaign_posts.taking_back(going)]
        return "\n".join(said), self._done() | {"withdrawals": campaign_posts.withdrawals_json(going)}

    async def correct(self, officer: Officer) -> Said:
        number = await self._service.correct(officer, self._number, self._given.title)
        return f"Bản đính chính {_name(number)}, gửi cho đúng những người đã nhận đợt {self._number}.", {"id": number}

    # --- asking ---------------------------------------------------------------------------------------------------

    async def status(self, officer: Officer) -> Said:
        campaign = await self._service.campaign(officer, self._number)
        runs = await self._service.runs(officer, self._number)
        zone = self._front.settings.zone
        lines = [f"{_name(campaign.id)} {campaign.title}: {_STATES[campaign.state]}"]
        async with self._db.reading() as connection:
            decision = await store.last_decision(connection, self._number)
            posted = await posts.listed(connection, [run.id for run in runs])
            going = await withdrawals.progress(connection, [run.id for run in runs])
        if decision is not None and decision.decision == "returned":
            lines.append(f"  trả lại: {decision.reason}")
        lines += [
            f"  đợt {run.id}: {run.planned_at.astimezone(zone):%H:%M %d/%m/%Y}, {_STATES[run.state]}"
            + (f" ({run.reason})" if run.reason else "")
            for run in runs
        ]
        found = {
            "id": campaign.id,
            "state": str(campaign.state),
            "runs": [{"id": run.id, "state": str(run.state), "reason": run.reason} for run in runs],
            "posts": campaign_posts.posts_json(posted),
            "withdrawals": campaign_posts.withdrawals_json(going),
        }
        lines += [*campaign_posts.posted(posted), *campaign_posts.taking_back(going)]
        return "\n".join(lines), found

    async def list_(self, officer: Officer) -> Said:
        listed = await self._service.campaigns(officer)
        said = "\n".join(f"{_name(each.id)} {_STATES[each.state]:<12} {each.title}" for each in listed)
        return said or "Chưa có chiến dịch nào.", [{"id": each.id, "state": each.state} for each in listed]

    async def unknown(self, officer: Officer) -> Said:
        await self._service.runs(officer, self._number)  # the right to read is asked there
        async with self._db.reading() as connection:
            listed = await outbox.unknown(connection, self._number)
            posted = [each for each in await posts.listed(connection, [self._number]) if each.state == "unknown"]
        said = [f"{each.id} {each.channel} {each.address}" for each in listed] + campaign_posts.posted(posted)
        return "\n".join(said) or "Không có lượt nào không rõ.", [
            *({"id": each.id, "channel": each.channel, "address": each.address} for each in listed),
            *({"post": each.name, "channel": each.channel, "language": each.language} for each in posted),
        ]

    async def _warned(self, said: str, officer: Officer) -> tuple[str, list[str]]:
        """What is said, with what is planned too close: to be looked at, never a refusal."""
        campaign = await self._service.campaign(officer, self._number)
        found = await self._dates.warnings(campaign, self._front.clock.now())
        return "\n".join([said, *(f"Lưu ý: {each}" for each in found)]), list(found)

    def _done(self) -> dict[str, int]:
        return {"id": self._number}


_METHODS = {"return": "return_", "list": "list_"} | {
    name: name
    for name in (
        *("draft", "write", "aim", "time", "link", "submit", "sign", "check", "approve", "schedule"),
        *("pause", "resume", "release", "cancel", "withdraw", "correct", "status", "unknown"),
    )
}


def _name(number: int) -> str:
    return f"CD-{number}"


def _text(given: str) -> str:
    """The words themselves, or those of a file."""
    if not given.startswith("@"):
        return given
    try:
        return Path(given[1:]).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise SettingError(f"Không đọc được tệp {given[1:]}.") from None
