"""The web chat: frames in, replies to every open socket of a session, and a few of them kept for a lost net."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.webchat import KEPT_FOR, KEPT_REPLIES, WebChat
from bot.errors import Malformed
from bot.messages import Address, Attachment, Button, OutgoingMessage, UpdateKind
from bot.storage.inbox import Claimed, Received
from bot.testing import ManualClock

NOW = datetime(2026, 11, 20, 2, 12, tzinfo=UTC)


class Browser:
    """One open socket; ``shown`` is what arrived."""

    def __init__(self, chat: WebChat, session: str) -> None:
        self.chat, self.session = chat, session
        self.shown: list[dict[str, Any]] = []
        chat.open(session, self.push)

    async def push(self, payload: Mapping[str, Any]) -> None:
        self.shown.append(json.loads(json.dumps(payload)))

    def close(self) -> None:
        self.chat.close(self.session, self.push)

    async def hello(self, after: str | None) -> list[str]:
        before = len(self.shown)
        await self.chat.greet(self.session, after, self.push)
        return [each["text"] for each in self.shown[before:]]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def chat(clock: ManualClock) -> WebChat:
    return WebChat(clock)


def to(session: str) -> Address:
    return Address("web", "main", session)


def frame(session: str = "S1", **content: Any) -> Received:
    [row] = WebChat(ManualClock(NOW)).receive(
        {"session": session, "language": "km"}, json.dumps({"type": "text", "id": "c1"} | content).encode(), NOW
    )
    return row


def read(row: Received) -> Any:
    channel = WebChat(ManualClock(NOW))
    return channel.read(Claimed(1, Address(row.channel, row.account, row.lane), row.key, row.body, 1, row.received_at))


# --- in ---------------------------------------------------------------------------------------------------------


def test_a_text_becomes_our_update() -> None:
    row = frame(text="mấy giờ mở cửa")
    assert (row.channel, row.account, row.lane, row.received_at) == ("web", "main", "S1", NOW)
    update = read(row)
    assert (update.kind, update.text, update.value, update.at) == (UpdateKind.TEXT, "mấy giờ mở cửa", "", NOW)
    assert update.language_hint == "km"
    assert update.address == to("S1")


def test_a_button_becomes_our_update() -> None:
    update = read(frame(type="button", value="m~gk2"))
    assert (update.kind, update.text, update.value) == (UpdateKind.BUTTON, "", "m~gk2")


def test_the_same_id_is_the_same_update_within_one_session_only() -> None:
    assert frame("S1", text="a").key == frame("S1", text="a, once more").key
    assert frame("S1", text="a").key != frame("S2", text="a").key
    assert frame("S1", text="a").key != frame("S1", text="a", id="c2").key


SIGNS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=64)


@given(client_id=SIGNS, session=st.text(min_size=1, max_size=80))
def test_a_key_is_short_and_is_no_address(client_id: str, session: str) -> None:
    row = frame(session, text="x", id=client_id)
    assert len(row.key) <= 80  # the column's width
    assert row.key.endswith(f":{client_id}")
    assert session not in row.key.removesuffix(client_id) or len(session) < 4


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff",
        b"not json",
        b"[]",
        b"null",
        b'"text"',
        b"[" * 3000,
        b'{"type":"text","id":"c1"}',
        b'{"type":"text","text":"x"}',
        b'{"type":"text","id":"","text":"x"}',
        b'{"type":"text","id":7,"text":"x"}',
        b'{"type":"text","id":"c1","text":7}',
        b'{"type":"text","id":"c1","text":null}',
        b'{"type":"button","id":"c1","text":"x"}',
        b'{"type":["text"],"id":"c1","value":"x"}',
        b'{"type":"typing","id":"c1","value":"x"}',
        b'{"type":"text","id":"%s","text":"x"}' % (b"x" * 65),
    ],
    ids=lambda raw: raw.decode(errors="replace")[:40] or "empty",
)
def test_anything_else_is_malformed(chat: WebChat, raw: bytes) -> None:
    with pytest.raises(Malformed):
        chat.receive({"session": "S1", "language": "vi"}, raw, NOW)


ODD_SIGNS = st.text(st.characters(codec=None, exclude_categories=[]), max_size=20)


@given(text=ODD_SIGNS | st.sampled_from(["\ud83d", "\x00", "a\udc00b"]), client_id=ODD_SIGNS)
def test_whatever_a_browser_sends_can_be_stored_or_is_malformed(text: str, client_id: str) -> None:
    """JavaScript's strings may hold half a sign, which no database takes; JSON carries it all the same."""
    body = json.dumps({"type": "text", "id": client_id, "text": text}).encode()
    try:
        [row] = WebChat(ManualClock(NOW)).receive({"session": "S1", "language": "vi"}, body, NOW)
    except Malformed:
        return
    (row.key + row.lane + row.body).encode()
    assert "\x00" not in row.key + row.lane + row.body
    read(row).text.encode()


# --- out --------------------------------------------------------------------------------------------------------


async def test_a_reply_reaches_every_socket_of_its_session_and_no_other(chat: WebChat) -> None:
    one, two, other = Browser(chat, "S1"), Browser(chat, "S1"), Browser(chat, "S2")
    message = OutgoingMessage(
        "Dạ",
        ((Button("Có", "y"), Button("Không", "n")), (Button("Menu", "m"),)),
        language="km",
        decision="answered",
        entry_id="crossing.x",
        answers=frame("S1", text="mấy giờ").key,
    )
    receipt = await chat.send(to("S1"), message)
    assert one.shown == two.shown
    assert other.shown == []
    assert one.shown == [
        {
            "type": "message",
            "id": receipt.message_id,
            "text": "Dạ",
            "lang": "km",
            "reply_to": "c1",
            "decision": "answered",
            "entry_id": "crossing.x",
            "buttons": [
                {"label": "Có", "value": "y"},
                {"label": "Không", "value": "n"},
                {"label": "Menu", "value": "m"},
            ],
            "attachments": [],
        }
    ]
    assert chat.open_count() == 3


async def test_a_message_without_decision_says_null(chat: WebChat) -> None:
    browser = Browser(chat, "S1")
    await chat.send(to("S1"), OutgoingMessage("Dạ"))
    assert [browser.shown[0][name] for name in ("decision", "entry_id", "reply_to")] == [None, None, None]


async def test_a_text_that_gets_no_answer_is_acknowledged(chat: WebChat) -> None:
    """So that the page stops waiting; a button waits for nothing, and nobody else hears of it."""
    browser, other = Browser(chat, "S1"), Browser(chat, "S2")
    await chat.noticed(read(frame("S1", text="cảm ơn")))
    await chat.noticed(read(frame("S1", type="button", value="y")))
    assert browser.shown == [{"type": "ack", "reply_to": "c1"}]
    assert other.shown == []


async def test_a_file_travels_inside_the_message(chat: WebChat) -> None:
    browser = Browser(chat, "S1")
    await chat.send(to("S1"), OutgoingMessage("Tệp", attachment=Attachment("x.json", "application/json", b"\x00\xff")))
    [file] = browser.shown[0]["attachments"]
    assert (file["name"], file["mime"], base64.b64decode(file["data"])) == ("x.json", "application/json", b"\x00\xff")


async def test_what_came_while_the_net_was_away_is_sent_again(chat: WebChat, clock: ManualClock) -> None:
    first = Browser(chat, "S1")
    await chat.send(to("S1"), OutgoingMessage("một"))
    seen = first.shown[-1]["id"]
    first.close()
    for text in ("hai", "ba"):
        clock.advance(1)
        await chat.send(to("S1"), OutgoingMessage(text))
    again = Browser(chat, "S1")
    assert again.shown == []  # nothing until it says what it has seen
    assert await again.hello(seen) == ["hai", "ba"]
    assert await again.hello(again.shown[-1]["id"]) == []
    assert await again.hello(None) == []
    assert await again.hello("an id from before the restart") == ["một", "hai", "ba"]


async def test_ids_are_never_used_twice(chat: WebChat) -> None:
    ids = [(await chat.send(to("S1"), OutgoingMessage(str(number)))).message_id for number in range(50)]
    assert len(set(ids)) == 50


async def test_only_the_last_replies_are_kept(chat: WebChat) -> None:
    for number in range(KEPT_REPLIES + 5):
        await chat.send(to("S1"), OutgoingMessage(str(number)))
    assert await Browser(chat, "S1").hello("unknown") == [str(number) for number in range(5, KEPT_REPLIES + 5)]


async def test_a_session_without_sockets_is_forgotten_after_a_while(chat: WebChat, clock: ManualClock) -> None:
    await chat.send(to("S1"), OutgoingMessage("kept"))
    staying = Browser(chat, "S3")
    await chat.send(to("S3"), OutgoingMessage("kept too"))
    clock.advance(KEPT_FOR - 1)
    Browser(chat, "S2").close()
    assert await Browser(chat, "S1").hello("unknown") == ["kept"]
    Browser(chat, "S1").close()
    chat.close("S1", staying.push)
    for session in ("S1", "S3"):
        assert len(await Browser(chat, session).hello("unknown")) == 1


async def test_what_is_forgotten_is_gone(chat: WebChat, clock: ManualClock) -> None:
    left, staying = Browser(chat, "S1"), Browser(chat, "S2")
    for session in ("S1", "S2"):
        await chat.send(to(session), OutgoingMessage("kept"))
    left.close()
    clock.advance(KEPT_FOR + 1)
    Browser(chat, "S3").close()  # somebody leaves, and the idle ones are looked through
    assert await Browser(chat, "S1").hello("unknown") == []
    assert await staying.hello("unknown") == ["kept"]


async def test_closing_twice_or_what_was_never_open_harms_nobody(chat: WebChat) -> None:
    browser = Browser(chat, "S1")
    browser.close()
    browser.close()
    chat.close("never", browser.push)
    await chat.send(to("S1"), OutgoingMessage("x"))
    assert browser.shown == []
    assert chat.open_count() == 0
