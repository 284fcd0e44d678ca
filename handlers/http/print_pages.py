"""/answers/{entry_id}/leaflet.pdf, …/script.pdf and …/qr.svg: a stored answer for paper and for the loudspeaker."""

from __future__ import annotations

from collections.abc import Awaitable

from aiohttp import web

from bot import errors
from content.entries import LANGUAGES
from content.qr_codes import svg
from handlers.http.page_context import page_language
from handlers.http.unchanged import answered
from handlers.printing import NoSuchText, NothingToPrint, Printing, TooManyPrinting


def routes(printing: Printing) -> list[web.RouteDef]:
    pages = _PrintPages(printing)
    return [
        web.get("/answers/{entry_id}/leaflet.pdf", pages.leaflet),
        web.get("/answers/{entry_id}/script.pdf", pages.script),
        web.get("/answers/{entry_id}/qr.svg", pages.code),
    ]


class _PrintPages:
    def __init__(self, printing: Printing) -> None:
        self._printing = printing

    async def leaflet(self, request: web.Request) -> web.StreamResponse:
        entry_id = request.match_info["entry_id"]
        return await _pdf(request, self._printing.leaflet_of_entry(entry_id, _sides(request)), f"{entry_id}.pdf")

    async def script(self, request: web.Request) -> web.StreamResponse:
        entry_id = request.match_info["entry_id"]
        made = self._printing.script_of_entry(entry_id, page_language(request))
        return await _pdf(request, made, f"{entry_id}-loa.pdf")

    async def code(self, request: web.Request) -> web.StreamResponse:
        entry_id = request.match_info["entry_id"]
        if not self._printing.has_entry(entry_id):
            raise web.HTTPNotFound
        return answered(request, svg(self._printing.link_of_entry(entry_id)), "image/svg+xml")


def _sides(request: web.Request) -> tuple[str, ...]:
    """``?lang=vi,km``: these sides in this order; one language: Vietnamese, which prevails, and that one."""
    asked = tuple(each for each in dict.fromkeys(request.query.get("lang", "").split(",")) if each in LANGUAGES)
    if len(asked) > 1:
        return asked
    return tuple(dict.fromkeys(("vi", page_language(request))))


async def _pdf(request: web.Request, making: Awaitable[bytes], name: str) -> web.StreamResponse:
    try:
        body = await making
    except NoSuchText:
        raise web.HTTPNotFound from None
    except NothingToPrint as nothing:
        return web.Response(status=410, text=f"{nothing}\n")
    except TooManyPrinting as busy:
        return web.Response(status=503, text=f"{busy}\n", headers={"Retry-After": "30"})
    except errors.StoreUnavailable:
        return web.Response(status=503, text="Cột Mốc đang trục trặc. Bà con thử lại sau ít phút.\n")
    return answered(request, body, "application/pdf", more={"Content-Disposition": f'inline; filename="{name}"'})
