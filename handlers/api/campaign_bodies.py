"""A campaign as the API shows it (pure)."""

from __future__ import annotations

from datetime import datetime

from broadcasts.store import Campaign, Line
from handlers.api.campaign_shapes import CampaignBody, CampaignLine, FileLine, TextLine


def name(number: int) -> str:
    return f"CD-{number}"


def body_of(campaign: Campaign, dates: list[datetime], warnings: list[str]) -> CampaignBody:
    """``dates``: when it would go out next; ``warnings``: sentences."""
    return CampaignBody(
        id=campaign.id,
        name=name(campaign.id),
        title=campaign.title,
        state=str(campaign.state),  # type: ignore[arg-type]
        version=campaign.version,
        template=campaign.template_id,
        texts=[
            TextLine(language=each.language, text=each.text, changed_by=each.changed_by, signed_by=each.signed_by)
            for each in campaign.texts
        ],
        files=[FileLine(id=each.id, language=each.language, name=each.name, mime=each.mime) for each in campaign.files],
        audience={key: [str(each) for each in values] for key, values in campaign.audience.items()},
        schedule=dict(campaign.schedule),
        entries=list(campaign.entries),
        expires_at=campaign.expires_at,
        created_by=campaign.created_by,
        submitted_at=campaign.submitted_at,
        submitted_digest=campaign.submitted_digest,
        approved_digest=campaign.approved_digest,
        next_dates=dates,
        warnings=warnings,
    )


def line_of(line: Line) -> CampaignLine:
    """In a list."""
    return CampaignLine(
        id=line.id,
        name=name(line.id),
        title=line.title,
        state=line.state,  # type: ignore[arg-type]
        created_by=line.created_by,
        created_at=line.created_at,
    )
