"""What stands between a campaign and the next hands: what is missing, does not fit, has changed, or must be ticked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from broadcasts import approval, recurrence
from broadcasts.approval import Draft, NotAllowed
from broadcasts.composing import ComposeError
from broadcasts.office import Office
from broadcasts.store import Campaign


@dataclass(frozen=True, slots=True)
class Checklist:
    """What an approver sees: the digest, what must be ticked, and why it cannot be approved, if it cannot.

    ``changed``: titles of linked entries that say something else now than when the campaign was handed in.
    """

    digest: str
    ticks: tuple[str, ...]
    refused: str = ""
    changed: tuple[str, ...] = ()


def checklist(office: Office, campaign: Campaign, officer: str) -> Checklist:
    """As it is now, for an officer called so."""
    refused = ""
    try:
        approvable(office, campaign, officer)
    except NotAllowed as error:
        refused = str(error)
    changed = changed_entries(office, campaign)
    return Checklist(approval.digest(campaign.draft), ticks(office, campaign.draft), refused, changed)


def approvable(office: Office, campaign: Campaign, officer: str) -> None:
    """Raises NotAllowed."""
    approval.may_approve(campaign.draft, officer)
    changed = changed_entries(office, campaign)
    if changed:
        raise NotAllowed(
            f"Câu trả lời gắn kèm đã đổi từ khi trình: {_quoted(changed)}. Trả lại để người soạn đọc lại rồi trình lại."
        )


def ticks(office: Office, draft: Draft) -> tuple[str, ...]:
    """What an approver has to tick: what stands in no linked entry, and the line that always does."""
    held = approval.holdings(office.entry_texts(draft.entries))
    return (*approval.unheld(draft, held), approval.SECRECY)


def submittable(office: Office, campaign: Campaign, now: datetime) -> None:
    """Raises ComposeError with everything that keeps it from being handed in, and what to do about it."""
    if not campaign.texts:
        raise ComposeError("Chưa có bản ngôn ngữ nào; ghi chữ trước rồi trình.")
    if not campaign.schedule:
        raise ComposeError("Chưa chọn giờ gửi; chọn giờ rồi trình.")
    if not to_come(office, campaign, now):
        raise ComposeError("Giờ gửi đã qua; chọn giờ khác rồi trình.")
    faulty = faulty_entries(office, campaign, now)
    if faulty:
        raise ComposeError(faulty[0])
    misfits = office.misfits(campaign)
    if misfits:
        raise ComposeError(" ".join(misfits))


def to_come(office: Office, campaign: Campaign, now: datetime) -> bool:
    """Whether its schedule, which it has, still has a date."""
    return bool(recurrence.next_dates(recurrence.from_json(campaign.schedule), now, office.zone, 1))


def faulty_entries(office: Office, campaign: Campaign, now: datetime) -> list[str]:
    """One sentence for each linked answer that is gone or past its day."""
    today, found = now.astimezone(office.zone).date(), []
    for each in campaign.entries:
        entry = office.catalog.get(each)
        if entry is None or entry.expired(today):
            why = "không còn nữa" if entry is None else "đã hết hạn"
            found.append(f"Câu trả lời “{office.entry_title(each)}” {why}; gỡ ra hoặc gắn câu khác rồi trình.")
    return found


def marks(office: Office, entry_ids: Sequence[str]) -> dict[str, str]:
    """The linked entries as they are now, by id; what is gone has no mark."""
    found = {each: office.catalog.get(each) for each in entry_ids}
    return {entry_id: approval.entry_mark(entry) for entry_id, entry in found.items() if entry is not None}


def changed_entries(office: Office, campaign: Campaign) -> tuple[str, ...]:
    """Titles of the linked entries that changed, or went, since the campaign was handed in."""
    now = marks(office, campaign.entries)
    changed = [each for each, mark in campaign.marks.items() if now.get(each, "") != mark]
    return tuple(office.entry_title(each) for each in changed)


def _quoted(titles: Sequence[str]) -> str:
    return ", ".join(f"“{each}”" for each in titles)
