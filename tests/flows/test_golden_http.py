"""The golden dialogues on every channel through HTTP: one service as a program, fake platforms as programs.

Every script of test_golden_dialogues.py is spoken at the same time by a resident of its own on each channel, as
people do: what a channel paces, it paces for each of them.
"""

from __future__ import annotations

import asyncio
import inspect
import re
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.fakes.telegram_client import FakeTelegram
from tests.fakes.zalo_bot_client import FakeZaloBot
from tests.fakes.zalo_oa_client import FakeZaloOa
from tests.faults.service import Service
from tests.faults.zalo_service import bot_settings, oa_settings, save_webhook, until_hooked
from tests.flows import test_golden_dialogues as golden
from tests.flows.desks import Desk, TelegramDesk, Watch, ZaloBotDesk, ZaloOaDesk
from tests.flows.page_desk import WebDesk
from tests.flows.talk import text_of

Script = Callable[[Any], Awaitable[None]]
DESKS: dict[str, type[Desk]] = {each.name: each for each in (TelegramDesk, ZaloOaDesk, ZaloBotDesk, WebDesk)}
TOGETHER = 12  # dialogues of one channel at a time


def scripts() -> dict[str, tuple[Script, bool]]:
    """Every golden dialogue by its name, and whether it is about numbered lines."""
    found: dict[str, tuple[Script, bool]] = {}
    for name, function in inspect.getmembers(golden, inspect.iscoroutinefunction):
        parameters = list(inspect.signature(function).parameters)
        if not name.startswith("test_") or parameters[:1] not in (["talk"], ["plain"]):
            continue
        plain, short = parameters[0] == "plain", name.removeprefix("test_")
        marks = [each for each in getattr(function, "pytestmark", []) if each.name == "parametrize"]
        if not marks:
            found[short] = function, plain
        for mark in marks:
            for given in mark.args[1]:
                found[f"{short}[{given}]"] = _with(function, {mark.args[0]: given}), plain
    return found


def _with(function: Callable[..., Awaitable[None]], given: dict[str, Any]) -> Script:
    return lambda desk: function(desk, **given)


# --- on a page nobody subscribes: what there is instead ---------------------------------------------------------


async def page_d1_first_contact_by_the_poster_of_a_gate(talk: Desk) -> None:
    hello = text_of(await talk.hears("/start g-dinh-ba"))
    assert "Việc khẩn cấp: gọi 112, 113, 114, 115" in hello
    assert "Đã chọn: cửa khẩu quốc tế Dinh Bà" in hello
    assert {"Tiếng Việt", "ភាសាខ្មែរ", "English", "Menu"} <= set(talk.labels())
    (answer,) = await talk.hears("dem 20 trieu qua ben do co phai khai ko")  # and no consent is asked for
    assert answer.entry_id == "crossing.customs.cash"
    assert golden.TRIAL in answer.text


async def page_d9_nothing_to_stop(talk: Desk) -> None:
    (said,) = await talk.hears("Dừng")
    assert "Đã ngừng" not in said.text
    assert talk.labels() == ["Menu"]


async def page_d10_nothing_is_kept(talk: Desk) -> None:
    await talk.hears("/start c-29938")
    assert "Cột Mốc không giữ dữ liệu nào của bà con." in text_of(await talk.hears("/dulieu"))
    assert text_of(await talk.hears("/xoa")).startswith("Đã xoá lúc 9:12 ngày 20/11/2026. Biên nhận: XD-")


PAGE: dict[str, tuple[Script, bool]] = {
    name.removeprefix("page_"): (function, False)
    for name, function in list(globals().items())
    if name.startswith("page_")
}
# What a page cannot send, and dialogues about messages that are sent later.
NOT_ON_A_PAGE = re.compile(r"d1_|d9_|d10_|d14_")


def spoken_on(channel: str) -> dict[str, tuple[Script, bool]]:
    desk, found = DESKS[channel], scripts()
    if desk.buttons:
        found = {name: each for name, each in found.items() if not each[1]}
    else:
        del found["d18_an_old_button_shows_the_current_list"]  # there are none
    if not desk.subscribable:
        found = {name: each for name, each in found.items() if not NOT_ON_A_PAGE.match(name)} | PAGE
    return found


CASES = [(channel, name) for channel in DESKS for name in spoken_on(channel)]


@pytest.fixture(scope="module")
def outcomes(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[tuple[str, str], BaseException | None]:
    """What became of each dialogue that was asked for."""
    wanted = {
        item.callspec.params["case"]
        for item in request.session.items
        if item.path == Path(__file__) and hasattr(item, "callspec")
    }
    return asyncio.run(speak(tmp_path_factory.mktemp("golden"), [case for case in CASES if case in wanted]))


async def speak(folder: Path, cases: list[tuple[str, str]]) -> dict[tuple[str, str], BaseException | None]:
    async with AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(FakeTelegram.start())
        zalo_oa = await stack.enter_async_context(FakeZaloOa.start(receipts="received"))
        zalo_bot = await stack.enter_async_context(FakeZaloBot.start(chat_quota=0))
        browser = await stack.enter_async_context(aiohttp.ClientSession())
        service = Service(folder, telegram)
        service.add(**oa_settings(zalo_oa), **bot_settings(zalo_bot, service.url), zalo_bot_rate="1000")
        await service.start()
        stack.callback(service.stop)
        await save_webhook(zalo_oa, service)
        await until_hooked(telegram, zalo_bot)
        watch = Watch(service, {"telegram": telegram, "zalo-oa": zalo_oa, "zalo-bot": zalo_bot})
        looking = asyncio.create_task(watch.run())
        stack.callback(looking.cancel)
        others: dict[str, Any] = {"telegram": telegram, "zalo-oa": zalo_oa, "zalo-bot": zalo_bot, "web": browser}
        places = {channel: asyncio.Semaphore(TOGETHER) for channel in DESKS}

        async def speak_one(number: int, channel: str, name: str) -> BaseException | None:
            script, plain = spoken_on(channel)[name]
            make: Callable[..., Desk] = DESKS[channel]
            async with places[channel]:
                desk = make(watch, number, others[channel], plain=plain)
                try:
                    await script(desk)
                except Exception as error:
                    return error
                finally:
                    await desk.close()
            return None

        results = await asyncio.gather(*(speak_one(number, *case) for number, case in enumerate(cases)))
    log = service.log()
    assert "Traceback" not in log
    for secret in (telegram.token, zalo_bot.token, zalo_oa.app_secret, zalo_oa.oa_secret, zalo_oa.refresh_token):
        assert secret not in log
    return dict(zip(cases, results, strict=True))


@pytest.mark.parametrize("case", CASES, ids=["-".join(case) for case in CASES])
def test_golden(outcomes: dict[tuple[str, str], BaseException | None], case: tuple[str, str]) -> None:
    error = outcomes[case]
    if error is not None:
        raise error
