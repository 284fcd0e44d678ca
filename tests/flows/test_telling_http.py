""" "Tell me when you know" through a real process: Telegram's fake server, the web chat, and the command line."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp

from tests.fakes.telegram_client import FakeTelegram
from tests.faults.service import ROOT, Service
from tests.flows.test_web_chat import ask, connect, nothing_comes
from tests.flows.unanswerable import IN_ENGLISH, UNANSWERABLE, WITH_MARKS

ANSWER = "border.rules.permit-to-enter"


def cotmoc(service: Service, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=ROOT,
        env=dict(service.env),
        capture_output=True,
        text=True,
        check=False,
    )


def keep_questions(service: Service, *rows: tuple[str, str, int]) -> None:
    """(question, channel, days ago), as the service would have kept them."""
    today = datetime.now(UTC).date()
    with sqlite3.connect(service.database) as connection:
        connection.executemany(
            "INSERT INTO unanswered (question, language, channel, day) VALUES (?, 'vi', ?, ?)",
            [(text, channel, (today - timedelta(days=age)).isoformat()) for text, channel, age in rows],
        )
    connection.close()


async def press(socket: Any, message: dict[str, Any], label: str) -> dict[str, Any]:
    [value] = [each["value"] for each in message["buttons"] if each["label"] == label]
    await socket.send_json({"type": "button", "id": f"b{label}", "value": value})
    answer: dict[str, Any] = await socket.receive_json(timeout=15)
    return answer


async def test_from_the_question_to_the_telling_on_both_channels(tmp_path: Path) -> None:
    async with FakeTelegram.start() as fake, aiohttp.ClientSession() as browser:
        service = Service(tmp_path, fake, quiet_hours="00:00-00:00")
        await service.start()
        await asyncio.sleep(0.5)
        for chat in (5001, 5002):
            await fake.say(chat, UNANSWERABLE)
            await fake.wait_for(1, 20, chat_id=chat)
        await fake.press(5001, "Báo khi có trả lời")
        await fake.wait_for(2, 20, chat_id=5001)
        async with connect(browser, service, "closed") as socket:
            page = await ask(socket, UNANSWERABLE)
            await press(socket, page, "Báo khi có trả lời")
        keep_questions(service, (UNANSWERABLE, "telegram", 3))
        async with connect(browser, service, "open") as socket, connect(browser, service, "stranger") as stranger:
            page = await ask(socket, WITH_MARKS)
            said = await press(socket, page, "Báo khi có trả lời")
            assert "nếu trang đang mở" in said["text"]

            # A socket that is not read answers no ping, so little happens while it is open.
            [group] = json.loads(cotmoc(service, "content", "unanswered", "--json").stdout)["groups"]
            assert (group["question"], group["count"], group["channels"]) == (
                UNANSWERABLE,
                5,
                {"telegram": 3, "web": 2},
            )
            done = cotmoc(service, "content", "answered", str(group["id"]), "--entry", ANSWER, "--json")
            assert json.loads(done.stdout) == {"entry_id": ANSWER, "questions": 5, "waiting": 3}

            told = await socket.receive_json(timeout=25)
            heading, _, answer = told["text"].partition("\n")
            assert heading.endswith("bà con có hỏi, nay đã có câu trả lời:")
            assert answer.startswith("Không cần.")
            assert (told["reply_to"], told["entry_id"], told["decision"]) == (None, ANSWER, "answered")
            assert await nothing_comes(stranger)
            assert await nothing_comes(socket)
        sends = await fake.wait_for(3, 20, chat_id=5001)
        assert sends[2].text.partition("\n")[2] == answer

        # Who closed the page is told on coming back, and once.
        async with connect(browser, service, "closed") as socket:
            told = await socket.receive_json(timeout=25)
            assert told["text"].endswith(answer)
        await asyncio.sleep(6)
        assert [act.text for act in await fake.sends(5002) if "nay đã có" in act.text] == []  # did not opt in
        lines = cotmoc(service, "content", "answered").stdout
        assert ANSWER in lines
        service.stop()
        assert "Traceback" not in service.log()
        with sqlite3.connect(service.database) as connection:
            waiting = connection.execute("SELECT count(*) FROM tell_me WHERE channel = 'web'").fetchone()
        connection.close()
        assert waiting == (0,)


async def test_a_decision_is_told_by_the_next_start(tmp_path: Path) -> None:
    """Decided while the service was down; and a chat that asked in its own language is told in it."""
    async with FakeTelegram.start() as fake:
        service = Service(tmp_path, fake, mode="polling", quiet_hours="00:00-00:00")
        await service.start()
        await fake.say(5003, IN_ENGLISH)
        await fake.wait_for(1, 20, chat_id=5003)
        await fake.press(5003, "Tell me when you know")
        await fake.wait_for(2, 20, chat_id=5003)
        await asyncio.sleep(0.3)
        service.stop()
        with sqlite3.connect(service.database) as connection:
            [(number,)] = connection.execute("SELECT id FROM unanswered").fetchall()
        connection.close()
        done = cotmoc(service, "content", "answered", str(number), "--entry", ANSWER)
        assert done.returncode == 0, done.stderr
        assert "1 người chờ sẽ được báo một lần" in done.stdout
        assert "còn chờ báo 1" in cotmoc(service, "content", "answered").stdout
        await service.start()
        sends = await fake.wait_for(3, 20, chat_id=5003)
        assert sends[2].text.startswith("You asked on ")
        assert "There is now an answer:\n" in sends[2].text
        await asyncio.sleep(0.3)
        assert "còn chờ báo 0, không rõ đã tới chưa 0" in cotmoc(service, "content", "answered").stdout
        service.stop()
