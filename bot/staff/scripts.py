"""The person behind a script that only lays something before another person."""

from __future__ import annotations

from dataclasses import replace

from bot.staff.roles import Forbidden, Officer

DRAFT = "draft"


def proposing(officer: Officer) -> Officer:
    """Whose script this is, for what somebody else has to decide on: never for deciding. Raises Forbidden to a token
    that only reads."""
    if officer.scopes is not None and DRAFT not in officer.scopes:
        raise Forbidden
    return replace(officer, scopes=None)
