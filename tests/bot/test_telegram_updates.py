"""Telegram's updates cut down to what is kept: nothing personal survives, nothing odd gets in, and it reads back."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import UTC, datetime
from itertools import cycle
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels import telegram_updates
from bot.channels.telegram_updates import LONGEST_TEXT, reduce
from bot.errors import Malformed
from bot.messages import Address, Update, UpdateKind
from bot.storage.inbox import Received

NOW = datetime(2026, 11, 20, 2, 12, tzinfo=UTC)
SENT = 1_795_140_720  # 2026-11-20 02:12 UTC
CHAT = {"id": 4001, "type": "private", "first_name": "Nguyễn", "last_name": "Văn A", "username": "nguyenvana"}
SENDER = {"id": 4001, "is_bot": False, "first_name": "Nguyễn", "last_name": "Văn A", "username": "nguyenvana"}
LEAK = "leaks"  # every string that must not survive begins with it


def message(**more: Any) -> dict[str, Any]:
    return {
        "update_id": 77,
        "message": {"message_id": 5, "date": SENT, "chat": dict(CHAT), "from": dict(SENDER)} | more,
    }


def press(**more: Any) -> dict[str, Any]:
    carrier = {"message_id": 9, "date": SENT, "chat": dict(CHAT), "text": "what the bot had said", "from": {"id": 1}}
    query = {"id": "3001", "from": dict(SENDER), "chat_instance": "x9", "data": "e:crossing~gk2", "message": carrier}
    return {"update_id": 78, "callback_query": query | more}


def membership(status: str, chat_type: str = "private") -> dict[str, Any]:
    someone = {"user": dict(SENDER), "status": status}
    changed = {"chat": CHAT | {"type": chat_type}, "from": dict(SENDER), "date": SENT, "new_chat_member": someone}
    return {"update_id": 79, "my_chat_member": changed | {"old_chat_member": someone}}


def kept(raw: dict[str, Any]) -> Received:
    row = reduce(raw, "main", NOW)
    assert row is not None
    return row


def understood(raw: dict[str, Any]) -> Update:
    row = kept(raw)
    update = telegram_updates.read(row.body, Address(row.channel, row.account, row.lane))
    assert update is not None
    return update


# --- what comes through -----------------------------------------------------------------------------------------


def test_a_text_becomes_our_update() -> None:
    raw = message(text="cửa khẩu mấy giờ mở?")
    raw["message"]["from"]["language_code"] = "km"
    row = kept(raw)
    assert (row.channel, row.account, row.key, row.lane, row.received_at) == ("telegram", "main", "77", "4001", NOW)
    assert understood(raw) == Update(
        key="77",
        address=Address("telegram", "main", "4001"),
        kind=UpdateKind.TEXT,
        at=datetime.fromtimestamp(SENT, UTC),
        text="cửa khẩu mấy giờ mở?",
        language_hint="km",
    )


def test_a_button_becomes_our_update() -> None:
    raw = press()
    raw["callback_query"]["from"]["language_code"] = "en-GB"
    assert understood(raw) == Update(
        key="78",
        address=Address("telegram", "main", "4001"),
        kind=UpdateKind.BUTTON,
        at=datetime.fromtimestamp(SENT, UTC),
        value="e:crossing~gk2",
        language_hint="en-GB",
        receipt="3001",
    )


@pytest.mark.parametrize(
    ("status", "kind"),
    [("kicked", UpdateKind.BLOCKED), ("left", UpdateKind.BLOCKED), ("member", UpdateKind.RETURNED)],
)
def test_blocking_and_coming_back(status: str, kind: UpdateKind) -> None:
    update = understood(membership(status))
    assert (update.kind, update.address.external_id, update.text) == (kind, "4001", "")
    assert reduce(membership(status, "supergroup"), "main", NOW) is None


CONTENTS = {
    UpdateKind.PHOTO: ["photo"],
    UpdateKind.VOICE: ["voice", "audio", "video_note"],
    UpdateKind.QUIET: ["sticker", "dice"],
    UpdateKind.OTHER: ["document", "video", "contact", "location", "venue", "poll", "story", "game", "checklist"],
}


@pytest.mark.parametrize(
    ("name", "kind"), [(name, kind) for kind, names in CONTENTS.items() for name in names], ids=lambda each: str(each)
)
def test_content_is_seen_but_not_kept(name: str, kind: UpdateKind) -> None:
    raw = message(**{name: {"file_id": LEAK, "phone_number": LEAK, "latitude": 10.5}})
    update = understood(raw)
    assert (update.kind, update.text) == (kind, "")
    assert LEAK not in kept(raw).body
    assert "10.5" not in kept(raw).body


def test_the_words_under_a_picture_are_read_like_any_others() -> None:
    raw = message(photo=[{"file_id": LEAK}], caption="ghe tui chìm rồi\x00 cứu với")
    update = understood(raw)
    assert (update.kind, update.text) == (UpdateKind.PHOTO, "ghe tui chìm rồi cứu với")
    assert LEAK not in kept(raw).body
    assert len(understood(message(photo=[], caption="ờ" * 9000)).text) == LONGEST_TEXT


def test_a_group_gets_commands_only_and_not_their_words() -> None:
    group = {"id": -100_200_300, "type": "supergroup", "title": LEAK}
    raw = message(text=f"/start {LEAK}", chat=group)
    update = understood(raw)
    assert (update.kind, update.address.external_id, update.text) == (UpdateKind.GROUP, "-100200300", "")
    assert LEAK not in kept(raw).body
    assert reduce(message(text="what people say to each other", chat=group), "main", NOW) is None
    assert reduce(message(photo=[], chat=group), "main", NOW) is None


def test_a_long_text_is_cut() -> None:
    assert understood(message(text="ờ" * 9000)).text == "ờ" * LONGEST_TEXT


# --- what is not for us -----------------------------------------------------------------------------------------

NOTHING = {
    "edited": {"update_id": 1, "edited_message": message(text="x")["message"]},
    "channel post": {"update_id": 1, "channel_post": message(text="x")["message"]},
    "edited channel post": {"update_id": 1, "edited_channel_post": message(text="x")["message"]},
    "another bot": message(text="x", **{"from": SENDER | {"is_bot": True}}),
    "nobody": {"update_id": 1, "message": {"message_id": 5, "date": SENT, "chat": CHAT, "text": "x"}},
    "a reaction": {"update_id": 1, "message_reaction": {}},
    "an unknown kind": {"update_id": 1, "something_new_in_2027": {}},
    "a service message": message(new_chat_title="x"),
    "a text that is none": message(text=5),
    "a button without value": press(data=None),
    "a button of an inline message": press(message=None),
    "a button in a group": press(message={"message_id": 1, "date": SENT, "chat": {"id": -5, "type": "group"}}),
}


@pytest.mark.parametrize("raw", NOTHING.values(), ids=NOTHING.keys())
def test_there_is_nothing_to_react_to(raw: dict[str, Any]) -> None:
    assert reduce(raw, "main", NOW) is None


BROKEN: list[Any] = [
    None,
    [],
    "text",
    7,
    {},
    {"update_id": "7"},
    {"update_id": True},
    {"update_id": 1, "message": None},
    {"update_id": 1, "message": []},
    {"update_id": 1, "message": {"from": SENDER}},
    message(chat=None, text="x"),
    message(chat={"id": "no number", "type": "private"}, text="x"),
    message(date=None, text="x"),
    message(text="x", **{"from": ["no sender"]}),
    {"update_id": 1, "callback_query": 5},
    press(**{"from": None}),
    press(message={"chat": {}}),
    {"update_id": 1, "my_chat_member": {"chat": CHAT}},
]


@pytest.mark.parametrize("raw", BROKEN, ids=lambda raw: json.dumps(raw)[:40])
def test_what_lacks_a_part_is_malformed(raw: Any) -> None:
    with pytest.raises(Malformed):
        reduce(raw, "main", NOW)


def json_values() -> st.SearchStrategy[Any]:
    """Whatever ``json.loads`` can give, numbers without end and lone surrogates included."""
    odd = st.sampled_from([float("inf"), float("-inf"), float("nan"), 10**30, -(10**30), "\ud800", "x" * 300, "\x00"])
    plain = odd | st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
    return st.recursive(
        plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    )


def members(raw: Any, way: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The ways to every member of a nested object."""
    if not isinstance(raw, dict):
        return []
    return [found for name, inner in raw.items() for found in [(*way, name), *members(inner, (*way, name))]]


def put(raw: dict[str, Any], way: tuple[str, ...], value: Any) -> dict[str, Any]:
    changed: Any = deepcopy(raw)
    inner = changed
    for name in way[:-1]:
        inner = inner[name]
    inner[way[-1]] = value
    return dict(changed)


WHOLE = [message(text="xin chào"), message(photo=[{}]), press(), membership("kicked")]
PLACES = [(raw, way) for raw in WHOLE for way in members(raw)]


@settings(max_examples=300)
@given(place=st.sampled_from(PLACES), value=json_values())
def test_any_value_anywhere_is_taken_or_malformed(place: tuple[dict[str, Any], tuple[str, ...]], value: Any) -> None:
    """A broken update must not break its reader: what is stored can be stored, and can be read back."""
    raw, way = place
    try:
        row = reduce(put(raw, way, value), "main", NOW)
    except Malformed:
        return
    if row is not None:
        row.body.encode()
        telegram_updates.read(row.body, Address(row.channel, row.account, row.lane))


# --- what must not survive --------------------------------------------------------------------------------------

PERSONAL = [
    "first_name",
    "last_name",
    "username",
    "title",
    "bio",
    "entities",
    "reply_to_message",
    "quote",
    "external_reply",
    "forward_origin",
    "contact",
    "location",
    "venue",
    "photo",
    "document",
    "voice",
    "via_bot",
    "sender_chat",
    "author_signature",
    "inline_message_id",
    "game_short_name",
    "invite_link",
]
secrets = st.text(max_size=12).map(lambda rest: LEAK + rest) | st.just(LEAK)
secret_values = st.recursive(
    secrets | st.integers(10**12, 10**13),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(secrets, inner, max_size=2),
    max_leaves=4,
)
extras = st.dictionaries(st.sampled_from(PERSONAL) | secrets, secret_values, max_size=4)
OURS = [
    message(text="mấy giờ mở cửa"),
    message(text="/start g-dinh-ba"),
    message(text="/help", chat={"id": -7, "type": "group"}),
    message(photo=[{"file_id": LEAK}]),
    message(contact={"phone_number": LEAK, "first_name": LEAK}),
    message(location={"latitude": 10.123456, "longitude": 105.654321}),
    message(text="trả lời", reply_to_message={"text": LEAK, "from": {"first_name": LEAK}}),
    press(),
    membership("kicked"),
    membership("member"),
]
SURVIVES = {"private", "group", "mấy giờ mở cửa", "/start g-dinh-ba", "trả lời", "e:crossing~gk2", "3001", "vi", ""}


def objects(raw: Any) -> list[dict[str, Any]]:
    if not isinstance(raw, dict):
        return []
    return [raw, *(found for inner in raw.values() for found in objects(inner))]


def strings(raw: Any) -> set[str]:
    if isinstance(raw, dict):
        return set().union(*(strings(inner) for inner in raw.values()))
    if isinstance(raw, list):
        return set().union(*(strings(inner) for inner in raw))
    return {raw} if isinstance(raw, str) else set()


@settings(max_examples=60)
@given(raw=st.sampled_from(OURS), more=st.lists(extras, min_size=1, max_size=4))
def test_no_string_but_the_listed_ones_survives(raw: dict[str, Any], more: list[dict[str, Any]]) -> None:
    """Names, files, contacts, locations, quoted messages, and members that Telegram has not invented yet."""
    raw = deepcopy(raw)
    for each, extra in zip(objects(raw), cycle(more), strict=False):
        for name, value in extra.items():
            each.setdefault(name, value)
    for each in objects(raw):
        if "first_name" in each:
            each |= {name: LEAK + name for name in ("first_name", "last_name", "username")}
    row = reduce(raw, "main", NOW)
    assert row is not None
    assert strings(json.loads(row.body)) - {row_kind.value for row_kind in UpdateKind} <= SURVIVES
    assert LEAK not in row.body + row.key + row.lane
    assert not [number for number in strings_of_digits(row.body) if len(number) >= 12]


def strings_of_digits(text: str) -> list[str]:
    return "".join(each if each.isdigit() else " " for each in text).split()
