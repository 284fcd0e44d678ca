"""The questions that a change is tried on are labelled, ours to tune on, and none of those accuracy is judged on."""

from __future__ import annotations

import hashlib
from pathlib import Path

from content import files
from content.evaluate import read_rows
from content.tried_questions import tried_questions

QUESTIONS = Path(__file__).parent.parent / "bench" / "questions.tsv"


def test_they_are_the_half_that_was_used_for_choosing() -> None:
    shipped = tried_questions()
    assert len(shipped) == 566
    assert {int(hashlib.sha256(row.text.encode()).hexdigest(), 16) % 2 for row in shipped} == {0}
    texts = {row.text for row in shipped}
    for name in ("questions.tsv", "questions_second.tsv"):
        for row in read_rows(QUESTIONS.with_name(name).read_text(encoding="utf-8").splitlines()):
            even = int(hashlib.sha256(row.text.encode()).hexdigest(), 16) % 2 == 0
            assert (row.text in texts) is even


def test_their_labels_are_entries() -> None:
    ids = {each.id for each in files.shipped_catalog()}
    assert not {label for row in tried_questions() for label in row.labels} - ids
