"""How well an Official Account's tokens are, in one value for logs, metrics, /readyz and the command line (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.channels.zalo_token_row import TokenRow

REFRESH_TOKEN_LIFE = timedelta(days=89)  # three months, the shortest three there are
STALE_AFTER = timedelta(days=14)  # without a renewal: a person looks, more than two months before the end
LATE_BEFORE = timedelta(hours=6)  # of the access token's end: renewing has failed for hours


class TokenState(IntEnum):
    """The value of the metric; the greater, the worse."""

    OK = 0
    DOUBTFUL = 1  # a renewal has no answer yet: the refresh token may be used
    LATE = 2  # renewing fails, the access token still works for some hours
    NO_TOKEN = 3  # nothing to send with, and no consent needed: it may come back by itself
    STALE = 4  # not renewed for so long that the refresh token itself is in danger
    MISSING = 5  # nobody has consented yet
    NEEDS_REAUTH = 6  # only a person's new consent helps


_TROUBLE = {
    TokenState.NO_TOKEN: "zalo-oa: no valid access token",
    TokenState.STALE: "zalo-oa: the tokens have not been renewed for 14 days",
    TokenState.MISSING: "zalo-oa: no tokens, run: cotmoc zalo login",
    TokenState.NEEDS_REAUTH: "zalo-oa: needs_reauth, run: cotmoc zalo login",
}


@dataclass(frozen=True, slots=True)
class Health:
    """``consent_ends_at``: when the refresh token dies if nothing renews it."""

    state: TokenState
    expires_at: datetime | None = None
    renewed_at: datetime | None = None
    consent_ends_at: datetime | None = None
    reason: str = ""

    @property
    def trouble(self) -> str:
        """One line for /readyz; empty while the account can work."""
        return _TROUBLE.get(self.state, "")


def judge(
    row: TokenRow | None, now: datetime, *, refused: bool = False, readable: bool = True, failing: str = ""
) -> Health:
    """``refused``: Zalo refused this access token · ``readable``: the installation's key opens the row · ``failing``:
    why Zalo refused the last renewal without using its token up."""
    if row is None or not row.sealed:
        return Health(TokenState.MISSING)
    ends = row.issued_at + REFRESH_TOKEN_LIFE if row.issued_at else None

    def be(state: TokenState, reason: str = "") -> Health:
        return Health(state, row.expires_at, row.issued_at, ends, reason)

    if not readable:
        return be(TokenState.NEEDS_REAUTH, "secret-key")
    if row.refused:
        return be(TokenState.NEEDS_REAUTH, row.refused)
    if row.issued_at is not None and now >= row.issued_at + STALE_AFTER:
        return be(TokenState.STALE, failing)
    if refused or row.expires_at is None or now >= row.expires_at:
        return be(TokenState.NO_TOKEN, failing)
    if failing or now >= row.expires_at - LATE_BEFORE:
        return be(TokenState.LATE, failing)
    if row.refreshing_since is not None:
        return be(TokenState.DOUBTFUL)
    return be(TokenState.OK)
