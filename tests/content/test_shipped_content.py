"""The content that ships: it has no faults, and judging it takes no time to speak of."""

from __future__ import annotations

from time import perf_counter

from bot.settings import Settings
from content import files
from content.check_files import shipped_reference
from content.checks.whole import check

LONGEST = 10.0  # seconds; whoever writes runs it after every change


def test_the_shipped_content_is_clean() -> None:
    """On the day it was written: what falls due later is told to owners, it does not break a build."""
    begun = perf_counter()
    catalog = files.shipped_catalog()
    reference = shipped_reference(name.upper() for name in Settings.model_fields)
    written = max(entry.as_of for entry in catalog)
    faults = [str(each) for each in check(catalog, written, reference) if not each.warning]
    assert perf_counter() - begun < LONGEST
    assert not faults, "\n".join(faults)
