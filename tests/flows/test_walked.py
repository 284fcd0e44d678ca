"""What people who talked to the service by hand found awkward, and must not come back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.flows.talk import Talk, text_of


@pytest_asyncio.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Talk]:
    started = await Talk.start(tmp_path, subscribable=False)
    yield started
    await started.stop()


@pytest.mark.parametrize(
    ("cry", "more"),
    [
        ("ghe chìm rồi cứu với", ["ở gần Phú Quốc", "nước vô nhiều lắm", "tui có 5 người"]),
        ("ទូកលិច ជួយផង", ["នៅជិតកោះភូកុក", "ទឹកចូលច្រើនណាស់", "យើង៥នាក់"]),
        ("our boat is sinking help", ["near Phu Quoc", "we are five"]),
    ],
)
async def test_who_is_in_danger_is_not_offered_a_menu(talk: Talk, cry: str, more: list[str]) -> None:
    first = text_of(await talk.hears(cry))
    assert "112" in first
    for said in more:
        assert "112" in text_of(await talk.hears(said)), said
    other = await talk.hears("khách nước ngoài có e-visa đi cửa khẩu nào được")
    assert other[0].entry_id == "crossing.gates.evisa"  # plainly another question ends it
    assert "112" not in text_of(await talk.hears("asdf qwer"))


async def test_where_one_is_held_is_remembered(talk: Talk) -> None:
    await talk.hears("em bị nhốt trong casino ở Bavet, cứu em")
    assert text_of(await talk.hears("cứu với, họ đánh em")).index("981 84 84 84") < 120


async def test_a_chosen_language_wins_where_nothing_is_kept_of_the_resident(talk: Talk) -> None:
    await talk.hears("/ngonngu")
    await talk.taps("ភាសាខ្មែរ")
    assert (await talk.hears("vượt biên phạt nhiêu"))[0].language == "km"
    assert (await talk.hears("0"))[0].language == "km"


@pytest.mark.parametrize(
    "thanks", ["អរគុណច្រើន", "អរគុណបង", "cảm ơn nhiều lắm", "cam on chu", "cảm ơn nhiều nha", "thank you very much"]
)
async def test_thanks_are_taken(talk: Talk, thanks: str) -> None:
    (said,) = await talk.hears(thanks)
    assert said.decision == ""


@pytest.mark.parametrize("word", ["menu", "Menu", "ម៉ឺនុយ"])
async def test_the_word_menu_is_the_menu(talk: Talk, word: str) -> None:
    (said,) = await talk.hears(word)
    assert len(talk.labels()) >= 9
    assert said.decision == ""


async def test_a_follow_up_about_something_else_does_not_get_the_same_answer_again(talk: Talk) -> None:
    await talk.hears("khách nước ngoài có e-visa đi cửa khẩu nào được")
    assert (await talk.hears("con vang thi sao"))[0].entry_id != "crossing.gates.evisa"
