"""The content that ships has no faults."""

from __future__ import annotations

from bot.settings import Settings
from content import files
from content.check_files import shipped_reference
from content.checks.whole import check


def test_the_shipped_content_is_clean() -> None:
    """On the day it was written: what falls due later is told to owners, it does not break a build."""
    catalog = files.shipped_catalog()
    reference = shipped_reference(name.upper() for name in Settings.model_fields)
    written = max(entry.as_of for entry in catalog)
    faults = [str(each) for each in check(catalog, written, reference) if not each.warning]
    assert not faults, "\n".join(faults)
