"""Events of an Official Account cut down to what is kept: nothing personal survives, every event has its meaning."""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels import zalo_oa_events
from bot.channels.zalo_oa_events import LONGEST_TEXT, MEANINGS, account_of, parse, reduce
from bot.errors import Malformed
from bot.messages import Address, Update, UpdateKind
from bot.storage.inbox import Claimed, Received

NOW = datetime(2026, 11, 20, 2, 12, tzinfo=UTC)
SENT = NOW - timedelta(seconds=3)
STAMP = str(int(SENT.timestamp() * 1000))
RESIDENT, OA, APP = "2468458835296117922", "388613280878808645", "1234567890123456789"
LEAK = "leaks"  # every string that must not survive begins with it
URL = f"https://{LEAK}.example/x"


def said(name: str, message: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    event: dict[str, Any] = {
        "app_id": APP,
        "sender": {"id": RESIDENT, "display_name": LEAK},
        "user_id_by_app": f"{LEAK}-552177279717587730",
        "recipient": {"id": OA},
        "event_name": name,
        "timestamp": STAMP,
    }
    if message is not None:
        event["message"] = message
    return event | more


def media(kind: str, payload: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"msg_id": f"id-{kind}", "attachments": [{"type": kind, "payload": payload}], **more}


def body_of(event: Any) -> bytes:
    return json.dumps(event, ensure_ascii=False).encode()


def row_of(event: Any, now: datetime = NOW) -> Received | None:
    body = body_of(event)
    return reduce(parse(body), body, "main", now)


def kept(event: Any, now: datetime = NOW) -> Received:
    row = row_of(event, now)
    assert row is not None
    return row


def understood(event: Any) -> Update:
    row = kept(event)
    return zalo_oa_events.read(Claimed(1, Address(row.channel, row.account, row.lane), row.key, row.body, 0, NOW))


CARD = {"thumbnail": URL, "description": json.dumps({"phone": f"{LEAK}84"}), "url": URL}
FORM = {"name": LEAK, "phone": LEAK, "full_address": {"user_city": LEAK}}
CASES: list[tuple[dict[str, Any], UpdateKind, str]] = [
    (said("user_send_text", {"text": "Xin chào", "msg_id": "t1"}), UpdateKind.TEXT, "Xin chào"),
    (said("user_send_text", {"text": "x", "msg_id": "t2", "quote_msg_id": LEAK}), UpdateKind.TEXT, "x"),
    (
        said("user_send_image", media("image", {"url": URL, "thumbnail": URL}, text="ảnh gì")),
        UpdateKind.PHOTO,
        "ảnh gì",
    ),
    (said("user_send_audio", media("audio", {"url": URL})), UpdateKind.VOICE, ""),
    (said("user_send_video", media("video", {"url": URL, "description": LEAK})), UpdateKind.OTHER, ""),
    (said("user_send_gif", media("gif", {"url": URL})), UpdateKind.OTHER, ""),
    (said("user_send_sticker", media("sticker", {"id": "22043", "url": URL})), UpdateKind.QUIET, ""),
    (
        said("user_send_location", media("location", {"coordinates": {"latitude": f"{LEAK}10.76", "longitude": "1"}})),
        UpdateKind.OTHER,
        "",
    ),
    (said("user_send_file", media("file", {"url": URL, "name": f"{LEAK}.docx"})), UpdateKind.OTHER, ""),
    (
        said("user_send_link", media("link", {"url": URL}, text="https://vd.example lừa đảo?")),
        UpdateKind.OTHER,
        "https://vd.example lừa đảo?",
    ),
    (said("user_send_business_card", media("link", CARD, text=LEAK)), UpdateKind.OTHER, ""),
    (said("user_submit_info", info=FORM), UpdateKind.OTHER, ""),
    (
        {
            "oa_id": OA,
            "follower": {"id": RESIDENT},
            "user_id_by_app": LEAK,
            "event_name": "follow",
            "source": "oa_profile",
            "app_id": APP,
            "timestamp": STAMP,
        },
        UpdateKind.FOLLOWED,
        "",
    ),
    (
        {"oa_id": OA, "follower": {"id": RESIDENT}, "event_name": "unfollow", "app_id": APP, "timestamp": STAMP},
        UpdateKind.UNFOLLOWED,
        "",
    ),
    (
        {"user_id": RESIDENT, "user_id_by_app": LEAK, "event_name": "user_withdraw", "app_id": APP, "timestamp": STAMP},
        UpdateKind.WITHDRAWN,
        "",
    ),
    (
        said("user_received_message", {"msg_id": "63ec"}, sender={"id": OA}, recipient={"id": RESIDENT}),
        UpdateKind.DELIVERED,
        "",
    ),
    (said("user_send_group_text", {"text": "#menu", "msg_id": "g1"}, recipient={"id": "f414"}), UpdateKind.GROUP, ""),
]


@pytest.mark.parametrize(("event", "kind", "text"), CASES, ids=[event["event_name"] for event, _, _ in CASES])
def test_every_event_we_know(event: dict[str, Any], kind: UpdateKind, text: str) -> None:
    row = kept(event)
    assert (row.channel, row.account, row.lane, row.received_at, row.acted_at) == (
        "zalo-oa",
        "main",
        RESIDENT,
        NOW,
        SENT,
    )
    assert len(row.key) <= 80
    assert RESIDENT not in row.body + row.key
    assert LEAK not in row.body + row.key + row.lane
    update = understood(event)
    assert (update.kind, update.text, update.at) == (kind, text, SENT)
    assert update.address == Address("zalo-oa", "main", RESIDENT)
    assert update.value == ("63ec" if kind is UpdateKind.DELIVERED else "")


def test_the_cases_above_are_all_that_we_react_to() -> None:
    assert {event["event_name"] for event, _, _ in CASES} == {*MEANINGS, "user_send_group_text"}


ACKNOWLEDGED = [
    "user_seen_message", "user_reacted_message", "user_click_chatnow", "add_user_to_tag", "remove_user_from_tag",
    "remove_tag", "oa_send_text", "oa_send_image", "oa_send_gif", "oa_send_list", "oa_send_file",
    "oa_send_sticker", "anonymous_send_text", "anonymous_send_image", "anonymous_send_file",
    "anonymous_send_sticker", "widget_interaction_accepted", "widget_failed_to_sync_user_external_id",
    "user_send_group_image", "oa_send_group_text", "create_group", "user_join_group", "user_request_join_group",
    "add_group_admin", "remove_group_admin", "update_group_info", "delete_group", "accept_request_join_group",
    "reject_request_join_group", "react_request_join_group_accept", "react_request_join_group_reject",
    "user_out_group", "user_leave_group", "change_template_status", "change_template_quality",
    "change_oa_daily_quota", "user_feedback", "user_click_response_button", "event_journey_time_out",
    "oa_send_consent", "user_reply_consent", "user_call_oa", "oa_call_user", "an_event_of_next_year",
]  # fmt: skip


@pytest.mark.parametrize("name", ACKNOWLEDGED)
def test_other_events_are_acknowledged_and_nothing_is_kept(name: str) -> None:
    assert row_of(said(name, {"text": LEAK, "msg_id": "m"}, oa_id=OA, user_id=RESIDENT)) is None
    assert row_of({"event_name": name}) is None


def test_what_a_group_says_is_not_read() -> None:
    assert row_of(said("user_send_group_text", {"text": "chuyện riêng", "msg_id": "g2"})) is None
    assert "menu" not in kept(said("user_send_group_text", {"text": "#menu", "msg_id": "g1"})).body


@pytest.mark.parametrize("mark", ["delivery_time", "tracking_id"])
def test_a_template_by_phone_leaves_no_phone_number(mark: str) -> None:
    message = {"msg_id": "m1", mark: "88213"}
    event = said("user_received_message", message, sender={"id": OA}, recipient={"id": "84987654321"})
    assert row_of(event) is None


def test_a_button_and_a_command_are_told_from_words() -> None:
    pressed = understood(said("user_send_text", {"text": "#=e:crossing~gk2", "msg_id": "b1"}))
    assert (pressed.kind, pressed.value, pressed.text) == (UpdateKind.BUTTON, "e:crossing~gk2", "")
    assert understood(said("user_send_text", {"text": "#hoi giá vé", "msg_id": "b2"})).text == "giá vé"
    assert understood(said("user_send_image", media("image", {}, text="#=e:crossing~gk2"))).kind is UpdateKind.PHOTO


# --- keys ----------------------------------------------------------------------------------------------------


def test_a_message_keeps_its_key_and_no_other_has_it() -> None:
    event = said("user_send_text", {"text": "x", "msg_id": "m1"})
    again = kept({**event, "timestamp": str(int(STAMP) + 30_000), "num_retry": 2})
    assert kept(event).key == again.key
    others = [
        said("user_send_text", {"text": "x", "msg_id": "m2"}),
        said("user_send_image", {"text": "x", "msg_id": "m1"}),
        said("user_received_message", {"msg_id": "m1"}, sender={"id": OA}, recipient={"id": RESIDENT}),
    ]
    assert len({kept(each).key for each in [event, *others]}) == 4


def test_without_a_message_id_the_very_bytes_are_the_key() -> None:
    follow = {"oa_id": OA, "follower": {"id": RESIDENT}, "event_name": "follow", "timestamp": STAMP}
    assert kept(follow).key == kept(dict(follow)).key
    assert kept(follow).key != kept({**follow, "timestamp": str(int(STAMP) + 1)}).key
    sticker = said("user_send_sticker", {"attachments": []})
    assert kept(sticker).key != kept(said("user_send_sticker", {"attachments": []}, timestamp=str(int(STAMP) + 1))).key


# --- odd shapes ----------------------------------------------------------------------------------------------


def test_numbers_may_come_as_numbers() -> None:
    raw = body_of(
        said("user_send_text", {"text": "x", "msg_id": 7}, timestamp=int(STAMP), sender={"id": int(RESIDENT)})
    )
    row = reduce(parse(raw), raw, "main", NOW)
    assert row is not None
    assert (row.lane, row.acted_at) == (RESIDENT, SENT)
    assert account_of(parse(raw)) == OA


def test_decomposed_words_are_composed() -> None:
    text = "Giờ mở cửa khẩu Thường Phước"
    assert understood(said("user_send_text", {"text": unicodedata.normalize("NFD", text), "msg_id": "n"})).text == text


def test_long_and_broken_words() -> None:
    assert len(understood(said("user_send_text", {"text": "ă" * 9000, "msg_id": "n"})).text) == LONGEST_TEXT
    raw = b'{"event_name":"user_send_text","sender":{"id":"1"},"message":{"text":"a\\u0000\\ud83d","msg_id":"\\ud83d"}}'
    row = reduce(parse(raw), raw, "main", NOW)
    assert row is not None
    row.body.encode()
    assert "\x00" not in json.loads(row.body)["text"]


def test_a_time_that_cannot_be_is_not_believed() -> None:
    late = kept(said("user_send_text", {"text": "x", "msg_id": "n"}, timestamp=str(int(STAMP) + 3_600_000)))
    assert late.acted_at == NOW
    odd = said("user_send_text", {"text": "x", "msg_id": "n"}, timestamp="154260000000")
    assert kept(odd).acted_at is None
    assert understood(odd).at == NOW


@pytest.mark.parametrize(
    "event",
    [
        said("user_send_text", {"text": "x"}, sender=None),
        said("user_send_text", {"text": "x"}, sender={"id": ""}),
        said("user_send_text", {"text": "x"}, sender={"id": "a b"}),
        said("user_send_text", {"text": "x"}, sender={"id": "1" * 65}),
        said("user_send_text", {"text": "x"}, sender={"id": ["1"]}),
        said("user_send_text", {"text": "x"}, sender="1"),
        {"event_name": "follow"},
        {"event_name": "user_withdraw", "user_id": True},
    ],
)
def test_a_known_event_without_a_resident_is_malformed(event: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        row_of(event)


@pytest.mark.parametrize(
    "body", [b"", b"\xff\xfe", b"not JSON", b"[]", b"null", b"7", b'"x"', b"[" * 100_000, b'{"a":' * 100_000]
)
def test_what_is_no_event_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        parse(body)


def test_which_account_an_event_is_about() -> None:
    assert account_of(said("user_send_text", {})) == OA
    assert account_of(said("user_received_message", sender={"id": OA}, recipient={"id": RESIDENT})) == OA
    assert account_of({"event_name": "follow", "oa_id": OA}) == OA
    assert account_of({"event_name": "user_withdraw", "user_id": RESIDENT}) == ""
    assert account_of({"event_name": "user_send_text", "recipient": 5}) == ""


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


@given(
    st.sampled_from([*MEANINGS, "user_send_group_text", "what"]),
    st.dictionaries(
        st.sampled_from(["sender", "recipient", "follower", "user_id", "oa_id", "timestamp", "info", "message"]),
        VALUES | st.fixed_dictionaries({}, optional={"id": VALUES, "msg_id": VALUES, "text": VALUES}),
    ),
)
def test_any_shape_is_a_row_or_nothing_or_malformed(name: str, rest: dict[str, Any]) -> None:
    body = json.dumps({"event_name": name, **rest}).encode()
    try:
        row = reduce(parse(body), body, "main", NOW)
    except Malformed:
        return
    account_of(parse(body))
    if row is not None:
        assert 0 < len(row.lane) <= 80
        update = zalo_oa_events.read(Claimed(1, Address(row.channel, "main", row.lane), row.key, row.body, 0, NOW))
        assert update.at <= NOW
