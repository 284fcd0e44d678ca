"""Whether an entry has all its parts, in every language, and is still in date (pure)."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from datetime import date, timedelta

from content.checks.faults import Fault
from content.entries import LANGUAGES, TOPICS, Entry, Kind

LONGEST_ID = 50  # so that it fits into a button
LONGEST_LABEL = 32
SOON = timedelta(days=30)
_ID = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")


def check_form(entry: Entry, ids: Container[str]) -> Iterator[Fault]:
    def fault(why: str, *, sparse: bool = False) -> Fault:
        return Fault(entry.id, why, sparse=sparse)

    if not _ID.fullmatch(entry.id) or len(entry.id) > LONGEST_ID:
        yield fault("mã không hợp lệ")
    if entry.topic not in TOPICS:
        yield fault(f"không có chủ đề {entry.topic}")
    for language in LANGUAGES:
        if language not in entry.answers:
            yield fault(f"thiếu câu trả lời ({language})", sparse=language != "vi")
        title = entry.title.get(language, "")
        if not title:
            yield fault(f"thiếu nhãn nút ({language})", sparse=language != "vi" and language not in entry.answers)
        if len(title) > LONGEST_LABEL:
            yield fault(f"nhãn nút dài {len(title)} ký tự ({language})")
        for texts, name in ((entry.who, "who"), (entry.position_by, "position_by")):
            if texts and not texts.get(language):
                yield fault(f"thiếu {name} ({language})", sparse=language != "vi" and language not in entry.answers)
    if entry.kind is Kind.REFER and not entry.who.get("vi"):
        yield fault("kiểu refer phải nói ai biết (who)")
    if entry.kind is Kind.POSITION and not entry.position_by.get("vi"):
        yield fault("kiểu position phải nói của ai (position_by)")
    yield from (fault(f"mục liên quan không có: {each}") for each in entry.related if each not in ids)


def check_dates(entry: Entry, today: date) -> Iterator[Fault]:
    """What is past may not ship; what is due within a month is told beforehand (promise A6)."""
    if entry.review_by < entry.as_of:
        yield Fault(entry.id, "ngày xem lại trước ngày viết")
    if entry.expired(today):
        yield Fault(entry.id, "đã hết hạn")
    elif entry.valid_until is not None and entry.valid_until <= today + SOON:
        yield Fault(entry.id, f"sắp hết hạn: {_day(entry.valid_until)}", warning=True)
    if entry.review_by < today:
        yield Fault(entry.id, f"quá ngày xem lại: {_day(entry.review_by)}")
    elif entry.review_by <= today + SOON:
        yield Fault(entry.id, f"sắp tới ngày xem lại: {_day(entry.review_by)}", warning=True)


def _day(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"
