"""Filling in a hazard template: nothing is left open, nothing typed breaks out, a signature binds to what is read."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.notice_templates import NoticeTemplate, NoticeTextError
from tests.content.notice_sample import WHOLE, body, template, with_blank

LANGUAGES = ("vi", "km", "en")


def test_a_text_is_filled_in_each_language() -> None:
    shut = template()
    assert shut.filled("vi", "xã Thường Phước", {"ly_do": "dich"}) == (
        "Tạm dừng qua lại tại xã Thường Phước vì dịch bệnh. Chờ tin mở lại."
    )
    assert shut.filled("km", "ឃុំ Thường Phước", {"ly_do": "dich"}) == ("ផ្អាកការឆ្លងនៅ ឃុំ Thường Phước ដោយសារជំងឺ។ រង់ចាំដំណឹង។")
    assert "because of disease" in shut.filled("en", "Thường Phước commune", {"ly_do": "dich"})
    assert shut.cleared("vi", "xã Thường Phước") == "Tại xã Thường Phước: đã mở lại."


@pytest.mark.parametrize("given_blanks", [{}, {"ly_do": ""}, {"ly_do": "  "}])
def test_a_blank_that_is_not_given_takes_its_default(given_blanks: dict[str, str]) -> None:
    assert "vì nước xiết" in template().filled("vi", "xã A", given_blanks)


@pytest.mark.parametrize(
    ("kind", "typed", "wanted"),
    [
        ("text", "cầu Sở Thượng", {"vi": "cầu Sở Thượng", "km": "cầu Sở Thượng", "en": "cầu Sở Thượng"}),
        ("text", "  cầu   Sở Thượng. ", {"vi": "cầu Sở Thượng"}),
        ("text", "ca\u0302\u0300u", {"vi": "cầu"}),
        ("text", "Tp.HCM, Q.1", {"vi": "Tp.HCM, Q.1"}),
        ("number", "300", {"vi": "300", "km": "300", "en": "300"}),
        ("number", "1500", {"vi": "1.500", "km": "1.500", "en": "1,500"}),
        ("number", "1.500", {"vi": "1.500", "en": "1,500"}),
        ("number", "៣០០", {"vi": "300", "km": "300"}),
        ("time", "17:20", {"vi": "17:20", "km": "17:20", "en": "17:20"}),
        ("time", "7h", {"vi": "7:00"}),
        ("time", "17h5", None),
        ("time", "17 giờ 20", {"vi": "17:20"}),
        ("time", "17:20 3/11/2026", {
            "vi": "17:20 ngày 3/11/2026", "km": "17:20 ថ្ងៃទី 3/11/2026", "en": "17:20 on 3 Nov 2026"}),
        ("time", "17:20 ngày 03/11/2026", {"vi": "17:20 ngày 3/11/2026"}),
        ("time", "24:00", None),
        ("time", "9:60", None),
        ("time", "9:30 31/11/2026", None),
        ("time", "chiều", None),
        ("number", "0", None),
        ("number", "-3", None),
        ("number", "1000000", None),
        ("number", "1.50", None),
        ("number", "ba", None),
        ("text", "", None),
        ("text", " . ", None),
        ("text", "x" * 61, None),
        ("text", "hai\ndòng", None),
        ("text", "hai\u2028dòng", None),
        ("text", "ẩn\u200bchữ", None),
        ("text", "ngược\u202echữ", None),
        ("text", "cháy \U0001f525", None),
        ("text", "nguy \u26a0", None),
        ("text", "37 °C", {"vi": "37 °C"}),
        ("text", "{noi}", None),
        ("text", "a } b", None),
        ("text", "<b>", None),
        ("text", "[ĐÃ AN TOÀN]", None),
        ("text", "xem https://x", None),
        ("text", "xem WWW.x", None),
        ("text", "xem t.me/abc", None),
        ("text", "xem bit.ly/abc", None),
        ("text", "xem nganhang.com", None),
        ("text", "xem NganHang.VN nghe", None),
    ],
)  # fmt: skip
def test_what_is_typed_is_put_into_its_form_or_refused(kind: str, typed: str, wanted: dict[str, str] | None) -> None:
    made = with_blank(kind)
    if wanted is None:
        with pytest.raises(NoticeTextError) as refused:
            made.filled("vi", "xã A", {"gi": typed})
        assert "Điền gì" in str(refused.value)
        assert str(refused.value).endswith(".")
        return
    starts = {"vi": "Ở xã A: ", "km": "នៅ xã A៖ ", "en": "At xã A: "}
    for language, words in wanted.items():
        assert (
            made.filled(language, "xã A", {"gi": typed})
            == f"{starts[language]}{words}{'។' if language == 'km' else '.'}"
        )


def test_only_a_choice_that_is_offered_can_be_made() -> None:
    with pytest.raises(NoticeTextError, match=r"chọn một trong: nuoc, dich"):
        template().filled("vi", "xã A", {"ly_do": "vì nước xiết"})


def test_an_unknown_blank_and_a_lacking_language_are_said() -> None:
    with pytest.raises(NoticeTextError, match="không có chỗ điền “gio”"):
        template().filled("vi", "xã A", {"gio": "5"})
    only = template(
        title={"vi": "Đóng"},
        texts={"vi": "Tại {noi} {ly_do}."},
        clear={"vi": "Tại {noi}."},
        blanks=[{**WHOLE["blanks"][0], "choices": [{"value": "nuoc", "said": {"vi": "vì nước"}}]}],
    )
    for attempt in (
        lambda: only.filled("km", "xã A", {}), lambda: only.cleared("km", "xã A"), lambda: only.digest("km"),
    ):  # fmt: skip
        with pytest.raises(NoticeTextError, match="không có bản tiếng Khmer"):
            attempt()


@given(typed=st.text(max_size=80), place=st.sampled_from(["xã A", "xã {gi}", "xã {noi}"]))
def test_whatever_is_typed_is_said_once_or_refused(typed: str, place: str) -> None:
    """One line, no bracket of a head, no mark-up, and never read as a placeholder."""
    try:
        said = with_blank("text").filled("vi", place, {"gi": typed})
    except NoticeTextError:
        return
    assert said.startswith(f"Ở {place}: ")
    inside = said.removeprefix(f"Ở {place}: ").removesuffix(".")
    assert inside
    assert len(inside) <= 60
    assert not set("{}<>[]\n\r\u2028") & set(inside)
    assert with_blank("text").filled("vi", place, {"gi": inside}) == said  # filling it in again changes nothing


# --- what a signature binds to ------------------------------------------------------------------------------------


def test_the_same_text_has_the_same_digest() -> None:
    assert template().digest("vi") == template(hours=12, topics=[]).digest("vi")
    assert re.fullmatch("[0-9a-f]{64}", template().digest("vi"))
    assert len({template().digest(language) for language in LANGUAGES}) == 3


OTHER_WORDS = {"value": "dich", "said": {"vi": "vì dịch tả", "km": "ដោយសារជំងឺ", "en": "because of disease"}}


@pytest.mark.parametrize(
    ("changes", "voided"),
    [
        ({"texts__vi": "Tạm dừng qua lại tại {noi} {ly_do}. Chờ tin mở."}, {"vi"}),
        ({"texts__km": "ផ្អាកនៅ {noi} {ly_do}។"}, {"km"}),
        ({"title__en": "Closed"}, {"en"}),
        ({"clear__vi": "Tại {noi}: mở."}, {"vi"}),
        ({"blanks": [{**WHOLE["blanks"][0], "choices": [WHOLE["blanks"][0]["choices"][0], OTHER_WORDS]}]}, {"vi"}),
        ({"blanks": [{**WHOLE["blanks"][0], "default": "dich"}]}, {"vi", "km", "en"}),
        ({"fate": "hold"}, {"vi", "km", "en"}),
        ({"id": "gate-other"}, {"vi", "km", "en"}),
    ],
)
def test_a_changed_word_voids_the_signature_of_its_language(changes: dict[str, Any], voided: set[str]) -> None:
    before, after = template(), template(**changes)
    assert {each for each in LANGUAGES if before.digest(each) != after.digest(each)} == voided


def test_the_values_are_those_of_the_file() -> None:
    shut = template()
    assert isinstance(shut, NoticeTemplate)
    assert shut.lasts_for.total_seconds() == 6 * 3600
    assert shut.short == tuple(body()["short"])
    assert not shut.drill_only
