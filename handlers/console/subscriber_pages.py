"""Subscribers as counts, and as files of those who agreed before: tried, proposed, confirmed by a second administrator.

Nothing here leads to a person: there is no list and no search, and no count under five.
"""

from __future__ import annotations

import asyncio

from aiohttp import web
from sqlalchemy import func, select

from bot.clock import Clock
from bot.errors import CotMocError, StoreUnavailable
from bot.places import label
from bot.settings import Settings
from bot.staff import proposals
from bot.staff.roles import Action
from bot.storage.db import Database
from bot.storage.schema import consents, resident_places, residents
from broadcasts import cells, import_files, imports
from broadcasts.imports import ACTION, Checked, Imports
from broadcasts.office import Office
from broadcasts.welcome import Welcome
from handlers.console.gate import Gate, Visit
from handlers.console.rendering import Pages
from handlers.console.words import N_
from handlers.importing import rules_of, welcome_texts
from handlers.officer_words import when

PATH = "/console/subscribers"
SHOWN = 50  # faults on the page
LARGEST = import_files.LARGEST + 100_000  # the form around the file


class SubscriberPages:
    def __init__(
        self, *, settings: Settings, db: Database, office: Office, clock: Clock, gate: Gate, pages: Pages
    ) -> None:
        self._settings = settings
        self._db = db
        self._office = office
        self._gate = gate
        self._pages = pages
        welcome = Welcome(office, welcome_texts())
        self._imports = Imports(db, office.key, office.within, clock, welcome)

    def routes(self) -> list[web.RouteDef]:
        gate, action = self._gate, Action.IMPORT
        return [
            gate.get(PATH, self._shown, Action.READ),
            gate.post(f"{PATH}/try", self._try, action, largest=LARGEST),
            gate.post(f"{PATH}/confirm/{{id}}", self._confirm, action, largest=LARGEST),
            gate.post(f"{PATH}/refuse/{{id}}", self._refuse, action),
        ]

    async def _shown(self, visit: Visit, status: int = 200, **more: object) -> web.Response:
        places, others = await self._counts(visit)
        waiting = []
        if visit.may(Action.IMPORT):
            async with self._db.reading() as connection:
                waiting = [each for each in await proposals.waiting(connection) if each.action == ACTION]
        context = {
            "places": places,
            "others": others,
            "waiting": [(each, when(self._settings.zone, each.proposed_at)) for each in waiting],
            "welcome": welcome_texts()["vi"],
            **more,
        }
        return self._pages.show(visit, "console/subscribers.html", context, status=status)

    async def _counts(self, visit: Visit) -> tuple[list[tuple[str, int]], list[tuple[str, list[tuple[str, int]]]]]:
        """Who gets messages: agreed to something, and can be reached. By place, then by channel and language."""
        newest = select(func.max(consents.c.id)).group_by(consents.c.resident_id, consents.c.kind)
        agreed = select(consents.c.resident_id).where(consents.c.id.in_(newest), consents.c.given.is_(True))
        there = residents.c.id.in_(agreed) & (residents.c.reachable == "ok")
        place = func.coalesce(resident_places.c.place_code, "")
        by_place = (
            select(place, func.count(residents.c.id.distinct()))
            .select_from(residents.outerjoin(resident_places, resident_places.c.resident_id == residents.c.id))
            .where(there)
            .group_by(place)
        )
        async with self._db.reading() as connection:
            raw = {str(code): int(count) for code, count in await connection.execute(by_place)}
            others = []
            for title, column in ((N_("Kênh"), residents.c.channel), (N_("Tiếng"), residents.c.language)):
                asked = select(column, func.count()).where(there).group_by(column)
                found = {str(key or "?"): int(count) for key, count in await connection.execute(asked)}
                others.append((title, sorted(cells.merged(found, {}).items())))
        gazetteer, language = self._office.gazetteer, visit.words.language
        named = []
        for code, count in cells.merged(raw, cells.larger_of(gazetteer)).items():
            known = gazetteer.get(code)
            named.append((label(known, language) if known else visit.words.say("Nơi khác, hoặc chưa chọn nơi"), count))
        return sorted(named, key=lambda each: -each[1]), others

    async def _try(self, visit: Visit) -> web.Response:
        """What the file holds; with a code, also a proposal."""
        try:
            checked = await self._checked(visit)
            if not visit.text("code"):
                return await self._shown(visit, checked=checked, faults=checked.faults[:SHOWN])
            await self._gate.prove(visit, visit.text("code"))
            number = await self._imports.propose(visit.officer, checked)
        except StoreUnavailable:
            raise
        except CotMocError as error:
            return await self._shown(visit, 400, why=visit.words.say(str(error)))
        done = visit.words.say("Đề nghị %(n)s. Một quản trị khác xác nhận, với đúng tệp này.", n=number)
        return self._pages.after(visit, PATH, done)

    async def _confirm(self, visit: Visit) -> web.Response:
        try:
            checked = await self._checked(visit)
            await self._gate.prove(visit, visit.text("code"))
            done = await self._imports.confirm(visit.officer, visit.number(), checked)
        except StoreUnavailable:
            raise
        except CotMocError as error:
            return await self._shown(visit, 400, why=visit.words.say(str(error)))
        left = done.known + done.erased
        said = visit.words.say(
            "Đã nhập %(n)s người; %(left)s người đã có hoặc đã xoá, giữ nguyên.", n=done.added, left=left
        )
        return self._pages.after(visit, PATH, said)

    async def _refuse(self, visit: Visit) -> web.Response:
        try:
            await self._imports.refuse(visit.officer, visit.number())
        except StoreUnavailable:
            raise
        except CotMocError as error:
            return await self._shown(visit, 409, why=visit.words.say(str(error)))
        return self._pages.after(visit, PATH, visit.words.say("Đã từ chối đề nghị %(n)s.", n=visit.number()))

    async def _checked(self, visit: Visit) -> Checked:
        """Raises BadFile."""
        file = visit.form.get("file")
        if not isinstance(file, web.FileField) or not file.filename:
            raise import_files.BadFile("Chưa chọn tệp.")
        rules = rules_of(self._settings, self._office.gazetteer, visit.now)
        return await asyncio.to_thread(imports.check, file.file.read(), rules)
