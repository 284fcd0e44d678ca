"""Campaign templates: what a file may say, what the checks find, and that those that ship are clean."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from bot.settings import Settings
from content import files
from content.campaign_files import shipped_templates
from content.campaign_templates import GROUPS, Area, Template, YearDay, parse, parse_group
from content.catalog import BadContent, Catalog
from content.check_files import shipped_reference
from content.checks.reference import Reference
from content.checks.templates import check_templates
from tests.content.checked_sample import entry, reference

WHOLE: dict[str, Any] = {
    "id": "cmp.border.hours",
    "title": "Giờ mở cửa khẩu",
    "plans": ["Đồng Tháp 2022 II.3c"],
    "audience": {"topics": ["crossing"], "areas": ["land-border:dong-thap", "gate:dinh-ba"], "people": "bà con"},
    "languages": ["vi", "km"],
    "form": "chữ",
    "cadence": "mỗi quý",
    "dates": ["10-05", "02-29"],
    "rule": "FREQ=MONTHLY",
    "entries": ["crossing.hours"],
    "texts": {
        "vi": "Bà con nhớ: cửa khẩu mở từ 6 giờ.",
        "km": "សូមបងប្អូនចាំ៖ ច្រកបើកម៉ោង 6។",
        "en": "The gate opens at 6 am.",
    },
}


def body(**changes: Any) -> dict[str, Any]:
    changed = deepcopy(WHOLE)
    for name, value in changes.items():
        inner, _, last = name.rpartition("__")
        target = changed[inner] if inner else changed
        if value is None:
            del target[last]
        else:
            target[last] = value
    return changed


def template(**changes: Any) -> Template:
    return parse(body(**changes), "border")


def found(changed: Template, *entries: Any) -> list[str]:
    catalog = Catalog(entries or [entry()])
    return [each.why for each in check_templates({changed.id: changed}, catalog, reference())]


def test_a_template_is_read_whole() -> None:
    read = template()
    assert read.areas == (Area("land-border", "dong-thap"), Area("gate", "dinh-ba"))
    assert read.dates == (YearDay(10, 5), YearDay(2, 29))
    assert read.ready
    assert found(read) == []


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"id": "cmp.sea.hours"}, "cmp.border."),
        ({"title": " "}, "title"),
        ({"titel": "x"}, "titel"),
        ({"form": None}, "form"),
        ({"audience": None}, "audience"),
        ({"audience__areas": ["near-the-border"]}, "near-the-border"),
        ({"audience__areas": []}, "areas"),
        ({"audience__topics": ["weather"]}, "weather"),
        ({"languages": ["vi", "lo"]}, "lo"),
        ({"texts": {"fr": "Bonjour"}}, "fr"),
        ({"plans": ["Cà Mau 2021 II.1"]}, "Cà Mau"),
        ({"dates": ["13-01"]}, "13-01"),
        ({"dates": ["5/10"]}, "5/10"),
        ({"texts": None}, "ready: false"),
        ({"ready": False}, "ready: false"),
        ({"ready": "no"}, "ready"),
    ],
)
def test_what_cannot_be_read_is_said_with_the_id(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(BadContent) as refused:
        template(**changes)
    said = str(refused.value)
    assert said.startswith(str(changes.get("id", "cmp.border.hours")))
    assert why in said


@pytest.mark.parametrize("content", [None, [], {"group": "sea", "templates": []}, {"group": "border"}])
def test_a_file_says_which_group_it_is(content: Any) -> None:
    with pytest.raises(BadContent, match=r"border\.yaml"):
        parse_group(content, "border")


SAYS = {"vi": "Bà con nhớ: cửa khẩu mở từ {0} giờ.", "km": "ច្រកបើកម៉ោង {0}។", "en": "The gate opens at {0} am."}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"entries": ["crossing.hourz"]}, "không có câu trả lời crossing.hourz"),
        ({"confirm": ["crossing.other"]}, "không có câu trả lời crossing.other"),
        ({"confirm": ["crossing.hours"]}, "vừa ở entries vừa ở confirm"),
        ({"entries": []}, "có chữ mà không dựa vào câu trả lời nào"),
        ({"texts__en": None}, "thiếu chữ (en)"),
        ({"texts": {each: said.format(5) for each, said in SAYS.items()}}, "“5”"),
        ({"texts__vi": SAYS["vi"].format(6) + " Gọi 0912 345 678."}, "“0912 345 678”"),
        ({"texts__vi": SAYS["vi"].format(6) + " Theo Nghị định 99/2020/NĐ-CP."}, "99/2020"),
        ({"texts__km": SAYS["km"].format(7)}, "có trong bản km mà không có trong bản tiếng Việt"),
        ({"texts__vi": SAYS["vi"].format(6) + " Mở cửa." * 130}, "câu trả lời dài"),
        ({"texts__vi": "Mở từ 6 giờ " + "và mở nữa " * 12 + "."}, "câu dài"),
        ({"texts__vi": SAYS["vi"].format(6) + " Bọn buôn lậu."}, "thiếu tôn trọng"),
        ({"title": "x" * 201}, "tên dài"),
    ],
)
def test_each_fault_is_found(changes: dict[str, Any], why: str) -> None:
    assert any(why in each for each in found(template(**changes))), found(template(**changes))


def test_a_figure_must_stand_in_a_linked_answer_even_where_the_facts_have_it() -> None:
    """The approver compares with the answers; the fact's article is not in one."""
    changed = template(texts__vi="Mở từ 6 giờ, theo khoản 7 Điều 4.")
    assert any("khoản 7" in each and "câu trả lời nào của mẫu" in each for each in found(changed))


def test_a_position_is_said_to_be_whose_it_is() -> None:
    by = {"vi": "Bộ Ngoại giao", "km": "ក្រសួងការបរទេស", "en": "the Ministry"}
    position = entry(kind="position", position_by=by)
    why = found(template(), position)
    assert len([each for each in why if "chưa ghi theo" in each]) == 3
    texts = {language: f"{text} {by[language]}." for language, text in template().texts.items()}
    assert found(replace(template(), texts=texts), position) == []


def test_what_is_not_sure_is_not_what_a_message_is_about() -> None:
    refer = entry(kind="refer", who={"vi": "Đồn", "km": "ប៉ុស្តិ៍", "en": "The post"})
    assert any("chỉ được để ở confirm" in each for each in found(template(), refer))
    unready = template(entries=[], confirm=["crossing.hours"], texts=None, ready=False)
    assert found(unready, refer) == []


def test_faults_of_those_who_send_are_told_too() -> None:
    changed = template()
    told = check_templates({changed.id: changed}, Catalog([entry()]), reference(), lambda each: [f"no gate {each.id}"])
    assert [each.why for each in told] == ["no gate cmp.border.hours"]


# --- What ships ---------------------------------------------------------------------------------------------------


@cache
def shipped() -> tuple[dict[str, Template], Catalog, Reference]:
    known = shipped_reference(name.upper() for name in Settings.model_fields)
    return shipped_templates(), files.shipped_catalog(), known


def test_every_task_of_the_plans_has_its_template() -> None:
    templates = shipped()[0]
    by_group = {group: sum(each.startswith(f"cmp.{group}.") for each in templates) for group in GROUPS}
    assert by_group == {
        "border": 15, "crossing": 3, "safety": 3, "sea": 12, "fish": 5, "labour": 5, "rebut": 2, "rights": 2,
        "admin": 2, "law": 1, "farm": 1, "event": 3,
    }  # fmt: skip
    unready = {each.id for each in templates.values() if not each.ready}
    assert unready == {
        "cmp.farm.harvest", "cmp.event.award", "cmp.event.integration", "cmp.admin.province-programmes",
        "cmp.sea.culture-cooperation",
    }  # fmt: skip


def test_the_shipped_templates_are_clean() -> None:
    faults = [str(each) for each in check_templates(*shipped())]
    assert not faults, "\n".join(faults)


def test_no_shipped_text_names_a_fine_for_what_the_border_decree_punishes() -> None:
    """Its wording has not been read: whoever breaks the rules of the border area is told that there is a fine, not how
    high."""
    about_rules = [
        each
        for each in shipped()[0].values()
        if each.texts and all(entry_id.startswith("border.rules.") for entry_id in each.entries)
    ]
    assert len(about_rules) >= 5
    for each in about_rules:
        for text in each.texts.values():
            assert not re.search(r"đồng|VND|ដុង", text.replace("hội đồng", "")), each.id
