"""The same figure in every way of writing it is one figure, and another figure is another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.checks.figures import read_figures
from content.checks.support import Holding, lacking

SAME = [
    ("500.000 đồng", "vi", "500,000 đồng", "en"),
    ("500.000 đồng", "vi", "500 nghìn", "vi"),
    ("1.000.000 đồng", "vi", "1 triệu", "vi"),
    ("2.500.000 đồng", "vi", "2,5 triệu", "vi"),
    ("1.000.000.000 đồng", "vi", "1 tỷ", "vi"),
    ("5.000.000 đồng", "vi", "5 million đồng", "en"),
    ("5.000.000 đồng", "vi", "5 លានដុង", "km"),
    ("5.000.000 và 10.000.000 đồng", "vi", "5–10 triệu", "vi"),
    ("từ 500.000 đến 1.000.000 đồng", "vi", "500 nghìn–1 triệu", "vi"),
    ("20.000.000 đến 30.000.000 đồng", "vi", "tàu 12–<15 m 20–30; tàu to 30–50 triệu", "vi"),
    ("1.045,5 km", "vi", "1,045.5 km", "en"),
    ("1.045,5 km", "vi", "1,045.5 km", "km"),
    ("1.045,5 km", "vi", "១.០៤៥,៥ គ.ម", "km"),
    ("84%", "vi", "84 %", "vi"),
    ("84%", "vi", "84 percent", "en"),
    ("7:00 đến 22:00", "vi", "7 am to 10 pm", "en"),
    ("7h–22h", "vi", "7:00 to 22:00", "en"),
    ("24/7", "vi", "24/24", "vi"),
    ("14/7/2010", "vi", "14-7-2010", "vi"),
    ("14/7/2010", "vi", "14.07.2010", "vi"),
    ("14/7/2010", "vi", "ngày 14 tháng 7 năm 2010", "vi"),
    ("14/7/2010", "vi", "14 July 2010", "en"),
    ("14/7/2010", "vi", "July 14, 2010", "en"),
    ("14/7/2010", "vi", "14 Jul 2010", "en"),
    ("14/7/2010", "vi", "ថ្ងៃទី ១៤ ខែ ៧ ឆ្នាំ ២០១០", "km"),
    ("14/7/2010", "vi", "ថ្ងៃទី 14 កក្កដា 2010", "km"),
    ("tháng 7/2010", "vi", "July 2010", "en"),
    ("tháng 7 năm 2010", "vi", "ខែ 7/2010", "km"),
    ("23/3/2026 và 27/3/2026", "vi", "23–27/3/2026", "vi"),
    ("23/3/2026 và 27/3/2026", "vi", "23 to 27 March 2026", "en"),
    ("+84 981 84 84 84", "vi", "0981848484", "vi"),
    ("+84 981 84 84 84", "vi", "0084 981.848.484", "vi"),
    ("024 3768 3050", "vi", "024.3768.3050", "vi"),
    ("+855 23 726 274", "vi", "00855 23726274", "vi"),
    ("Nghị định 38/2024/NĐ-CP", "vi", "NĐ 38/2024/NĐ-CP", "vi"),
    ("Luật 06/2003/QH11", "vi", "Luật số 6/2003/QH11", "vi"),
    ("Điều 4 khoản 1, khoản 7", "vi", "Điều 4 k1, 7", "vi"),
    ("Điều 71, Điều 72", "vi", "Điều 71–72", "vi"),
    ("khoản 10 Điều 21", "vi", "Điều 21 k10", "vi"),
    ("thế kỷ 17", "vi", "17th century", "en"),
    ("ngày 25 hoặc 26", "vi", "the 25th or the 26th", "en"),
]


@pytest.mark.parametrize(("one", "in_one", "two", "in_two"), SAME, ids=[f"{one}={two}" for one, _, two, _ in SAME])
def test_two_ways_of_writing_it(one: str, in_one: str, two: str, in_two: str) -> None:
    first, second = read_figures(one, in_one), read_figures(two, in_two)
    assert list(lacking(first, [Holding.of(second)])) == []
    table = "tàu" in two  # a table says more than the one line that is looked for
    assert table or list(lacking(second, [Holding.of(first)])) == []


DIFFERENT = [
    ("500.000 đồng", "5.000.000 đồng"),
    ("5 triệu", "5 nghìn"),
    ("5 triệu", "5 năm"),
    ("1,5 lít", "15 lít"),
    ("14/7/2010", "14/7/2011"),
    ("14/7/2010", "7/2010"),
    ("tháng 8/2010", "14/7/2010"),
    ("113", "+84 981 84 84 84, 024.3768.3050"),
    ("024 3768 3050", "024 3768 3051"),
    ("+84 981 84 84 84", "+855 981 84 84 84"),
    ("Nghị định 38/2024/NĐ-CP", "Nghị định 38/2023/NĐ-CP"),
    ("Nghị định 38/2024/NĐ-CP", "Thông tư 38/2024/TT-BTC"),
    ("Luật 69/2020/QH14", "Luật 69/2020/QH13"),
    ("Nghị quyết 1663/NQ-UBTVQH15", "Nghị quyết 1654/NQ-UBTVQH15"),
    ("Kết luận 159-KL/TW", "Kết luận 160-KL/TW"),
    ("Điều 5", "Điều 4 khoản 5"),
    ("Điều 5 khoản 2", "Điều 5, Điều 6 khoản 2"),
    ("Điều 256a", "Điều 256"),
    ("visa E8", "visa E9"),
    ("hai số +856", "+855 23 726 274"),
    ("a@b.vn", "c@b.vn"),
    ("moha.gov.vn", "dolab.gov.vn"),
    ("34 tỉnh", "NĐ 34/2014/NĐ-CP, 34/7"),
]


@pytest.mark.parametrize(("one", "two"), DIFFERENT)
def test_another_figure(one: str, two: str) -> None:
    assert list(lacking(read_figures(one, "vi"), [Holding.of(read_figures(two, "vi"))]))


SILENT = [
    "1. Mang giấy tờ.\n2. Hỏi Đồn Biên phòng.\n10) Về.",
    "(1) qua cửa khẩu (2) về",
    "Nhắn {phone} hoặc /nguoitruc",
    "",
]


@pytest.mark.parametrize("text", SILENT)
def test_what_is_no_figure(text: str) -> None:
    assert list(lacking(read_figures(text, "vi"), [])) == []


def test_a_part_of_a_phone_number_and_a_day_of_a_known_month() -> None:
    held = [Holding.of(read_figures("+84 4 62 844 844, +855 23 726 274, 25–26/1/2026", "vi"))]
    for said in ("đuôi 62 844 844", "hai số +855", "hai số +84", "ngày 25 hoặc 26"):
        assert list(lacking(read_figures(said, "vi"), held)) == []
    assert list(lacking(read_figures("ngày 27", "vi"), held)) == ["27"]


def test_numbers_in_words_support_and_are_never_asked_for() -> None:
    words = read_figures("Tám mươi bốn phần, năm phường, mười hai xã, gấp đôi, từ thế kỷ XVII", "vi")
    assert list(lacking(words, [])) == []
    for said in ("84 phần", "5 phường", "12 xã", "2 lần", "thế kỷ 17"):
        assert list(lacking(read_figures(said, "vi"), [Holding.of(words)])) == []
    assert list(lacking(read_figures("5 phường", "vi"), [Holding.of(read_figures("năm nay, từ năm đó", "vi"))]))


@given(value=st.integers(1, 10**12))
def test_every_whole_number_is_itself_in_both_languages(value: int) -> None:
    dotted, comma = f"{value:,}".replace(",", ".") + " đồng", f"{value:,} đồng"
    there, back = read_figures(dotted, "vi"), read_figures(comma, "en")
    assert list(lacking(there, [Holding.of(back)])) == []
    assert list(lacking(back, [Holding.of(there)])) == []


@given(text=st.text(max_size=80))
def test_any_text_can_be_read_and_holds_itself(text: str) -> None:
    for language in ("vi", "km", "en"):
        figures = read_figures(text, language)
        assert list(lacking(figures, [Holding.of(figures)])) == []
