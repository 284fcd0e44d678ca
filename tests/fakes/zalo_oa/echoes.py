"""What comes back of an own send: oa_send_*, and that it was received and seen."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from tests.fakes.zalo_oa.events import from_account, write_event

if TYPE_CHECKING:
    from tests.fakes.zalo_oa.journal import Act
    from tests.fakes.zalo_oa.residents import Resident
    from tests.fakes.zalo_oa.state import Account

_NAMES = {
    "text": "text",
    "image": "image",
    "gif": "gif",
    "sticker": "sticker",
    "file": "file",
    "list": "list",
    "buttons": "list",
    "request_user_info": "list",
}


def echo_message(act: Act) -> dict[str, Any]:
    """The message as the echo shows it."""
    message: dict[str, Any] = {"text": act.text} if act.text else {}
    if act.message is not None and "attachment" in act.message:
        message["attachments"] = [act.message["attachment"]]
    return message | {"msg_id": act.message_id}


def echo_send(account: Account, act: Act, resident: Resident) -> None:
    """The events that follow an accepted message to one resident, in the resident's lane."""
    if account.webhook is None:
        return
    if account.settings.echo and act.content in _NAMES:
        body = from_account(account, act.recipient, f"oa_send_{_NAMES[act.content]}", echo_message(act))
        body["user_id_by_app"] = resident.by_app
        account.emit(write_event(account, body["event_name"], act.recipient, body, at=act.at))
    if account.settings.receipts == "none" or not resident.on_phone:
        return
    if account.settings.receipt_ms > 0:
        loop = asyncio.get_running_loop()
        loop.call_later(account.settings.receipt_ms / 1000.0, tell_receipts, account, act)
    else:
        tell_receipts(account, act)


def echo_group(account: Account, act: Act) -> None:
    """The echo of a message to a group."""
    if account.settings.echo and act.content in _NAMES:
        name = f"oa_send_group_{_NAMES[act.content]}"
        body = {"oa_id": account.settings.oa_id} | from_account(account, act.recipient, name, echo_message(act))
        account.emit(write_event(account, name, act.recipient, body, at=act.at))


def tell_receipts(account: Account, act: Act) -> None:
    tell_received(account, act.recipient, act.message_id)
    if account.settings.receipts == "seen":
        tell_seen(account, act.recipient, [act.message_id])


def tell_received(account: Account, recipient: str, message_id: str) -> int:
    """``user_received_message``; gives the number of the event."""
    return _tell(account, recipient, "user_received_message", {"msg_id": message_id})


def tell_seen(account: Account, recipient: str, message_ids: list[str]) -> int:
    """``user_seen_message``, which carries a list; gives the number of the event."""
    return _tell(account, recipient, "user_seen_message", {"msg_ids": message_ids})


def _tell(account: Account, recipient: str, name: str, message: dict[str, Any]) -> int:
    body = from_account(account, recipient, name, message)
    event = write_event(account, name, recipient, body, at=account.clock.now())
    account.emit(event)
    return event.number
