"""/widget.js: the chat for other sites, those that COTMOC_WIDGET_SITES names and no others."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.resources import files

from aiohttp import web

from handlers.http.unchanged import answered

_PLACE = '["@SITES@"]'  # in the script, where the list of sites goes


def routes(sites: Sequence[str]) -> list[web.RouteDef]:
    """``sites``: origins. Without any there is no such script."""
    if not sites:
        return []
    script = (files("handlers.http") / "static" / "widget.js").read_text(encoding="utf-8")
    body = script.replace(_PLACE, json.dumps(list(sites))).encode()

    async def widget(request: web.Request) -> web.StreamResponse:
        # The one thing here that pages of other origins load.
        return answered(request, body, "text/javascript", more={"Cross-Origin-Resource-Policy": "cross-origin"})

    return [web.get("/widget.js", widget)]
