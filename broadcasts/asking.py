"""What officers ask of campaigns: each answer needs the right to read, and changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Clock
from bot.staff import audit
from bot.staff.roles import Action, Forbidden, Officer, may, require
from bot.storage.db import Database
from broadcasts import composing, forecast, reports, store
from broadcasts.cells import larger_of
from broadcasts.forecast import Forecast
from broadcasts.office import Office
from broadcasts.store import Campaign, Run


class Asking:
    """Every method takes the officer first. Raises Forbidden, NoSuchCampaign."""

    def __init__(self, db: Database, office: Office, clock: Clock) -> None:
        self._db = db
        self._office = office
        self._clock = clock

    async def campaign(self, officer: Officer, campaign_id: int) -> Campaign:
        self._somewhere(officer, Action.READ)
        async with self._db.reading() as connection:
            return await store.load(connection, campaign_id)

    async def campaigns(
        self, officer: Officer, states: Sequence[str] = (), most: int = 50, before: int | None = None
    ) -> list[store.Line]:
        """The newest first; ``before``: those with smaller numbers only."""
        self._somewhere(officer, Action.READ)
        async with self._db.reading() as connection:
            return await store.listed(connection, states, most, before)

    async def runs(self, officer: Officer, campaign_id: int) -> list[Run]:
        self._somewhere(officer, Action.READ)
        async with self._db.reading() as connection:
            return await store.runs_of(connection, campaign_id)

    async def forecast(self, officer: Officer, campaign_id: int) -> Forecast:
        """Who would get it now. Before anything is signed: as if every language that is written were."""
        self._somewhere(officer, Action.READ)
        async with self._db.reading() as connection:
            campaign = await store.load(connection, campaign_id)
            texts = {each.language: each.text for each in campaign.texts}
            languages = composing.signed_languages(texts, campaign.draft.signed or tuple(texts))
            wanted = forecast.wanted_of(self._office, campaign, languages)
            return await forecast.foretell(connection, self._office, wanted, self._clock.now(), texts=texts)

    async def report(self, officer: Officer, run_ids: Sequence[int]) -> reports.Report:
        """What became of one run, or of several as one."""
        self._somewhere(officer, Action.READ)
        async with self._db.reading() as connection:
            return await reports.report(connection, run_ids, larger_of(self._office.gazetteer), self._office.zone)

    async def period(self, officer: Officer, first: date, last: date) -> tuple[reports.Period, tuple[int, str]]:
        """What was published between two local days, and the log's length and head, which stand on the report."""
        self._somewhere(officer, Action.READ)
        async with self._db.reading() as connection:
            found = await reports.period(connection, first, last, larger_of(self._office.gazetteer), self._office.zone)
            return found, await audit.head(connection)

    def _require(self, officer: Officer, action: Action, areas: tuple[str, ...]) -> None:
        require(officer, action, areas, self._clock.now(), self._office.within)

    def _somewhere(self, officer: Officer, action: Action) -> None:
        """Before an area is known: the right must be held anywhere at all."""
        if not any(may(officer, action, (area,), self._clock.now(), self._office.within) for _, area in officer.roles):
            raise Forbidden

    def _areas(self, campaign: Campaign) -> tuple[str, ...]:
        return self._office.areas_of(campaign.audience)

    async def _load(self, connection: AsyncConnection, campaign_id: int) -> Campaign:
        """A campaign that is about to be changed."""
        return await store.load(connection, campaign_id)
