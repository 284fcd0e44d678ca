"""Whether an entry names its facts and sources, and whether it may rest on them (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from content.checks.faults import Fault
from content.checks.reference import Reference
from content.entries import Entry, Kind

_FACT = re.compile(r"(?:[FAB]\d+(?:\.\d+)?|product:[a-z0-9-]+|setting:[A-Z_]+|own:\d+)")  # own: an officer quotes it


def check_cited(entry: Entry, reference: Reference) -> Iterator[Fault]:
    if not entry.facts:
        yield Fault(entry.id, "không nêu sự kiện nào")
    if not entry.sources and any(each[0] in "FAB" or each.startswith("own:") for each in entry.facts):
        yield Fault(entry.id, "thiếu nguồn")
    codes = {code for fact in reference.of(entry.facts) for code in fact.source_codes}
    for source in entry.sources:
        if source.code and source.code not in codes:
            yield Fault(entry.id, f"nguồn {source.code} không phải nguồn của sự kiện nào trong mục")
    for number in entry.facts:
        fact = reference.facts.get(number)
        if not _FACT.fullmatch(number):
            yield Fault(entry.id, f"số sự kiện sai: {number}")
        elif fact is None:
            yield Fault(entry.id, f"không có sự kiện {number}")
        elif not fact.statable and entry.kind is not Kind.REFER:
            # An entry that only says who knows may name the fact because of which it cannot say more.
            yield Fault(entry.id, f"sự kiện {number} có độ tin cậy thấp, chỉ mục kiểu refer được dẫn")
