"""The facts that ship: all of them, each with its confidence and sources that exist; and how a table is read."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from bot.settings import Settings
from content import check_files
from content.facts import BadFacts, Confidence, read_behaviours, read_facts, rows, settings_as_facts

ROOT = Path(__file__).parent.parent.parent
FACTS = check_files.shipped_facts()
FOLDER = ROOT / "content" / "data" / "facts"
HEADER = "number\tconfidence\treserve\theading\ttext\tsources\tnot_to_state"


def table(name: str) -> list[dict[str, str]]:
    return [dict(row) for row in rows((FOLDER / f"{name}.tsv").read_text(encoding="utf-8"))]


def test_every_fact_of_the_three_sheets_is_there() -> None:
    assert Counter(number[0] for number in FACTS) == {"F": 110, "A": 90, "B": 85}
    assert {f"A{at:02d}" for at in range(1, 91)} | {f"B{at:02d}" for at in range(1, 86)} <= set(FACTS)
    sections = {1: 16, 2: 9, 3: 3, 4: 24, 5: 24, 6: 21, 7: 13}
    assert {f"F{part}.{at}" for part, last in sections.items() for at in range(1, last + 1)} <= set(FACTS)


def test_confidence_is_that_of_the_sheet() -> None:
    assert sum(not fact.statable for fact in FACTS.values()) == 19
    assert {number for number, fact in FACTS.items() if not fact.statable} >= {"F6.19", "A45", "A82", "B39", "B67"}
    assert FACTS["F6.14"].confidence is Confidence.HIGH
    assert FACTS["F5.5"].confidence is FACTS["F5.4"].confidence  # "như F5.4"
    assert FACTS["F6.15"].confidence is Confidence.MIDDLE
    assert "thấp" in FACTS["F5.12"].reserve


def test_every_source_of_a_fact_is_listed() -> None:
    listed = {(row["sheet"], row["code"]) for row in table("sources")}
    named = {(fact.number[0], code) for fact in FACTS.values() for code in fact.source_codes}
    assert len(named) > 250
    assert not named - listed


def test_what_is_not_to_be_stated_stands_in_the_fact() -> None:
    unsure = [(fact, said) for fact in FACTS.values() for said in fact.not_to_state]
    assert unsure
    for fact, said in unsure:
        assert all(each in fact.text for each in re.findall(r"\d+", said)), fact.number


def test_short_names_of_laws_are_those_of_the_fact_that_says_so() -> None:
    for row in table("papers"):
        text = FACTS[row["said_in"]].text
        assert all(each in text for each in re.findall(r"\d+(?:/\d+/\w+)?", row["full"])), row["short"]


def test_behaviours_are_held_by_tests_that_exist() -> None:
    behaviours = table("product")
    assert len({row["name"] for row in behaviours}) == len(behaviours)
    for row in behaviours:
        assert row["says"], row["name"]
        file, _, name = row["held_by"].partition("::")
        assert name, f"no test holds {row['name']}"
        assert re.search(rf"^(?:async )?def {name}\(", (ROOT / file).read_text(encoding="utf-8"), re.M), row


def test_nothing_in_the_tables_that_is_hard_to_see() -> None:
    for file in FOLDER.glob("*.tsv"):
        text = file.read_text(encoding="utf-8")
        assert not re.search("[\u200b-\u200f\u00ad\ufeff\u00a0\r]", text), file.name
        assert text.endswith("\n")


def test_a_table_is_read() -> None:
    facts = read_facts(f"{HEADER}\nF1.1\tcao\t\tH\tmở 6 giờ\tS1, S1b (báo)\t2 triệu ; 4 ngày\n")
    assert facts["F1.1"].source_codes == ("S1", "S1b")
    assert facts["F1.1"].not_to_state == ("2 triệu", "4 ngày")
    assert read_behaviours("name\tsays\theld_by\nmenu\tnhắn 0\t\n")["product:menu"].text == "nhắn 0"
    assert set(settings_as_facts(name.upper() for name in Settings.model_fields)) >= {"setting:OWNER_NAME"}


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("F1.1\tcao\t\tH\tmở", "dòng 2"),
        ("F1.1\tchắc\t\tH\tmở\tS1\t", "F1.1"),
        ("F1.1\tcao\t\tH\tmở\tS1\t\nF1.1\tcao\t\tH\tmở\tS1\t", "hai lần"),
    ],
)
def test_a_row_that_cannot_be_read_is_named(row: str, why: str) -> None:
    with pytest.raises(BadFacts, match=why):
        read_facts(f"{HEADER}\n{row}\n")
