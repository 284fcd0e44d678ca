"""A notice made of somebody else's CAP message: what may become one, for where, for how long, and by whom it is taken.

The message is taken in the very transaction that issues, so that two officers never make two notices of it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.db import Database
from broadcasts import cap_inbox, notice_store
from broadcasts.cap import MsgType
from broadcasts.cap_inbox import CapDraft, NotForThis
from broadcasts.notice_service import Also
from broadcasts.notices import NoticeDraft, name_of
from broadcasts.office import Office


async def require_new(db: Database, found: CapDraft, now: datetime) -> None:
    """What ends or changes a notice of ours is no new notice. Raises NotForThis."""
    async with db.reading() as connection:
        live = {each.id for each in await notice_store.live(connection, now)}
    ours = [each for each in found.concerns if each in live]
    if ours:
        raise NotForThis(
            f"Bản tin này nói về {name_of(ours[0])} đang có hiệu lực: cập nhật, huỷ hay báo hết nguy hiểm tin ấy, "
            "rồi ghi bản tin này là không dùng."
        )
    if found.msg_type == MsgType.CANCEL:
        raise NotForThis("Bản tin này huỷ một cảnh báo trước, không lập thành tin mới; đã đọc thì ghi là không dùng.")


def hours_left(found: CapDraft, usual: timedelta, now: datetime) -> timedelta | None:
    """Not longer than the message itself says that it holds. None: as the template says."""
    ends = [each.expires for each in found.alert().infos if each.expires is not None]
    left = max(ends) - now if ends else usual
    return left if left < usual else None


def taking(office: Office, officer: str, draft: NoticeDraft, number: int, now: datetime) -> Also:
    """What is done with CAP message ``number`` when ``draft`` is issued."""

    async def link(connection: AsyncConnection, notice_id: int) -> None:
        await cap_inbox.take(connection, office.key, officer, number, drill=draft.drill, now=now)
        await cap_inbox.link(connection, number, notice_id)

    return link
