"""A reply that is owed comes back from its row as it went in; what came in is never taken for one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.messages import Attachment, Button, OutgoingMessage
from handlers.chat.owed import pack, unpack

BUTTONS = st.builds(Button, st.text(max_size=10), st.text(max_size=10))
PARTS = st.builds(
    OutgoingMessage,
    text=st.text(max_size=40),
    buttons=st.lists(st.lists(BUTTONS, max_size=2).map(tuple), max_size=2).map(tuple),
    language=st.sampled_from(["vi", "km", "en"]),
    decision=st.sampled_from(["", "answered"]),
    entry_id=st.text(max_size=5),
    attachment=st.none() | st.builds(Attachment, st.text(max_size=5), st.text(max_size=5), st.binary(max_size=9)),
    answers=st.text(max_size=9),
)


@given(st.lists(PARTS, max_size=3).map(tuple))
def test_what_is_packed_is_unpacked(parts: tuple[OutgoingMessage, ...]) -> None:
    assert unpack(pack(parts)) == parts


def test_what_came_in_is_no_reply() -> None:
    for body in ("", "{}", '{"kind":"text","telegram":{}}', '{"kind": "text", "content": "{\\"owed\\":[]}"}'):
        assert unpack(body) is None
