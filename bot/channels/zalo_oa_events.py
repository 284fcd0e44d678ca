"""Events of a Zalo Official Account, cut down to what we keep, and read back (pure).

``reduce`` runs before anything is stored: names, phone numbers, addresses of media, locations, what was filled into a
form and what people say in groups never reach the database. Events and shapes: developers.zalo.me, OA webhooks.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from bot.channels.zalo_signature import moment
from bot.channels.zalo_words import button_value, spoken
from bot.errors import Malformed
from bot.messages import Update, UpdateKind, storable
from bot.storage.inbox import Claimed, Received

CHANNEL = "zalo-oa"
LONGEST_TEXT = 6000  # characters kept; Zalo itself sends at most 2000
_LONGEST_ID = 64
_IN_A_GROUP = "user_send_group_"


class Party(Enum):
    """Where an event names the resident."""

    SENDER = "sender"
    RECIPIENT = "recipient"
    FOLLOWER = "follower"
    ITSELF = "itself"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an event is to us. ``words``: what stands in message.text was said by the resident, and is read."""

    kind: UpdateKind
    resident: Party = Party.SENDER
    words: bool = False


# Every other event is acknowledged and nothing more: our own echoes (oa_send_*), what was seen (nobody's business),
# reactions, tags, calls, templates and quotas, anonymous visitors (no address to answer to), groups, widgets, news.
MEANINGS: Mapping[str, Meaning] = {
    "user_send_text": Meaning(UpdateKind.TEXT, words=True),
    "user_send_image": Meaning(UpdateKind.PHOTO, words=True),
    "user_send_audio": Meaning(UpdateKind.VOICE, words=True),
    "user_send_video": Meaning(UpdateKind.OTHER, words=True),
    "user_send_gif": Meaning(UpdateKind.OTHER, words=True),
    "user_send_location": Meaning(UpdateKind.OTHER, words=True),
    "user_send_file": Meaning(UpdateKind.OTHER, words=True),
    "user_send_link": Meaning(UpdateKind.OTHER, words=True),
    "user_send_business_card": Meaning(UpdateKind.OTHER),  # its words are somebody else's name and number
    "user_send_sticker": Meaning(UpdateKind.QUIET),
    "user_submit_info": Meaning(UpdateKind.OTHER),  # never asked for; what was filled in is dropped
    "follow": Meaning(UpdateKind.FOLLOWED, Party.FOLLOWER),
    "unfollow": Meaning(UpdateKind.UNFOLLOWED, Party.FOLLOWER),
    "user_withdraw": Meaning(UpdateKind.WITHDRAWN, Party.ITSELF),
    "user_received_message": Meaning(UpdateKind.DELIVERED, Party.RECIPIENT),
}


def parse(body: bytes) -> dict[str, Any]:
    """The event, with every number as it is printed: ids are too long to be numbers, and come as both.

    Raises Malformed when this is no JSON object.
    """
    try:
        event = json.loads(body, parse_int=str, parse_float=str)
    except (ValueError, RecursionError) as error:
        raise Malformed("not JSON") from error
    if not isinstance(event, dict):
        raise Malformed("not an event")
    return event


def text_of(event: Mapping[str, Any], name: str) -> str:
    """A member that should be a text or a number; empty when it is neither."""
    value = event.get(name)
    return value if isinstance(value, str) else ""


def account_of(event: Mapping[str, Any]) -> str:
    """The id of the Official Account that an event is about; empty where the event does not name it."""
    name = text_of(event, "event_name")
    if text_of(event, "oa_id"):
        return text_of(event, "oa_id")
    meaning = MEANINGS.get(name)
    if meaning is None or meaning.resident not in (Party.SENDER, Party.RECIPIENT):
        return ""
    return _id(event, "recipient" if meaning.resident is Party.SENDER else "sender")


def receipt_of(event: Mapping[str, Any]) -> str:
    """The id of the message that reached a device, if that is what the event tells; else empty."""
    message = event.get("message")
    if text_of(event, "event_name") != "user_received_message" or not isinstance(message, dict):
        return ""
    return text_of(message, "msg_id")


def reduce(event: Mapping[str, Any], body: bytes, account: str, now: datetime) -> Received | None:
    """The row to store, or None when there is nothing to react to. ``body``: the bytes that ``event`` was read from.

    Raises Malformed when an event that we know names no resident.
    """
    name = text_of(event, "event_name")
    given = event.get("message")
    message = given if isinstance(given, dict) else {}
    meaning = _in_group(message) if name == f"{_IN_A_GROUP}text" else MEANINGS.get(name)
    if meaning is None:
        return None
    reduced: dict[str, Any] = {"kind": meaning.kind}
    msg_id = storable(text_of(message, "msg_id"))
    if meaning.kind is UpdateKind.DELIVERED:
        # A template sent by phone has a delivery time, and the phone number for a recipient: that is not kept.
        if "delivery_time" in message or "tracking_id" in message or not 0 < len(msg_id) <= _LONGEST_ID:
            return None
        reduced["value"] = msg_id
    elif meaning.words:
        # Composed before it is counted: decomposed Vietnamese is a quarter longer.
        reduced["text"] = storable(unicodedata.normalize("NFC", text_of(message, "text"))[:LONGEST_TEXT])
    resident = _resident(event, meaning.resident)
    if not resident:
        raise Malformed(f"{name} names no resident")
    at = moment(text_of(event, "timestamp"))
    at = None if at is None else min(at, now)
    if at is not None:
        reduced["at"] = int(at.timestamp() * 1000)
    return Received(
        channel=CHANNEL,
        account=account,
        key=_key(name, msg_id, body),
        lane=resident,
        body=json.dumps(reduced, ensure_ascii=False, separators=(",", ":")),
        received_at=now,
        acted_at=at,
    )


def read(row: Claimed) -> Update:
    """The stored row as our Update; what was written by habit of such accounts (#hoi, #stop) in our own words."""
    stored = json.loads(row.body)
    kind, text, value = UpdateKind(stored["kind"]), stored.get("text", ""), stored.get("value", "")
    if kind is UpdateKind.TEXT:
        pressed = button_value(text)
        kind, text, value = (UpdateKind.BUTTON, "", pressed) if pressed else (kind, spoken(text), "")
    return Update(
        key=row.key,
        address=row.address,
        kind=kind,
        at=datetime.fromtimestamp(stored["at"] / 1000, UTC) if "at" in stored else row.received_at,
        text=text,
        value=value,
    )


def _in_group(message: Mapping[str, Any]) -> Meaning | None:
    """In a group only a command is for us, and its words are not kept; who gave it is answered in private."""
    return Meaning(UpdateKind.GROUP) if text_of(message, "text").startswith(("#", "/")) else None


def _resident(event: Mapping[str, Any], party: Party) -> str:
    if party is Party.ITSELF:
        found = text_of(event, "user_id") or _id(event, "sender")
    elif party is Party.FOLLOWER:
        found = _id(event, "follower") or text_of(event, "user_id")
    else:
        found = _id(event, party.value)
    return found if len(found) <= _LONGEST_ID and found.isascii() and found.isalnum() else ""


def _id(event: Mapping[str, Any], party: str) -> str:
    named = event.get(party)
    return text_of(named, "id") if isinstance(named, dict) else ""


def _key(name: str, msg_id: str, body: bytes) -> str:
    """The same for an event however often it is sent, another for every other event.

    Hashed, because the key outlives the words and the address.
    """
    said = f"{name}\n{msg_id}".encode() if msg_id else body
    return hashlib.sha256(said).hexdigest()
