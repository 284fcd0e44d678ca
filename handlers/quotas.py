"""How many messages are left to the channels that have a quota: what a forecast is held against."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels.zalo_bot_book import kept_tally
from bot.channels.zalo_bot_quota import MESSAGES_A_MONTH, Tally, month_of
from bot.channels.zalo_oa_book import kept_allowance
from bot.settings import Settings
from broadcasts.office import Quotas

ZALO_BOT, ZALO_OA = "zalo-bot", "zalo-oa"


def quotas_of(settings: Settings) -> Quotas:
    """Of the accounts that the settings switch on.

    Zalo Bot: what it may still send this calendar month, answers included. An Official Account: what is left of what
    was paid for, as Zalo says; 0 when it refuses what is not free; missing where Zalo says nothing, or takes money for
    each.
    """

    async def left(connection: AsyncConnection, now: datetime) -> Mapping[str, int]:
        found: dict[str, int] = {}
        if settings.zalo_bot_token.get_secret_value():
            kept = (await kept_tally(connection)).plus(Tally(month_of(now, settings.zone)))
            found[ZALO_BOT] = max(0, MESSAGES_A_MONTH - kept.sent)
        if settings.zalo_oa:
            prepaid = (await kept_allowance(connection)).prepaid(now)
            found |= {} if prepaid is None else {ZALO_OA: prepaid}
        return found

    return left
