"""Makes the finder of distress words from the rules that ship with the program."""

from __future__ import annotations

from content.distress import DistressFinder
from content.distress_rules import DistressRules
from content.files import read_yaml
from content.language_tables import typing_tables


def load_distress() -> DistressFinder:
    """Raises BadContent, KeyError or ValueError when the rules cannot be read."""
    return DistressFinder(DistressRules.from_mapping(read_yaml("distress.yaml"), typing_tables().slang))
