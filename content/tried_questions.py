"""The labelled questions that every change of an answer is tried on before it is published."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from content.evaluate import Row, read_rows


@cache
def tried_questions() -> tuple[Row, ...]:
    """Those that ship with the program; none of them is among the questions that accuracy is judged on."""
    table = files("content") / "data" / "questions" / "tried.tsv"
    return tuple(read_rows(table.read_text(encoding="utf-8").splitlines()))
