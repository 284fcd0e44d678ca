"""Zalo Bot updates cut down to what is kept: nothing personal survives, nothing odd gets in, and it reads back."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels import zalo_bot_updates
from bot.channels.zalo_bot_updates import LONGEST_TEXT, reduce, unwrap
from bot.errors import Malformed
from bot.messages import Address, Update, UpdateKind
from bot.storage.inbox import Claimed, Received

NOW = datetime(2026, 11, 20, 2, 12, tzinfo=UTC)
SENT = datetime(2026, 11, 20, 2, 11, 30, 602_000, tzinfo=UTC)
SENT_MS = 1_795_140_690_602
CHAT = "6ede9afa66b88fe6d6a9"
LEAK = "leaks"  # every string that must not survive begins with it
TEXT = "message.text.received"


def update(event: str = TEXT, **more: Any) -> dict[str, Any]:
    message = {
        "from": {"id": CHAT, "display_name": f"{LEAK} Nguyễn Văn A", "is_bot": False},
        "chat": {"id": CHAT, "chat_type": "PRIVATE"},
        "message_id": "2d758cb5e222177a4e35",
        "date": SENT_MS,
    }
    return {"event_name": event, "message": message | more}


def kept(raw: Any) -> Received:
    row = reduce(raw, "main", NOW)
    assert row is not None
    return row


def understood(raw: Any) -> Update:
    row = kept(raw)
    address = Address(row.channel, row.account, row.lane)
    return zalo_bot_updates.read(Claimed(1, address, row.key, row.body, 1, row.received_at))


# --- what comes through -------------------------------------------------------------------------------------------


def test_a_text_becomes_our_update() -> None:
    raw = update(text="cửa khẩu mấy giờ mở?")
    row = kept(raw)
    assert (row.channel, row.account, row.lane, row.received_at, row.acted_at) == ("zalo-bot", "main", CHAT, NOW, SENT)
    assert understood(raw) == Update(
        key=row.key,
        address=Address("zalo-bot", "main", CHAT),
        kind=UpdateKind.TEXT,
        at=SENT,
        text="cửa khẩu mấy giờ mở?",
    )
    assert LEAK not in row.body


MEDIA = [
    ("message.image.received", {"photo": f"https://{LEAK}/a.jpg", "caption": ""}, UpdateKind.PHOTO),
    ("message.image.received", {"photo_url": f"https://{LEAK}/a.jpg"}, UpdateKind.PHOTO),
    ("message.sticker.received", {"sticker": LEAK, "url": f"https://{LEAK}"}, UpdateKind.QUIET),
    ("message.voice.received", {"voice_url": f"https://{LEAK}.aac"}, UpdateKind.VOICE),
    ("message.unsupported.received", {}, UpdateKind.OTHER),
    ("message.location.received", {"latitude": LEAK}, UpdateKind.OTHER),  # not known: seen, not opened
    (TEXT, {"text": ""}, UpdateKind.OTHER),
    (TEXT, {"text": None}, UpdateKind.OTHER),
]


@pytest.mark.parametrize(("event", "more", "kind"), MEDIA, ids=lambda each: str(each)[:40])
def test_content_is_seen_but_not_kept(event: str, more: dict[str, Any], kind: UpdateKind) -> None:
    seen = understood(update(event, **more))
    assert (seen.kind, seen.text) == (kind, "")
    assert LEAK not in kept(update(event, **more)).body


def test_the_words_under_a_picture_are_read_like_any_others() -> None:
    raw = update("message.image.received", photo=f"https://{LEAK}", caption="ghe tui chìm rồi\x00 cứu với")
    assert (understood(raw).kind, understood(raw).text) == (UpdateKind.PHOTO, "ghe tui chìm rồi cứu với")
    assert LEAK not in kept(raw).body


@pytest.mark.parametrize("event", ["message.link.received", "message.poem.received"])
def test_events_that_are_new_are_read_when_they_have_words(event: str) -> None:
    assert understood(update(event, text="https://x.vn là sao?")).kind is UpdateKind.TEXT


@pytest.mark.parametrize(
    ("written", "read"),
    [("#hoi giá vé phà", "giá vé phà"), ("#stop", "/stop"), ("#1", "1"), ("giá vé #1", "giá vé #1")],
)
def test_what_people_write_on_zalo_by_habit(written: str, read: str) -> None:
    assert understood(update(text=written)).text == read


def test_a_group_is_told_apart_and_its_words_are_not_kept() -> None:
    group: dict[str, Any] = {"chat": {"id": "nhom1", "chat_type": "GROUP"}, "text": f"@bot {LEAK}"}
    for raw in (update(**group), update("message.image.received", **group)):
        seen = understood(raw)
        assert (seen.kind, seen.address.external_id, seen.text) == (UpdateKind.GROUP, "nhom1", "")
        assert LEAK not in kept(raw).body


@pytest.mark.parametrize(
    ("chat", "kind"),
    [
        ({"id": CHAT}, UpdateKind.TEXT),
        ({"id": CHAT, "chat_type": "private"}, UpdateKind.TEXT),
        ({"id": CHAT, "chat_type": "ONE_TO_ONE"}, UpdateKind.TEXT),
        ({"id": "elsewhere"}, UpdateKind.GROUP),  # rather too careful than answering in front of everybody
        ({"id": "elsewhere", "chat_type": "PRIVATE"}, UpdateKind.TEXT),
    ],
)
def test_spellings_of_a_private_chat(chat: dict[str, Any], kind: UpdateKind) -> None:
    assert understood(update(text="x", chat=chat)).kind is kind


def test_a_long_text_is_cut() -> None:
    assert understood(update(text="ờ" * 9000)).text == "ờ" * LONGEST_TEXT


@pytest.mark.parametrize("given", [SENT_MS, SENT_MS / 1000, str(SENT_MS)], ids=["ms", "s", "text"])
def test_dates_in_milliseconds_and_seconds(given: Any) -> None:
    assert kept(update(text="x", date=given)).acted_at == SENT


@pytest.mark.parametrize("given", [None, "soon", -5, 0, 1e18, float("inf"), float("nan"), [], {}], ids=str)
def test_a_date_that_is_none_costs_no_message(given: Any) -> None:
    row = kept(update(text="x", date=given))
    assert row.acted_at is None
    assert understood(update(text="x", date=given)).at == NOW


def test_nobody_writes_in_the_future() -> None:
    ahead = int((NOW + timedelta(hours=3)).timestamp() * 1000)
    assert kept(update(text="x", date=ahead)).acted_at == NOW


# --- keys ---------------------------------------------------------------------------------------------------------


def test_the_same_message_has_the_same_key_and_no_other_has() -> None:
    first = kept(update(text="x"))
    again = kept(update(text="x") | {"extra": 1})
    other = kept(update(text="x", message_id="other"))
    elsewhere = kept(update(text="x", chat={"id": "other", "chat_type": "PRIVATE"}))
    assert first.key == again.key
    assert len({first.key, other.key, elsewhere.key}) == 3
    assert all(len(row.key) <= 80 for row in (first, other, elsewhere))
    assert CHAT not in first.key  # the key is kept a day longer than the address


def test_without_an_id_the_whole_update_is_the_key() -> None:
    first, again = (kept(update(text="x", message_id=None)) for _ in range(2))
    later = kept(update(text="x", message_id=None, date=SENT_MS + 1))
    assert first.key == again.key != later.key


# --- what is not for us -------------------------------------------------------------------------------------------

NOTHING = {
    "no message": {"event_name": "message.unsupported.received"},
    "message is null": {"event_name": TEXT, "message": None},
    "a reaction": update("message.reaction.received", text="/-heart"),
    "another bot": {
        "event_name": TEXT,
        "message": update(text="x")["message"] | {"from": {"id": CHAT, "is_bot": True}},
    },
    "something else": update("webhook.verified", text="x"),
    "no event": {"message": update(text="x")["message"]},
    "empty": {},
    "no update yet": {"ok": True, "result": None},
}


@pytest.mark.parametrize("raw", NOTHING.values(), ids=NOTHING.keys())
def test_nothing_to_react_to(raw: Any) -> None:
    assert reduce(raw, "main", NOW) is None


BAD: dict[str, Any] = {
    "a list": [],
    "a text": "x",
    "nothing": None,
    "a message that is a text": {"event_name": TEXT, "message": "x"},
    "no chat": update(text="x", chat=None),
    "no chat id": update(text="x", chat={"chat_type": "PRIVATE"}),
    "an empty chat id": update(text="x", chat={"id": ""}),
    "a chat id that is no text": update(text="x", chat={"id": ["x"]}),
    "an endless chat id": update(text="x", chat={"id": "x" * 81}),
    "half a character": update(text="x", chat={"id": "\ud800"}),
}


@pytest.mark.parametrize("raw", BAD.values(), ids=BAD.keys())
def test_what_is_malformed(raw: Any) -> None:
    with pytest.raises(Malformed):
        reduce(raw, "main", NOW)


def test_both_envelopes() -> None:
    flat = update(text="x")
    assert unwrap(flat) == unwrap({"ok": True, "result": flat}) == flat
    assert unwrap([1]) == [1]


# --- anything -----------------------------------------------------------------------------------------------------

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
names = st.sampled_from(["from", "chat", "message_id", "date", "text", "caption", "photo", "chat_type", "id", "is_bot"])
messages = st.dictionaries(names, anything | st.dictionaries(names, anything, max_size=3), max_size=6)


@settings(max_examples=150, deadline=None)
@given(event=st.sampled_from([*zalo_bot_updates._KINDS, "message.x"]), more=messages, raw=anything)
def test_whatever_comes_is_a_row_nothing_or_malformed(event: str, more: dict[str, Any], raw: Any) -> None:
    for each in (raw, update(event, **more), {"event_name": event, "message": more}):
        try:
            row = reduce(unwrap(each), "main", NOW)
        except Malformed:
            continue
        if row is not None:
            json.loads(row.body)
            row.body.encode()  # storable
            address = Address(row.channel, row.account, row.lane)
            seen = zalo_bot_updates.read(Claimed(1, address, row.key, row.body, 1, NOW))
            assert seen.at <= NOW
            assert 0 < len(row.lane) <= 80
