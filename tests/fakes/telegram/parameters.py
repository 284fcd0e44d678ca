"""Read the parameters of a request from the query string, urlencoded, multipart or JSON bodies alike."""

from __future__ import annotations

import json
from binascii import a2b_qp
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, web

from tests.fakes.telegram.refusals import Refusal, bad_request

UPLOAD_LIMIT = 50 * 1024 * 1024  # Bot API, "Sending files": 50 MB


@dataclass(slots=True)
class Upload:
    """A file that came with the request."""

    file_name: str
    mime_type: str
    content: bytes


@dataclass(slots=True)
class Call:
    """One method call: lower-case method name, parameters as sent, files by part name."""

    method: str
    parameters: dict[str, Any]
    uploads: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A parameter as text; a JSON number or object becomes its JSON text, as on the server."""
        value = self.parameters.get(name)
        if value is None:
            return ""
        if isinstance(value, str):
            return value
        return json.dumps(value, ensure_ascii=False)

    def integer(self, name: str, default: int, low: int, high: int) -> int:
        """An integer moved into ``low``..``high``; unreadable becomes 0 first, as on the server."""
        raw = self.text(name)
        if raw == "":
            return default
        try:
            value = int(raw)
        except ValueError:
            value = 0
        return min(high, max(low, value))

    def truth(self, name: str) -> bool:
        return self.text(name).lower() in ("true", "yes", "1")

    def decoded(self, name: str) -> Any:
        """A JSON parameter, decoded if it came as text; None when absent. Raises ValueError when it is not
        JSON.
        """
        value = self.parameters.get(name)
        if isinstance(value, str):
            return json.loads(value) if value else None
        return value


def read_urlencoded(body: bytes) -> dict[str, Any]:
    """Pairs of an urlencoded body; the later of two equal names wins.

    The quoted-printable decoder of the standard library undoes %XX in C: a Vietnamese text is mostly %XX, and
    urllib takes ten times as long, which would make the fake the slowest part of a benchmark.
    """
    pairs: dict[str, Any] = {}
    for pair in body.replace(b"+", b" ").split(b"&"):
        name, _, value = pair.partition(b"=")
        if b"%" in value:
            value = a2b_qp(value.replace(b"=", b"=3D").replace(b"%", b"="))
        if b"%" in name:
            name = a2b_qp(name.replace(b"=", b"=3D").replace(b"%", b"="))
        if name:
            pairs[name.decode("utf-8", "replace")] = value.decode("utf-8", "replace")
    return pairs


async def _read_multipart(request: web.BaseRequest, call: Call) -> None:
    total = 0
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or part.name is None:
            continue
        content = bytes(await part.read(decode=True))
        total += len(content)
        if total > UPLOAD_LIMIT:
            raise Refusal(413, "Request Entity Too Large")
        if part.filename is not None:
            mime_type = part.headers.get("Content-Type", "application/octet-stream")
            call.uploads[part.name] = Upload(part.filename, mime_type, content)
        else:
            call.parameters[part.name] = content.decode("utf-8", "replace")


async def read_call(request: web.BaseRequest, method: str, query: str) -> Call:
    """Everything the request says; raises Refusal when its body cannot be read."""
    call = Call(method, dict(parse_qsl(query, keep_blank_values=True)) if query else {})
    kind = request.headers.get("Content-Type", "")
    if kind.startswith("multipart/form-data"):
        try:
            await _read_multipart(request, call)
        except ValueError:
            raise bad_request("can't parse multipart body") from None
        return call
    body = await request.read()
    if not body:
        return call
    if kind.startswith("application/json"):
        try:
            decoded = json.loads(body)
        except ValueError:
            raise bad_request("can't parse JSON object") from None
        if not isinstance(decoded, dict):
            raise bad_request("can't parse JSON object: an Object is expected")
        call.parameters.update((name, value) for name, value in decoded.items() if value is not None)
    else:
        call.parameters.update(read_urlencoded(body))
    return call
