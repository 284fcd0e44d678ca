"""``cotmoc campaign …``: a campaign from a draft to its report, by the officers who sign in for each step."""

from __future__ import annotations

import argparse
import asyncio
import json

from bot.errors import SettingError
from bot.staff.roles import Officer
from broadcasts import outbox, posts, store, withdrawals
from broadcasts.approval import spoken, text_mark
from broadcasts.service import Service
from handlers.commands import campaign_posts
from handlers.commands import campaign_words as words
from handlers.commands.acting import Front
from handlers.commands.campaign_drafting import Drafting, Said, name
from handlers.commands.offices import office_at

# Steps that a script may take with its officer's token; for the others the person signs in.
_SCRIPTED = frozenset(
    (
        *("draft", "templates", "copy", "write", "attach", "detach", "aim", "time", "link", "submit", "schedule"),
        *("check", "preview", "status", "list", "unknown"),
    )
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
    if given.what == "sign" and not given.digest:  # said before anybody's code is used up
        raise SettingError("Đọc chữ và lấy dấu của bản này ở check, rồi ký kèm --digest DẤU.")

    async def whole() -> None:
        async with front.database() as db:
            async with db.reading() as connection:
                office, previews = await office_at(front, connection)
            scripted = given.what in _SCRIPTED | _PAPERS
            officer = await (front.officer if scripted else front.person)(db, given.by)
            if given.what in _PAPERS:
                from handlers.commands.campaign_reports import Papers  # and with it what writes spreadsheets

                papers = Papers(front, db, Service(db, office, front.clock), office, given)
                said, found = await getattr(papers, given.what)(officer)
            else:
                desk = _Desk(front, db, office, previews, given)
                said, found = await getattr(desk, _METHODS[given.what])(officer)
            print(json.dumps(found, ensure_ascii=False) if given.json else said)

    asyncio.run(whole())
    return 0


class _Desk(Drafting):
    """What is decided, what goes out, and what came of it."""

    # --- deciding -------------------------------------------------------------------------------------------------

    async def sign(self, officer: Officer) -> Said:
        await self._service.sign(officer, self._number, self._given.language, self._given.digest)
        return f"{name(self._number)}: {officer.name} đã ký bản {self._given.language}.", self._done()

    async def check(self, officer: Officer) -> Said:
        campaign = await self._service.campaign(officer, self._number)
        seen = await self._service.checklist(officer, self._number)
        lines = [f"{name(self._number)} · dấu {spoken(seen.digest)} ({seen.digest})"]
        for text in campaign.texts:
            signed = f"ký: {text.signed_by}" if text.signed_by else "chưa ký, không gửi"
            lines += [f"--- {text.language} [{signed}]", text.text]
            if not text.signed_by:
                lines.append(f"  ký: sign {self._number} {text.language} --digest {text_mark(text.text)}")
        lines += [f"Tệp kèm: {words.file(each)}" for each in campaign.files]
        foreseen = await self._service.forecast(officer, self._number)
        lines += words.forecast(foreseen)
        lines += campaign_posts.planned(foreseen.posts)
        lines += [*words.changed(seen.changed), *self._previews.misfits(campaign)]
        lines += ["Người duyệt phải đánh dấu:", *(f'  --tick "{each}"' for each in seen.ticks)]
        if seen.refused:
            lines.append(f"{officer.name} không duyệt được: {seen.refused}")
        said, warnings = await self._warned("\n".join(lines), officer)
        return said, {
            "digest": seen.digest,
            "ticks": list(seen.ticks),
            "refused": seen.refused,
            "changed": list(seen.changed),
            "texts": {each.language: text_mark(each.text) for each in campaign.texts},
            "forecast": foreseen.to_json(),
            "warnings": warnings,
            "posts": foreseen.to_json()["posts"],
        }

    async def approve(self, officer: Officer) -> Said:
        await self._service.approve(officer, self._number, self._given.digest, self._given.tick)
        said = f"Đã duyệt dấu {spoken(self._given.digest)}. Sửa một chữ là phải duyệt lại."
        return said, self._done()

    async def return_(self, officer: Officer) -> Said:
        await self._service.return_(officer, self._number, self._given.reason)
        return f"{name(self._number)} bị trả lại: {self._given.reason}", self._done()

    async def schedule(self, officer: Officer) -> Said:
        at = (await self._service.schedule(officer, self._number)).astimezone(self._front.settings.zone)
        return f"{name(self._number)} sẽ gửi lúc {at:%H:%M ngày %d/%m/%Y}.", {"id": self._number, "at": at.isoformat()}

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
        return f"{name(self._number)}: đã huỷ, ai chưa được gửi thì thôi.", self._done()

    async def withdraw(self, officer: Officer) -> Said:
        await self._service.withdraw(officer, self._number)
        async with self._db.reading() as connection:
            going = await withdrawals.progress(connection, [self._number])
        said = [f"Đợt {self._number}: đang thu hồi.", *campaign_posts.taking_back(going)]
        return "\n".join(said), self._done() | {"withdrawals": campaign_posts.withdrawals_json(going)}

    async def correct(self, officer: Officer) -> Said:
        number = await self._service.correct(officer, self._number, self._given.title)
        return f"Bản đính chính {name(number)}, gửi cho đúng những người đã nhận đợt {self._number}.", {"id": number}

    # --- asking ---------------------------------------------------------------------------------------------------

    async def status(self, officer: Officer) -> Said:
        campaign = await self._service.campaign(officer, self._number)
        runs = await self._service.runs(officer, self._number)
        zone = self._front.settings.zone
        lines = [f"{name(campaign.id)} {campaign.title}: {_STATES[campaign.state]}"]
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
        lines += [f"  tệp kèm: {words.file(each)}" for each in campaign.files]
        changed = (await self._service.checklist(officer, self._number)).changed
        foreseen = None
        if campaign.state in words.AHEAD:
            lines += [f"  {each}" for each in words.changed(changed)]
            foreseen = await self._service.forecast(officer, self._number)
            lines += [f"  {each}" for each in words.forecast(foreseen)]
        found = {
            "id": campaign.id,
            "state": str(campaign.state),
            "files": [{"id": each.id, "language": each.language, "name": each.name} for each in campaign.files],
            "changed": list(changed),
            "forecast": foreseen.to_json() if foreseen is not None else None,
            "runs": [{"id": run.id, "state": str(run.state), "reason": run.reason} for run in runs],
            "posts": campaign_posts.posts_json(posted),
            "withdrawals": campaign_posts.withdrawals_json(going),
        }
        lines += [*campaign_posts.posted(posted), *campaign_posts.taking_back(going)]
        return "\n".join(lines), found

    async def list_(self, officer: Officer) -> Said:
        listed = await self._service.campaigns(officer)
        said = "\n".join(f"{name(each.id)} {_STATES[each.state]:<12} {each.title}" for each in listed)
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


_METHODS = {"return": "return_", "list": "list_"} | {
    name: name
    for name in (
        *("draft", "templates", "copy", "write", "attach", "detach", "aim", "time", "link", "preview", "submit"),
        *("sign", "check", "approve", "schedule"),
        *("pause", "resume", "release", "cancel", "withdraw", "correct", "status", "unknown"),
    )
}
