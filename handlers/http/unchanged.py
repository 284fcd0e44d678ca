"""A page that its reader may keep: asked for anew every time, and not sent again while it is the same."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from aiohttp import web

HEADERS = {"Cache-Control": "no-cache"}


def answered(
    request: web.Request, body: bytes, mime: str, status: int = 200, more: Mapping[str, str] | None = None
) -> web.StreamResponse:
    """The body with its mark, or 304 where the reader has this very one. ``more``: further headers."""
    etag = hashlib.sha256(body).hexdigest()[:20]
    asked: Sequence[object] = [each.value for each in request.if_none_match or ()]
    headers = HEADERS | dict(more or {})
    if status == 200 and etag in asked:
        response = web.Response(status=304, headers=headers)
    else:
        response = web.Response(body=body, status=status, content_type=mime, charset="utf-8", headers=headers)
        response.enable_compression()
    response.etag = etag
    return response
