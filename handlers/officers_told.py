"""Officers are told in their own chat when something waits for them or happened to what they wrote.

The audit log is what is read: what was done is there, in order, whoever did it and from which process. How far it was
read is kept, so that nothing is told twice after a restart; a line that is being told when the service dies is told
again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import errors, logs
from bot.channels.base import Channel
from bot.clock import Clock
from bot.messages import Button, OutgoingMessage
from bot.staff import chats, codes, register
from bot.staff.roles import Action, Officer, may
from bot.storage.db import Database, insert_for
from bot.storage.schema import audit, channel_state
from broadcasts import store
from broadcasts.office import Office
from content.phrases import Phrases
from handlers.chat import values
from handlers.chat.officer_sitting import VERB

AT_A_TIME = 50  # lines of the log
_CURSOR = {"channel": "", "account": "", "key": "officers-told"}
# What is said of a line: to whom (the author, or whoever may do this), and in which words.
_AUTHOR = "author"
_SAID: dict[str, tuple[Action | str, str]] = {
    "campaign.submit": (Action.APPROVE, "{name} “{title}” chờ ký và duyệt. Xem: /viec"),
    "campaign.return": (_AUTHOR, "{name} “{title}” bị trả lại: {reason}. Sửa: /viec"),
    "campaign.approve": (_AUTHOR, "{name} “{title}” đã được duyệt. Đặt lịch: /viec"),
    "run.held": (_AUTHOR, "{name} “{title}”: đợt {run} bị giữ lại ({reason}), chưa gửi cho ai thêm."),
    "run.missed": (_AUTHOR, "{name} “{title}”: đợt {run} lỡ giờ ({reason}). Muốn vẫn gửi: /viec"),
    "run.withdraw": (_AUTHOR, "{name} “{title}”: đợt {run} đang được thu hồi."),
    "run.finish": (_AUTHOR, "{name} “{title}”: đợt {run} đã xong."),
}
_REASONS = {
    "changed": "nội dung đổi sau khi duyệt",
    "entry": "câu trả lời gắn kèm đã hết hiệu lực",
    "post": "nơi đăng không còn trong cài đặt",
    "not-approved": "chưa được duyệt",
    "content": "kênh không nhận nội dung này",
    "too-late": "quá trễ",
    "skip": "máy tắt lúc đó",
    "ask": "máy tắt lúc đó",
}
log = logs.get("officers")


class OfficersTold:
    """Reads on in the log and tells whom it concerns; one process at a time does this (the scheduler's)."""

    def __init__(
        self,
        *,
        db: Database,
        office: Office,
        channels: Mapping[tuple[str, str], Channel],
        phrases: Phrases,
        clock: Clock,
    ) -> None:
        self._db = db
        self._office = office
        self._channels = channels
        self._phrases = phrases
        self._clock = clock

    async def tick(self) -> None:
        """Tell what is new."""
        async with self._db.reading() as connection:
            after = await self._cursor(connection)
            newest = await self._newest(connection) if after is None else 0
        if after is None:  # on the first day: what happened before is not told
            async with self._db.transaction() as connection:
                await _move(connection, newest)
            return
        async with self._db.reading() as connection:
            lines = (
                await connection.execute(select(audit).where(audit.c.id > after).order_by(audit.c.id).limit(AT_A_TIME))
            ).all()
        for line in lines:
            if line.action in _SAID:
                await self._tell(line)
            async with self._db.transaction() as connection:
                await _move(connection, line.id)

    async def _cursor(self, connection: AsyncConnection) -> int | None:
        """How far it was read; None: never yet."""
        asked = select(channel_state.c.value).filter_by(**_CURSOR)
        kept = (await connection.execute(asked)).scalar()
        return None if kept is None else int(kept)

    async def _newest(self, connection: AsyncConnection) -> int:
        return int((await connection.execute(select(func.coalesce(func.max(audit.c.id), 0)))).scalar_one())

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
            where = await chats.addresses(connection, concerned, self._clock.now())
        reason = str(line.detail.get("reason", ""))
        text = words.format(
            name=f"CD-{campaign.id}",
            title=campaign.title,
            run=line.subject,
            reason=_REASONS.get(reason, reason).rstrip("."),
        )
        for officer_id, addresses in where.items():
            for address in addresses[:1]:
                channel = self._channels.get((address.channel, address.account))
                if channel is None:
                    continue
                rows = await self._rows(officer_id, campaign.id) if channel.capabilities.buttons else ()
                try:
                    await channel.send(address, OutgoingMessage(text, rows))
                except errors.ChannelError as error:
                    log.warning("an officer could not be told", why=type(error).__name__)

    async def _rows(self, officer_id: int, campaign_id: int) -> tuple[tuple[Button, ...], ...]:
        """A button that opens the card, once and for this officer only. Where there are no buttons ``/viec`` does."""
        now = self._clock.now()
        async with self._db.transaction() as connection:
            made = await codes.button(connection, self._office.key, officer_id, "open", str(campaign_id), now)
        label = self._phrases.say("officer.b_open", "vi", code=f"CD-{campaign_id}")
        return ((Button(label, values.value(now.astimezone(self._office.zone).date(), VERB, made)),),)

    def _concerns(self, officer: Officer, who: Action | str, campaign: store.Campaign, by: str) -> bool:
        """Nobody is told what they did themselves."""
        if officer.name == by:
            return False
        if not isinstance(who, Action):
            return officer.name == campaign.created_by
        areas = self._office.areas_of(campaign.audience)
        now = self._clock.now()
        return any(may(officer, each, areas, now, self._office.within) for each in (Action.SIGN, Action.APPROVE))


async def _move(connection: AsyncConnection, to: int) -> None:
    await connection.execute(
        insert_for(connection)(channel_state)
        .values(**_CURSOR, value=str(to))
        .on_conflict_do_update(index_elements=["channel", "account", "key"], set_={"value": str(to)})
    )
