"""What comes in on each channel, as its platform writes it: with names, numbers and addresses in every place."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from bot.channels import telegram, zalo_bot, zalo_signature
from bot.channels.base import Channel
from bot.channels.telegram import TelegramChannel
from bot.channels.webchat import WebChat
from bot.channels.zalo_bot import ZaloBotChannel
from bot.channels.zalo_oa import ZaloOaChannel
from bot.channels.zalo_oa_client import ZaloClient
from bot.channels.zalo_signature import Keys
from bot.channels.zalo_uploads import BookInMemory, Uploads
from bot.messages import UpdateKind
from bot.testing import FakeChannel, ManualClock

NOW = datetime(2026, 11, 20, 2, 12, tzinfo=UTC)
SECRET = "contract-secret"
# What must never be stored, wherever it stands.
NAME, PHONE, MEDIA, HANDLE = "Nguyễn Văn Tám", "0912345678", "https://f6.photo.talk.zdn.vn/x.jpg", "tamcotmoc"
PERSONAL = (NAME, PHONE, MEDIA, HANDLE, "Đường số 13")

Headers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Inlet:
    """``said``: a resident's text as JSON, by the number of the message; ``others``: more of what comes, by what it is
    to us (None: nothing). ``bring``: that, with all that proves where it comes from. ``who``: the resident's address.
    """

    channel: Channel
    who: str
    said: Callable[[int, str], Any]
    others: tuple[tuple[Any, UpdateKind | None], ...]
    bring: Callable[[Any], tuple[Headers, bytes]]
    guarded: bool = True


def written(body: Any) -> bytes:
    return json.dumps(body).encode()


# --- Telegram -----------------------------------------------------------------------------------------------------


def telegram_inlet() -> Inlet:
    who = {
        "id": 7001,
        "is_bot": False,
        "first_name": NAME,
        "last_name": NAME,
        "username": HANDLE,
        "language_code": "vi",
    }
    chat = {"id": 7001, "type": "private", "first_name": NAME, "username": HANDLE}

    def message(number: int, **content: Any) -> Any:
        date = int(NOW.timestamp()) - 5
        return {
            "update_id": number,
            "message": {"message_id": number, "from": who, "chat": chat, "date": date, **content},
        }

    photo = [{"file_id": MEDIA, "file_unique_id": "u", "width": 90, "height": 60}]
    tapped = {
        "id": "77",
        "from": who,
        "chat_instance": "1",
        "data": "m~ab",
        "message": message(3, text=NAME)["message"],
    }
    gone = {"chat": chat, "from": who, "date": 1_790_000_000, "new_chat_member": {"status": "kicked", "user": who}}
    others: tuple[tuple[Any, UpdateKind | None], ...] = (
        (message(11, photo=photo), UpdateKind.PHOTO),
        (message(12, voice={"file_id": MEDIA, "duration": 3}), UpdateKind.VOICE),
        (message(13, contact={"phone_number": PHONE, "first_name": NAME}), UpdateKind.OTHER),
        (message(14, location={"latitude": 10.9, "longitude": 105.4}), UpdateKind.OTHER),
        (message(15, sticker={"file_id": MEDIA}), UpdateKind.QUIET),
        ({"update_id": 16, "callback_query": tapped}, UpdateKind.BUTTON),
        ({"update_id": 17, "my_chat_member": gone}, UpdateKind.BLOCKED),
        ({"update_id": 18, "edited_message": message(18, text=NAME)["message"]}, None),
        (
            message(19, text=NAME) | {"message": message(19, text=NAME)["message"] | {"from": who | {"is_bot": True}}},
            None,
        ),
    )
    return Inlet(
        channel=TelegramChannel(token="7400000001:T", api_url="http://127.0.0.1:9", secret=SECRET),
        who="7001",
        said=lambda number, text: message(number, text=text),
        others=others,
        bring=lambda body: ({telegram.SECRET_HEADER: SECRET}, written(body)),
    )


# --- Zalo Official Account ----------------------------------------------------------------------------------------

APP, OA, RESIDENT = "1234567890123456789", "388613280878808645", "2468458835296117922"
KEYS = Keys(app_id=APP, oa_secret=SECRET, app_secret="app-secret", oa_id=OA)


class NoTokens:
    async def access_token(self) -> str:
        return "token"

    async def refused(self, token: str) -> None:
        return


def signed(event: Any) -> tuple[Headers, bytes]:
    body = written(event)
    timestamp = str(event.get("timestamp", "")) if isinstance(event, dict) else ""
    timestamp = timestamp if timestamp.isascii() else ""
    return {"X-ZEvent-Signature": f"mac={zalo_signature.mac(APP, body, timestamp, SECRET)}"}, body


def zalo_oa_inlet() -> Inlet:
    clock = ManualClock(NOW)
    client = ZaloClient("http://127.0.0.1:9", NoTokens(), clock=clock, rng=Random(1))

    def event(number: int, name: str, **members: Any) -> Any:
        return {
            "app_id": APP,
            "user_id_by_app": "552177279717587730",
            "event_name": name,
            "timestamp": str(int(NOW.timestamp() * 1000) - 1000 + number),
            **members,
        }

    def sent(number: int, name: str, **message: Any) -> Any:
        people = {"sender": {"id": RESIDENT, "display_name": NAME}, "recipient": {"id": OA}}
        return event(number, name, **people, message={"msg_id": f"m{number}", **message})

    def media(kind: str, **payload: Any) -> Any:
        return [{"type": kind, "payload": {"url": MEDIA, "thumbnail": MEDIA, **payload}}]

    card = json.dumps({"phone": PHONE, "name": NAME, "qrCodeUrl": MEDIA})
    form = {"name": NAME, "phone": PHONE, "full_address": {"user_address": "Đường số 13"}}
    to_them = {"sender": {"id": OA, "admin_id": HANDLE}, "recipient": {"id": RESIDENT}}
    others: tuple[tuple[Any, UpdateKind | None], ...] = (
        (sent(11, "user_send_image", attachments=media("image")), UpdateKind.PHOTO),
        (sent(12, "user_send_audio", attachments=media("audio")), UpdateKind.VOICE),
        (
            sent(13, "user_send_location", attachments=media("location", coordinates={"latitude": "1"})),
            UpdateKind.OTHER,
        ),
        (sent(14, "user_send_file", attachments=media("file", name=NAME)), UpdateKind.OTHER),
        (sent(15, "user_send_business_card", text=card, attachments=media("link", description=card)), UpdateKind.OTHER),
        (sent(16, "user_send_sticker", attachments=media("sticker", id="22043")), UpdateKind.QUIET),
        (event(17, "user_submit_info", sender={"id": RESIDENT}, recipient={"id": OA}, info=form), UpdateKind.OTHER),
        (event(18, "follow", oa_id=OA, follower={"id": RESIDENT}, source="oa_profile"), UpdateKind.FOLLOWED),
        (event(19, "unfollow", oa_id=OA, follower={"id": RESIDENT}), UpdateKind.UNFOLLOWED),
        (event(20, "user_withdraw", oa_id=OA, user_id=RESIDENT), UpdateKind.WITHDRAWN),
        (event(21, "user_received_message", **to_them, message={"msg_id": "s1"}), UpdateKind.DELIVERED),
        (event(22, "user_seen_message", **to_them, message={"msg_ids": ["s1"]}), None),
        (event(23, "oa_send_text", **to_them, message={"msg_id": "s1", "text": NAME}), None),
        (event(24, "anonymous_send_text", sender={"id": NAME}, message={"conversation_id": "c", "text": PHONE}), None),
        (event(25, "an_event_of_next_year", sender={"id": RESIDENT}, message={"text": NAME}), None),
        (sent(26, "user_send_text", text="#=m~ab"), UpdateKind.BUTTON),
    )
    return Inlet(
        channel=ZaloOaChannel(client=client, uploads=Uploads(client, BookInMemory(), clock), keys=KEYS, clock=clock),
        who=RESIDENT,
        said=lambda number, text: sent(number, "user_send_text", text=text, attachments=media("link")),
        others=others,
        bring=signed,
    )


# --- Zalo Bot -----------------------------------------------------------------------------------------------------

CHAT = "6ede9afa66b88fe6d6a9"


def zalo_bot_inlet() -> Inlet:
    def update(number: int, name: str, **members: Any) -> Any:
        people = {
            "from": {"id": CHAT, "display_name": NAME, "is_bot": False},
            "chat": {"id": CHAT, "chat_type": "PRIVATE"},
        }
        message = {**people, "message_id": f"b{number}", "date": int(NOW.timestamp() * 1000) - 1000, **members}
        return {"ok": True, "result": {"event_name": f"message.{name}.received", "message": message}}

    machine = {"id": CHAT, "display_name": NAME, "is_bot": True}
    others: tuple[tuple[Any, UpdateKind | None], ...] = (
        (update(11, "image", photo_url=MEDIA), UpdateKind.PHOTO),
        (update(12, "image", photo=MEDIA), UpdateKind.PHOTO),
        (update(13, "voice", voice_url=MEDIA), UpdateKind.VOICE),
        (update(14, "sticker", sticker="0e07", url=MEDIA), UpdateKind.QUIET),
        (update(15, "unsupported"), UpdateKind.OTHER),
        ({"event_name": "message.unsupported.received"}, None),
        (update(16, "reaction", text=NAME), None),
        (update(17, "text", text=NAME, **{"from": machine}), None),
        (update(18, "text", text="/help")["result"], UpdateKind.TEXT),  # flat, as it was seen too
    )
    return Inlet(
        channel=ZaloBotChannel(
            token="1:T",
            api_url="http://127.0.0.1:9",
            clock=ManualClock(NOW),
            zone=ZoneInfo("Asia/Ho_Chi_Minh"),
            key=b"k",
            secret=SECRET,
        ),
        who=CHAT,
        said=lambda number, text: update(number, "text", text=text),
        others=others,
        bring=lambda body: ({zalo_bot.SECRET_HEADER: SECRET}, written(body)),
    )


# --- the web chat and the shipped fake ----------------------------------------------------------------------------


def web_inlet() -> Inlet:
    """A frame of a socket: who sends it is known by the cookie, so there is nothing to forge inside it."""
    who = "S" * 22
    return Inlet(
        channel=WebChat(ManualClock(NOW)),
        who=who,
        said=lambda number, text: {"type": "text", "id": f"c{number}", "text": text, "name": NAME, "file": MEDIA},
        others=(({"type": "button", "id": "c11", "value": "m~ab", "phone": PHONE}, UpdateKind.BUTTON),),
        bring=lambda body: ({"session": who, "language": "km"}, written(body)),
        guarded=False,
    )


def fake_inlet() -> Inlet:
    def frame(number: int, kind: str, **members: Any) -> Any:
        return {"key": f"u{number}", "chat": "1001", "kind": kind, "name": NAME, "file": MEDIA, **members}

    return Inlet(
        channel=FakeChannel(),
        who="1001",
        said=lambda number, text: frame(number, "text", text=text, at=NOW.isoformat()),
        others=tuple((frame(number, kind), kind) for number, kind in enumerate(UpdateKind, start=11)),
        bring=lambda body: ({}, written(body)),
        guarded=False,
    )


INLETS: Mapping[str, Callable[[], Inlet]] = {
    "telegram": telegram_inlet,
    "zalo-oa": zalo_oa_inlet,
    "zalo-bot": zalo_bot_inlet,
    "web": web_inlet,
    "fake": fake_inlet,
}
