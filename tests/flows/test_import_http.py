"""People from a file, by two officers at the command line: each is welcomed once, whatever happens to the service."""

from __future__ import annotations

import asyncio
import csv
import sqlite3
from collections import Counter
from pathlib import Path

import pytest

from tests.fakes.telegram_client import FakeTelegram
from tests.faults.service import Service
from tests.flows.test_campaign_http import FIRST_CHAT, Office
from tests.handlers.test_subscribers_command import GOOD

PEOPLE = 30


def people(folder: Path) -> str:
    path = folder / "people.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(GOOD))
        writer.writeheader()
        writer.writerows(GOOD | {"external_id": str(FIRST_CHAT + number)} for number in range(PEOPLE))
    return str(path)


def states(service: Service) -> Counter[str]:
    with sqlite3.connect(service.database, timeout=10) as connection:
        return Counter(state for (state,) in connection.execute("SELECT state FROM deliveries"))


@pytest.mark.soak
async def test_from_the_file_to_everybodys_phone_through_a_kill(tmp_path: Path) -> None:
    async with FakeTelegram.start() as fake:
        service = Service(tmp_path, fake, mode="polling", quiet_hours="00:00-00:00", telegram_rate="15")
        await service.start()
        office = Office(service)
        for name in ("An", "Bình"):
            office.came(office("", "officer", "add", name, "--role", "administrator"))
        file = people(tmp_path)
        proposal = office("An", "subscribers", "import", file)["proposal"]
        assert (await fake.counts()).sends == 0
        done = office("Bình", "subscribers", "confirm", str(proposal), file)
        assert (done["added"], done["run"]) == (PEOPLE, 1)
        last = FIRST_CHAT + PEOPLE - 1
        await fake.wait_for(2, 30)
        await fake.say(last, "STOP")
        while (await fake.counts()).sends < 8:
            await asyncio.sleep(0.02)
        service.kill()
        await service.start()
        for _ in range(600):
            if not states(service) & Counter(("queued", "leased", "attempting")):
                break
            await asyncio.sleep(0.1)
        await asyncio.sleep(1)
        sends = await fake.sends()
        found = states(service)
        service.stop()
    welcomes = Counter(act.chat_id for act in sends if "trước đây đã đồng ý" in str(act.text))
    assert all(str(act.text).startswith("Muốn ngừng mọi tin: nhắn STOP") for act in sends if act.chat_id != last)
    assert set(welcomes.values()) == {1}
    assert last not in welcomes  # STOP came before its turn
    assert found["skipped"] == 1
    assert found["sent"] + found["unknown"] == PEOPLE - 1
    assert found["sent"] <= len(welcomes) <= found["sent"] + found["unknown"]
