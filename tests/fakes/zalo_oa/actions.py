"""What residents do, as orders of the control interface: each becomes an event, and moves the windows."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.fakes.zalo_oa.buttons import QUERIES
from tests.fakes.zalo_oa.events import (
    Body,
    about_follower,
    about_resident,
    fix_event,
    from_resident,
    text_of,
    write_event,
)
from tests.fakes.zalo_oa.media import media_message
from tests.fakes.zalo_oa.other_events import Other
from tests.fakes.zalo_oa.residents import Line, Resident

if TYPE_CHECKING:
    from tests.fakes.zalo_oa.state import Account, Event

Order = dict[str, Any]
MEDIA = ("image", "audio", "video", "sticker", "location", "file", "link", "gif", "business_card")


class Actions:
    """One order is one thing that one resident did; ``act`` gives the event's number and the message's id.

    Every order has ``kind`` and, but for a few, ``resident_id``; ``age`` dates it so many seconds back.
    """

    def __init__(self, account: Account) -> None:
        self._account = account
        other = Other(account)
        self._kinds: dict[str, Callable[[Order], Event | None]] = {
            "text": self._text,
            "tap": self._tap,
            "follow": self._follow,
            "unfollow": self._unfollow,
            "chatnow": self._chatnow,
            "withdraw": self._withdraw,
            "submit_info": self._submit,
            "react": self._react,
            "raw": self._raw,
            **dict.fromkeys(MEDIA, self._media),
            **other.kinds,
        }

    def act(self, order: Order) -> dict[str, Any]:
        """Raises ValueError or KeyError for what cannot be ordered."""
        kind = self._kinds.get(str(order.get("kind")))
        if kind is None:
            raise ValueError(f"no such event: {order.get('kind')}")
        event = kind(order)
        if event is None:
            return {"event": None, "message_id": None}
        hidden = self._account.settings.hash_only and event.name == "user_send_text"
        if not hidden or str(order.get("text", "")).startswith("#"):
            self._account.emit(event)
        return {"event": event.number, "message_id": _message_id(event)}

    def _resident(self, order: Order) -> Resident:
        return self._account.residents.make(str(order["resident_id"]))

    def _at(self, order: Order) -> float:
        return self._account.clock.now() - float(order.get("age", 0))

    def _said(self, order: Order, name: str, message: Body, *, text: str, interacts: bool = True) -> Event:
        """Something that stands in the conversation; without an id where ``no_id`` is set."""
        account, resident, at = self._account, self._resident(order), self._at(order)
        message_id = str(order.get("message_id") or account.new_id("received"))
        if not order.get("no_id"):
            message = message | {"msg_id": message_id}
        account.inbound[message_id] = resident.resident_id
        if interacts:
            resident.interact(max(at, resident.last_interaction or at))
        resident.remember(Line(1, at, name.removeprefix("user_send_"), text, message_id))
        body = from_resident(account, resident, name, message)
        return write_event(account, name, resident.resident_id, body, at=at)

    def _text(self, order: Order) -> Event:
        text = text_of(self._account, str(order["text"]))
        message: Body = {"text": text}
        if "quote" in order:
            message["quote_msg_id"] = str(order["quote"])
        return self._said(order, "user_send_text", message, text=text)

    def _media(self, order: Order) -> Event:
        message = media_message(self._account, order)
        return self._said(order, f"user_send_{order['kind']}", message, text=str(message.get("text", "")))

    def _tap(self, order: Order) -> Event | None:
        """A button, by its title or its place, of the newest message with buttons, or just its ``value``.

        Only the query kinds tell the account anything: their payload comes as a text.
        """
        if "value" in order:
            return self._text(order | {"text": order["value"]})
        buttons = self._resident(order).buttons or []
        wanted = order["button"]
        for place, button in enumerate(buttons):
            if wanted in (place, button["title"]):
                return self._text(order | {"text": button["payload"]}) if button["type"] in QUERIES else None
        raise ValueError(f"no such button: {wanted}")

    def _follow(self, order: Order) -> Event:
        resident = self._resident(order)
        resident.is_follower = True
        resident.interact(self._at(order))
        return self._follower(order, resident, "follow", str(order.get("source", "oa_profile")))

    def _unfollow(self, order: Order) -> Event:
        resident = self._resident(order)
        resident.is_follower = False
        return self._follower(order, resident, "unfollow", str(order.get("source", "")))

    def _follower(self, order: Order, resident: Resident, name: str, source: str) -> Event:
        body = about_follower(self._account, resident, name, source)
        return write_event(self._account, name, resident.resident_id, body, at=self._at(order))

    def _chatnow(self, order: Order) -> Event:
        """The resident taps "Message"."""
        resident = self._resident(order)
        resident.interact(self._at(order))
        return self._about(order, "user_click_chatnow")

    def _withdraw(self, order: Order) -> Event:
        return self._about(order, "user_withdraw")

    def _about(self, order: Order, name: str) -> Event:
        resident = self._resident(order)
        body = about_resident(self._account, resident, name)
        return write_event(self._account, name, resident.resident_id, body, at=self._at(order))

    def _submit(self, order: Order) -> Event:
        """The form of request_user_info, sent; ``flat``: as older accounts saw the address."""
        account, resident = self._account, self._resident(order)
        place = {"user_city": "Tỉnh Đồng Tháp", "user_ward": "Phường Hồng Ngự", "user_address": "Đường số 13"}
        where = {"address": "Đường số 13", "city": "Đồng Tháp", "district": "Hồng Ngự", "ward": "An Thạnh"}
        given = {"name": resident.name, "phone": "84912345678", "user_dob": "30/10/1999", "gender": "Nam"}
        settings = account.settings
        body = {
            "sender": {"id": resident.resident_id},
            "recipient": {"id": settings.oa_id},
            "event_name": "user_submit_info",
            "app_id": settings.app_id,
            "info": order.get("info") or given | (where if order.get("flat") else {"full_address": place}),
        }
        return write_event(account, "user_submit_info", resident.resident_id, body, at=self._at(order))

    def _react(self, order: Order) -> Event:
        resident = self._resident(order)
        message = {"msg_id": str(order["message_id"]), "react_icon": str(order.get("icon", "/-heart"))}
        body = from_resident(self._account, resident, "user_reacted_message", message)
        return write_event(self._account, "user_reacted_message", resident.resident_id, body, at=self._at(order))

    def _raw(self, order: Order) -> Event:
        """``body`` as it is given, JSON or ``text``; signed with its own timestamp if it has one."""
        account = self._account
        if "text" in order:
            event = fix_event(account, "raw", "raw", None, str(order.get("timestamp", "")))
            event.body = str(order["text"]).encode()
            return event
        body = order["body"]
        timestamp = str(body.get("timestamp", "")) if isinstance(body, dict) else ""
        name = str(body.get("event_name", "raw")) if isinstance(body, dict) else "raw"
        return fix_event(account, name, str(order.get("lane", "raw")), body, timestamp)


def _message_id(event: Event) -> str | None:
    try:
        body = json.loads(event.body)
    except ValueError:
        return None
    message = body.get("message") if isinstance(body, dict) else None
    found = message.get("msg_id") if isinstance(message, dict) else None
    return str(found) if found is not None else None
