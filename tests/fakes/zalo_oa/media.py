"""What residents send besides text: the message of each kind, with its attachment inside."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from tests.fakes.zalo_oa.events import text_of

if TYPE_CHECKING:
    from tests.fakes.zalo_oa.state import Account

HOST = "https://media.example"


def media_message(account: Account, order: dict[str, Any]) -> dict[str, Any]:
    """``text`` (a caption or a link) and ``attachments``; the id is added by whoever sends it."""
    kind = str(order["kind"])
    file_name = str(order.get("name", "don.docx"))
    message: dict[str, Any] = {}
    if order.get("text"):
        message["text"] = text_of(account, str(order["text"]))
    if kind == "link":
        message["text"] = str(order.get("url", "https://example.com"))
    shape = {
        "image": {"thumbnail": f"{HOST}/t.jpg", "url": f"{HOST}/x.jpg"},
        "audio": {"url": f"{HOST}/v.amr"},
        "video": {"thumbnail": f"{HOST}/t.jpg", "description": "", "url": f"{HOST}/v.mp4"},
        "sticker": {"id": account.number(22043), "url": f"{HOST}/s.png"},
        "location": {"coordinates": _coordinates(account, order)},
        "file": {
            "url": f"{HOST}/{file_name}",
            "name": file_name,
            "type": file_name.rpartition(".")[2],
            "size": account.number(int(order.get("size", 233947))),
            "checksum": hashlib.sha256(file_name.encode()).hexdigest()[:32],
        },
        "link": {"thumbnail": "", "description": "Trang", "url": str(order.get("url", "https://example.com"))},
        "gif": {"thumbnail": f"{HOST}/t.gif", "url": f"{HOST}/x.gif"},
        "business_card": {
            "thumbnail": f"{HOST}/card.jpg",
            "description": json.dumps({"phone": "84912345678", "qrCodeUrl": f"{HOST}/qr"}),
            "url": f"{HOST}/card",
        },
    }[kind]
    type_named = "link" if kind == "business_card" else kind
    return message | {"attachments": [{"type": type_named, "payload": shape}]}


def _coordinates(account: Account, order: dict[str, Any]) -> dict[str, Any]:
    latitude, longitude = float(order.get("latitude", 10.8113)), float(order.get("longitude", 105.3411))
    if isinstance(account.number(0), int):
        return {"latitude": latitude, "longitude": longitude}
    return {"latitude": str(latitude), "longitude": str(longitude)}
