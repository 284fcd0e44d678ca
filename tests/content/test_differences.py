"""What two versions say differently, word by word; nothing is lost in it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from content.differences import COME, GONE, SAME, Piece, differences, worded

TEXTS = st.text(alphabet="abc ១កខ្ញុំ.\n", max_size=40)


def side(pieces: tuple[Piece, ...], kind: str) -> str:
    return "".join(each.text for each in pieces if each.kind in (SAME, kind))


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_from_it(old: str, new: str) -> None:
    pieces = worded(old, new)
    assert side(pieces, GONE) == old
    assert side(pieces, COME) == new


def test_words_are_compared_and_not_letters() -> None:
    found = worded("Phải xin giấy phép. Hỏi Công an.", "Phải xin giấy thông hành. Hỏi Công an.")
    assert [each for each in found if each.kind != SAME] == [Piece(GONE, "phép."), Piece(COME, "thông hành.")]
    assert worded("Hỏi Công an.", "Hỏi Công an. Nhớ hỏi.") == (
        Piece(SAME, "Hỏi Công an."),
        Piece(COME, " Nhớ hỏi."),
    )


def test_khmer_is_never_cut_within_a_cluster() -> None:
    found = worded("ស្ត្រីខ្ញុំ", "ស្ត្រីខ្មែរ")
    assert found[0] == Piece(SAME, "ស្ត្រី")
    assert found[1].text.startswith("ខ្ញុំ")


def test_only_fields_that_differ_are_told_however_a_row_was_written() -> None:
    one = {
        "title": {"vi": "Một"},
        "answer": {"vi": {"text": "Có."}},
        "sources": [{"code": "S1", "name": "Báo", "url": None}],
        "as_of": "2026-11-01",
    }
    other = {**one, "sources": [{"name": "Báo", "url": "", "code": "S1"}], "valid_until": None}
    assert differences(one, other) == ()
    [found] = differences(one, {**one, "title": {"vi": "Hai"}})
    assert (found.name, found.language) == ("title", "vi")
    names = [each.name for each in differences(None, one)]
    assert names == ["title", "answer", "sources", "as_of"]
