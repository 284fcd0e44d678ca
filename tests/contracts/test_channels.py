"""What every channel promises about what comes in: one suite on all of them, the shipped fake included."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import String

from bot.errors import Forged, Malformed
from bot.messages import Address, Update, UpdateKind, storable
from bot.storage.inbox import Claimed, Received
from bot.storage.schema import inbox
from tests.contracts.channel_inlets import INLETS, NOW, PERSONAL, Inlet

MADE = {name: make() for name, make in INLETS.items()}  # none of them keeps anything of what comes in
GUARDED = sorted(name for name, each in MADE.items() if each.guarded)
every_channel = pytest.mark.parametrize("name", sorted(MADE))
guarded_channels = pytest.mark.parametrize("name", GUARDED)


def received(inlet: Inlet, body: Any) -> list[Received]:
    return inlet.channel.receive(*inlet.bring(body), NOW)


def read(inlet: Inlet, row: Received) -> Update | None:
    address = Address(row.channel, row.account, row.lane)
    return inlet.channel.read(Claimed(1, address, row.key, row.body, 1, row.received_at))


@every_channel
def test_a_text_comes_in_as_one_update(name: str) -> None:
    inlet = MADE[name]
    [row] = received(inlet, inlet.said(1, "mấy giờ mở cửa khẩu"))
    assert (row.channel, row.account, row.lane) == (name, "main", inlet.who)
    update = read(inlet, row)
    assert update is not None
    assert (update.kind, update.text) == (UpdateKind.TEXT, "mấy giờ mở cửa khẩu")
    assert update.address == Address(name, "main", inlet.who)
    assert update.key == row.key
    assert update.at <= NOW


@every_channel
def test_everything_else_is_known_for_what_it_is(name: str) -> None:
    inlet = MADE[name]
    for body, kind in inlet.others:
        kinds = [update.kind for row in received(inlet, body) if (update := read(inlet, row)) is not None]
        assert kinds == ([] if kind is None else [kind]), body


@every_channel
def test_no_name_no_number_and_no_file_is_stored(name: str) -> None:
    inlet = MADE[name]
    bodies = [inlet.said(1, "hỏi"), *(body for body, _ in inlet.others)]
    rows = [row for body in bodies for row in received(inlet, body)]
    assert rows
    for row in rows:
        for secret in PERSONAL:
            assert secret not in json.dumps([row.key, row.lane, json.loads(row.body)], ensure_ascii=False)
        assert inlet.who not in row.key  # the key outlives the address
        assert row.lane == inlet.who


@every_channel
def test_an_update_has_one_key_however_often_it_comes(name: str) -> None:
    inlet = MADE[name]
    keys = [received(inlet, inlet.said(number, "hỏi"))[0].key for number in (1, 2, 1, 3, 2)]
    assert keys[0] == keys[2] != keys[1] == keys[4]
    assert len(set(keys)) == 3


@guarded_channels
def test_what_does_not_carry_the_secret_is_forged(name: str) -> None:
    inlet = MADE[name]
    headers, body = inlet.bring(inlet.said(1, "hỏi"))
    [proof] = headers
    wrong = [{}, {proof: ""}, {proof: "x"}, {proof: headers[proof] + "x"}, {proof: "\udcff"}, {proof: "ă" * 20}]
    for each in wrong:
        with pytest.raises(Forged):
            inlet.channel.receive(each, body, NOW)


@guarded_channels
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b"null", b'"x"', b"\xff\xfe", b"[" * 5000, b'{"a":1}'])
def test_no_body_without_the_secret_comes_in(name: str, body: bytes) -> None:
    """Whatever it is, nothing of it is stored; an empty one may be the platform's own look at the address."""
    try:
        assert MADE[name].channel.receive({}, body, NOW) == []
    except (Forged, Malformed):
        return


@every_channel
@pytest.mark.parametrize("body", [b"{", b"[", b"\xff\xfe", b"[" * 5000, b"not json"])
def test_what_is_no_json_is_malformed(name: str, body: bytes) -> None:
    inlet = MADE[name]
    headers, _ = inlet.bring(inlet.said(1, "x"))
    with pytest.raises((Malformed, Forged)):
        inlet.channel.receive(headers, body, NOW)


# What no platform sends and JSON can carry: halves of characters, null signs, numbers without end.
_ODD: list[Any] = ["", "\x00", "\ud800", "private", "#hoi", "#=", "0" * 90, 10**90, -1, 1e308, True, None, [], {}]
_JSON = st.recursive(
    st.sampled_from(_ODD) | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)
_GONE = object()


def paths(value: Any, before: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [before] if before else []
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in pairs:
        found += paths(each, (*before, key))
    return found


def put(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    copy = json.loads(json.dumps(value))
    inner = copy
    for key in path[:-1]:
        inner = inner[key]
    if new is _GONE:
        del inner[path[-1]]
    else:
        inner[path[-1]] = new
    return copy


def all_genuine(inlet: Inlet) -> list[Any]:
    return [inlet.said(1, "hỏi"), *(body for body, _ in inlet.others)]


def check_that_it_can_be_kept_and_read(inlet: Inlet, body: Any) -> None:
    try:
        rows = received(inlet, body)
    except (Malformed, Forged):
        return
    for row in rows:
        for column, stored in ((inbox.c.update_key, row.key), (inbox.c.lane, row.lane)):
            assert isinstance(column.type, String)
            assert 0 < len(stored) <= (column.type.length or 0), stored
        for text in (row.key, row.lane, row.body):
            assert text == storable(text)  # a database takes it
        update = read(inlet, row)
        if update is not None:
            assert update.key == row.key
            assert update.address.external_id == row.lane
            assert update.at.tzinfo is not None
            for text in (update.text, update.value, update.language_hint):
                assert text == storable(text)


@every_channel
def test_one_odd_part_anywhere_breaks_nothing(name: str) -> None:
    inlet = MADE[name]
    for body in all_genuine(inlet):
        for path in paths(body):
            for odd in (*_ODD, _GONE):
                check_that_it_can_be_kept_and_read(inlet, put(body, path, odd))


@every_channel
@given(pick=st.data())
def test_whatever_is_received_can_be_kept_and_read(name: str, pick: st.DataObject) -> None:
    inlet = MADE[name]
    body = pick.draw(st.sampled_from(all_genuine(inlet)))
    for _ in range(pick.draw(st.integers(1, 3))):
        known = paths(body)
        if known:
            body = put(body, pick.draw(st.sampled_from(known)), pick.draw(_JSON | st.just(_GONE)))
    check_that_it_can_be_kept_and_read(inlet, body)
