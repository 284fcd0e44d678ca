"""A tiny catalogue without faults, and the facts it rests on, for the tests of the checks."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from functools import cache
from typing import Any

from content.catalog import Catalog, parse
from content.checks.reference import Reference
from content.checks.support import KnownFacts
from content.checks.whole import check
from content.checks.wording import Wording
from content.entries import Entry
from content.facts import Fact, read_facts
from content.files import read_yaml, shipped_phrases

TODAY = date(2026, 11, 20)
HEADER = "number\tconfidence\treserve\theading\ttext\tsources\tnot_to_state\n"
SHEET = HEADER + "".join(
    "\t".join(row) + "\n"
    for row in (
        ("F1.1", "cao", "", "CỬA KHẨU", "Cửa khẩu mở từ 6 giờ. [VB] NĐ 112/2014/NĐ-CP Điều 4 k1, 7", "S1", ""),
        (
            "F1.2",
            "cao",
            "",
            "Mức phạt (NĐ 38/2024/NĐ-CP)",
            "Phạt 500 nghìn–1 triệu; tái phạm 5–10 triệu; cỡ 15–<24 m 20–30; ≥24 m 30–50 triệu. Điều 20 k3",
            "S2",
            "",
        ),
        ("F1.3", "cao", "", "", "Ký 14/7/2010, hiệu lực 06/12/2010; 84 % đã xong; dài 1.045,5 km.", "S1", "06/12/2010"),
        ("F1.4", "cao", "", "", "Gọi +84 981 84 84 84 hoặc 024.3768.3050, 24/7, dolab.gov.vn, visa E8.", "S1", ""),
        ("F1.5", "thấp", "", "", "Nghe nói phạt 7 triệu.", "S1", ""),
        ("F1.6", "vừa", "", "", "Người mua luôn được miễn phí 3 năm.", "S1", ""),
        ("F1.7", "cao", "", "", "Công ty cam kết; hàng được miễn thuế.", "S1", ""),
        ("F1.8", "cao", "", "", "Luật BGQG Điều 14 k5; (k10 Điều 21); BLHS Điều 256a.", "S1", ""),
    )
)
ASKED = {
    "vi": (
        "sáng sớm chở dưa qua bển được chưa",
        "tui ra trễ còn kịp hông",
        "giờ giấc làm việc ở trạm kiểm soát",
        "mấy anh biên phòng nghỉ trưa không",
        "xe hàng xếp tài từ khuya hay rạng đông",
        "lịch làm thủ tục hằng ngày",
        "chủ nhật người ta làm hay nghỉ",
        "chợ trời bên kia đông lúc nào",
        "đi thăm bà nội kịp trong buổi không",
        "barie kéo lên khi mô",
        "tan ca chiều về tới có bị kẹt",
        "năm sáu rưỡi đứng chờ đã muộn chưa",
        "đón khách du lịch lúc bình minh",
        "thương lái hỏi thời gian thông quan",
        "con tôi học bên ấy mỗi bữa",
        "hai mươi hai tiếng tối còn người trực",
        "ngày lễ tết thay đổi không vậy",
        "open tới khuya hay sao ta",
        "xuất nhập cảnh phục vụ từ bao lâu",
        "đi ghe nhỏ sớm mai nên tính sao",
        "gà gáy đã lên đường thì quá sớm",
    ),
    "km": tuple(f"តើច្រក {word} បើក" for word in "កខគឃងចឆជ"),
    "en": tuple(
        f"opening hours {word}" for word in ("today", "sunday", "night", "truck", "bus", "tet", "visitors", "early")
    ),
}
WHOLE: dict[str, Any] = {
    "id": "crossing.hours",
    "scope": "national",
    "kind": "answer",
    "title": {"vi": "Cửa khẩu mở", "km": "ម៉ោងបើក", "en": "Opening hours"},
    "answer": {"vi": {"text": "Cửa khẩu mở từ 6 giờ."}, "km": {"text": "បើកម៉ោង 6។"}, "en": {"text": "From 6 am."}},
    "phrasings": {language: list(texts) for language, texts in ASKED.items()},
    "facts": ["F1.1"],
    "as_of": "2026-11-01",
    "review_by": "2027-05-01",
    "sources": [{"name": "Bộ pháp điển", "code": "S1"}],
    "basis": [{"law": "Nghị định 112/2014/NĐ-CP", "article": "Điều 4"}],
}
OTHER_ANSWERS = ("Ghe xuồng chờ ở bến, 6 giờ sáng mới được vô.", "Chợ bên kia sông họp lúc 6 giờ.")
NEIGHBOURS = {"weather": {"vi": ["mai trời mưa không"]}}


@cache
def reference() -> Reference:
    facts = read_facts(SHEET) | {
        "product:menu": Fact("product:menu", read_facts(SHEET)["F1.1"].confidence, "Nhắn 0 để xem menu, nhớ 10 phút.")
    }
    known = KnownFacts(facts, {"Luật BGQG": "Luật Biên giới quốc gia số 06/2003/QH11"}, {("F", "S1"): "Báo, 5/3/2025"})
    return Reference(facts, known, Wording.from_mapping(read_yaml("wording.yaml")), NEIGHBOURS, shipped_phrases())


def entry(**changes: Any) -> Entry:
    """The entry without faults, with changes; a name of two parts changes inside, None takes the member away."""
    changed = deepcopy(WHOLE)
    topic = changes.pop("topic", "crossing")
    for name, value in changes.items():
        inner, _, last = name.rpartition("__")
        target = changed[inner] if inner else changed
        if value is None:
            del target[last]
        else:
            target[last] = value
    return parse(changed, topic)


def saying(text: str, *facts: str, language: str = "vi", **changes: Any) -> Entry:
    """An entry whose answer in every language is this text, so that only the facts can be missed."""
    answers = {each: {"text": text} for each in ("vi", "km", "en")} if language == "vi" else {}
    return entry(**{"answer": answers, "facts": list(facts), "basis": [], "sources": [{"name": "x"}], **changes})


def other(number: int = 1, **changes: Any) -> Entry:
    """Another entry without faults, with its own phrasings and its own answer."""
    own = {language: [f"{each} n{number}" for each in texts] for language, texts in ASKED.items()}
    title = {language: f"{text} {number}" for language, text in WHOLE["title"].items()}
    answer = {**WHOLE["answer"], "vi": {"text": OTHER_ANSWERS[number - 1]}}
    return entry(**{"id": f"crossing.other-{number}", "phrasings": own, "title": title, "answer": answer, **changes})


def found(*entries: Entry, today: date = TODAY) -> list[str]:
    """Faults and warnings as they are printed."""
    return [str(each) for each in check(Catalog(entries), today, reference())]
