"""A whole campaign to very many people while residents ask: nobody skipped, nobody twice, not one 429."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.telegram_client import FakeTelegram
from tests.faults.service import Service
from tests.faults.whole_campaign import FIRST_CHAT, MODES, WholeCampaign

PEOPLE = 20_000  # about fifteen minutes at the rates of Telegram


@pytest.mark.soak
@pytest.mark.parametrize("mode", sorted(MODES))
async def test_the_whole_way_to_twenty_thousand_people(tmp_path: Path, mode: str) -> None:
    rules = MODES[mode]
    async with FakeTelegram.start(strict=True, replies_count=rules.replies_count) as fake:
        service = Service(tmp_path, fake, quiet_hours="03:00-03:01", telegram_rate=str(rules.telegram_rate))
        service.add(telegram_reply_rate=str(rules.telegram_reply_rate))
        await service.start()
        outcome = await WholeCampaign(fake, service, PEOPLE, rules).go()
        service.stop()
    print(
        f"{mode}: {outcome.rate:.1f} messages/s; {outcome.answered} answers to {outcome.asked} questions,"
        f" p50 {outcome.reply_p50_ms:.0f} ms, p95 {outcome.reply_p95_ms:.0f} ms; {outcome.flood_errors} floods"
    )
    everybody = {FIRST_CHAT + number for number in range(PEOPLE)}
    assert set(outcome.got) == everybody
    assert max(outcome.got.values()) == 1
    assert set(outcome.corrected) >= outcome.sent_before
    assert max(outcome.corrected.values()) == 1
    assert (outcome.flood_errors, outcome.late) == (0, 0)
    assert outcome.answered == outcome.asked
    for report in outcome.reports:
        parts = ("sent", "waiting", "failed", "skipped", "unknown", "withdrawn")
        assert report["audience"] == sum(report[each] for each in parts)
        assert report["waiting"] == report["unknown"] == 0
    assert outcome.reports[0]["sent"] == PEOPLE
    assert outcome.reports[1]["sent"] == len(outcome.corrected)
    assert outcome.log_good
