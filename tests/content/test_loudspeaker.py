"""The loudspeaker script: figures in words, breaths, how often, how long, and what is never read."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.files import shipped_catalog
from content.loudspeaker import BETWEEN, BREATH, script, words
from content.number_words import number
from content.spoken import spoken

PARTS = st.lists(st.sampled_from(["đi", "qua", "cửa", "khẩu,", "mang", "giấy", "tờ.", "không", "sao,"]), max_size=80)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Mang 15.000.000 đồng.", "Mang mười lăm triệu đồng."),
        ("Gọi 112, 113 hoặc 115.", "Gọi một một hai, một một ba hoặc một một năm."),
        ("Xã có 112 hộ.", "Xã có một trăm mười hai hộ."),
        ("lúc 7:30", "lúc bảy giờ ba mươi"),
        ("lúc 14:05", "lúc mười bốn giờ không năm"),
        ("từ 21:00-7:00", "từ hai mươi mốt giờ đến bảy giờ"),
        ("7h30, 8g, 9 giờ 15 phút", "bảy giờ ba mươi, tám giờ, chín giờ mười lăm"),
        ("22/11/2026", "ngày hai mươi hai tháng mười một năm hai nghìn không trăm hai mươi sáu"),
        ("ngày 4/4/2026", "ngày bốn tháng tư năm hai nghìn không trăm hai mươi sáu"),
        ("Từ 1/7/2025", "Từ ngày một tháng bảy năm hai nghìn không trăm hai mươi lăm"),
        ("01.07.2025", "ngày một tháng bảy năm hai nghìn không trăm hai mươi lăm"),
        ("đến 30/4", "đến ngày ba mươi tháng tư"),
        ("tháng 4, tháng 9/2022", "tháng tư, tháng chín năm hai nghìn không trăm hai mươi hai"),
        ("Luật 53/2024", "Luật năm mươi ba năm hai nghìn không trăm hai mươi bốn"),
        ("Nghị định 34/2014/NĐ-CP", "Nghị định ba mươi bốn năm hai nghìn không trăm mười bốn của Chính phủ"),
        ("+84 981 84 84 84", "cộng tám bốn chín tám một tám bốn tám bốn tám bốn"),
        ("02773 853 553", "không hai bảy bảy ba tám năm ba năm năm ba"),
        ("1900 9095", "một chín không không chín không chín năm"),
        ("3,5 km, 20%, 37°C", "ba phẩy năm ki-lô-mét, hai mươi phần trăm, ba mươi bảy độ C"),
        ("gió cấp 8–9", "gió cấp tám đến chín"),
        ("24/24 giờ", "hai mươi bốn trên hai mươi bốn giờ"),
        ("UBND xã và/hoặc Zalo", "Uỷ ban nhân dân xã hoặc Za-lô"),
        ("Đồn Biên phòng (Tân Hộ Cơ).", "Đồn Biên phòng, Tân Hộ Cơ."),
        ("A18, 4G, số 07", "A mười tám, bốn G, số không bảy"),
        ("Xem https://dolab.gov.vn/a?b=1.", "Xem trang mạng ghi ở tờ rơi."),
        ("Viết cho a@b.vn hoặc dolab.gov.vn", "Viết cho địa chỉ thư ghi ở tờ rơi hoặc trang mạng ghi ở tờ rơi"),
        ("[TIN KHẨN] Sạt lở 300m", "Tin khẩn. Sạt lở ba trăm mét"),
    ],
)
def test_what_is_written_and_what_is_said(written: str, said: str) -> None:
    assert spoken(written) == said


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_every_day_is_said_as_a_day(day: date) -> None:
    said = spoken(f"{day.day}/{day.month}/{day.year}")
    assert said.startswith(f"ngày {number(day.day)} tháng ")
    assert said.endswith(f" năm {number(day.year)}")


@given(st.timedeltas(timedelta(0), timedelta(hours=23, minutes=59)))
def test_every_hour_is_said_as_an_hour(past: timedelta) -> None:
    hour, minute = divmod(int(past.total_seconds()) // 60, 60)
    assert spoken(f"lúc {hour}:{minute:02d} ").startswith(f"lúc {number(hour)} giờ")


@given(st.integers(0, 10**12 - 1))
def test_a_number_with_dots_is_a_number(value: int) -> None:
    assert spoken(f"{value:,} đồng".replace(",", ".")) == f"{number(value)} đồng"


@given(st.text(max_size=200))
def test_no_figure_is_ever_left_and_nothing_breaks(text: str) -> None:
    assert re.search(r"[0-9]", spoken(text)) is None


def test_every_shipped_answer_can_be_read_aloud() -> None:
    for entry in shipped_catalog():
        for language, answer in entry.answers.items():
            read = script(answer.text, language)
            assert read.lines, entry.id
            assert all(line.endswith(" //") for line in read.lines), entry.id
            assert "http" not in " ".join(read.lines), entry.id
            if language == "vi":
                assert re.search(r"[0-9@]", "".join(read.lines)) is None, entry.id
            assert 0 < read.reading_for < 420, entry.id


@given(PARTS)
def test_a_breath_is_short_wherever_commas_allow(parts: list[str]) -> None:
    for line in script(" ".join(parts), "vi").lines:
        assert len(words(line)) <= BREATH or " / " not in line, line


@given(PARTS)
def test_no_word_is_lost(parts: list[str]) -> None:
    read = script(" ".join(parts), "vi")
    assert [word for line in read.lines for word in words(line)] == parts


def test_the_design_s_own_text() -> None:
    read = script(
        "Đi vào khu vực biên giới, bà con nhớ mang giấy tờ tuỳ thân. Ngủ lại qua đêm, phải báo Công an xã.",
        "vi",
        opening="Mời bà con nghe thông tin của Uỷ ban nhân dân xã Tân Hộ Cơ.",
        closing="Cần hỏi thêm, nhắn cho kênh Cột Mốc trên Zalo và Telegram.",
    )
    assert read.lines == (
        "Mời bà con nghe thông tin của Uỷ ban nhân dân xã Tân Hộ Cơ. //",
        "Đi vào khu vực biên giới, / bà con nhớ mang giấy tờ tuỳ thân. //",
        "Ngủ lại qua đêm, / phải báo Công an xã. //",
        "Cần hỏi thêm, / nhắn cho kênh Cột Mốc trên Za-lô và Tê-lê-gram. //",
    )
    assert read.times == 2
    assert read.reading_for == 30  # 54 syllables at 150 a minute, four stops of a second, three short pauses: 26.8
    assert read.whole_for == 2 * 30 + BETWEEN


def test_an_urgent_notice_is_read_three_times_between_its_two_sentences() -> None:
    read = script("[TIN KHẨN] Sạt lở ở xã Thường Phước.", "vi", urgent=True)
    assert read.lines == ("Tin khẩn. //", "Sạt lở ở xã Thường Phước. //", "Nguy cấp gọi một một hai. //")
    assert read.times == 3
    assert read.whole_for == 3 * read.reading_for + 2 * BETWEEN


@pytest.mark.parametrize("urgent", [True, False])
def test_a_drill_says_so_first_and_last_and_sends_nobody_to_the_telephone(urgent: bool) -> None:
    read = script("[TIN KHẨN] Bão vào bờ.", "vi", urgent=urgent, drill=True)
    assert read.lines[0] == read.lines[-1] == "Đây là diễn tập, / không có sự việc thật. //"
    assert "một một hai" not in " ".join(read.lines)


def test_the_points_of_a_list_are_counted_aloud() -> None:
    assert script("Làm như sau:\n1. Mang giấy.\n2. Đến đồn.", "vi").lines == (
        "Làm như sau: //",
        "Thứ nhất, / Mang giấy. //",
        "Thứ hai, / Đến đồn. //",
    )


def test_khmer_gets_pauses_and_a_time_and_keeps_its_numbers() -> None:
    read = script("អាចត្រូវពិន័យជាប្រាក់ ឬជាប់គុក។ ហៅ 112។", "km")
    assert read.lines == ("អាចត្រូវពិន័យជាប្រាក់ / ឬជាប់គុក។ //", "ហៅ 112។ //")
    assert read.reading_for > 0
