"""Reads the hazard templates that ship with the program."""

from __future__ import annotations

from content.catalog import BadContent
from content.files import read_yaml
from content.notice_reading import parse_file
from content.notice_templates import NoticeTemplate

GROUPS = ("water", "weather", "border", "sea", "people", "other")  # in the order in which officers are offered them


def shipped_notices() -> dict[str, NoticeTemplate]:
    """Every hazard template by id, in the order of the files. Raises BadContent."""
    found: dict[str, NoticeTemplate] = {}
    called: dict[str, str] = {}
    for group in GROUPS:
        for template in parse_file(read_yaml(f"notices/{group}.yaml"), group):
            if template.id in found:
                raise BadContent(f"{template.id}: mã này có hai lần")
            found[template.id] = template
            for short in {each.replace(" ", "") for each in template.short}:
                if short in called:
                    raise BadContent(f"{template.id}: tên gọi tắt {short} đã là của {called[short]}")
                called[short] = template.id
    return found
