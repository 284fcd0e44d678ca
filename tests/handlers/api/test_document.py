"""Schemathesis against the served document: whatever is sent, the answer is what the document says."""

from __future__ import annotations

import asyncio
import itertools
import threading
import uuid
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.schemas import BaseSchema

from bot.clock import SystemClock
from bot.staff.roles import Role
from bot.storage.schema import duty_shifts, officer_roles
from broadcasts.notices import NoticeDraft
from tests.handlers.api.scripts import WORDS, Station, station
from tests.handlers.warned import THUONG_PHUOC

OPERATIONS = (
    *("listCampaigns", "draftCampaign", "readCampaign", "writeText", "chooseAudience", "chooseTime", "linkEntries"),
    *("submitCampaign", "planRun", "listTemplates", "forecastCampaign", "listRuns", "reportCampaign"),
    *("reportCampaignAsCsv", "reportPeriod", "reportPeriodAsCsv", "listNotices", "readNotice", "readNoticeAsCap"),
    *("receiveCap", "listEntries", "readEntry", "searchEntries", "countAudience", "checkSubscribers"),
    "proposeSubscribers",
)
KNOWN = {"campaign_id": 1, "notice_id": 2, "entry_id": "admin.merge.overview"}


@asynccontextmanager
async def everything(folder: Path) -> AsyncIterator[tuple[Station, str]]:
    """A service with a campaign, and the token of an officer who may do all that any officer may."""
    async with station(folder, SystemClock(), api_rate=1000, telegram_token="1:a", telegram_mode="polling") as desk:
        token = await desk.token("An")
        async with desk.app.db.transaction() as connection:
            for role in set(Role) - {Role.EDITOR}:
                row = {"officer_id": desk.people["An"].id, "role": role, "area": ""}
                await connection.execute(officer_roles.insert().values(row))
        await desk.call("POST", "/campaigns", token, json={"title": "Giấy tờ"})
        await desk.call("PUT", "/campaigns/1/texts/vi", token, json={"text": WORDS})
        await desk.residents(7)
        # A notice, by an officer who was at work before.
        clock = desk.app.clock.now()
        async with desk.app.db.transaction() as connection:
            shift = {"officer_id": desk.people["An"].id, "area": "p-dong-thap", "begins_at": clock - timedelta(hours=1)}
            await connection.execute(duty_shifts.insert().values(shift | {"ends_at": clock + timedelta(days=1)}))
        commander, warning = desk.people["An"], desk.app.campaigning.warning
        commander = replace(commander, roles=((Role.COMMANDER, "p-dong-thap"),))
        await warning.hazards.sign(commander, "landslide", "vi", warning.hazards.template("landslide").digest("vi"))
        issued = await warning.service.issue(commander, NoticeDraft("landslide", (THUONG_PHUOC,)))
        assert issued.notice_id == KNOWN["notice_id"]
        yield desk, token


@contextmanager
def beside(folder: Path) -> Iterator[tuple[str, str]]:
    """The same in a thread of its own, for a client that waits for each answer: its address and the token."""
    ready, found = threading.Event(), []
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        stop = asyncio.Event()
        async with everything(folder) as (desk, token):
            found.append((desk.address, token, stop))
            ready.set()
            await stop.wait()

    def run(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        try:
            loop.run_until_complete(work())
        finally:
            ready.set()
            loop.close()

    thread = threading.Thread(target=run, args=(serve,))
    thread.start()
    assert ready.wait(60)
    address, token, stop = found[0]
    yield address, token
    loop.call_soon_threadsafe(stop.set)
    thread.join(60)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[BaseSchema, str]]:
    with beside(tmp_path_factory.mktemp("api")) as (address, token):
        config = SchemathesisConfig.from_dict(
            {
                # What is well-formed and still refused: a place that does not exist, a version that has passed.
                "checks": {
                    "positive_data_acceptance": {
                        "expected-statuses": ["2xx", "401", "403", "404", "409", "412", "422"],
                    },
                    "negative_data_rejection": {
                        "expected-statuses": ["400", "401", "403", "404", "409", "412", "413", "415", "422", "428"],
                    },
                    "missing_required_header": {"expected-statuses": ["400", "401", "428"]},
                },
                "generation": {"allow-x00": True},
            }
        )
        schema = schemathesis.openapi.from_url(f"{address}/api/openapi.json", config=config)
        yield schema, token


def made_likely(case: Case, number: int) -> None:
    """What is made up meets nothing that exists: most requests are about what does, with a key of their own."""
    if number % 4 == 3:
        return
    path, query, headers = case.path_parameters, case.query, case.headers
    for name in ("campaign_id", "notice_id", "entry_id"):
        if name in path:
            path[name] = KNOWN[name]
    if "Idempotency-Key" in headers:
        headers["Idempotency-Key"] = f"a-key-of-its-own-{uuid.uuid4()}"
    if "If-Match" in headers and number % 2:
        headers["If-Match"] = "*"
    if "from" in query and "to" in query:
        query |= {"from": "2026-01-01", "to": "2026-12-31"}


def tried(schema: BaseSchema, token: str, name: str, mode: GenerationMode, examples: int) -> None:
    """Send so many requests of one operation, and hold each answer against the document."""
    operation = schema.find_operation_by_id(name)  # type: ignore[attr-defined]
    if mode is GenerationMode.NEGATIVE and not can_be_wrong(operation):
        return
    number = itertools.count()

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=examples < 50,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    def answers_as_documented(case: Case) -> None:
        if mode is GenerationMode.POSITIVE:
            made_likely(case, next(number))
        case.call_and_validate(headers={"Authorization": f"Bearer {token}"})

    answers_as_documented()


def can_be_wrong(operation: APIOperation) -> bool:
    """An address without any parameter or body leaves nothing to get wrong."""
    return bool(operation.definition.raw.get("parameters") or operation.definition.raw.get("requestBody"))


def test_every_operation_is_tried(served: tuple[BaseSchema, str]) -> None:
    raw = served[0].raw_schema
    assert raw["openapi"].startswith("3.1")
    assert {each["operationId"] for path in raw["paths"].values() for each in path.values()} == set(OPERATIONS)


@pytest.mark.parametrize("name", OPERATIONS)
def test_answers_are_as_documented(served: tuple[BaseSchema, str], name: str) -> None:
    for mode in GenerationMode:
        tried(*served, name, mode, 5)


@pytest.mark.soak
@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize("name", OPERATIONS)
def test_answers_are_as_documented_however_long_it_is_tried(
    served: tuple[BaseSchema, str], name: str, mode: GenerationMode
) -> None:
    tried(*served, name, mode, 300)
