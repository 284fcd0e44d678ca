"""Every kind of fault of the content is found, and a clean entry has none."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from content.catalog import Catalog
from content.checks.form import LONGEST_LABEL
from content.checks.lengths import longest_message
from content.checks.texts import LONGEST_BODY, LONGEST_SENTENCE
from content.checks.whole import check, check_one
from content.files import shipped_phrases
from tests.content.checked_sample import ASKED, TODAY, entry, found, other, reference, saying

NO_DAY_SOON = date(2026, 12, 1)


def test_a_clean_entry_has_no_fault() -> None:
    assert found(entry()) == []
    assert found(entry(), other(1), other(2)) == []


LONG_WORDS = " ".join(["chữ"] * (LONGEST_SENTENCE + 1))
LONG_KHMER = "ក" * 300
WHO = {"vi": "Đồn Biên phòng", "km": "ប៉ុស្តិ៍", "en": "the post"}
FORM: list[tuple[dict[str, Any], str]] = [
    ({"id": "Crossing Hours"}, "mã không hợp lệ"),
    ({"id": "x" * 51}, "mã không hợp lệ"),
    ({"id": "crossing..hours"}, "mã không hợp lệ"),
    ({"topic": "gossip"}, "không có chủ đề gossip"),
    ({"kind": "refer"}, "kiểu refer phải nói ai biết (who)"),
    ({"kind": "position"}, "kiểu position phải nói của ai (position_by)"),
    ({"who": {"vi": "Đồn", "km": "ប៉ុស្តិ៍"}}, "thiếu who (en)"),
    ({"position_by": {"vi": "Bộ", "en": "the ministry"}, "kind": "position"}, "thiếu position_by (km)"),
    ({"title__km": None}, "thiếu nhãn nút (km)"),
    ({"title__en": "x" * (LONGEST_LABEL + 1)}, "nhãn nút dài 33 ký tự (en)"),
    ({"related": ["crossing.hours", "no.such"]}, "mục liên quan không có: no.such"),
    ({"answer__km": None}, "thiếu câu trả lời (km)"),
    ({"answer__en": None}, "thiếu câu trả lời (en)"),
    ({"valid_until": "2026-11-19"}, "đã hết hạn"),
    ({"review_by": "2026-11-19"}, "quá ngày xem lại: 19/11/2026"),
    ({"review_by": "2026-11-20"}, "(nhắc)"),
    ({"review_by": "2026-12-20"}, "(nhắc)"),
    ({"valid_until": "2026-12-20"}, "(nhắc)"),
]


@pytest.mark.parametrize(("changes", "why"), FORM, ids=[f"{at}-{why[:20]}" for at, (_, why) in enumerate(FORM)])
def test_parts_and_dates(changes: dict[str, Any], why: str) -> None:
    [said] = found(entry(**changes))
    if why == "(nhắc)":
        assert said.startswith("(nhắc) crossing.hours: sắp ")
    else:
        assert said == f"{changes.get('id', 'crossing.hours')}: {why}"


def test_dates_that_are_far_off_are_not_told() -> None:
    assert found(entry(review_by="2026-12-21", valid_until="2026-12-21")) == []
    assert found(entry(as_of="2026-11-20", review_by="2026-11-19"))[0] == "crossing.hours: ngày xem lại trước ngày viết"
    assert found(entry(valid_until=TODAY, review_by="2027-01-01")) == ["(nhắc) crossing.hours: sắp hết hạn: 20/11/2026"]


CITED: list[tuple[dict[str, Any], str]] = [
    ({"facts": ["F1.1", "hearsay"]}, "số sự kiện sai: hearsay"),
    ({"facts": ["F1.1", "F9.9"]}, "không có sự kiện F9.9"),
    ({"facts": ["F1.1", "product:unheard-of"]}, "không có sự kiện product:unheard-of"),
    ({"facts": ["F1.1", "setting:OWNER"]}, "không có sự kiện setting:OWNER"),
    ({"facts": ["F1.1", "F1.5"]}, "sự kiện F1.5 có độ tin cậy thấp, chỉ mục kiểu refer được dẫn"),
    ({"sources": []}, "thiếu nguồn"),
    ({"sources": [{"name": "Báo", "code": "S7"}]}, "nguồn S7 không phải nguồn của sự kiện nào trong mục"),
]


@pytest.mark.parametrize(("changes", "why"), CITED)
def test_facts_and_sources(changes: dict[str, Any], why: str) -> None:
    assert found(entry(**changes)) == [f"crossing.hours: {why}"]


def test_without_facts_nothing_is_held() -> None:
    said = found(entry(facts=[]))
    assert said[0] == "crossing.hours: không nêu sự kiện nào"
    assert "crossing.hours: “6” không có trong sự kiện nào của mục" in said


def test_an_unsure_fact_may_be_why_an_entry_refers_but_holds_nothing() -> None:
    refers = {"kind": "refer", "who": WHO, "facts": ["F1.1", "F1.5"]}
    assert found(entry(**refers)) == []
    text = {each: {"text": f"7.000.000 {each}"} for each in ("vi", "km")} | {"en": {"text": "7,000,000"}}
    assert found(entry(**refers, answer=text)) == ["crossing.hours: “7.000.000” không có trong sự kiện nào của mục"]


HELD = [
    ("Từ 500.000 đồng đến 1.000.000 đồng.", "F1.2"),
    ("Tái phạm: từ 5.000.000 đồng.", "F1.2"),
    ("Từ 15 đến dưới 24 mét: 20.000.000 đồng đến 30.000.000 đồng.", "F1.2"),  # the table says "triệu" only at its end
    ("Ký 14-7-2010, tức ngày 14 tháng 7 năm 2010, trong tháng 7/2010.", "F1.3"),
    ("Xong 84%, dài 1.045,5 km.", "F1.3"),
    ("Gọi 0981 848 484 hoặc 024 3768 3050, 24/24, visa E8.", "F1.4"),
    ("Nhắn 0, nhớ 10 phút.", "product:menu"),
    ("Theo báo tháng 3/2025.", "F1.1"),  # the date of the source
]


@pytest.mark.parametrize(("text", "fact"), HELD)
def test_figures_that_a_fact_holds(text: str, fact: str) -> None:
    said = [each for each in found(saying(text, fact)) if "không có trong sự kiện" in each]
    assert said == []


NOT_HELD = [
    ("Phạt 2.000.000 đồng.", "2.000.000", "F1.2"),
    ("Phạt 15.000.000 đồng.", "15.000.000", "F1.2"),  # 15 are metres in that table
    ("Có hiệu lực 6/12/2010.", "6/12/2010", "F1.3"),  # the sheet itself calls this date unsure
    ("Ký 15/7/2010.", "15/7/2010", "F1.3"),
    ("Từ tháng 8/2010.", "tháng 8/2010", "F1.3"),
    ("Xong 85%.", "85", "F1.3"),
    ("Gọi 024 3768 3051.", "024 3768 3051", "F1.4"),
    ("Gọi 113.", "113", "F1.4"),
    ("Xem moha.gov.vn.", "moha.gov.vn", "F1.4"),
    ("Thị thực E9.", "E9", "F1.4"),
    ("Theo Nghị định 38/2023/NĐ-CP.", "Nghị định 38/2023/NĐ-CP", "F1.2"),
    ("Theo Thông tư 38/2024/TT-BCA.", "Thông tư 38/2024/TT-BCA", "F1.2"),
    ("Theo Điều 21.", "Điều 21", "F1.2"),
    ("Theo Điều 20 khoản 4.", "khoản 4 (Điều 20)", "F1.2"),
    ("Nhớ 20 phút.", "20", "product:menu"),
]


@pytest.mark.parametrize(("text", "figure", "fact"), NOT_HELD)
def test_figures_that_no_fact_holds(text: str, figure: str, fact: str) -> None:
    assert f"crossing.hours: “{figure}” không có trong sự kiện nào của mục" in found(saying(text, fact))


def test_the_text_for_a_service_without_owner_is_compared_too() -> None:
    said = found(entry(answer__vi={"text": "Cửa khẩu mở từ 6 giờ.", "text_without_owner": "Gọi 113."}))
    assert said == ["crossing.hours: “113” không có trong sự kiện nào của mục"]


BETWEEN = [
    ({"answer__en": {"text": "From 7 am."}}, ["“7 am” có trong bản en", "“6” có trong bản tiếng Việt"]),
    ({"answer__km": {"text": "បើក។"}}, ["“6” có trong bản tiếng Việt mà không có trong bản km"]),
    ({"answer__km": {"text": "ម៉ោង ៦ ដល់ ៧។"}}, ["“7” có trong bản km mà không có trong bản tiếng Việt"]),
    ({"answer__en": {"text": "From six in the morning."}}, []),
    ({"answer__km": {"text": "បើកម៉ោងប្រាំមួយ។"}}, []),
]


@pytest.mark.parametrize(("changes", "why"), BETWEEN)
def test_languages_say_the_same_figures(changes: dict[str, Any], why: list[str]) -> None:
    said = found(entry(**changes))
    assert len(said) == len(why)
    assert all(expected in each for expected, each in zip(why, said, strict=True))


BASIS = [
    ({"law": "Nghị định 112/2015/NĐ-CP"}, "“Nghị định 112/2015/NĐ-CP” trong căn cứ"),
    ({"law": "Nghị định 112/2014/NĐ-CP", "article": "Điều 5"}, "“Điều 5” của “Nghị định 112/2014/NĐ-CP”"),
    ({"law": "Nghị định 112/2014/NĐ-CP", "article": "Điều 4 khoản 2"}, "“khoản 2 (Điều 4)” của"),
    ({"law": "Hiệp định ký 14/7/2010"}, "“14/7/2010” trong căn cứ"),
    ({"law": "Nghị định 112/2014/NĐ-CP", "article": "Điều 4 khoản 1, Điều 7"}, ""),
]


@pytest.mark.parametrize(("basis", "why"), BASIS)
def test_the_legal_basis(basis: dict[str, str], why: str) -> None:
    said = found(entry(basis=[basis]))
    assert len(said) == bool(why)
    assert all(why in each for each in said)


def test_an_article_counts_only_beside_its_law() -> None:
    both = {"facts": ["F1.1", "F1.2"]}
    assert found(entry(**both, basis=[{"law": "Nghị định 38/2024/NĐ-CP", "article": "Điều 20 khoản 3"}])) == []
    [said] = found(entry(**both, basis=[{"law": "Nghị định 112/2014/NĐ-CP", "article": "Điều 20"}]))
    assert "“Điều 20” của “Nghị định 112/2014/NĐ-CP”" in said


def test_a_law_may_be_called_by_its_full_name() -> None:
    law = "Luật Biên giới quốc gia số 06/2003/QH11"
    facts = {"facts": ["F1.1", "F1.8"]}
    assert found(entry(**facts, basis=[{"law": law, "article": "Điều 14 khoản 5, Điều 21 khoản 10"}])) == []
    assert len(found(entry(**facts, basis=[{"law": "Luật 06/2004/QH11", "article": ""}]))) == 1


ABSOLUTE = [
    ("Cửa khẩu luôn mở.", "luôn", "F1.1"),
    ("Người mua luôn có lợi.", "luôn", "F1.6"),  # a fact says so, but is not sure enough
    ("Chắc chắn được.", "Chắc chắn", "F1.1"),
    ("Công ty cam kết.", "cam kết", "F1.1"),
    ("Không bị phạt.", "Không bị phạt", "F1.1"),
    ("Hàng được miễn thuế.", "được miễn", "F1.1"),
]


@pytest.mark.parametrize(("text", "word", "fact"), ABSOLUTE)
def test_absolute_words(text: str, word: str, fact: str) -> None:
    why = f"crossing.hours: chữ quá chắc, không có sự kiện tin cậy cao nào nói vậy: {word}"
    assert why in found(saying(text, fact))
    if word in ("cam kết", "được miễn"):
        assert why not in found(saying(text, fact, "F1.7"))


@pytest.mark.parametrize("text", ["Báo luôn.", "Chưa chắc chắn.", "Không được miễn thuế.", "Bị phạt."])
def test_words_that_only_look_absolute(text: str) -> None:
    assert not [each for each in found(saying(text, "F1.1")) if "quá chắc" in each]


WORDS = [
    ({"answer__en": {"text": "From 6 am, guaranteed."}}, "chữ quá chắc"),
    ({"answer__vi": {"text": "Bọn họ mở từ 6 giờ."}}, "tên gọi thiếu tôn trọng: Bọn"),
    ({"answer__vi": {"text": "Người Cao Miên mở từ 6 giờ."}}, "tên gọi thiếu tôn trọng: Cao Miên"),
    ({"answer__km": {"text": "យួនបើកម៉ោង 6។"}}, "tên gọi thiếu tôn trọng: យួន"),
    ({"title__vi": "Hàng bên Tàu"}, "tên gọi thiếu tôn trọng: bên Tàu"),
    ({"answer__vi": {"text": "Chắc là từ 6 giờ."}}, "chữ không được dùng: Chắc là"),
    ({"answer__vi": {"text": "Theo quy định hiện hành: 6 giờ."}}, "chữ không được dùng: hiện hành"),
    ({"answer__vi": {"text": "Theo BQLKKT mở từ 6 giờ."}}, "chữ viết tắt chưa giải thích: BQLKKT"),
    ({"answer__vi": {"text": " "}}, "câu trả lời trống (vi)"),
    ({"answer__vi": {"text": f"Từ 6 giờ. {LONG_WORDS}. Ngắn."}}, "câu dài 35 chữ (vi)"),
    ({"answer__en": {"text": f"From 6 am. {LONG_WORDS}"}}, "câu dài 35 chữ (en)"),
    ({"answer__km": {"text": f"ម៉ោង 6។ {LONG_KHMER}។"}}, "câu dài 301 ký tự (km)"),
    ({"answer__vi": {"text": "Từ 6 giờ. " + "Rất. " * (LONGEST_BODY // 5)}}, "câu trả lời dài"),
    ({"answer__vi": {"text": "cu\u031b\u0309a mở từ 6 giờ"}}, "chữ chưa chuẩn NFC (vi)"),
    ({"answer__vi": {"text": "mở\ttừ 6 giờ"}}, "có dấu tab (vi)"),
    ({"answer__km": {"text": "បើក\u200bម៉ោង 6។"}}, "có ký tự không thấy được U+200B (km)"),
    ({"sources": [{"name": "Bộ\u00adpháp điển", "code": "S1"}]}, "có ký tự không thấy được U+00AD (nguồn)"),
    ({"phrasings__en": [*ASKED["en"], "open\u200dnow"]}, "có ký tự không thấy được U+200D (cách hỏi"),
]


@pytest.mark.parametrize(("changes", "why"), WORDS)
def test_wording_and_signs(changes: dict[str, Any], why: str) -> None:
    said = found(entry(**changes))
    assert any(each.startswith(f"crossing.hours: {why}") for each in said), said


def test_an_abbreviation_may_be_explained() -> None:
    for text in (
        "Theo BQLKKT (ban quản lý khu kinh tế)",
        "Ban quản lý khu kinh tế (BQLKKT)",
        "Hỏi UBND xã, khu vực III",
    ):
        assert not [each for each in found(saying(text, "F1.1")) if "viết tắt" in each]


# --- phrasings --------------------------------------------------------------------------------------------------


def test_too_few_ways_of_asking() -> None:
    few = entry(phrasings={language: texts[:7] for language, texts in ASKED.items()})
    assert found(few) == [
        "crossing.hours: chỉ có 7 cách hỏi tiếng Việt thật khác nhau, cần 20",
        "crossing.hours: chỉ có 7 cách hỏi dùng chữ khác nhãn nút, cần 8",
        "crossing.hours: chỉ có 7 cách hỏi (km), cần 8",
        "crossing.hours: chỉ có 7 cách hỏi (en), cần 8",
    ]
    assert found(entry(phrasings__vi=[]))[0] == "crossing.hours: thiếu cách hỏi tiếng Việt"


def test_nearly_the_same_counts_once_and_is_told() -> None:
    first = list(ASKED["vi"])
    assert found(entry(phrasings__vi=[*first, f"{first[0]} vậy"])) == [
        "(nhắc) crossing.hours: 1 cách hỏi gần như trùng nhau"
    ]
    said = found(entry(phrasings__vi=[*first[:19], f"{first[0]} vậy"]))
    assert said[0] == "crossing.hours: chỉ có 19 cách hỏi tiếng Việt thật khác nhau, cần 20"


def test_the_words_of_the_button_are_not_the_only_ones() -> None:
    [said] = found(entry(phrasings__vi=[f"{each} mở" if at > 6 else each for at, each in enumerate(ASKED["vi"])]))
    assert said == "crossing.hours: chỉ có 7 cách hỏi dùng chữ khác nhãn nút, cần 8"
    # "mỡ" is another word than "mở"; "mo" may be either
    assert found(entry(phrasings__vi=[f"{each} mỡ" for each in ASKED["vi"]])) == []
    assert len(found(entry(phrasings__vi=[*ASKED["vi"][:7], *(f"xe {chr(97 + at)}{at} mo" for at in range(20))]))) > 0


def test_the_name_of_its_place_is_no_word_of_the_button() -> None:
    asked = [f"{each} đồng tháp" for each in ASKED["vi"]]
    title = {"vi": "Cửa khẩu Đồng Tháp", "km": "ច្រក", "en": "Gates"}
    assert found(entry(scope="dong-thap", title=title, phrasings__vi=asked)) == []
    assert found(entry(scope="national", title=title, phrasings__vi=asked)) != []


def test_the_same_way_of_asking_twice() -> None:
    same = entry(phrasings__vi=[*ASKED["vi"], "  Tui ra TRỄ còn kịp hông?"])
    assert "crossing.hours: cách hỏi có hai lần (vi): “  Tui ra TRỄ còn kịp hông?”" in found(same)
    unmarked = entry(phrasings__vi=[*ASKED["vi"], "tui ra tre con kip hong"])
    assert "crossing.hours: cách hỏi có hai lần (vi): “tui ra tre con kip hong”" in found(unmarked)


def test_the_same_way_of_asking_leads_to_one_entry() -> None:
    with_mine = other(phrasings__vi=[*[f"{each} n1" for each in ASKED["vi"]], "tui ra tre con kip hong"])
    assert "crossing.other-1: cách hỏi trùng với crossing.hours: “tui ra tre con kip hong”" in found(entry(), with_mine)
    weather = entry(phrasings__vi=[*ASKED["vi"], "Mai trời mưa không?"])
    assert "crossing.hours: cách hỏi trùng với đề tài khác “weather”: “Mai trời mưa không?”" in found(weather)


# --- between entries --------------------------------------------------------------------------------------------

STORY = "Mang theo giấy tờ. Hỏi trạm trước khi đi. Đừng đi đường mòn. Trẻ nhỏ đi cùng cha mẹ."


def test_two_answers_that_say_the_same() -> None:
    one = entry(answer__vi={"text": f"Từ 6 giờ. {STORY}"})
    two = other(answer__vi={"text": f"Mỗi ngày từ 6 giờ sáng. {STORY}"})
    [said] = found(one, two)
    assert said.startswith("crossing.other-1: câu trả lời có ")
    assert said.endswith("% chữ nằm trong câu trùng với crossing.hours")
    short = other(answer__vi={"text": "Mỗi ngày từ 6 giờ sáng, chiều thì tuỳ nơi, tuỳ ngày. Đừng đi đường mòn."})
    assert found(one, short) == []


def test_two_buttons_with_one_name() -> None:
    said = found(entry(), other(title__vi="Cửa khẩu mở"))
    assert said == ["crossing: hai mục cùng nhãn nút “Cửa khẩu mở” (vi)"]


# --- with the lines around it -----------------------------------------------------------------------------------


def test_a_message_longer_than_a_channel_takes() -> None:
    law = {"law": "Nghị định 112/2014/NĐ-CP " + "về cửa khẩu " * 110, "article": "Điều 4"}
    assert found(entry(basis=[law])) == []
    said = found(entry(basis=[law, law]))
    assert len(said) == 3  # languages
    assert all("trên Zalo, nhiều nhất 2000" in each for each in said)
    said = found(entry(basis=[law, law, law, law]))
    assert len([each for each in said if "trên Telegram, nhiều nhất 4096" in each]) == 3


def test_warnings_come_last() -> None:
    said = found(entry(review_by="2026-12-01"), other(sources=[]))
    assert [each.startswith("(nhắc)") for each in said] == [False, True]


def test_what_is_measured_is_the_whole_message() -> None:
    catalog = Catalog([entry(related=["crossing.other-1"]), other(title__vi="Nút của mục kia")])
    text = longest_message(next(iter(catalog)), "vi", catalog, shipped_phrases())
    for part in ("Cửa khẩu mở từ 6 giờ.", "Nghị định 112/2014/NĐ-CP", "Bộ pháp điển", "Nút của mục kia"):
        assert part in text


# --- one entry alone --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"answer__vi": {"text": "Phạt 9 triệu đồng."}},
        {"title__vi": "Cửa khẩu mở 1"},
        {"phrasings__vi": ["trùng một câu n1", "trùng một câu n1"]},
        {"review_by": "2026-11-01"},
        {"related": ["no.such"]},
        {"answer__km": None, "title__km": None},
    ],
)
def test_one_entry_checked_alone_has_the_faults_it_has_among_all(changes: dict[str, Any]) -> None:
    catalog = Catalog([other(1), entry(**changes)])
    one = [*catalog][1]
    whole = [each for each in check(catalog, TODAY, reference()) if each.where in (one.id, one.topic)]
    assert check_one(one, Catalog([other(1), entry()]), TODAY, reference()) == whole
