"""POST /hooks/{channel}/{account}: size limit, secret, store, answer 200; everything else comes later."""

from __future__ import annotations

import time

from aiohttp import web

from bot.channels.base import Channel
from bot.clock import Clock
from bot.errors import Forged, Malformed, StoreUnavailable
from bot.metrics import Metrics
from handlers.chat.intake import Intake

LARGEST_BODY = 1024 * 1024  # bytes; updates are a few kB, Zalo advises 1 MB
BUSY = {"Retry-After": "5"}  # the Bot API honours it


def routes(
    intake: Intake, channels: dict[tuple[str, str], Channel], clock: Clock, metrics: Metrics
) -> list[web.RouteDef]:
    seconds = {key: metrics.webhook_seconds.labels(channel.name) for key, channel in channels.items()}

    async def post(request: web.Request) -> web.Response:
        begun = time.perf_counter()
        key = (request.match_info["channel"], request.match_info["account"])
        channel = channels.get(key)
        if channel is None:
            return web.Response(status=404)
        if intake.full:
            metrics.refused.labels(channel.name, "busy").inc()
            return web.Response(status=503, headers=BUSY)
        try:
            body = await request.read()
            rows = channel.receive(request.headers, body, clock.now())
            if rows:
                await intake.receive(rows)
        except Forged:
            metrics.refused.labels(channel.name, "forged").inc()
            return web.Response(status=403)
        except Malformed:
            metrics.refused.labels(channel.name, "malformed").inc()
            return web.Response(status=400)
        except StoreUnavailable:
            metrics.refused.labels(channel.name, "store").inc()
            return web.Response(status=503, headers=BUSY)
        seconds[key].observe(time.perf_counter() - begun)
        return web.Response()

    async def get(request: web.Request) -> web.Response:
        """Zalo's console may look whether somebody is there before it saves the address; nobody else asks."""
        key = (request.match_info["channel"], request.match_info["account"])
        if not key[0].startswith("zalo"):
            return web.Response(status=405, headers={"Allow": "POST"})
        return web.Response(status=200 if key in channels else 404)

    return [web.post("/hooks/{channel}/{account}", post), web.get("/hooks/{channel}/{account}", get)]
