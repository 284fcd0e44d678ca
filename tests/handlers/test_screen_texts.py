"""Texts cut for screens: nothing lost, nothing reordered, few words on each page, steps with their numbers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from content.files import shipped_catalog
from handlers.http.screen_texts import MORE, in_pages, words_in

WORDS = st.text(alphabet="aăâbcđêôơưxyz15.,:;?ខញុំ។", min_size=1, max_size=9)
TEXTS = st.lists(st.lists(WORDS, max_size=40).map(" ".join), max_size=5).map("\n".join)


def plain(text: str) -> str:
    return "".join(text.split()).replace("\u200b", "")


@given(TEXTS, st.integers(min_value=1, max_value=28))
def test_every_letter_is_shown_once_and_in_order(text: str, most: int) -> None:
    assert plain("".join(in_pages(text, most)).replace(MORE, "")) == plain(text)


@given(TEXTS, st.integers(min_value=10, max_value=28))
def test_no_page_is_longer_than_it_may_be(text: str, most: int) -> None:
    for page in in_pages(text, most):
        assert words_in(page.replace(MORE, "")) <= most


def test_sentences_stay_whole_and_lines_stay_lines() -> None:
    text = "Phải khai hải quan. Mang hộ chiếu.\n1. Khai ở cửa khẩu.\n2. Giữ tờ khai."
    assert in_pages(text, 28) == [text]
    assert in_pages(text, 8) == ["Phải khai hải quan. Mang hộ chiếu.", "1. Khai ở cửa khẩu.", "2. Giữ tờ khai."]


def test_a_long_sentence_is_cut_between_clauses_and_says_that_it_goes_on() -> None:
    text = "Mang trên mười lăm triệu đồng, hoặc trên năm nghìn đô la, thì phải khai."
    assert in_pages(text, 8) == [
        f"Mang trên mười lăm triệu đồng, {MORE}",
        f"{MORE} hoặc trên năm nghìn đô la, {MORE}",
        f"{MORE} thì phải khai.",
    ]


def test_khmer_is_counted_although_it_has_no_spaces_and_never_cut_inside() -> None:
    assert words_in("ចាប់ពីថ្ងៃទី") == 2
    whole = "ច្រកទ្វារអន្តរជាតិ" * 40
    assert in_pages(whole, 5) == [whole]


def test_every_shipped_answer_fits() -> None:
    for entry in shipped_catalog():
        for answer in entry.answers.values():
            pages = in_pages(answer.text, 20)
            assert plain("".join(pages).replace(MORE, "")) == plain(answer.text.replace(MORE, ""))
            assert len(pages) <= 20
