"""Lines: no letter lost, none too wide, Khmer clusters whole."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from content.line_breaking import clusters, lines, tidy

KHMER = "អាចត្រូវពិន័យជាប្រាក់ ឬជាប់គុក ស្ត្រី ខ្ញុំ ក្រុម ព្រំដែន\u200bត្រូវកាន់ឯកសារ"
WORDS = st.text(st.sampled_from([*"aâéộữ .,/-()…", "\u0323", *set(KHMER)]), max_size=120)


def wide(line: str) -> float:
    return float(len(line))


def bare(text: str) -> str:
    return re.sub("[ \t\u200b]", "", text)


@given(WORDS, st.integers(1, 30))
def test_no_letter_is_lost_or_changes_places(text: str, room: int) -> None:
    assert bare("".join(lines(text, wide, room))) == bare(text)


@given(WORDS, st.integers(1, 30))
def test_a_line_is_too_wide_only_by_what_cannot_be_cut(text: str, room: int) -> None:
    for line in lines(text, wide, room):
        pieces = clusters(line)
        # One sign that begins no line may hang out, and a single cluster may be wider than the paper.
        body = pieces[:-1] if len(line) > room and len(pieces) > 1 else pieces
        assert len("".join(body)) <= room or len(body) == 1


@given(st.integers(1, 60))
def test_khmer_is_cut_at_blanks_and_never_inside_a_cluster(room: int) -> None:
    whole = clusters(KHMER)
    cut = [each for line in lines(KHMER, wide, room) for each in clusters(line)]
    assert [each for each in cut if bare(each)] == [each for each in whole if bare(each)]
    if room >= max(map(len, re.split("[ \u200b]", KHMER))):
        found = lines(KHMER, wide, room)
        assert {word for line in found for word in re.split("[ \u200b]", line)} == set(re.split("[ \u200b]", KHMER))


def test_a_subscript_stays_with_its_letter() -> None:
    assert clusters("ស្ត្រី") == ["ស្ត្រី"]
    assert clusters("ខ្ញុំ") == ["ខ្ញុំ"]
    assert clusters("ក្រុម") == ["ក្រុ", "ម"]


def test_a_blank_that_does_not_break_holds_its_words_together() -> None:
    assert lines("từ 5\u00a0km trở lên", wide, 8) == ["từ 5\u00a0km", "trở lên"]


def test_a_row_of_dots_longer_than_the_paper_is_cut() -> None:
    assert all(len(line) <= 11 for line in lines("." * 60, wide, 10))


def test_a_text_is_tidied_before_it_is_printed() -> None:
    assert tidy("Tie\u0302\u0301ng\r\n\u200eVie\u0323\u0302t\u00ad \x07") == "Tiếng\nViệt"
