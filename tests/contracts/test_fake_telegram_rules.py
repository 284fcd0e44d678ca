"""The pure rules of the fake Bot API server: markup, parameters, rates, the resend schedule, fault scripts."""

from __future__ import annotations

import random
from itertools import accumulate
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.telegram.faults import FaultScript, read_fault
from tests.fakes.telegram.limits import FloodGate, Send
from tests.fakes.telegram.markup import Parsed, parse_html, utf16_length
from tests.fakes.telegram.parameters import read_urlencoded
from tests.fakes.telegram.refusals import Refusal
from tests.fakes.telegram.schedule import OpeningRate, Patience
from tests.fakes.telegram.settings import LimitRules
from tests.fakes.telegram.texts import find_entities, read_formatted
from tests.fakes.telegram.updates import UpdateQueue

PLAIN = st.text(st.characters(codec="utf-8", exclude_characters="<>&"), max_size=60)
TAGS = st.sampled_from(["b", "i", "u", "s", "code", "pre", "blockquote", "tg-spoiler"])


@given(st.dictionaries(st.text(st.characters(codec="utf-8"), min_size=1, max_size=8), st.text(max_size=80)))
def test_urlencoded_bodies_are_read_like_the_standard_library_does(pairs: dict[str, str]) -> None:
    pairs = {name: value.encode("utf-8", "replace").decode() for name, value in pairs.items()}
    body = urlencode(pairs)
    assert read_urlencoded(body.encode()) == dict(parse_qsl(body, keep_blank_values=True))


def test_an_equals_sign_may_stand_in_a_value() -> None:
    assert read_urlencoded(b"a=1=2%41&b&=x") == {"a": "1=2A", "b": ""}


@given(st.text(st.characters(codec="utf-8"), max_size=80))
def test_utf16_length_is_what_the_encoding_says(text: str) -> None:
    assert utf16_length(text) == len(text.encode("utf-16-le")) // 2


@given(PLAIN, TAGS, PLAIN, PLAIN)
def test_a_tag_becomes_one_entity_over_exactly_its_text(before: str, tag: str, inner: str, after: str) -> None:
    parsed = parse_html(f"{before}<{tag}>{inner}</{tag}>{after}")
    assert parsed.text == before + inner + after
    assert [(each["offset"], each["length"]) for each in parsed.entities] == (
        [(utf16_length(before), utf16_length(inner))] if inner else []
    )


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_whatever_is_written_is_parsed_or_refused_but_never_crashes(text: str) -> None:
    try:
        parsed = read_formatted(text, "HTML", None)
    except Refusal as refusal:
        complaint = refusal.description
        parsed = Parsed("", [])
    else:
        complaint = "Bad Request: can't parse entities: "
    length = utf16_length(parsed.text)
    assert complaint.startswith("Bad Request: can't parse entities: ")
    assert parsed.text == parsed.text.strip()
    assert all(0 <= each["offset"] < each["offset"] + each["length"] <= length for each in parsed.entities)


def test_html_details() -> None:
    assert parse_html("a &lt;b&gt; &amp; &quot;c&quot; &#273; &#x111; &nbsp; &x").text == ('a <b> & "c" đ đ &nbsp; &x')
    code = parse_html('<pre><code class="language-python">x = 1</code></pre>')
    assert code.entities == [{"type": "pre", "offset": 0, "length": 5, "language": "python"}]
    assert parse_html("<blockquote expandable>dài</blockquote>").entities[0]["type"] == "expandable_blockquote"
    assert [each["type"] for each in parse_html("<b><i>x</i>y</b>").entities] == ["bold", "italic"]


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("a<b", "Unclosed start tag at byte offset 1"),
        ("đ</b>", "Unexpected end tag at byte offset 2"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<b class>x</b>", 'Expected equal sign in declaration of an attribute of the tag "b" at byte offset 0'),
        ("<span class='x'>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("5 < 7", 'Unsupported start tag "" at byte offset 2'),
    ],
)
def test_html_complaints(source: str, complaint: str) -> None:
    with pytest.raises(Refusal) as caught:
        parse_html(source)
    assert caught.value.description == f"Bad Request: can't parse entities: {complaint}"


def test_commands_and_links_are_found_without_markup() -> None:
    found = find_entities("/start vt-hg 😀 https://x.vn/a. @kenh_tin #khẩn a/b x@y")
    assert [(each["type"], each["offset"], each["length"]) for each in found] == [
        ("bot_command", 0, 6),
        ("url", 16, 14),
        ("mention", 32, 9),
        ("hashtag", 42, 5),
    ]


def strict(**changes: float) -> FloodGate:
    rules = LimitRules(mode="strict")
    for name, value in changes.items():
        setattr(rules, name, value)
    return FloodGate(rules)


@settings(max_examples=30)
@given(st.lists(st.floats(0.0, 0.2), min_size=40, max_size=150))
def test_no_second_wherever_it_begins_holds_more_than_the_limit(gaps: list[float]) -> None:
    gate = strict(bot_per_second=30, base_retry_after=1, escalation_grace=1e9)
    times = list(accumulate(gaps))
    accepted = [at for n, at in enumerate(times) if gate.admit(Send(at, "sendmessage", 1000 + n)) is None]
    assert all(later - earlier >= 1.0 for earlier, later in zip(accepted, accepted[30:], strict=False))


def test_an_even_rate_below_the_limit_is_never_refused() -> None:
    gate = strict(bot_per_second=30)
    assert all(gate.admit(Send(n / 29, "sendmessage", 1000 + n)) is None for n in range(2000))


def test_one_chat_may_burst_a_little_and_then_one_a_second() -> None:
    gate = strict(chat_burst=3)
    assert [gate.admit(Send(0.0, "sendmessage", 7)) for _ in range(4)] == [None, None, None, 3]
    assert gate.admit(Send(3.0, "sendmessage", 8)) is None
    assert [gate.admit(Send(4.0, "sendmessage", 7)) for _ in range(4)] == [None, None, None, 3]


def test_a_group_takes_twenty_a_minute_and_others_are_not_touched() -> None:
    gate = strict()
    answers = [gate.admit(Send(float(n), "sendmessage", -5)) for n in range(21)]
    assert answers == [None] * 20 + [3]
    assert gate.admit(Send(21.0, "sendmessage", -6)) is None


def test_replies_count_or_not() -> None:
    for replies_count, expected in ((True, 30), (False, 100)):
        gate = strict(replies_count=replies_count)
        answers = [gate.admit(Send(0.5, "sendmessage", 100 + n, is_reply=True)) for n in range(100)]
        assert answers.count(None) == expected


def test_paid_sends_have_a_limit_of_their_own() -> None:
    gate = strict(paid_per_second=100)
    answers = [gate.admit(Send(0.5, "sendmessage", 100 + n, is_paid=True)) for n in range(150)]
    assert answers.count(None) == 100


def test_who_does_not_wait_waits_longer_but_what_was_in_flight_is_forgiven() -> None:
    gate = strict(base_retry_after=3, escalation_grace=0.5)
    gate.inject(5)
    assert gate.admit(Send(10.0, "sendmessage", 1)) == 5
    assert gate.deadline() == 15.0
    assert gate.admit(Send(10.2, "sendmessage", 2)) == 5
    assert gate.deadline() == 15.0
    assert gate.admit(Send(12.0, "sendmessage", 3)) == 10
    assert gate.deadline() == 22.0
    assert gate.admit(Send(22.0, "sendmessage", 4)) is None
    assert [(each.chat_id, round(each.early_by, 1), round(each.since_notice, 1)) for each in gate.early] == [
        (2, 4.8, 0.2),
        (3, 3.0, 2.0),
    ]


def test_a_flood_of_one_chat_stays_in_that_chat() -> None:
    gate = FloodGate(LimitRules())
    gate.inject(7, chat_id=3)
    assert gate.admit(Send(1.0, "sendmessage", 4)) is None
    assert gate.admit(Send(1.0, "sendmessage", 3)) == 7
    assert gate.admit(Send(1.1, "sendmessage", 4)) is None


def test_the_resend_schedule_doubles_from_the_second_failure_to_a_drawn_cap() -> None:
    patience, dice = Patience(), random.Random(1)
    waits = [patience.next_wait(0, dice) for _ in range(12)]
    assert waits[:6] == [0, 2, 4, 8, 16, 32]
    assert all(60 <= wait <= 120 for wait in waits[7:])


def test_retry_after_is_honoured_up_to_an_hour_and_does_not_double() -> None:
    patience, dice = Patience(), random.Random(1)
    assert [patience.next_wait(after, dice) for after in (5, 99_999, -3, 0)] == [5, 3600, 2, 4]


def test_connections_are_opened_at_a_rate() -> None:
    rate = OpeningRate(2, 10.0)
    rate.note(0.0)
    rate.note(4.0)
    assert (rate.wait(5.0), rate.wait(10.0)) == (5.0, 0.0)


def test_a_fault_strikes_whom_and_as_often_as_it_says() -> None:
    script = FaultScript()
    script.replace([read_fault({"kind": "hangup", "times": 2, "chat_id": 5}, 0.0)])
    hits = [script.pick("sendmessage", chat_id, 1.0)[1] is not None for chat_id in (5, 6, 5, 5)]
    assert hits == [True, False, True, False]
    script.replace([read_fault({"kind": "server_error", "window_ms": 1000}, 10.0)])
    assert [script.pick("sendmessage", None, at)[1] is not None for at in (10.5, 11.5)] == [True, False]
    assert script.pick("getupdates", None, 10.5) == (0.0, None)


def test_chance_is_repeatable_with_its_seed() -> None:
    def strikes(seed: int) -> list[bool]:
        script = FaultScript()
        script.replace([read_fault({"kind": "timeout", "probability": 0.3, "seed": seed}, 0.0)])
        return [script.pick("sendmessage", 1, 0.0)[1] is not None for _ in range(200)]

    assert strikes(1) == strikes(1) != strikes(2)
    assert 30 <= sum(strikes(1)) <= 90


def test_latencies_add_up_and_end_nothing() -> None:
    script = FaultScript()
    faults: list[dict[str, Any]] = [{"kind": "latency", "ms": 20}, {"kind": "latency", "ms": 30}, {"kind": "conflict"}]
    script.replace([read_fault(each, 0.0) for each in faults])
    delay, fault = script.pick("sendmessage", 1, 0.0)
    assert (delay, fault is not None and fault.kind) == (0.05, "conflict")


@pytest.mark.parametrize("script", [{"kind": "earthquake"}, {"kind": "hangup", "hits": 3}, {"kind": "hangup", "x": 1}])
def test_a_misspelt_fault_is_an_error(script: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="no such"):
        read_fault(script, 0.0)


def test_lanes_are_those_of_the_server() -> None:
    queue = UpdateQueue(1, 1.0)
    queue.choose_kinds(["message", "edited_message", "callback_query", "my_chat_member", "poll"])
    person, chat = {"id": 5}, {"id": -9}
    contents: dict[str, dict[str, Any]] = {
        "message": {"chat": chat, "from": person},
        "edited_message": {"chat": chat, "from": person},
        "callback_query": {"from": person, "chat_instance": "1", "message": {"chat": chat}},
        "my_chat_member": {"chat": chat, "from": person},
        "poll": {"id": "1"},
    }
    added = [queue.add(kind, content) for kind, content in contents.items()]
    assert [each.queue for each in added if each] == [
        "chat:-9",
        "chat:-9",
        "callback_query:5",
        "my_chat_member:-9",
        "single:5",
    ]
    assert [each.chat_id for each in added if each] == [-9, -9, -9, -9, None]
