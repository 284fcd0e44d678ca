"""/zalo_verifier<CODE>.html: by this page Zalo's console knows that the domain belongs to who set the code."""

from __future__ import annotations

from html import escape

from aiohttp import web

PAGE = """<!doctype html>
<html lang="vi">
<head>
  <meta charset="utf-8">
  <meta name="zalo-platform-site-verification" content="{code}" />
  <title>Cột Mốc</title>
</head>
<body>{code}</body>
</html>
"""


def routes(code: str) -> list[web.RouteDef]:
    """No page without a code. The start page carries the same ``<meta>``, for Zalo offers both ways."""
    if not code:
        return []

    async def page(_request: web.Request) -> web.Response:
        return web.Response(text=PAGE.format(code=escape(code)), content_type="text/html")

    return [web.get(f"/zalo_verifier{code}.html", page)]
