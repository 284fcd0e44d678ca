"""The judge: a place that is named decides between sister entries of several provinces."""

from __future__ import annotations

import pytest

from bot.place_files import load_gazetteer
from content.judge import Judge, Judgement
from content.match_values import MatchSource


def sister(province: str) -> MatchSource:
    texts = [
        "tỉnh có hỗ trợ tiền học tiếng cho người đi làm nước ngoài không",
        "quê tui cho tiền đi xuất khẩu lao động",
    ]
    return MatchSource(f"labour.province.{province}", {"vi": texts}, "labour", province)


SOURCES = [
    sister("dong-thap"),
    sister("vinh-long"),
    sister("an-giang"),
    MatchSource(
        "crossing.papers", {"vi": ["qua cửa khẩu cần giấy tờ gì", "đi Campuchia mang theo giấy gì"]}, "crossing"
    ),
]
JUDGE = Judge(SOURCES, load_gazetteer(), home="dong-thap", outside={})


def first(judged: Judgement) -> str:
    return judged.match.candidates[0].id


@pytest.mark.parametrize(
    ("place", "province"),
    [
        ("quê tui", "dong-thap"),
        ("quê tui ở An Giang", "an-giang"),
        ("bên Trà Vinh cũ", "vinh-long"),
        ("quê Càng Long", "vinh-long"),  # a commune of today, without its province
        ("xã Tri Tôn", "an-giang"),
    ],
)
def test_the_place_in_the_question_beats_the_residents_own(place: str, province: str) -> None:
    judged = JUDGE(f"{place} có hỗ trợ tiền học tiếng cho người đi nước ngoài không", place_scope="dong-thap")
    assert first(judged) == f"labour.province.{province}"


def test_a_place_changes_nothing_where_no_entry_belongs_to_a_province() -> None:
    assert first(JUDGE("tui ở Càng Long, đi Campuchia mang theo giấy gì", place_scope="dong-thap")) == "crossing.papers"
