"""Words, numbers and unspaced runs."""

from __future__ import annotations

from content.normalise import clean
from content.tokens import MOST_RUNS, MOST_WORDS, tokens


def folded(text: str) -> list[str]:
    return [bare for _, bare in tokens(clean(text)).words]


def test_numbers_lose_their_separators_and_units_stand_alone() -> None:
    assert folded("Mang 500.000 đồng, tàu 15m, NĐ 26/2019") == [
        "mang", "500000", "dong", "tau", "15", "m", "nd", "26", "2019",
    ]  # fmt: skip


def test_raw_vni_keys_become_a_word() -> None:
    assert folded("d9o6n2 bie6n pho2ng") == ["don", "bien", "phong"]


def test_words_keep_their_marks_beside_the_folded_form() -> None:
    assert tokens("cấm bay").words == (("cấm", "cam"), ("bay", "bay"))


def test_khmer_is_cut_into_overlapping_runs_and_its_latin_words_stay() -> None:
    cut = tokens(clean("ឆ្លងដែន qua Campuchia"))
    assert "ឆ្លង" in cut.runs
    assert [bare for _, bare in cut.words] == ["qua", "campuchia"]


def test_a_wrong_vowel_sign_leaves_common_runs() -> None:
    right, wrong = tokens(clean("ប័ណ្ណឆ្លងដែន")).runs, tokens(clean("ប័ណ្ណឆ្លុងដែន")).runs
    assert set(right) & set(wrong) & {run for run in right if run.startswith("*")}


def test_very_long_texts_are_bounded_and_keep_their_end() -> None:
    cut = tokens(" ".join(f"từ{number}" for number in range(500)) + " cửa khẩu")
    assert len(cut.words) <= MOST_WORDS
    assert cut.words[-1] == ("khẩu", "khau")
    assert len(tokens("ក" * 5000).runs) <= MOST_RUNS
