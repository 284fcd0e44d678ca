"""Makes the finder of distress words from the rules, word classes and weights that ship with the program."""

from __future__ import annotations

from importlib.resources import files

from content.distress import DistressFinder
from content.distress_learned import LearnedWeights
from content.distress_rules import DistressRules
from content.distress_words import WordClasses
from content.files import read_yaml
from content.language_tables import language_tables, typing_tables


def load_distress() -> DistressFinder:
    """Raises BadContent, KeyError or ValueError when the rules, classes or weights cannot be read."""
    return DistressFinder(_rules(), LearnedWeights.from_lines(distress_lines("distress_weights.tsv")), _classes())


def ruled_finder() -> DistressFinder:
    """Without what was learned: what learning starts from."""
    return DistressFinder(_rules(), classes=_classes())


def distress_lines(name: str) -> list[str]:
    """The lines of one shipped table that are no comments."""
    text = (files("content") / "data" / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def _rules() -> DistressRules:
    english = language_tables().english_words
    return DistressRules.from_mapping(read_yaml("distress.yaml"), typing_tables().slang, english)


def _classes() -> WordClasses:
    rows = [line.split("\t") for line in distress_lines("distress_words.tsv")[1:]]
    return WordClasses((name, language, phrases) for name, language, phrases in rows)
