"""Showing a page of the console: the words, who is signed in, what the menu offers, and a sentence of what was done."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

import aiohttp_jinja2
from aiohttp import web

from bot.staff.roles import Action
from handlers.console.words import N_, Words

if TYPE_CHECKING:  # a visit is what a page is shown to
    from handlers.console.gate import Visit

_DONE = "cotmoc_done"  # a cookie for one page: what was done by the form before it
# Address, label and the right that a part of the console asks for.
MENU = (
    ("/console/", N_("Việc"), "tasks", None),
    ("/console/campaigns", N_("Soạn"), "write", Action.READ),
    ("/console/faq", N_("Hỏi đáp"), "answers", Action.READ),
    ("/console/reports", N_("Báo cáo"), "report", Action.READ),
    ("/console/more", N_("Thêm"), "more", None),
)


class Pages:
    """``version`` keeps browsers from showing old scripts and colours; ``owner`` is who runs the service."""

    def __init__(self, *, version: str, owner: str) -> None:
        self._version = version
        self._owner = owner

    def show(
        self, visit: Visit, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200
    ) -> web.Response:
        """A page for a signed-in officer."""
        menu = [(path, label, icon) for path, label, icon, action in MENU if action is None or visit.may(action)]
        given = {
            "done": _done(visit),
            "officer": visit.officer,
            "csrf": visit.session.csrf,
            "menu": menu,
            "may": visit.may,
            "Action": Action,
            "now": visit.now.astimezone(visit.office.zone),
            **(context or {}),
        }
        return self.plain(visit.request, visit.words, template, given, status=status)

    def plain(
        self,
        request: web.Request,
        words: Words,
        template: str,
        context: Mapping[str, Any] | None = None,
        *,
        status: int = 200,
    ) -> web.Response:
        """A page for somebody who is not signed in yet."""
        given: dict[str, Any] = {
            "lang": words.language,
            "path": request.path,
            "version": self._version,
            "owner": self._owner,
            "done": "",
            **words.for_templates(),
            **(context or {}),
        }
        response = aiohttp_jinja2.render_template(template, request, given, status=status)
        response.enable_compression()
        if given["done"]:
            response.del_cookie(_DONE, path="/console/")
        return response

    def after(self, visit: Visit, path: str, done: str = "") -> web.Response:
        """Where a form leads when it is done: to a page that says so once."""
        response = web.Response(status=303, headers={"Location": path})
        if done:
            kept = f"{_mark(visit, done)}.{quote(done)}"
            response.set_cookie(_DONE, kept, path="/console/", max_age=60, httponly=True, samesite="Lax")
        return response


def _done(visit: Visit) -> str:
    """What the form before this page did; nothing that somebody else put into the browser, and not in a part of one."""
    mark, _, kept = visit.request.cookies.get(_DONE, "").partition(".")
    said = unquote(kept)
    ours = hmac.compare_digest(mark.encode(errors="replace"), _mark(visit, said).encode())
    return said if ours and "HX-Request" not in visit.request.headers else ""


def _mark(visit: Visit, said: str) -> str:
    return hmac.new(visit.session.csrf.encode(), f"done\x1f{said}".encode(), hashlib.sha256).hexdigest()[:32]
