"""One operation as an aiohttp handler: who asks, what for, done once, answered as declared; every error a problem."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from aiohttp import web

from bot import logs
from bot.errors import CotMocError, StoreUnavailable
from handlers.api.bearers import Bearers
from handlers.api.negotiation import language
from handlers.api.once import Once, Written, fingerprint
from handlers.api.operations import JSON, Answer, Call, Operation
from handlers.api.problems import MEDIA, Problem, of_error
from handlers.api.reading import etag, key_of, read, wants_problems_as

BASE = "/api/v1"
HEADERS = {"Cache-Control": "no-store", "Vary": "Accept, Accept-Language, Authorization"}
log = logs.get("api")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Answering:
    def __init__(self, bearers: Bearers, once: Once) -> None:
        self._bearers = bearers
        self._once = once

    def handler(self, operation: Operation) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            try:
                return await self._answer(request, operation)
            except Problem as problem:
                return refused(request, problem)
            except CotMocError as error:
                if isinstance(error, StoreUnavailable):
                    log.error("the database does not answer", operation=operation.name)
                return refused(request, of_error(error))
            except ConnectionError:
                raise
            except Exception:
                log.error("an operation broke", operation=operation.name, exc_info=True)
                return refused(request, Problem("broken"))

        return handle

    async def _answer(self, request: web.Request, operation: Operation) -> web.Response:
        officer = await self._bearers.officer(request.headers.get("Authorization", ""))
        call = await read(request, operation, officer)
        if not operation.once:
            answer = await operation.does(call)
            if isinstance(answer.body, bytes):
                made = web.Response(body=answer.body, status=answer.status, content_type=answer.media, charset="utf-8")
                made.headers.update(HEADERS)
                return made
            return _response(_written(answer))
        name, tongue = key_of(request), language(request.headers.get("Accept-Language", ""))
        body = call.file or (call.body.model_dump_json() if call.body is not None else "")
        asks = fingerprint(operation.name, request.path, request.query_string, str(call.version), body)
        written, again = await self._once.answered(officer, name, asks, lambda: _done(operation, call, tongue))
        return _response(written, again=again)


async def _done(operation: Operation, call: Call, tongue: str) -> Written:
    """A refusal is an answer as well: it will not be another one for the same key."""
    try:
        return _written(await operation.does(call))
    except StoreUnavailable:
        raise
    except Problem as error:
        problem = error
    except CotMocError as error:
        problem = of_error(error)
    return Written(
        problem.kind.status,
        problem.body(tongue).model_dump_json(exclude_none=True),
        {**problem.headers, "Content-Type": f"{MEDIA}; charset=utf-8", "Content-Language": tongue},
    )


def _written(answer: Answer) -> Written:
    assert not isinstance(answer.body, bytes)
    headers = {"Content-Type": f"{JSON}; charset=utf-8"}
    if answer.version is not None:
        headers["ETag"] = etag(answer.version)
    if answer.location:
        headers["Location"] = BASE + answer.location
    return Written(answer.status, answer.body.model_dump_json(by_alias=True), headers)


def _response(written: Written, *, again: bool = False) -> web.Response:
    headers = {**HEADERS, **written.headers, **({"Idempotency-Replayed": "true"} if again else {})}
    return web.Response(body=written.body.encode(), status=written.status, headers=headers)


def refused(request: web.Request, problem: Problem) -> web.Response:
    """The problem in the language that the client prefers."""
    tongue = language(request.headers.get("Accept-Language", ""))
    media = wants_problems_as(request)
    headers = {**HEADERS, **problem.headers, "Content-Type": f"{media}; charset=utf-8", "Content-Language": tongue}
    body = problem.body(tongue).model_dump_json(exclude_none=True).encode()
    reason = HTTPStatus(problem.kind.status).phrase
    response = web.Response(body=body, status=problem.kind.status, reason=reason, headers=headers)
    if request.body_exists and not request.content.is_eof():
        response.force_close()  # what was not read of a refused body is not read as the next request
    return response
