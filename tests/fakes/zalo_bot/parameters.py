"""Read the parameters of a call from the query string, a form, multipart or JSON alike."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.fakes.zalo_bot.refusals import bad_request


@dataclass(slots=True)
class Call:
    """One call: the method as it was written (its case counts) and the parameters as they came."""

    method: str
    parameters: dict[str, Any]
    request: web.BaseRequest

    def text(self, name: str) -> str:
        """A parameter that must be text; a missing one is empty. Raises Refusal for any other type."""
        value = self.parameters.get(name, "")
        if not isinstance(value, str):
            raise bad_request(f"The {name} must be a string")
        return value

    def required(self, name: str) -> str:
        value = self.text(name)
        if not value:
            raise bad_request(f"The {name} must not be empty")
        return value

    @property
    def client_is_gone(self) -> bool:
        return self.request.transport is None or self.request.transport.is_closing()


async def read_call(request: web.BaseRequest, method: str) -> Call:
    """Everything the request says; raises Refusal when its body cannot be read."""
    parameters: dict[str, Any] = dict(request.query)
    kind = request.content_type
    if kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        try:
            parameters.update({name: value for name, value in (await request.post()).items() if isinstance(value, str)})
        except ValueError:
            raise bad_request("The body cannot be read") from None
        return Call(method, parameters, request)
    body = await request.read()
    if body:
        try:
            decoded = json.loads(body)
        except ValueError:
            raise bad_request("The body is not JSON") from None
        if not isinstance(decoded, dict):
            raise bad_request("The body is not a JSON object")
        parameters.update({name: value for name, value in decoded.items() if value is not None})
    return Call(method, parameters, request)
