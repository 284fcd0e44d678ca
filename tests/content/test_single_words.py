"""Words sent all alone, and what is offered for them."""

from __future__ import annotations

import pytest

from content.files import read_yaml, shipped_catalog
from content.scopes import NATIONAL
from content.single_words import Group, SingleWords

WORDS = SingleWords(
    [
        Group(("vay", "vay tiền", "loan", "ខ្ចីលុយ"), ("loan.amount", "loan.interest")),
        Group(("phạt", "fine", "ពិន័យ"), ("fine.a", "fine.b"), aspect=True),
    ]
)


@pytest.mark.parametrize(
    "text",
    [
        "vay",
        "Vay?",
        "vay tiền",
        "vay tien",
        "vay tieenf",
        "cho em hỏi về vay tiền ạ",
        "cho hoi ve vay",
        "loan",
        "I need a loan please",
        "ខ្ចីលុយ",
        "ខ្ញុំចង់សួរអំពីខ្ចីលុយ",
    ],
)
def test_the_word_and_what_politeness_adds(text: str) -> None:
    found = WORDS.find(text)
    assert found is not None
    assert found.entries == ("loan.amount", "loan.interest")


@pytest.mark.parametrize("text", ["vậy", "váy", "vay tiền đi Nhật được không", "", "?", "loans to work abroad", "ខ្ចី"])
def test_another_spelling_or_a_whole_question_is_not_the_word(text: str) -> None:
    assert WORDS.find(text) is None


def test_an_aspect_is_told_from_a_subject() -> None:
    fine, loan = WORDS.find("phat"), WORDS.find("loan")
    assert fine is not None
    assert loan is not None
    assert fine.aspect
    assert not loan.aspect


def test_every_shipped_word_offers_two_or_three_entries_everywhere() -> None:
    scopes = {entry.id: entry.scope for entry in shipped_catalog()}
    for row in read_yaml("single_words.yaml"):
        missing = [each for each in row["entries"] if each not in scopes]
        assert not missing, missing
        national = [each for each in row["entries"] if scopes[each] == NATIONAL]
        assert len(national) > 1, row["words"][0]
