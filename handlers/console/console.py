"""The console put together: what its sections are made of, and their routes."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from random import Random
from typing import Protocol

from aiohttp import web

from bot.clock import Clock
from bot.settings import Settings
from bot.staff.accounts import Accounts
from bot.staff.credentials import Prover
from bot.storage.db import Database
from handlers.accounts import Accounts as ChannelAccounts
from handlers.answering import Answering
from handlers.chat.context import Desk
from handlers.chat.staff import Staff
from handlers.console.account import Account
from handlers.console.campaign_room import Room
from handlers.console.campaign_sections import Campaigns
from handlers.console.channel_health import ChannelHealth
from handlers.console.faq import Faq
from handlers.console.faq_drafts import FaqDrafts
from handlers.console.first_officer import FirstOfficer
from handlers.console.gate import Gate
from handlers.console.home import Home
from handlers.console.log_pages import LogPages
from handlers.console.notice_sections import notices
from handlers.console.people import People
from handlers.console.rendering import Pages
from handlers.console.roster_pages import RosterPages
from handlers.console.run_sections import Runs
from handlers.console.settings_page import SettingsPage
from handlers.console.signing_in import SigningIn
from handlers.console.simulator import Simulator
from handlers.console.subscriber_pages import SubscriberPages
from handlers.http.page_context import PageContext
from handlers.officers_reached import OfficersReached

_HERE = files("handlers.console")


class Section(Protocol):
    """One part of the console."""

    def routes(self) -> list[web.RouteDef]: ...


class Console:
    """``desk`` knows the content, ``staff`` the services that officers' steps go through."""

    def __init__(
        self,
        *,
        settings: Settings,
        db: Database,
        clock: Clock,
        key: bytes,
        prover: Prover,
        desk: Desk,
        staff: Staff,
        channels: ChannelAccounts,
        reached: OfficersReached,
        answering: Answering,
        rng: Random,
    ) -> None:
        office, door = staff.office, staff.door
        pages = Pages(version=PageContext(desk).version, owner=settings.owner_name.strip())
        gate = Gate(settings=settings, db=db, office=office, door=door, clock=clock, pages=pages)
        accounts = Accounts(key, office.within, prover)
        health = ChannelHealth(db=db, settings=settings, accounts=channels, quotas=office.quotas, clock=clock)
        self.first_officer = FirstOfficer(settings=settings, db=db, accounts=accounts, clock=clock, pages=pages)
        room = Room(db, settings, staff, desk.phrases, gate, pages, reached)
        self._sections: list[Section] = [
            Account(db=db, key=key, accounts=accounts, gate=gate, pages=pages),
            LogPages(db=db, key=key, var_dir=settings.var_dir, gate=gate, pages=pages),
            RosterPages(settings=settings, db=db, gate=gate, pages=pages),
            SettingsPage(settings=settings, gate=gate, pages=pages),
            SubscriberPages(settings=settings, db=db, office=office, clock=clock, gate=gate, pages=pages),
            People(settings=settings, db=db, accounts=accounts, gate=gate, pages=pages),
            Faq(gate=gate, pages=pages, answering=answering),
            FaqDrafts(gate=gate, pages=pages, answering=answering),
            Simulator(desk=desk, clock=clock, rng=rng, gate=gate, pages=pages),
            SigningIn(db=db, key=key, door=door, clock=clock, gate=gate, pages=pages),
            self.first_officer,
            Home(gate=gate, pages=pages, db=db, staff=staff, phrases=desk.phrases, answering=answering, health=health),
            Campaigns(room),
            Runs(room, clock=clock, health=health),
            *notices(settings=settings, db=db, clock=clock, desk=desk, staff=staff, gate=gate, pages=pages),
        ]

    def routes(self) -> list[web.AbstractRouteDef]:
        static = web.static("/console/static", Path(str(_HERE / "static")), append_version=False)
        return [static, *(route for section in self._sections for route in section.routes())]
