"""Words of distress are found in every spelling; the same words in everyday use are not distress."""

from __future__ import annotations

from pathlib import Path

import pytest

from content.distress import DistressFinder
from content.distress_files import load_distress
from content.distress_rules import Distress, DistressKind, DistressRules, Whereabouts
from content.normalise import clean, fold

FINDER = load_distress()
LABELLED = [
    line.split("\t")
    for line in (Path(__file__).parent / "distress_messages.tsv").read_text(encoding="utf-8").splitlines()[1:]
]
CALLS = [(kind, text) for kind, text in LABELLED if kind != "none"]
ORDINARY = [text for kind, text in LABELLED if kind == "none"]


def share(flags: list[bool]) -> float:
    return sum(flags) / len(flags)


def test_the_set_is_large_enough() -> None:
    assert len(CALLS) >= 150
    assert len(ORDINARY) >= 300


@pytest.mark.parametrize("spelling", [str, lambda text: fold(clean(text))], ids=["as written", "without marks"])
def test_calls_for_help_are_found(spelling: type[str]) -> None:
    missed = [text for _, text in CALLS if FINDER.find(spelling(text)) is None]
    assert share([FINDER.find(spelling(text)) is not None for _, text in CALLS]) >= 0.97, missed


@pytest.mark.parametrize("spelling", [str, lambda text: fold(clean(text))], ids=["as written", "without marks"])
def test_everyday_messages_are_not_distress(spelling: type[str]) -> None:
    false = [text for text in ORDINARY if FINDER.find(spelling(text)) is not None]
    assert len(false) / len(ORDINARY) <= 0.02, false


def test_the_kind_is_mostly_right() -> None:
    right = [found.kind == kind for kind, text in CALLS if (found := FINDER.find(text)) is not None]
    assert share(right) >= 0.93


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("cuu voi ghe chim gan hon chuoi 6 nguoi", Distress(DistressKind.BOAT, Whereabouts.SEA)),
        (
            "em tui qua campuchia lam bi nhot doi 5000 do moi cho ve, keu ai",
            Distress(DistressKind.HELD, Whereabouts.ABROAD),
        ),
        ("bị nhốt, cứu em với", Distress(DistressKind.HELD, Whereabouts.UNCLEAR)),
        ("cháy nhà rồi, ấp 3 phường Hồng Ngự", Distress(DistressKind.GENERAL, Whereabouts.VIET_NAM)),
        ("cứu tôi với", Distress(DistressKind.GENERAL, Whereabouts.UNCLEAR)),
        ("help me, I am locked in a casino in Bavet", Distress(DistressKind.HELD, Whereabouts.ABROAD)),
        ("ទូកលិច ជួយផង", Distress(DistressKind.BOAT, Whereabouts.SEA)),
    ],
)
def test_kind_and_whereabouts(text: str, wanted: Distress) -> None:
    assert FINDER.find(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "chìm trong nợ",
        "cháy hàng rồi",
        "cuu toi voi chuyen giay to",
        "số cứu nạn là số mấy",
        "tàu gặp nạn thì gọi số nào",
        "ghe chạy ra biển cần giấy gì",
        "ghe chay ra bien can giay gi",
        "bắn chim có bị phạt không",
        "",
        "😭😭",
        "x" * 5000,
    ],
)
def test_not_distress(text: str) -> None:
    assert FINDER.find(text) is None


def test_marks_tell_burning_from_driving() -> None:
    assert FINDER.find("ghe tui cháy rồi ngoài biển") is not None
    assert FINDER.find("ghe tui chạy rồi ngoài biển") is None


RULES = {
    "threshold": 2.0,
    "groups": {
        "boat": {"vi": ["ghe"]},
        "sinking": {"vi": ["chìm"]},
        "plea": {"vi": ["cứu"]},
        "asking": {"vi": ["phạt"]},
        "reported": {"vi": ["năm ngoái"]},
    },
    "where": {"sea": {"vi": ["ngoài khơi"]}},
    "signals": [{"kind": "boat", "score": 1.5, "groups": ["boat", "sinking"], "within": 3}],
    "modifiers": {"plea": 2.0, "asking": -2.0},
    "statement": 0.75,
    "question": -1.0,
    "lone_plea_words": 1,
    "idioms": {"vi": ["chìm xuồng"]},
}


def test_the_score_is_the_sum_of_signal_and_modifiers() -> None:
    finder = DistressFinder(DistressRules.from_mapping(RULES))
    assert finder.find("ghe chìm") is not None  # 1.5 + 0.75
    assert finder.find("ghe chìm không?") is None  # 1.5 - 1
    assert finder.find("ghe chìm bị phạt") is None  # 1.5 + 0.75 - 2
    assert finder.find("ghe của ông Tư bên kia sông chìm") is None  # too far apart
    assert finder.find("ghe chìm xuồng") is None  # an idiom
    assert finder.find("cứu") is not None
    assert finder.find("cứu cái bài này đi") is None


def test_rules_that_name_unknown_groups_are_refused() -> None:
    broken = {**RULES, "modifiers": {"hope": 1.0}}
    with pytest.raises(ValueError, match="hope"):
        DistressRules.from_mapping(broken)
