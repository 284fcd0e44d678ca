"""What is posted for one message: never longer than taken, never a choice lost, files alone."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.zalo_file_kinds import Uploaded
from bot.channels.zalo_oa_bodies import LONGEST_TEXT, MOST_BUTTONS, ButtonShape, bodies
from bot.errors import ContentRejected
from bot.messages import Attachment, Button, OutgoingMessage

GIF = b"GIF89a" + (120).to_bytes(2, "little") + (80).to_bytes(2, "little") + b"\x00" * 20


def with_choices(*labels: str, text: str = "Chọn một mục") -> OutgoingMessage:
    return OutgoingMessage(text, tuple((Button(label, f"e:{n}~gk2"),) for n, label in enumerate(labels)))


def test_words_alone() -> None:
    assert bodies(OutgoingMessage("Xin chào"), None, buttons=False) == [{"text": "Xin chào"}]
    decomposed = unicodedata.normalize("NFD", "Cửa khẩu " * 220).strip()
    assert len(decomposed) > LONGEST_TEXT
    [body] = bodies(OutgoingMessage(decomposed), None, buttons=False)
    assert body["text"] == unicodedata.normalize("NFC", decomposed)


def test_without_buttons_the_choices_are_written_by_who_renders() -> None:
    assert bodies(with_choices("Có", "Không"), None, buttons=False) == [{"text": "Chọn một mục"}]


def test_buttons_under_the_words() -> None:
    [body] = bodies(with_choices("Có", "Không"), None, buttons=True)
    assert body["text"] == "Chọn một mục"
    assert body["attachment"] == {
        "type": "template",
        "payload": {
            "buttons": [
                {"title": "Có", "type": "oa.query.hide", "payload": "#=e:0~gk2"},
                {"title": "Không", "type": "oa.query.hide", "payload": "#=e:1~gk2"},
            ]
        },
    }


def test_buttons_under_a_list() -> None:
    message = with_choices("Có", text="Dòng đầu\nDòng sau")
    [body] = bodies(message, None, buttons=True, shape=ButtonShape.LIST)
    payload = body["attachment"]["payload"]
    assert (body["text"], payload["template_type"]) == ("Dòng đầu\nDòng sau", "list")
    assert payload["elements"] == [{"title": "Dòng đầu", "subtitle": "Dòng sau"}]
    [alone] = bodies(with_choices("Có", text="ă" * 700), None, buttons=True, shape=ButtonShape.LIST)
    [element] = alone["attachment"]["payload"]["elements"]
    assert (len(element["title"]), len(element["subtitle"])) == (100, 500)


@pytest.mark.parametrize(
    "message",
    [
        with_choices(*(f"mục {n}" for n in range(1, MOST_BUTTONS + 2))),
        with_choices("x" * 101, "có"),
        OutgoingMessage("?", ((Button("có", "v" * 65),),)),
    ],
    ids=["six", "long label", "long value"],
)
def test_choices_that_do_not_fit_are_numbered(message: OutgoingMessage) -> None:
    [body] = bodies(message, None, buttons=True)
    assert "attachment" not in body
    lines = body["text"].split("\n")[1:]
    assert lines == [f"{n}. {each.label}" for n, each in enumerate(message.choices(), start=1)]


def test_numbered_choices_beside_many_words_come_after_them() -> None:
    message = with_choices(*(f"mục {n}" for n in range(9)), text="ă" * 1990)
    first, second = bodies(message, None, buttons=True)
    assert first == {"text": "ă" * 1990}
    assert second["text"].startswith("1. mục 0\n")


def test_a_picture_has_its_words_under_it() -> None:
    message = OutgoingMessage("Bản đồ", ((Button("Có", "y"),),), attachment=Attachment("a.png", "image/png", b""))
    [body] = bodies(message, Uploaded("image", "id-1"), buttons=True)
    assert body["text"] == "Bản đồ\n1. Có"
    assert body["attachment"]["payload"] == {
        "template_type": "media",
        "elements": [{"media_type": "image", "attachment_id": "id-1"}],
    }
    [wordless] = bodies(OutgoingMessage(""), Uploaded("image", "id-1"), buttons=False)
    assert set(wordless) == {"attachment"}


def test_a_gif_tells_its_size() -> None:
    message = OutgoingMessage("Nước lên", attachment=Attachment("a.gif", "image/gif", GIF))
    [body] = bodies(message, Uploaded("gif", "id-2"), buttons=False)
    [element] = body["attachment"]["payload"]["elements"]
    assert element == {"media_type": "gif", "attachment_id": "id-2", "width": 120, "height": 80}


def test_a_file_goes_alone_after_its_words() -> None:
    message = OutgoingMessage("Mẫu đơn", attachment=Attachment("a.pdf", "application/pdf", b""))
    words, file = bodies(message, Uploaded("file", "tok"), buttons=False)
    assert words == {"text": "Mẫu đơn"}
    assert file == {"attachment": {"type": "file", "payload": {"token": "tok"}}}
    assert bodies(OutgoingMessage(""), Uploaded("file", "tok"), buttons=False) == [file]


@pytest.mark.parametrize("text", ["", "  \n ", "ă" * (LONGEST_TEXT + 1)])
def test_what_would_be_refused_is_not_sent(text: str) -> None:
    with pytest.raises(ContentRejected):
        bodies(OutgoingMessage(text), None, buttons=False)


LABELS = st.lists(st.text(min_size=1, max_size=120), max_size=12)
FAMILIES = st.sampled_from(["", "image", "file"])


@given(
    st.text(max_size=2000), LABELS, st.booleans(), st.sampled_from(ButtonShape), st.sampled_from(["", "image", "file"])
)
def test_no_body_is_longer_than_taken_and_every_choice_is_there(
    text: str, labels: list[str], buttons: bool, shape: ButtonShape, family: str
) -> None:
    uploaded = Uploaded(family, "id") if family else None
    try:
        made = bodies(with_choices(*labels, text=text), uploaded, buttons=buttons, shape=shape)
    except ContentRejected:
        return
    assert 1 <= len(made) <= 3
    assert all(0 < len(body.get("text", "x")) <= LONGEST_TEXT for body in made)
    if buttons:
        written = "\n".join(body.get("text", "") for body in made)
        tappable = [row["title"] for body in made for row in _buttons(body)]
        assert len(tappable) <= MOST_BUTTONS
        for number, label in enumerate(labels, start=1):
            assert label in tappable or f"{number}. {label}" in written


def _buttons(body: Any) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = body.get("attachment", {}).get("payload", {}).get("buttons", [])
    return rows
