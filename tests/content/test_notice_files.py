"""Hazard templates: what a file may say, what the checks find, and that those that ship are clean and complete."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import Any

import pytest

from bot.place_files import load_gazetteer
from bot.place_values import label
from bot.settings import Settings
from content import files
from content.catalog import BadContent, Catalog
from content.check_files import shipped_reference
from content.checks.notices import LONGEST_PLACE, check_notices
from content.checks.reference import Reference
from content.entries import LANGUAGES, TOPICS
from content.notice_files import shipped_notices
from content.notice_reading import CAP_WORDS, parse_file
from content.notice_templates import HOLD, WITHDRAW, NoticeTemplate, called
from content.phrases import Phrases
from tests.content.checked_sample import entry, reference
from tests.content.notice_sample import LABEL, WHOLE, body, template, with_blank


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"id": "Gate_1"}, "mã chỉ gồm"),
        ({"fate": None}, "thiếu mục fate"),
        ({"fate": "forget"}, "forget"),
        ({"hours": 25}, "24 giờ"),
        ({"hours": 0.2}, "24 giờ"),
        ({"hours": "6"}, "số giờ"),
        ({"hours": True}, "số giờ"),
        ({"cap__category": "Weather"}, "Weather"),
        ({"cap__urgency": "Unknown"}, "Unknown"),
        ({"cap__event": "Đóng"}, "tiếng Anh"),
        ({"cap__event": None}, "event"),
        ({"cap__colour": "red"}, "colour"),
        ({"topics": ["weather"]}, "weather"),
        ({"tittle": "x"}, "tittle"),
        ({"drill_only": "yes"}, "drill_only"),
        ({"title__vi": "x" * 25}, "25"),
        ({"title__en": "x" * 33}, "33"),
        ({"title__km": None}, "title"),
        ({"clear__en": None}, "clear"),
        ({"texts__vi": ""}, "còn trống"),
        ({"texts__fr": "A {noi} {ly_do}"}, "fr"),
        ({"texts__en": "At {noi}."}, "ly_do"),
        ({"texts__en": "At {noi} {ly_do} {other}."}, "chỗ điền"),
        ({"texts__en": "At {place} {ly_do}."}, "noi"),
        ({"texts__en": "At {noi} {ly_do} {."}, "ngoặc nhọn"),
        ({"clear__en": "At {noi}: {ly_do}."}, "hết nguy hiểm"),
        ({"clear__en": "Open again."}, "hết nguy hiểm"),
        ({"short": []}, "short"),
        ({"short": ["Đóng cửa"]}, "short"),
        ({"blanks": [{**WHOLE["blanks"][0], "default": "gio"}]}, "chữ sẵn có"),
        ({"blanks": [{**WHOLE["blanks"][0], "kind": "text"}]}, "choices"),
        ({"blanks": [{**WHOLE["blanks"][0], "kind": "colour"}]}, "colour"),
        ({"blanks": [{**WHOLE["blanks"][0], "choices": []}]}, "choices"),
        ({"blanks": [{**WHOLE["blanks"][0], "choices": [{"value": "nuoc", "said": {"vi": "vì nước"}}]}]}, "said"),
        ({"blanks": [{**WHOLE["blanks"][0], "label": {"vi": "x" * 61}}]}, "label"),
        ({"blanks": [{**WHOLE["blanks"][0], "name": "Lý do"}]}, "Lý do"),
        ({"blanks": [WHOLE["blanks"][0], WHOLE["blanks"][0]]}, "trùng tên"),
    ],
)
def test_what_cannot_be_read_is_said_with_the_id(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(BadContent) as refused:
        template(**changes)
    assert str(refused.value).startswith(str(changes.get("id", "gate-shut")))
    assert why in str(refused.value)


@pytest.mark.parametrize("content", [None, [], {"group": "sea", "templates": []}, {"group": "border"}])
def test_a_file_says_which_group_it_is(content: Any) -> None:
    with pytest.raises(BadContent, match=r"border\.yaml"):
        parse_file(content, "border")


def found(changed: NoticeTemplate) -> list[str]:
    return [str(each) for each in check_notices({changed.id: changed}, Catalog([entry()]), reference())]


def test_the_sample_has_no_fault() -> None:
    assert found(template()) == []
    assert found(template(texts__vi="Tại {noi} {ly_do}" + " và chờ" * 5 + ".")) == []  # sixteen words


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"entries": ["crossing.hourz"]}, "không có câu trả lời crossing.hourz"),
        ({"facts": ["F9.9"]}, "không có sự kiện F9.9"),
        ({"facts": ["F1.5"]}, "độ tin cậy thấp"),
        ({"texts__vi": "Tại {noi} {ly_do}. Gọi 116."}, "116"),
        ({"texts__en": "At {noi} {ly_do}. Call 116."}, "có trong bản en"),
        ({"clear__vi": "Tại {noi}: mở từ 7 giờ."}, "7"),
        ({"texts__vi": "Tại {noi} {ly_do}. Xem UBND."}, "UBND"),
        ({"texts__vi": "Tại {noi} {ly_do}. Chờ nhé."}, "nhé"),
        ({"texts__vi": "Tại {noi} {ly_do} (tạm)."}, "loa không đọc được"),
        ({"texts__vi": "Tại {noi} {ly_do}. Chờ 🙂"}, "loa không đọc được"),
        ({"texts__en": "[URGENT] At {noi} {ly_do}."}, "dấu ngoặc"),
        ({"texts__en": "At {noi}\n{ly_do}."}, "một dòng"),
        ({"texts__vi": "Tại {noi} {ly_do}" + " và chờ" * 5 + " nữa."}, "câu dài 17 chữ"),
        ({"texts__vi": "Tại {noi} {ly_do}. Bọn buôn lậu."}, "thiếu tôn trọng"),
        ({"texts__vi": "Tại {noi} {ly_do}. Bà con yên tâm."}, "yên tâm"),
        ({"texts__en": "At {noi} {ly_do}. " + "Wait. " * 120 + "Wait."}, "tin dài tới"),
        ({"clear__en": "At {noi}: " + "open " * 60}, "câu hết nguy hiểm dài"),
    ],
)
def test_each_fault_is_found(changes: dict[str, Any], why: str) -> None:
    assert any(why in each for each in found(template(**changes))), found(template(**changes))


def test_every_wording_of_a_choice_is_checked() -> None:
    worse = {"value": "xa", "said": {"vi": "vì 900 người", "km": "ដោយសារ 900", "en": "because of 900"}}
    choices = [*WHOLE["blanks"][0]["choices"], worse]
    assert any("900" in each for each in found(template(blanks=[{**WHOLE["blanks"][0], "choices": choices}])))


def test_the_longest_text_counts_what_may_be_typed() -> None:
    assert found(with_blank("text", most=500)) == []
    assert any("(vi)" in each for each in found(with_blank("text", most=700)))


def test_a_lacking_language_is_a_reminder() -> None:
    only = template(title={"vi": "Đóng"}, texts={"vi": "Tại {noi}."}, clear={"vi": "Tại {noi}."}, blanks=[])
    assert found(only) == ["(nhắc) gate-shut: chưa có bản km", "(nhắc) gate-shut: chưa có bản en"]


# --- What ships ---------------------------------------------------------------------------------------------------

SHIPPED = shipped_notices()
THREATS = {
    "landslide", "flood", "tide", "evacuate", "storm", "thunderstorm", "armed", "explosive", "vessel-missing",
    "sea-ban", "fire", "disease", "water-unsafe", "animal", "road-stopped",
}  # fmt: skip
MEASURES = {"gate-closed", "quarantine", "missing-person", "fraud", "other", "duty-call"}
TYPED = {"text": "cầu Sở Thượng", "number": "6", "time": "17:20"}


@cache
def known() -> tuple[Catalog, Reference]:
    return files.shipped_catalog(), shipped_reference(name.upper() for name in Settings.model_fields)


def test_every_hazard_has_its_template_and_its_fate() -> None:
    assert {each.id for each in SHIPPED.values() if each.fate == HOLD} == THREATS
    assert {each.id for each in SHIPPED.values() if each.fate == WITHDRAW} == MEASURES
    assert [each.id for each in SHIPPED.values() if each.drill_only] == ["duty-call"]


def test_the_shipped_templates_are_clean() -> None:
    faults = [str(each) for each in check_notices(SHIPPED, *known())]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_each_template_is_whole_in_three_languages(name: str) -> None:
    each = SHIPPED[name]
    blanks = {blank.name: TYPED[blank.kind] for blank in each.blanks if not blank.default}
    for language in LANGUAGES:
        said = each.filled(language, "xã Thường Phước", blanks)
        assert "xã Thường Phước" in said
        assert "xã Thường Phước" in each.cleared(language, "xã Thường Phước")
        assert not {"{", "}", "["} & set(said)
        assert each.digest(language)
    assert timedelta(minutes=30) <= each.lasts_for <= timedelta(hours=24)
    assert set(each.topics) <= set(TOPICS)
    assert all(entry_id in known()[0] for entry_id in each.entries)
    assert len(each.title["vi"]) <= 24
    assert {getattr(each.cap, word) in words for word, words in CAP_WORDS.items()} == {True}


def test_a_threat_to_life_says_whom_to_call() -> None:
    for name in THREATS:
        for language, text in SHIPPED[name].texts.items():
            assert any(number in text for number in ("112", "113", "114", "115")), (name, language)


def test_the_heads_times_and_senders_are_left_to_the_service() -> None:
    phrases: Phrases = files.shipped_phrases()
    heads = [phrases.say(key, "vi").split("]")[0].strip("[") for key in ("head.urgent", "head.clear", "head.drill")]
    for each in SHIPPED.values():
        for text in each.texts.values():
            assert not any(word in text for word in (*heads, "hiệu lực", "Valid until", "xác nhận lần hai")), each.id


def test_the_most_used_hazards_ask_nothing() -> None:
    """Eight touches in all: what is issued in a hurry has no blank that must be typed."""
    for name in ("landslide", "flood", "storm", "thunderstorm", "gate-closed", "armed", "fire", "explosive", "sea-ban"):
        assert all(blank.default for blank in SHIPPED[name].blanks), name


def test_no_place_of_ours_is_longer_than_the_check_supposes() -> None:
    gazetteer = load_gazetteer()
    provinces = gazetteer.provinces()
    inside = [each for one in provinces for each in (*gazetteer.communes(one.code), *gazetteer.gates(one.code))]
    places = [*provinces, *inside]
    assert len(places) > 3000
    assert max(len(label(each, language)) for each in places for language in LANGUAGES) < LONGEST_PLACE


def test_short_names_lead_to_one_template() -> None:
    names = [short.replace(" ", "") for each in SHIPPED.values() for short in {s.replace(" ", "") for s in each.short}]
    assert len(names) == len(set(names))
    assert "satlo" in names


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("satlo", "landslide"),
        ("sat lo", "landslide"),
        ("Sạt lở", "landslide"),
        ("LANDSLIDE", "landslide"),
        ("dong cua khau", "gate-closed"),
        ("gate-closed", "gate-closed"),
        ("đóng cửa", "gate-closed"),
        ("khác", "other"),
        ("sat", None),
        ("", None),
        (" - ", None),
    ],
)
def test_a_template_is_found_by_its_short_name(words: str, wanted: str | None) -> None:
    found_now = called(SHIPPED.values(), words)
    assert (found_now.id if found_now else None) == wanted


def test_a_label_that_asks_is_there_in_three_languages() -> None:
    for each in SHIPPED.values():
        for blank in each.blanks:
            assert set(blank.label) == set(LANGUAGES), (each.id, blank.name)
            assert max(map(len, blank.label.values())) <= 60
    assert set(LABEL) == set(body()["title"])
