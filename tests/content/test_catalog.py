"""The catalogue: what cannot be read names its entry and its reason; what is read can be looked up."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from content import files
from content.catalog import BadContent, Catalog, digest, parse, plain
from content.entries import AnswerState, Entry, Kind, LegalBasis, Source

TODAY = date(2026, 11, 20)
WHOLE: dict[str, Any] = {
    "id": "crossing.hours",
    "scope": "national",
    "kind": "answer",
    "title": {"vi": "Giờ mở cửa khẩu", "km": "ម៉ោងបើក", "en": "Opening hours"},
    "answer": {"vi": {"text": "Cửa khẩu mở từ 6 giờ."}, "km": {"text": "បើកម៉ោង 6។"}, "en": {"text": "From 6 am."}},
    "phrasings": {"vi": ["mấy giờ mở cửa khẩu"], "km": ["ម៉ោងប៉ុន្មាន"], "en": ["when does the gate open"]},
    "facts": ["F6.13", "B2"],
    "as_of": date(2026, 11, 1),
    "review_by": "2027-05-01",
    "sources": [{"name": "Nghị định x", "code": "NĐ-x", "url": "https://vd.example"}],
    "basis": [{"law": "Luật Biên giới", "article": "Điều 5"}, {"law": "Luật Biển"}],
}


def body(**changes: Any) -> dict[str, Any]:
    """The whole entry with changes; a name of two parts changes inside, None takes the member away."""
    changed = deepcopy(WHOLE)
    for name, value in changes.items():
        inner, _, last = name.rpartition("__")
        target = changed[inner] if inner else changed
        if value is None:
            del target[last]
        else:
            target[last] = value
    return changed


def entry(**changes: Any) -> Entry:
    return parse(body(**changes), "crossing")


# --- reading ----------------------------------------------------------------------------------------------------


def test_a_whole_entry() -> None:
    read = entry(valid_until="2027-12-31", owner="Sở Ngoại vụ", related=["crossing.hours"])
    assert (read.id, read.topic, read.scope, read.kind) == ("crossing.hours", "crossing", "national", Kind.ANSWER)
    assert read.answers["vi"].text == "Cửa khẩu mở từ 6 giờ."
    assert read.answers["vi"].state is AnswerState.DRAFT
    assert read.phrasings["en"] == ("when does the gate open",)
    assert (read.as_of, read.review_by, read.valid_until) == (date(2026, 11, 1), date(2027, 5, 1), date(2027, 12, 31))
    assert read.basis == (LegalBasis("Luật Biên giới", "Điều 5"), LegalBasis("Luật Biển", ""))
    assert read.sources == (Source("Nghị định x", "NĐ-x", "https://vd.example"),)


UNREADABLE: list[tuple[dict[str, Any], str]] = [
    *[(body(**{name: None}), f"thiếu mục {name}") for name in WHOLE if name not in ("id", "sources", "basis")],
    (body(kind="gossip"), "gossip"),
    (body(as_of="tháng trước"), "tháng trước"),
    (body(review_by="2027-02-30"), "2027-02-30|day"),
    (body(answer__vi={"text": "x", "state": "perfect"}), "perfect"),
    (body(answer__vi={"state": "draft"}), "thiếu mục text"),
    (body(answer="Cửa khẩu mở."), "str"),
    (body(title="Giờ mở cửa"), "str"),
    (body(phrasings=["mấy giờ mở cửa"]), "list"),
    (body(sources=[{"code": "x"}]), "thiếu mục name"),
    (body(sources=["a name alone"]), "indices"),
    (body(basis=[{"article": "Điều 1"}]), "thiếu mục law"),
    (body(facts=7), "int"),
    (body(phrasings__vi="mấy giờ mở cửa khẩu"), r"\w"),  # else every letter becomes a way of asking
]


@pytest.mark.parametrize(
    ("raw", "reason"), UNREADABLE, ids=[f"{number}-{reason}" for number, (_, reason) in enumerate(UNREADABLE)]
)
def test_what_cannot_be_read_names_the_entry_and_the_reason(raw: dict[str, Any], reason: str) -> None:
    with pytest.raises(BadContent, match=reason) as caught:
        parse(raw, "crossing")
    said = str(caught.value)
    assert said.startswith("crossing.hours: ")
    assert len(said) > len("crossing.hours: ")


BAD_FILES = {
    "no yaml": "topic: crossing\nentries: [",
    "no topic": "entries: []",
    "no entries": "topic: crossing",
    "entries are no list": "topic: crossing\nentries: {a: 1}",
    "a list": "- 1\n- 2",
    "nothing": "",
    "an entry is a text": "topic: crossing\nentries: [one, two]",
    "an entry is empty": "topic: crossing\nentries: [~]",
}


@pytest.mark.parametrize("content", BAD_FILES.values(), ids=BAD_FILES.keys())
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: str) -> None:
    file = tmp_path / "crossing.yaml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(BadContent, match=r"crossing\.yaml"):
        files.bodies_in(file)


def test_yaml_there_and_back(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_text(yaml.safe_dump({"topic": "crossing", "entries": [WHOLE]}, allow_unicode=True), encoding="utf-8")
    [read] = files.bodies_in(file)
    assert read == {**plain(WHOLE), "topic": "crossing"}
    assert parse(read, "crossing") == entry()


# --- digests ----------------------------------------------------------------------------------------------------

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


def turned(value: Any) -> Any:
    """The same content with its keys the other way round."""
    if isinstance(value, Mapping):
        return {key: turned(value[key]) for key in reversed(list(value))}
    return [turned(each) for each in value] if isinstance(value, list) else value


@given(value=st.dictionaries(st.text(max_size=3), json_values, max_size=4))
def test_the_order_of_keys_makes_no_difference(value: dict[str, Any]) -> None:
    assert digest(value) == digest(turned(value))


@given(one=st.dictionaries(st.text(max_size=3), json_values, max_size=4), key=st.text(max_size=3), value=json_values)
def test_any_change_makes_a_difference(one: dict[str, Any], key: str, value: Any) -> None:
    other = {**one, key: value}
    assert (digest(one) == digest(other)) == (repr(sorted_deep(one)) == repr(sorted_deep(other)))


def sorted_deep(value: Any) -> Any:
    if isinstance(value, Mapping):
        return "object", sorted((key, sorted_deep(inner)) for key, inner in value.items())
    return [sorted_deep(each) for each in value] if isinstance(value, list) else value


def test_the_same_id_twice_is_a_fault() -> None:
    """A catalogue keyed by id would silently drop the first of them."""
    bodies = [{**body(), "topic": "crossing"}, {**body(title__vi="Khác"), "topic": "safety"}]
    with pytest.raises(BadContent, match=r"crossing\.hours"):
        files.catalog_of(bodies)


# --- looking up -------------------------------------------------------------------------------------------------


def test_the_catalogue_keeps_the_order_it_was_given() -> None:
    entries = [entry(id=f"crossing.{name}") for name in "cab"]
    kept = Catalog([*entries, parse(body(id="safety.x"), "safety")])
    assert [each.id for each in kept] == ["crossing.c", "crossing.a", "crossing.b", "safety.x"]
    assert [each.id for each in kept.of_topic("crossing")] == ["crossing.c", "crossing.a", "crossing.b"]
    assert len(kept) == 4
    assert "safety.x" in kept
    assert kept.get("safety.x") is not None
    assert kept.get("no.such") is None


def test_signed_is_a_matter_of_language() -> None:
    read = entry(answer__km={"text": "បើក។", "state": "signed"})
    assert read.signed("km")
    assert not read.signed("vi")
    assert not read.signed("fr")
    assert Catalog([read]).any_signed
    assert not Catalog([entry()]).any_signed


def test_an_entry_ends_after_its_last_day() -> None:
    read = entry(valid_until=TODAY)
    assert not read.expired(TODAY)
    assert read.expired(TODAY + timedelta(days=1))
    assert not entry().expired(date(2999, 1, 1))


def test_vietnamese_prevails_where_a_language_is_missing() -> None:
    read = entry(who={"vi": "UBND xã", "km": ""})
    assert read.in_language(read.who, "km") == "UBND xã"
    assert read.in_language({}, "km") == ""
