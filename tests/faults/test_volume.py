"""Many conversations at once: none lost, none doubled, order kept within each, counted from the fake's log."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from tests.fakes.telegram_client import FakeTelegram
from tests.faults.service import Service

FIRST_CHAT = 4_000_000
QUESTION = "di choi vo xa bien gioi co can xin giay phep ko"


async def carry(folder: Path, conversations: int, mode: str) -> None:
    async with FakeTelegram.start() as fake:
        service = Service(folder, fake, mode=mode)
        await service.start()
        await asyncio.sleep(0.5)
        if mode == "webhook":
            await fake.duplicate_next(conversations // 10)  # Telegram delivers some twice
        await fake.bulk(conversations, ["/help", QUESTION, "/nguoitruc"], first_chat_id=FIRST_CHAT, each=3)
        sends = await fake.wait_for(3 * conversations, 60 + conversations / 20)
        await asyncio.sleep(1)
        assert len(await fake.sends()) == 3 * conversations
        service.stop()
    counts = Counter(act.chat_id for act in sends)
    assert len(counts) == conversations
    assert set(counts.values()) == {3}
    answers: dict[int, list[int]] = {}
    for act in sends:
        answers.setdefault(act.chat_id, []).append(which(act.text))
    for chat, order in answers.items():
        # The fake deals the three texts out in turn: chat n begins with text n.
        begun = (chat - FIRST_CHAT) % 3
        assert order == [(begun + turn) % 3 for turn in range(3)], chat
    assert set(Counter(service.states().values())) == {"answered"}


def which(answer: str) -> int:
    """The number of the text that this answers."""
    if "/nguoitruc" in answer:
        return 0
    return 2 if answer.startswith("Kênh này chưa có giờ trực") else 1


@pytest.mark.parametrize("mode", ["webhook", "polling"])
async def test_a_hundred_conversations(tmp_path: Path, mode: str) -> None:
    await carry(tmp_path, 100, mode)


@pytest.mark.soak
async def test_ten_thousand_conversations(tmp_path: Path) -> None:
    await carry(tmp_path, 10_000, "webhook")
