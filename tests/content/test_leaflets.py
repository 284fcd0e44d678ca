"""Leaflets, script sheets and posters as their readers get them: whole texts, versions, codes that can be read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO

import pypdfium2
import pytest
import segno
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from content.files import shipped_catalog
from content.gate_posters import poster_pdf
from content.leaflets import CODE, SIZE, leaflet_pdf
from content.paper import Unprintable
from content.printed import Code, GatePoster, Leaflet, ScriptSheet, Side, paragraphs, short
from content.qr_codes import QUIET, border, png, qr, svg
from content.script_sheets import script_pdf
from tests.content.paper_reading import codes, letters, pages

DAY = date(2026, 11, 20)
LINK = "https://cotmoc.example.vn/answers/border.entry"
KHMER = "ស្ត្រី ខ្ញុំ ក្រុម"
VIETNAMESE = Side(
    language="vi",
    language_name="Tiếng Việt",
    title="Vào khu vực biên giới mang giấy gì?",
    text="Phải mang giấy tờ tuỳ thân.\n1. Mang thẻ căn cước.\n2. Ngủ lại: báo Công an xã.",
    ask="Hỏi thêm: quét mã này.",
    imprint="Bản border.entry.v3 · 20/11/2026",
    owner="Ban chỉ huy thử",
    legal=("Căn cứ: Nghị định 34/2014, Điều 6.", "Tính đến: 20/11/2026.", "Nguồn: thử."),
    notes=("Bản thử nghiệm – nội dung chưa được cơ quan nào ký duyệt.",),
    emergency="Khẩn cấp: 112 · 113 · 114 · 115",
)
KHMER_SIDE = replace(VIETNAMESE, language="km", language_name="ភាសាខ្មែរ", title=KHMER, text=f"{KHMER} 112។")
LEAFLET = Leaflet("border.entry.v3", DAY, LINK, (VIETNAMESE, KHMER_SIDE))
SHEET = ScriptSheet(
    language="vi",
    language_name="Tiếng Việt",
    title="Vào khu vực biên giới",
    version_id="CD-118.v3",
    made_on=DAY,
    head="BẢN ĐỌC LOA · CD-118.v3 · đọc trong 45 giây · đọc 2 lần, cách nhau 5 giây",
    lines=("Đi vào khu vực biên giới, / bà con nhớ mang giấy tờ tuỳ thân. //",),
    legend=("/ nghỉ ngắn · // nghỉ 1 giây",),
    blanks=("Người đọc:", "Giờ đọc:", "Số lần:", "Ký tên:"),
    imprint="Bản CD-118.v3 · 20/11/2026",
)
SYLLABLES = st.sampled_from(["được", "người", "nghiêng", "ữ", "15.000.000", "giấy,", "a", "khuỷu.", "(xã)", "Đồn"])
LONG = st.lists(st.lists(SYLLABLES, min_size=1, max_size=60).map(" ".join), min_size=1, max_size=14).map("\n".join)


def test_each_language_has_a_side_of_its_own_with_everything_on_it() -> None:
    first, second = pages(leaflet_pdf(LEAFLET))
    for part in (*VIETNAMESE.legal, *VIETNAMESE.notes, VIETNAMESE.title, VIETNAMESE.ask, VIETNAMESE.imprint):
        assert part in first
    assert VIETNAMESE.owner in first
    assert VIETNAMESE.emergency in first
    assert short(LINK) in first
    assert "1 Mang thẻ căn cước. 2 Ngủ lại: báo Công an xã." in first
    assert KHMER in second
    assert "ភាសាខ្មែរ" in second


def test_the_paper_is_a5_and_carries_its_fonts() -> None:
    document = PdfReader(BytesIO(leaflet_pdf(LEAFLET)))
    assert [round(float(each) / 72 * 25.4) for each in document.pages[0].mediabox[2:]] == list(SIZE)
    fonts = document.pages[0]["/Resources"]["/Font"].values()  # type: ignore[index]
    for font in fonts:
        assert "/FontFile2" in font.get_object()["/DescendantFonts"][0]["/FontDescriptor"]
    assert document.trailer["/Root"]["/Lang"] == "vi"


def test_a_telephone_reads_the_code_on_every_side() -> None:
    assert codes(leaflet_pdf(LEAFLET)) == [LINK, LINK]


def test_the_code_is_thirty_millimetres_with_four_modules_of_white_around() -> None:
    page = pypdfium2.PdfDocument(leaflet_pdf(LEAFLET))[0]
    scale = 8
    picture = page.render(scale=scale).to_pil().convert("L")
    dot = 25.4 / 72 / scale  # mm
    modules = len(qr(LINK).matrix)
    (found,) = zxingcpp.read_barcodes(picture)
    left, top = found.position.top_left.x, found.position.top_left.y
    right, bottom = found.position.bottom_right.x, found.position.bottom_right.y
    white = border(LINK, CODE)
    assert white == pytest.approx(QUIET * CODE / modules)
    assert (right - left) * dot == pytest.approx(CODE, abs=0.5)
    assert (bottom - top) * dot == pytest.approx(CODE, abs=0.5)
    clear = round((white - 0.5) / dot)  # the thin line above the code lies at the very edge of its border
    edge = 3  # dots of smooth edges
    for box in (
        (left - clear, top - clear, right + clear, top - edge),
        (left - clear, bottom + edge, right + clear, bottom + clear),
        (left - clear, top - clear, left - edge, bottom + clear),
        (right + edge, top - clear, right + clear, bottom + clear),
    ):
        assert picture.crop(box).getextrema()[0] > 200, box


def test_the_same_text_of_the_same_day_is_the_same_file() -> None:
    assert leaflet_pdf(LEAFLET) == leaflet_pdf(LEAFLET)


@settings(max_examples=12)
@given(LONG)
def test_a_long_text_loses_no_letter_and_runs_off_no_page(text: str) -> None:
    made = leaflet_pdf(replace(LEAFLET, sides=(replace(VIETNAMESE, text=text),)))
    found = pages(made)
    whole = "".join(found)
    assert all(VIETNAMESE.imprint in page for page in found)
    body = letters(whole)
    for at in range(1, len(found) + 1):  # what stands under each page is no part of the text
        body = body.replace(letters(f"{VIETNAMESE.imprint}{at}/{len(found)}"), "", 1)
    wanted = "".join(f"{each.mark}{each.text}" for each in paragraphs(text))
    assert letters(wanted) in body
    for page in pypdfium2.PdfDocument(made):
        width, height = page.get_size()
        words = page.get_textpage()
        for index in range(words.count_chars()):
            left, low, right, high = words.get_charbox(index)
            assert -0.5 <= left <= right <= width + 0.5
            assert -0.5 <= low <= high <= height + 0.5


def test_khmer_flows_over_pages_whole() -> None:
    text = "\n".join(f"{KHMER} {number} ព្រំដែនត្រូវកាន់ឯកសារ។" for number in range(60))
    found = pages(leaflet_pdf(replace(LEAFLET, sides=(replace(KHMER_SIDE, text=text),))))
    assert len(found) > 2
    body = letters("".join(found))
    for number in range(60):
        assert letters(f"{KHMER} {number} ព្រំដែនត្រូវកាន់ឯកសារ។") in body
    assert all(f"{at}/{len(found)}" in page for at, page in enumerate(found, start=1))


def test_khmer_is_shaped() -> None:
    """Shaped, the letters of these words need fewer glyphs than signs, and none of them is the dotted circle of a
    broken cluster."""
    made = leaflet_pdf(replace(LEAFLET, sides=(replace(KHMER_SIDE, text=KHMER),)))
    fonts = PdfReader(BytesIO(made)).pages[0]["/Resources"]["/Font"].values()  # type: ignore[index]
    khmer = [each.get_object() for each in fonts if "Khmer" in each.get_object()["/BaseFont"]]
    maps = b"".join(each["/ToUnicode"].get_object().get_data() for each in khmer)
    assert b"25CC" not in maps.upper()
    assert b"17D2179A" in maps.upper()  # the subscript RO is one glyph for its two signs


def test_a_character_that_no_font_has_is_refused_by_name() -> None:
    with pytest.raises(Unprintable, match=r"U\+1F600"):
        leaflet_pdf(replace(LEAFLET, sides=(replace(VIETNAMESE, text="Chào 😀"),)))


def test_shipped_answers_fit_a_side_of_their_own_and_khmer_ones_a_sheet() -> None:
    sides = []
    for entry in list(shipped_catalog())[::20]:
        legal = tuple(f"Căn cứ: {each.law}, {each.article}" for each in entry.basis)
        sides += [
            replace(VIETNAMESE, language=language, title=entry.title[language], text=answer.text, legal=legal)
            for language, answer in entry.answers.items()
        ]
    for side in sides:
        assert len(pages(leaflet_pdf(replace(LEAFLET, sides=(side,))))) <= 1 + (side.language == "km"), side.title


def test_a_script_sheet_has_its_lines_its_version_and_lines_to_sign() -> None:
    (page,) = pages(script_pdf(SHEET))
    for part in (SHEET.head, SHEET.title, *SHEET.lines, *SHEET.legend, *SHEET.blanks, SHEET.imprint):
        assert part in page
    page_box = PdfReader(BytesIO(script_pdf(SHEET))).pages[0].mediabox
    assert [round(float(each) / 72 * 25.4) for each in page_box[2:]] == [210, 297]


@settings(max_examples=8)
@given(st.lists(st.lists(SYLLABLES, min_size=1, max_size=30).map(" ".join), min_size=1, max_size=80))
def test_a_long_script_loses_no_word(lines: list[str]) -> None:
    found = pages(script_pdf(replace(SHEET, lines=tuple(f"{each} //" for each in lines))))
    body = letters("".join(found))
    for at in range(1, len(found) + 1):
        body = body.replace(letters(f"{SHEET.imprint}{at}/{len(found)}"), "", 1)
    assert letters("".join(f"{each} //" for each in lines)) in body
    assert all(blank in found[-1] for blank in SHEET.blanks)


def test_a_poster_has_one_page_with_all_its_codes() -> None:
    poster = GatePoster(
        title=(("vi", "Cửa khẩu quốc tế Dinh Bà"), ("km", "ច្រកទ្វារអន្តរជាតិ Dinh Bà"), ("en", "Dinh Bà Gate")),
        sentences=(("vi", "Quét mã để hỏi."), ("km", "ស្កេនកូដ"), ("en", "Scan to ask.")),
        codes=(
            Code("Trang web", f"{LINK}?place=g-dinh-ba"),
            Code("Zalo", "https://zalo.me/12"),
            Code("Telegram", "https://t.me/x"),
        ),
        made_on=DAY,
        imprint="20/11/2026",
        owner="Ban chỉ huy thử",
        emergency="Khẩn cấp: 112",
    )
    made = poster_pdf(poster)
    (page,) = pages(made)
    for part in ("Cửa khẩu quốc tế Dinh Bà", "ច្រកទ្វារអន្តរជាតិ", "Scan to ask.", "zalo.me/12", "Khẩn cấp: 112"):
        assert part in page
    assert sorted(codes(made)) == sorted(each.link for each in poster.codes)


def test_a_code_by_itself_is_the_same_code() -> None:
    assert [each.text for each in zxingcpp.read_barcodes(Image.open(BytesIO(png(LINK))))] == [LINK]
    assert qr(LINK).matrix == segno.make_qr(LINK, error="m").matrix
    drawn = svg(LINK)
    side = len(qr(LINK).matrix) + 2 * QUIET
    assert f'viewBox="0 0 {side} {side}"'.encode() in drawn
    assert b"style" not in drawn
    assert b"script" not in drawn
