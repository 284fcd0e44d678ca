"""Every address of the service: webhooks, pages for everybody, the officers' console, health and calendars."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from aiohttp import web

from bot.staff.credentials import Prover
from handlers.answering import answering
from handlers.api.door import Api
from handlers.chat.context import Desk
from handlers.console.console import Console
from handlers.http import calendar, health, print_pages, public_pages, webhooks, zalo_domain
from handlers.http.server import application
from handlers.printing import Printing

if TYPE_CHECKING:  # what is put together is served here
    from handlers.app import App


def console_of(app: App, desk: Desk, key: bytes, rng: Random, printing: Printing) -> Console:
    return Console(
        settings=app.settings,
        db=app.db,
        clock=app.clock,
        key=key,
        prover=Prover(key),
        desk=desk,
        staff=app.campaigning.staff,
        channels=app.accounts,
        reached=app.campaigning.reached,
        answering=answering(
            settings=app.settings, db=app.db, serving=app.serving, office=app.campaigning.office, clock=app.clock
        ),
        rng=rng,
        printing=printing,
    )


def site(app: App, desk: Desk, printing: Printing) -> web.Application:
    hooks = {key: channel for key, channel in app.channels.items() if key[0] != "web"}
    web_app = application(
        [
            *webhooks.routes(app.intake, hooks, app.clock, app.metrics),
            *health.routes(app.metrics, app.troubles, app.settings.metrics_token.get_secret_value()),
            *zalo_domain.routes(app.settings.zalo_verifier),
            *calendar.routes(app.db, app.campaigning.office, app.clock),
            *print_pages.routes(printing),
        ]
    )
    warning, office = app.campaigning.warning, app.campaigning.office
    web_app.add_routes(Api(desk=desk, office=office, warning=warning, clock=app.clock).routes())
    if app.console is not None:
        web_app.add_routes(app.console.routes())
    public_pages.add(
        web_app,
        desk=desk,
        intake=app.intake,
        webchat=app.webchat,
        clock=app.clock,
        metrics=app.metrics,
        office=app.campaigning.office,
        warning=app.campaigning.warning,
    )
    return web_app
