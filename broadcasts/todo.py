"""What of a campaign waits for an officer: a language to sign, or the approval (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from bot.staff.roles import Action, Officer, Within, may
from broadcasts.approval import Draft, Text
from broadcasts.campaigns import CampaignState


class Waiting(Protocol):
    """What is asked of a campaign."""

    @property
    def state(self) -> CampaignState: ...
    @property
    def texts(self) -> tuple[Text, ...]: ...
    @property
    def authors(self) -> frozenset[str]: ...
    @property
    def draft(self) -> Draft: ...
    @property
    def audience(self) -> Mapping[str, Any]: ...


def signable(officer: Officer, campaign: Waiting, areas: tuple[str, ...], now: datetime, within: Within) -> list[str]:
    """Languages that this officer may sign now. ``areas``: those that the campaign touches."""
    if not may(officer, Action.SIGN, areas, now, within):
        return []
    return [each.language for each in campaign.texts if not each.signed_by and each.changed_by != officer.name]


def waits_for(officer: Officer, campaign: Waiting, areas: tuple[str, ...], now: datetime, within: Within) -> str:
    """What a campaign that was handed in waits for from this officer: ``sign``, ``approve``, or nothing."""
    if campaign.state is not CampaignState.SUBMITTED:
        return ""
    if signable(officer, campaign, areas, now, within):
        return "sign"
    free = officer.name not in campaign.authors and campaign.draft.signed
    return "approve" if free and may(officer, Action.APPROVE, areas, now, within) else ""
