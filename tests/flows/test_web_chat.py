"""The web chat over a real WebSocket to a real process: protocol, repeats, bad frames, lost nets."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from handlers.http.public import SESSION_COOKIE
from tests.faults.service import Service


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Any:
    started = Service(tmp_path_factory.mktemp("web"), None)
    asyncio.run(started.start())
    yield started
    started.stop()


@pytest.fixture
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def connect(browser: aiohttp.ClientSession, service: Service, session: str = "s1", **headers: str) -> Any:
    return browser.ws_connect(
        f"{service.url}/chat/ws",
        # As long as a real one, or it would not be taken.
        headers={"Origin": service.url, "Cookie": f"{SESSION_COOKIE}={hashlib.md5(session.encode()).hexdigest()[:22]}"}
        | headers,
    )


async def ask(socket: Any, text: str, client_id: str = "q1") -> dict[str, Any]:
    await socket.send_json({"type": "text", "id": client_id, "text": text})
    answer: dict[str, Any] = await socket.receive_json(timeout=15)
    return answer


async def nothing_comes(socket: Any) -> bool:
    try:
        await socket.receive(timeout=0.6)
    except TimeoutError:
        return True
    return False


async def test_the_page_opens_a_conversation(service: Service, browser: aiohttp.ClientSession) -> None:
    async with browser.get(service.url) as page:
        assert page.status == 200
        assert "script-src 'self'" in page.headers["Content-Security-Policy"]
        text = await page.text()
        cookie = page.cookies[SESSION_COOKIE]
    assert 'role="log"' in text
    assert "Bản thử nghiệm" in text
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    async with connect(browser, service, cookie.value) as socket:
        await socket.send_json({"type": "hello", "after": None})
        answer = await ask(socket, "di choi vo xa bien gioi co can xin giay phep ko z")
    assert answer["type"] == "message"
    assert answer["decision"] == "answered"
    assert answer["entry_id"] == "border.rules.permit-to-enter"
    assert answer["lang"] == "vi"
    assert answer["text"].startswith("Không cần.")
    assert {"label", "value"} == set(answer["buttons"][0])


async def test_a_button_continues_the_conversation(service: Service, browser: aiohttp.ClientSession) -> None:
    async with connect(browser, service, "s2") as socket:
        menu = await ask(socket, "0")
        assert len(menu["buttons"]) == 9
        await socket.send_json({"type": "button", "id": "b1", "value": menu["buttons"][0]["value"]})
        topic = await socket.receive_json(timeout=15)
    assert topic["text"].startswith("Mục 1. Cửa khẩu, qua lại.")


async def test_the_same_id_is_answered_once(service: Service, browser: aiohttp.ClientSession) -> None:
    async with connect(browser, service, "s3") as socket:
        await ask(socket, "/help", "same")
        await socket.send_json({"type": "text", "id": "same", "text": "/help"})
        assert await nothing_comes(socket)


async def test_a_reply_waits_for_a_lost_net(service: Service, browser: aiohttp.ClientSession) -> None:
    async with connect(browser, service, "s4") as socket:
        first = await ask(socket, "/help", "1")
        await socket.send_json({"type": "text", "id": "2", "text": "/nguoitruc"})
    await asyncio.sleep(0.7)
    async with connect(browser, service, "s4") as socket:
        await socket.send_json({"type": "hello", "after": first["id"]})
        missed = await socket.receive_json(timeout=15)
        assert missed["text"].startswith("Kênh này chưa có giờ trực")
        assert await nothing_comes(socket)
    async with connect(browser, service, "somebody else") as socket:
        await socket.send_json({"type": "hello", "after": first["id"]})
        assert await nothing_comes(socket)


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
async def test_only_our_own_pages_may_connect(service: Service, browser: aiohttp.ClientSession, origin: str) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        async with connect(browser, service, "s5", Origin=origin):
            pass
    assert refused.value.status == 403


@pytest.mark.parametrize(
    "frame",
    [
        "not json",
        "[]",
        "42",
        '{"type":"text"}',
        '{"type":"text","id":7,"text":"x"}',
        '{"type":"text","id":"a","text":1}',
        '{"type":"nonsense","id":"a","text":"x"}',
        "[" * 3000,
    ],
)
async def test_a_bad_frame_gets_a_sentence(service: Service, browser: aiohttp.ClientSession, frame: str) -> None:
    async with connect(browser, service, "s6" + str(hash(frame))) as socket:
        await socket.send_str(frame)
        answer = await socket.receive_json(timeout=15)
        assert answer["type"] == "error"
        assert answer["text"].startswith("Cột Mốc chỉ đọc được chữ.")
        assert (await ask(socket, "/help", "after"))["type"] == "message"


async def test_a_frame_over_four_kilobytes_closes_the_socket(service: Service, browser: aiohttp.ClientSession) -> None:
    async with connect(browser, service, "s7") as socket:
        await socket.send_json({"type": "text", "id": "big", "text": "a" * 5000})
        closed = await socket.receive(timeout=15)
        assert closed.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)
        assert socket.close_code == 1009


async def test_who_writes_too_fast_is_told_once_and_help_still_comes(
    service: Service, browser: aiohttp.ClientSession
) -> None:
    async with connect(browser, service, "s8") as socket:
        for number in range(40):
            await socket.send_json({"type": "text", "id": f"f{number}", "text": "/help"})
        await socket.send_json({"type": "text", "id": "sos", "text": "ghe chìm rồi cứu với"})
        heard = [await socket.receive_json(timeout=15) for _ in range(41)]
    texts = [each.get("text", "") for each in heard]
    assert texts.count("Nhiều tin đến cùng lúc quá. Bà con chờ 10 giây rồi nhắn tiếp.") == 1
    assert [each["type"] for each in heard].count("ack") == 14  # 25 answered, 1 told, nobody waits for the rest
    assert any("112" in text and text.startswith("GỌI") for text in texts)


async def test_what_no_person_can_type_closes_the_socket(service: Service, browser: aiohttp.ClientSession) -> None:
    async with connect(browser, service, "s81") as socket:
        for _ in range(300):
            await socket.send_json({"type": "hello", "after": None})
        assert (await socket.receive(timeout=15)).type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)


async def test_a_visitor_is_no_subscriber(service: Service, browser: aiohttp.ClientSession) -> None:
    async with connect(browser, service, "s9") as socket:
        await socket.send_json({"type": "text", "id": "1", "text": "/start"})
        hello = await socket.receive_json(timeout=15)
        assert "Đăng ký nhận tin" not in [each["label"] for each in hello["buttons"]]
        data = await ask(socket, "/dulieu", "2")
    assert "không giữ dữ liệu nào" in data["text"]


async def test_khmer_and_english_pages(service: Service, browser: aiohttp.ClientSession) -> None:
    async with browser.get(f"{service.url}/?lang=km") as page:
        assert 'lang="km"' in await page.text()
    async with browser.get(service.url, headers={"Accept-Language": "en-GB,en;q=0.9"}) as page:
        assert 'lang="en"' in await page.text()
    async with browser.get(f"{service.url}/privacy?lang=en") as page:
        text = await page.text()
    assert "/dulieu" in text
    assert "90 days" in text


async def test_the_code_on_a_poster_begins_the_conversation_at_its_place(
    service: Service, browser: aiohttp.ClientSession
) -> None:
    async with browser.get(f"{service.url}/?place=g-dinh-ba&lang=vi") as page:
        begins = re.search(r'data-start="([^"]+)"', await page.text())
    assert begins is not None
    async with connect(browser, service, "s10") as socket:
        hello = await ask(socket, begins[1], "1")
    assert "Đã chọn: cửa khẩu quốc tế Dinh Bà." in hello["text"]
    for unknown in ("g-no-such-gate", '"><script>', ""):
        async with browser.get(f"{service.url}/", params={"place": unknown}) as page:
            assert 'data-start="/start"' in await page.text(), unknown
