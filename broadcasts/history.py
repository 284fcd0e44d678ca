"""What of a campaign was signed and decided before: what its next signers and approvers compare with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.schema import campaign_texts, decisions

APPROVED, RETURNED = "approved", "returned"


@dataclass(frozen=True, slots=True)
class Decided:
    """An approval or a return. ``seen``: what it was about (``approval.kept``); empty where that was not kept."""

    digest: str
    officer: str
    decision: str
    reason: str
    ticks: Sequence[str]
    at: datetime
    seen: Mapping[str, Any]


async def decided(connection: AsyncConnection, campaign_id: int) -> list[Decided]:
    """Everything that was decided of a campaign, the last first."""
    columns = [decisions.c[name] for name in ("digest", "officer", "decision", "reason", "ticks", "at", "seen")]
    asked = select(*columns).where(decisions.c.campaign_id == campaign_id).order_by(decisions.c.id.desc())
    return [Decided(*row) for row in await connection.execute(asked)]


async def signed_texts(connection: AsyncConnection, campaign_id: int) -> dict[str, str]:
    """The texts as they were signed last, by language, whatever was written since."""
    mine = campaign_texts.c.campaign_id == campaign_id
    asked = select(campaign_texts.c.language, campaign_texts.c.signed_text)
    rows = await connection.execute(asked.where(mine, campaign_texts.c.signed_text.is_not(None)))
    return {row.language: row.signed_text for row in rows}


async def copy_signed(connection: AsyncConnection, source: int, target: int) -> None:
    """What was signed of one campaign is what a copy of it is compared with."""
    first = campaign_texts.alias("first")
    signed = (
        select(case((first.c.signed_by != "", first.c.text), else_=first.c.signed_text))
        .where(first.c.campaign_id == source, first.c.language == campaign_texts.c.language)
        .scalar_subquery()
    )
    await connection.execute(
        update(campaign_texts).where(campaign_texts.c.campaign_id == target).values(signed_text=signed)
    )
