"""The HTTP side put together: routes, security headers, errors that show no traceback."""

from __future__ import annotations

from collections.abc import Iterable

from aiohttp import web

from bot import logs

# Nothing loads from outside and nothing runs inline; the chat's socket is of the same origin.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# Of a response: the origins, with spaces between, of other sites that may show it in a frame.
FRAMERS = web.ResponseKey("framers", str)
LARGEST_BODY = 256 * 1024
log = logs.get("http")


@web.middleware
async def calm_errors(request: web.Request, handler):  # type: ignore[no-untyped-def]
    """Whatever breaks, the reader gets a short sentence and the log gets only where it broke."""
    try:
        return await handler(request)
    except web.HTTPNotFound:
        return web.Response(status=404, text="Không có trang này. Trang chủ: /\n")
    except web.HTTPException:
        raise
    except ConnectionError:
        raise
    except Exception:
        log.error("a request broke its handler", route=_route(request), exc_info=True)
        return web.Response(status=500, text="Cột Mốc đang trục trặc. Bà con thử lại sau ít phút.\n")


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    if request.method == "POST" and request.path.startswith("/hooks/"):
        return  # read by a platform's server, not by a browser
    framers = response.get(FRAMERS, "")
    for name, value in (_framed(framers) if framers else HEADERS).items():
        response.headers.setdefault(name, value)
    if "Server" in response.headers:
        del response.headers["Server"]


def _framed(framers: str) -> dict[str, str]:
    """The headers of a page that some sites may frame; the older header cannot name them."""
    policy = CONTENT_SECURITY_POLICY.replace("frame-ancestors 'none'", f"frame-ancestors {framers}")
    kept = {name: value for name, value in HEADERS.items() if name != "X-Frame-Options"}
    return kept | {"Content-Security-Policy": policy}


def _route(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return resource.canonical if resource else "none"


def application(routes: Iterable[web.RouteDef], prepare: Iterable[object] = ()) -> web.Application:
    app = web.Application(client_max_size=LARGEST_BODY, middlewares=[calm_errors])
    app.add_routes(routes)
    app.on_response_prepare.append(add_headers)
    return app


class Server:
    """One listening socket; ``start`` raises OSError when the port is taken."""

    def __init__(self, app: web.Application, host: str, port: int) -> None:
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=5.0)
        self._host = host
        self._port = port

    async def start(self) -> int:
        """Returns the port that was really taken."""
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port, backlog=1024)
        await site.start()
        return int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        await self._runner.cleanup()
