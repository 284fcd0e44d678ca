"""Why a file cannot be attached (pure)."""

from __future__ import annotations

from bot.errors import CotMocError


class BadAttachment(CotMocError):
    """Không đính kèm được tệp này."""
