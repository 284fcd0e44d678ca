"""Officers are told in their own chat when something waits for them, or happened to what they wrote or who they are.

The audit log is what is read: what was done is there, in order.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bot.clock import Clock
from bot.messages import OutgoingMessage
from bot.staff import chats, register
from bot.staff.roles import Action, Officer, may
from bot.storage.db import Database
from broadcasts import store
from broadcasts.office import Office
from broadcasts.reasons import WHY_STOPPED
from handlers.audit_cursor import AuditCursor
from handlers.officers_reached import OfficersReached

# What is said of a line: to whom (the author, or whoever may do this), and in which words.
_AUTHOR = "author"
_SAID: dict[str, tuple[Action | str, str]] = {
    "campaign.submit": (Action.APPROVE, "{name} “{title}” chờ ký và duyệt. Xem: /viec"),
    "campaign.return": (_AUTHOR, "{name} “{title}” bị trả lại: {reason}. Sửa: /viec"),
    "campaign.approve": (_AUTHOR, "{name} “{title}” đã được duyệt. Đặt lịch: /viec"),
    "run.held": (_AUTHOR, "{name} “{title}”: đợt {run} bị giữ lại ({reason}), chưa gửi cho ai thêm. Xem: /viec"),
    "run.missed": (_AUTHOR, "{name} “{title}”: đợt {run} lỡ giờ ({reason}). Muốn vẫn gửi: /viec"),
    "run.withdraw": (_AUTHOR, "{name} “{title}”: đợt {run} đang được thu hồi."),
    "run.finish": (_AUTHOR, "{name} “{title}”: đợt {run} đã xong."),
}
_RESET = "officer.reset"
_RESET_HERE = (
    "Mật khẩu và mã của cán bộ {name} vừa được cấp lại lúc {at}. Cuộc trò chuyện này không còn nối với tài khoản ấy.\n"
    "Nếu anh/chị không yêu cầu, báo ngay cho quản trị bằng điện thoại hoặc gặp trực tiếp."
)
_RESET_ADMINISTRATORS = (
    "{by} vừa cấp lại mật khẩu và mã của cán bộ {name} lúc {at}. Trong 24 giờ người ấy chưa được duyệt, ký hay xác "
    "nhận. Nếu không rõ vì sao, hỏi lại {by} và {name} ngay."
)
_SAY_AGAIN_AFTER = timedelta(minutes=1)


class OfficersTold:
    """Reads on in the log and tells whom it concerns; one process at a time does this (the scheduler's)."""

    def __init__(
        self,
        *,
        db: Database,
        office: Office,
        reached: OfficersReached,
        clock: Clock,
    ) -> None:
        self._db = db
        self._office = office
        self._reached = reached
        self._clock = clock
        self._log = AuditCursor(db, "officers-told", (*_SAID, _RESET))
        self._again_at: datetime | None = None

    async def tick(self) -> None:
        """Tell what is new."""
        await self._chats_that_ended()
        async for line in self._log.new():
            if line.action == _RESET:
                await self._administrators(line)
            else:
                await self._tell(line)

    async def _tell(self, line: Any) -> None:
        who, words = _SAID[line.action]
        number = line.detail.get("campaign", line.subject)
        async with self._db.reading() as connection:
            try:
                campaign = await store.load(connection, int(number))
            except store.NoSuchCampaign:
                return
            everybody = [each.officer for each in await register.everybody(connection) if each.active]
            concerned = [each.id for each in everybody if self._concerns(each, who, campaign, line.officer)]
        reason = str(line.detail.get("reason", ""))
        text = words.format(
            name=f"CD-{campaign.id}",
            title=campaign.title,
            run=line.subject,
            reason=WHY_STOPPED.get(reason, reason).rstrip("."),
        )
        await self._reached.say(concerned, text, campaign_id=campaign.id, but=line.officer)

    async def _administrators(self, line: Any) -> None:
        """Somebody alone gave an officer new proofs: all the others who could have are told."""
        async with self._db.reading() as connection:
            others = [each.id for each in await register.administrators(connection) if each.name != line.officer]
        text = _RESET_ADMINISTRATORS.format(by=line.officer, name=line.subject, at=self._moment(line.at))
        await self._reached.say(others, text, deputies_too=False)

    async def _chats_that_ended(self) -> None:
        """Where a reset ended a chat, that is said there: it may still be in the hands of its officer, who did not
        ask for it. Said again until it surely got out."""
        now = self._clock.now()
        if self._again_at is not None and now < self._again_at:
            return
        self._again_at = None
        async with self._db.reading() as connection:
            ended = await chats.ended(connection)
        for address, name, ended_at in ended:
            text = _RESET_HERE.format(name=name, at=self._moment(ended_at))
            if not await self._reached.send(address, OutgoingMessage(text)):
                self._again_at = now + _SAY_AGAIN_AFTER
                continue
            async with self._db.transaction() as connection:
                await chats.forget_ended(connection, address, ended_at)

    def _moment(self, at: datetime) -> str:
        return f"{at.astimezone(self._office.zone):%H:%M ngày %d/%m/%Y}"

    def _concerns(self, officer: Officer, who: Action | str, campaign: store.Campaign, by: str) -> bool:
        """Nobody is told what they did themselves."""
        if officer.name == by:
            return False
        if not isinstance(who, Action):
            return officer.name == campaign.created_by
        areas = self._office.areas_of(campaign.audience)
        now = self._clock.now()
        return any(may(officer, each, areas, now, self._office.within) for each in (Action.SIGN, Action.APPROVE))
