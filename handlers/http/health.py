"""/healthz: the program runs · /readyz: it can do its work, or why not · /metrics: loopback or token only."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Awaitable, Callable

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.metrics import Metrics

Troubles = Callable[[], Awaitable[list[str]]]


def routes(metrics: Metrics, troubles: Troubles, metrics_token: str) -> list[web.RouteDef]:
    async def healthz(_request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def readyz(_request: web.Request) -> web.Response:
        found = await troubles()
        return web.json_response({"ready": not found, "troubles": found}, status=503 if found else 200)

    async def show_metrics(request: web.Request) -> web.Response:
        if not _may_read(request, metrics_token):
            return web.Response(status=403)
        return web.Response(body=generate_latest(metrics.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return [web.get("/healthz", healthz), web.get("/readyz", readyz), web.get("/metrics", show_metrics)]


def _may_read(request: web.Request, token: str) -> bool:
    if token:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(given.encode(errors="surrogateescape"), token.encode())
    # Behind a proxy everybody comes from loopback: a forwarded request is not local.
    return is_local(request.remote) and not request.headers.keys() & {
        "X-Forwarded-For",
        "Forwarded",
        "X-Real-IP",
        "Via",
    }


def is_local(remote: str | None) -> bool:
    try:
        return ipaddress.ip_address(remote or "").is_loopback
    except ValueError:
        return False
