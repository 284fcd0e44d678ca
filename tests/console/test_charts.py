"""Charts: nothing outside the picture, lengths that tell the truth, and every value in words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from handlers.console.charts import LONGEST_LABEL, MOST_ROWS, WIDTH, Bar, Chart, columns, rows, shortened

NUMBERS = st.integers(min_value=0, max_value=10_000_000)
BARS = st.lists(st.builds(Bar, st.text(min_size=1, max_size=60), NUMBERS, NUMBERS), max_size=40)


def inside(chart: Chart) -> None:
    for each in chart.rects:
        assert each.width >= 0
        assert each.height >= 0
        assert each.x >= 0
        assert each.y >= 0
        assert each.x + each.width <= chart.width + 0.3
        assert each.y + each.height <= chart.height + 0.3
    for text in chart.texts:
        assert 0 <= text.x <= chart.width
        assert 0 <= text.y <= chart.height


@given(BARS)
def test_rows_stay_inside_and_are_as_long_as_they_count(bars: list[Bar]) -> None:
    chart = rows(bars)
    inside(chart)
    most = max((each.whole for each in bars), default=0)
    drawn = sum(each.width for each in chart.rects)
    chosen = sorted((each.whole for each in bars), reverse=True)[:MOST_ROWS]
    expected = sum(chosen) / most * WIDTH if most else 0
    assert abs(drawn - expected) <= 0.1 * len(chart.rects) + 0.01
    assert len(chart.texts) == 2 * min(len(bars), MOST_ROWS)


@given(st.lists(st.tuples(st.text(max_size=5), NUMBERS), max_size=24))
def test_columns_stay_inside_and_are_as_high_as_they_count(values: list[tuple[str, int]]) -> None:
    chart = columns(values)
    inside(chart)
    assert len(chart.rects) == sum(value > 0 for _, value in values)
    heights = [each.height for each in chart.rects]
    counts = [value for _, value in values if value]
    for (one, high), (other, low) in zip(
        zip(counts, heights, strict=True), list(zip(counts, heights, strict=True))[1:], strict=False
    ):
        assert (one >= other) == (high >= low) or abs(high - low) <= 0.1


def test_two_parts_stand_behind_each_other() -> None:
    chart = rows([Bar("Xã Thường Phước", 75, 25), Bar("Xã Tân Hộ Cơ", 50)])
    assert [(each.x, each.width, each.look) for each in chart.rects] == [
        (0, 246.0, "solid"),
        (246.0, 82.0, "hatched"),
        (0, 164.0, "solid"),
    ]
    assert [each.words for each in chart.texts] == ["Xã Thường Phước", "75 + 25", "Xã Tân Hộ Cơ", "50"]


def test_hours_between_have_their_place() -> None:
    chart = columns([("7", 10), ("8", 0), ("9", 5)], lambda number: f"{number} tin")
    assert [each.height for each in chart.rects] == [140.0, 70.0]
    assert [each.words for each in chart.texts] == ["10 tin", "7", "8", "5 tin", "9"]


def test_nothing_is_an_empty_picture() -> None:
    assert rows([]).rects == columns([]).rects == ()
    assert rows([Bar("không ai", 0)]).rects == ()


def test_a_long_name_ends_in_dots() -> None:
    assert shortened("x" * LONGEST_LABEL) == "x" * LONGEST_LABEL
    assert shortened("x" * 99) == "x" * (LONGEST_LABEL - 1) + "…"
