"""/audience/count: how many an audience would reach, before any campaign has it."""

from __future__ import annotations

from bot.clock import Clock
from bot.staff.roles import Action, require
from bot.storage.db import Database
from broadcasts import forecast
from broadcasts.audience import Audience
from broadcasts.composing import LANGUAGES
from broadcasts.office import Office
from handlers.api import counts
from handlers.api.campaign_shapes import AudienceRule
from handlers.api.count_shapes import ForecastBody
from handlers.api.operations import Answer, Call, Operation


class Audiences:
    def __init__(self, db: Database, office: Office, clock: Clock) -> None:
        self._db = db
        self._office = office
        self._clock = clock

    def operations(self) -> tuple[Operation, ...]:
        return (
            Operation(
                "POST", "/audience/count", "countAudience", "audience",
                "Bao nhiêu người ứng với các điều kiện; chỉ đếm, không lưu gì, không cho biết ai.", self._count,
                ForecastBody, body=AudienceRule,
            ),
        )  # fmt: skip

    async def _count(self, call: Call) -> Answer:
        given, now = call.given(AudienceRule), self._clock.now()
        rule = Audience(**{field: tuple(values) for field, values in given.model_dump().items()})
        wanted = self._office.wanted(rule, LANGUAGES)
        require(call.officer, Action.READ, self._office.areas(rule), now, self._office.within)
        async with self._db.reading() as connection:
            return Answer(counts.shown(await forecast.foretell(connection, self._office, wanted, now)))
