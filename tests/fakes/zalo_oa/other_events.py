"""Events that are not one resident talking to the account: receipts, staff, groups, strangers, and what is new."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.fakes.zalo_oa.events import from_account, from_resident, text_of, write_event

if TYPE_CHECKING:
    from tests.fakes.zalo_oa.state import Account, Event

Order = dict[str, Any]


def anonymous_id(conversation: str) -> str:
    """Somebody without an account, in this conversation."""
    return hashlib.sha256(conversation.encode()).hexdigest()[:24]


class Other:
    """Each member of ``kinds`` writes one event out of an order."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self.kinds: dict[str, Callable[[Order], Event | None]] = {
            "received": self._received,
            "received_by_phone": self._received_by_phone,
            "seen": self._seen,
            "staff_text": self._staff_text,
            "group_text": self._group_text,
            "anonymous_text": self._anonymous_text,
            "event": self._any,
        }

    def _at(self, order: Order) -> float:
        return self._account.clock.now() - float(order.get("age", 0))

    def _from_account(self, order: Order, name: str, message: dict[str, Any], admin_id: str = "") -> Event:
        recipient = str(order["resident_id"])
        body = from_account(self._account, recipient, name, message, admin_id=admin_id)
        return write_event(self._account, name, recipient, body, at=self._at(order))

    def _received(self, order: Order) -> Event:
        """The resident's phone got a message; by default the newest to them."""
        return self._from_account(order, "user_received_message", {"msg_id": self._newest(order)})

    def _seen(self, order: Order) -> Event:
        ids = [str(each) for each in order.get("message_ids", ())] or [self._newest(order)]
        return self._from_account(order, "user_seen_message", {"msg_ids": ids})

    def _newest(self, order: Order) -> str:
        if "message_id" in order:
            return str(order["message_id"])
        sends = self._account.journal.sends_to(str(order["resident_id"]))
        if not sends:
            raise ValueError("nothing was sent to them")
        return sends[-1].message_id

    def _received_by_phone(self, order: Order) -> Event:
        """The variant for templates sent by phone, with a header of its own."""
        phone, at = str(order["phone"]), self._at(order)
        message = {
            "delivery_time": str(int(at * 1000)),
            "msg_id": str(order["message_id"]),
            "tracking_id": str(order.get("tracking_id", "")),
        }
        body = from_account(self._account, phone, "user_received_message", message)
        server = {"X-ZEvent-Server": "ZNS"}
        return write_event(self._account, "user_received_message", phone, body, at=at, headers=server)

    def _staff_text(self, order: Order) -> Event:
        """Somebody of the office answers by hand in OA Manager."""
        message = {"text": str(order["text"]), "msg_id": self._account.new_id("by hand")}
        return self._from_account(order, "oa_send_text", message, str(order.get("admin_id", "4600000000000000001")))

    def _group_text(self, order: Order) -> Event:
        """A member writes in a group: that, too, opens the windows."""
        account, at = self._account, self._at(order)
        resident = account.residents.make(str(order["resident_id"]))
        group_id = str(order["group_id"])
        resident.interact(at)
        message = {"text": text_of(account, str(order["text"])), "msg_id": account.new_id("received")}
        account.inbound[message["msg_id"]] = group_id
        body = from_resident(account, resident, "user_send_group_text", message)
        body |= {"oa_id": account.settings.oa_id, "recipient": {"id": group_id}}
        return write_event(account, "user_send_group_text", group_id, body, at=at)

    def _anonymous_text(self, order: Order) -> Event:
        """Somebody without an account writes through a site's widget."""
        account, conversation = self._account, str(order["conversation_id"])
        account.anonymous[conversation] = anonymous_id(conversation)
        settings = account.settings
        body = {
            "app_id": settings.app_id,
            "sender": {"id": account.anonymous[conversation]},
            "recipient": {"id": settings.oa_id},
            "event_name": "anonymous_send_text",
            "message": {
                "conversation_id": conversation,
                "text": text_of(account, str(order["text"])),
                "msg_id": account.new_id("received"),
            },
        }
        return write_event(account, "anonymous_send_text", conversation, body, at=self._at(order))

    def _any(self, order: Order) -> Event:
        """An event of any name, also one that nobody has heard of; ``members`` stand beside the usual ones."""
        name = str(order["event_name"])
        body = {"oa_id": self._account.settings.oa_id, "event_name": name, "app_id": self._account.settings.app_id}
        lane = str(order.get("resident_id", "other"))
        return write_event(self._account, name, lane, body | dict(order.get("members", {})), at=self._at(order))
