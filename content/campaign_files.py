"""Reads the campaign templates and reporting deadlines that ship with the program."""

from __future__ import annotations

from typing import Any

from content.campaign_templates import GROUPS, Template, parse_group
from content.catalog import BadContent
from content.files import read_yaml


def shipped_templates() -> dict[str, Template]:
    """Every template by id, in the order of the groups. Raises BadContent."""
    found: dict[str, Template] = {}
    for group in GROUPS:
        for template in parse_group(read_yaml(f"campaigns/{group}.yaml"), group):
            if template.id in found:
                raise BadContent(f"{template.id}: mã này có hai lần")
            found[template.id] = template
    return found


def shipped_deadlines() -> Any:
    """The reporting deadlines as plain values; ``broadcasts.deadlines`` reads them. Raises BadContent."""
    return read_yaml("campaigns/deadlines.yaml")
