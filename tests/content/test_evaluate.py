"""The report counts what the contract says it counts."""

from __future__ import annotations

import json

import pytest

from content.evaluate import BadTable, Outcome, Row, evaluate, read_faq, read_rows

TABLE = """text\tlabel\tlang\tstyle
câu một\ta\tvi\tmarks
cau hai\ta|b\tvi\tnomarks
câu ba\tb\tvi\tmarks
one\ta\ten\t
two\toos\ten\toos-far
ba\toos\tvi\toos-far
"""
ANSWERS = {
    "câu một": Outcome(("a", "b"), "a", 100_000),
    "cau hai": Outcome(("b", "a"), "b", 200_000),
    "câu ba": Outcome(("a", "c", "b", "d"), "a", 300_000),
    "one": Outcome(("c", "d", "e", "a"), None, 400_000),
    "two": Outcome((), None, 500_000),
    "ba": Outcome(("a",), "a", 600_000),
}


def test_the_figures_by_hand() -> None:
    report = evaluate(read_rows(TABLE.splitlines()), ANSWERS.__getitem__)
    assert report.overall.as_json() == {
        "n_in": 4, "n_oos": 2, "acc1": 0.5, "recall3": 0.75, "coverage": 0.75, "wrong_shown": 0.25, "oos_false": 0.5,
        "p50_us": 300.0, "p99_us": 600.0,
    }  # fmt: skip
    assert list(report.by_lang) == ["en", "vi"]
    assert report.by_lang["en"].coverage == 0.0
    assert list(report.by_style) == ["marks", "nomarks", "oos-far"]
    assert report.by_style["oos-far"].n_in == 0
    assert report.confusions == (("a", "c", 1), ("b", "a", 1))


def test_the_report_is_json() -> None:
    report = evaluate(read_rows(TABLE.splitlines()), ANSWERS.__getitem__)
    assert set(json.loads(json.dumps(report.as_json()))) == {"overall", "by_lang", "by_style"}


def test_style_and_order_of_columns_are_free_and_blank_lines_are_skipped() -> None:
    rows = read_rows(["\ufefflang\ttext\tlabel\r\n", "\n", "km\tសួរ\toos\r\n"])
    assert rows == [Row("សួរ", frozenset(), "km", "")]


def test_another_faq() -> None:
    sources = read_faq(["id\tlang\tutterance", "a\tvi\tmột", "b\ten\ttwo", "a\tvi\thai"])
    assert [(each.id, dict(each.phrasings)) for each in sources] == [
        ("a", {"vi": ["một", "hai"]}),
        ("b", {"en": ["two"]}),
    ]


@pytest.mark.parametrize(
    ("lines", "why"),
    [(["text\tlang"], "line 1: the header lacks label"), (["text\tlabel\tlang", "x\t\tvi"], "line 2: no label")],
)
def test_a_bad_table_says_where(lines: list[str], why: str) -> None:
    with pytest.raises(BadTable, match=why):
        read_rows(lines)


def test_nothing_to_count_is_zero() -> None:
    assert evaluate([], ANSWERS.__getitem__).overall.acc1 == 0.0
