"""Bodies for the webhook, written as the platform writes them."""

from __future__ import annotations

import json
import unicodedata
from typing import TYPE_CHECKING, Any

from tests.fakes.zalo_oa.state import Event

if TYPE_CHECKING:
    from tests.fakes.zalo_oa.residents import Resident
    from tests.fakes.zalo_oa.state import Account

Body = dict[str, Any]
# Made once: json.dumps would make an encoder for every event.
_PLAIN = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_ESCAPED = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


def write_event(
    account: Account, name: str, lane: str, body: Body, *, at: float, headers: dict[str, str] | None = None
) -> Event:
    """Finish a body with its timestamp (ms of ``at``) and fix its bytes; retries repeat them."""
    timestamp = account.number(int(at * 1000))
    whole = body | {"timestamp": timestamp}
    return fix_event(account, name, lane, whole, str(timestamp), headers)


def fix_event(
    account: Account, name: str, lane: str, body: Any, timestamp: str, headers: dict[str, str] | None = None
) -> Event:
    raw = (_ESCAPED if account.settings.escape else _PLAIN)(body).encode()
    return Event(account.next_number("event"), name, lane, raw, timestamp, headers or {})


def text_of(account: Account, text: str) -> str:
    """What a resident typed, decomposed when the settings want it."""
    return unicodedata.normalize("NFD", text) if account.settings.nfd else text


def from_resident(account: Account, resident: Resident, name: str, message: Body) -> Body:
    """``user_send_*``: from a resident to the account."""
    settings = account.settings
    return {
        "app_id": settings.app_id,
        "sender": {"id": resident.resident_id},
        "user_id_by_app": resident.by_app,
        "recipient": {"id": settings.oa_id},
        "event_name": name,
        "message": message,
    }


def from_account(account: Account, recipient: str, name: str, message: Body, *, admin_id: str = "") -> Body:
    """``oa_send_*`` and what tells of messages received and seen: the account is the sender."""
    settings = account.settings
    sender = {"id": settings.oa_id} | ({"admin_id": admin_id} if admin_id else {})
    return {
        "app_id": settings.app_id,
        "sender": sender,
        "recipient": {"id": recipient},
        "event_name": name,
        "message": message,
    }


def about_follower(account: Account, resident: Resident, name: str, source: str) -> Body:
    """``follow`` and ``unfollow``: there is no sender."""
    body = {
        "oa_id": account.settings.oa_id,
        "follower": {"id": resident.resident_id},
        "user_id_by_app": resident.by_app,
        "event_name": name,
    }
    return body | ({"source": source} if source else {}) | {"app_id": account.settings.app_id}


def about_resident(account: Account, resident: Resident, name: str) -> Body:
    """``user_click_chatnow``, ``user_withdraw``: the id stands flat."""
    return {
        "oa_id": account.settings.oa_id,
        "user_id": resident.resident_id,
        "user_id_by_app": resident.by_app,
        "event_name": name,
        "app_id": account.settings.app_id,
    }
