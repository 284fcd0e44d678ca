"""Where the tokens of an Official Account are kept: one sealed row, changed by compare-and-swap only.

The row carries the tokens, the lease of whoever renews them and the mark that a renewal has begun. One swap changes
them together, so a lease can never be won on a pair that somebody else has just replaced.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select, update

from bot.channels.zalo_oauth import TokenPair
from bot.errors import AccountRejected
from bot.sealing import Sealer, Unsealable
from bot.storage.db import Database, insert_for
from bot.storage.schema import channel_state

CHANNEL = "zalo-oa"
KEY = "tokens"


@dataclass(frozen=True, slots=True)
class TokenRow:
    """``generation`` grows with every pair; 0 is the one an operator gave, which was never renewed.

    ``refreshing_since`` is set before a renewal leaves and taken back when its end is known: while it is set nobody
    can know whether the refresh token is used. ``refused`` is why only a new consent helps; empty: no need.
    """

    generation: int = 0
    sealed: str = field(default="", repr=False)
    issued_at: datetime | None = None
    expires_at: datetime | None = None
    refreshing_since: datetime | None = None
    refused: str = ""
    owner: str = ""
    until: datetime | None = None
    text: str = field(default="", repr=False, compare=False)  # as it was read

    def held_by_other(self, owner: str, now: datetime) -> bool:
        return bool(self.owner) and self.owner != owner and self.until is not None and self.until > now

    def free(self) -> TokenRow:
        return replace(self, owner="", until=None)


_TIMES = ("issued_at", "expires_at", "refreshing_since", "until")
_KEPT = tuple(each.name for each in fields(TokenRow) if each.name != "text")


class TokenShelf:
    """The row of one account. Raises StoreUnavailable where the database is away."""

    def __init__(self, db: Database, *, key: bytes, account: str = "main") -> None:
        self.account = account
        self._db = db
        self._sealer = Sealer(key, f"zalo-oa/tokens/{account}")
        self._row = and_(
            channel_state.c.channel == CHANNEL, channel_state.c.account == account, channel_state.c.key == KEY
        )

    def seal(self, pair: TokenPair) -> str:
        return self._sealer.seal(json.dumps([pair.access_token, pair.refresh_token]))

    def unseal(self, row: TokenRow) -> TokenPair:
        """Raises AccountRejected when the key of the installation is another one now."""
        try:
            access, refresh = json.loads(self._sealer.unseal(row.sealed))
        except Unsealable as error:
            raise AccountRejected(str(error)) from None
        return TokenPair(access, refresh)

    async def read(self) -> TokenRow | None:
        async with self._db.reading() as connection:
            text = (await connection.execute(select(channel_state.c.value).where(self._row))).scalar()
        return None if text is None else from_text(text)

    async def swap(self, before: TokenRow | None, after: TokenRow) -> TokenRow | None:
        """Durable when it returns; None when the row is not ``before`` any more."""
        text = to_text(after)
        async with self._db.transaction() as connection:
            if before is None:
                done = await connection.execute(
                    insert_for(connection)(channel_state)
                    .values(channel=CHANNEL, account=self.account, key=KEY, value=text)
                    .on_conflict_do_nothing()
                )
            else:
                done = await connection.execute(
                    update(channel_state).where(self._row, channel_state.c.value == before.text).values(value=text)
                )
        return replace(after, text=text) if done.rowcount == 1 else None


def to_text(row: TokenRow) -> str:
    values: dict[str, Any] = {name: getattr(row, name) for name in _KEPT}
    return json.dumps({name: each.isoformat() if isinstance(each, datetime) else each for name, each in values.items()})


def from_text(text: str) -> TokenRow:
    values = {name: each for name, each in json.loads(text).items() if name in _KEPT}
    for name in _TIMES:
        if values.get(name):
            values[name] = datetime.fromisoformat(values[name])
    return TokenRow(**values, text=text)
