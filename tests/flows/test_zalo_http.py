"""A Zalo Official Account through HTTP: the real service as a program, the fake platform as a program.

What only this channel has: followers, commands as words, receipts, the console's looks, and a consent that ends.
"""

from __future__ import annotations

import asyncio
import re
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from bot.channels.zalo_token_row import TokenShelf
from bot.storage.db import Database
from tests.fakes.zalo_oa.launch import launch
from tests.fakes.zalo_oa_client import FakeZaloOa, resident
from tests.faults.service import ROOT, Service
from tests.faults.zalo_run import FIRST_OF_A_RUN, TEXT, deliveries, put_run, until_all
from tests.faults.zalo_service import OA_HOOK, oa_settings, save_webhook
from tests.flows.desks import Watch, ZaloOaDesk
from tests.flows.talk import text_of


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, str], Service]]:
    with launch(receipts="none", scale=0.01) as said:
        service = Service(tmp_path_factory.mktemp("zalo"), None)

        async def begin() -> None:
            async with aiohttp.ClientSession() as session:
                fake = FakeZaloOa(said, session)
                service.add(**oa_settings(fake), zalo_cs_campaigns="true", zalo_verifier="zalo_verifierAbC-1.html")
                await service.start()
                await save_webhook(fake, service)

        asyncio.run(begin())
        yield said, service
        service.stop()
        log = service.log()
        assert "Traceback" not in log
        for name in ("app_secret", "oa_secret", "access_token", "refresh_token"):
            assert said[name] not in log


@pytest.fixture
async def fake(running: tuple[dict[str, str], Service]) -> AsyncIterator[FakeZaloOa]:
    async with aiohttp.ClientSession() as session:
        yield FakeZaloOa(running[0], session)


@pytest.fixture
def service(running: tuple[dict[str, str], Service]) -> Service:
    return running[1]


_numbers = iter(range(1, 1000))


@pytest.fixture
async def talk(fake: FakeZaloOa, service: Service) -> AsyncIterator[ZaloOaDesk]:
    """A resident of this test's own."""
    watch = Watch(service, {"zalo-oa": fake})
    looking = asyncio.create_task(watch.run())
    yield ZaloOaDesk(watch, next(_numbers), fake)
    looking.cancel()


def kept(service: Service, address: str) -> dict[str, Any] | None:
    """The row of a resident."""
    with closing(sqlite3.connect(service.database, timeout=10)) as database:
        database.row_factory = sqlite3.Row
        row = database.execute("SELECT * FROM residents WHERE external_id = ?", (address,)).fetchone()
        return dict(row) if row is not None else None


# --- followers ----------------------------------------------------------------------------------------------------


async def test_who_follows_is_welcomed_asked_and_left_alone_when_they_leave(
    talk: ZaloOaDesk, fake: FakeZaloOa, service: Service
) -> None:
    who = talk.address()
    hello = text_of(await talk.pushes(fake.follow(who)))
    assert "Cột Mốc" in hello
    assert "Việc khẩn cấp: gọi 112, 113, 114, 115" in hello
    assert "Đăng ký nhận tin" in talk.labels()
    assert kept(service, who) is None  # following is no consent, and nothing is kept of it
    answer, asked = await talk.hears("di choi vo xa bien gioi co can xin giay phep ko")
    assert answer.text.startswith("Không cần.")
    assert "xã, phường nào" in asked.text  # the first step of the consent question
    assert "Khi có nguy hiểm ở xã Tân Thành" in text_of(await talk.hears("xã Tân Thành, Đồng Tháp"))
    said = text_of(await talk.taps("Có"))
    assert "Đã ghi: đồng ý nhận tin khẩn ở xã Tân Thành" in said
    row = kept(service, who)
    assert row is not None
    assert (row["safety"], row["follower"], row["last_wrote_at"] is not None) == (1, 1, True)

    assert await talk.pushes(fake.unfollow(who)) == []  # who leaves does not want another message
    row = kept(service, who)
    assert row is not None
    assert (row["safety"], row["routine"], row["follower"]) == (0, 0, 0)
    assert "Dạ, chào bà con trở lại." in text_of(await talk.pushes(fake.follow(who)))
    assert await talk.pushes(fake.withdraw(who)) == []
    assert kept(service, who) is None


async def test_a_form_gets_a_calm_answer_and_other_events_none(talk: ZaloOaDesk, fake: FakeZaloOa) -> None:
    await talk.hears("0")
    (said,) = await talk.pushes(fake.submit_info(talk.address()))
    assert said.text.startswith("Cột Mốc chỉ đọc được chữ.")
    for event in ("user_click_chatnow", "user_call_oa", "add_user_to_tag", "an_event_of_next_year"):
        await fake.unknown_event(event, user_id=talk.address())
    await fake.wait_until_idle()
    assert await talk.hears("0") != []  # taken, and nobody minds


# --- commands as words --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "answer"),
    [
        ("#hoi cua khau dinh ba may gio dong cua", "Điều này Cột Mốc chưa xác nhận được."),
        ("#hỏi di choi vo xa bien gioi co can xin giay phep ko", "Không cần."),
        ("#menu", "Bấm hoặc nhắn một số:"),
        ("#", "Bấm hoặc nhắn một số:"),
        ("#1", "Mục 1. Cửa khẩu, qua lại."),
        ("1", "Mục 1. Cửa khẩu, qua lại."),
        ("#xa Tân Thạnh", "Đã chọn: xã Tân Thạnh"),
        ("#xa tan thanh", "Có 2 nơi tên gần giống nhau."),
        ("#phường Hồng Ngự", "Đã chọn: phường Hồng Ngự"),
        ("#stop", "Đã ngừng mọi tin"),
        ("#dừng", "Đã ngừng mọi tin"),
        ("#dangky", "Bà con ở xã, phường nào?"),
        ("#dulieu", "Cột Mốc không giữ dữ liệu nào của bà con."),
        ("#xoa", "Đã xoá lúc"),
        ("#nguoitruc", "Kênh này chưa có giờ trực"),
        ("#cuu voi ghe chim", "GỌI NGAY"),
    ],
)
async def test_commands_are_words_with_a_sign_before_them(talk: ZaloOaDesk, word: str, answer: str) -> None:
    said = text_of(await talk.hears(word))
    assert said.startswith(answer)


async def test_a_long_reply_comes_in_parts_that_fit(talk: ZaloOaDesk, fake: FakeZaloOa, service: Service) -> None:
    """All that is kept, with a long history of consents, is longer than 2 000 characters."""
    await talk.hears("#xa Tân Thạnh")
    row = kept(service, talk.address())
    assert row is not None
    now = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f}"
    with closing(sqlite3.connect(service.database, timeout=10)) as database, database:
        database.executemany(
            "INSERT INTO consents (resident_id, kind, given, at, channel, wording)"
            f" VALUES (?, 'safety', ?, '{now}', 'zalo-oa', ?)",
            [
                (row["id"], number % 2, f"{number}. {'Khi có nguy hiểm, Cột Mốc nhắn ngay. ' * 4}")
                for number in range(20)
            ],
        )
    _, whole = await talk.hears("#dulieu")
    assert len(whole.text) > 3000
    assert f"address: {talk.address()}" in whole.text
    assert whole.text.count("consents: ") == whole.text.count("| true |") + whole.text.count("| false |") == 20
    sends = await fake.sends(talk.address())
    assert {act.content for act in sends} == {"text"}  # no file was uploaded
    assert re.search(r"\(1/\d, còn tiếp\)$", sends[2].text)
    assert talk.labels() == ["Xoá hết"]


# --- receipts of what was sent ------------------------------------------------------------------------------------


async def test_a_message_of_a_run_is_known_to_have_arrived(fake: FakeZaloOa, service: Service) -> None:
    people = 30
    await fake.know(people, first=int(resident(FIRST_OF_A_RUN)))
    await fake.set_settings(receipts="received")
    put_run(service.database, people)
    sent = await until_all(service.database, lambda row: row["state"] == "sent")
    acts = {act.recipient: act for act in await fake.sends() if act.text.startswith(TEXT)}
    assert {who: row["message_id"] for who, row in sent.items()} == {who: act.message_id for who, act in acts.items()}
    arrived = await until_all(service.database, lambda row: row["delivered_at"])
    # Again, for a message of ours that was no delivery, and for one that nobody knows: nothing changes.
    someone = next(iter(acts))
    await fake.receive(someone, acts[someone].message_id)
    await fake.receive(someone, "0" * 20)
    await fake.wait_until_idle()
    # What is over for another reason stays what it is.
    with closing(sqlite3.connect(service.database, timeout=10)) as connection, connection:
        connection.execute(
            "UPDATE deliveries SET state = 'withdrawn', delivered_at = NULL WHERE message_id = ?",
            (acts[someone].message_id,),
        )
    await fake.receive(someone, acts[someone].message_id)
    await fake.wait_until_idle()
    await asyncio.sleep(0.5)
    after = deliveries(service.database)
    assert (after[someone]["state"], after[someone]["delivered_at"]) == ("withdrawn", None)
    del after[someone], arrived[someone]
    assert after == arrived
    await fake.set_settings(receipts="none")


async def test_receipts_of_replies_are_not_even_stored(fake: FakeZaloOa, service: Service, talk: ZaloOaDesk) -> None:
    await talk.hears("0")
    [reply] = await fake.sends(talk.address())
    before = len(service.states())
    for _ in range(3):
        await fake.receive(talk.address(), reply.message_id)
    await fake.see(talk.address(), reply.message_id)
    await fake.wait_until_idle()
    assert len(service.states()) == before


# --- the console --------------------------------------------------------------------------------------------------


async def test_the_looks_of_the_console_are_answered_and_store_nothing(fake: FakeZaloOa, service: Service) -> None:
    before = len(service.states())
    await fake.set_settings(probe="both")
    await save_webhook(fake, service)
    async with aiohttp.ClientSession() as session:
        for body in (b"{}", b" {} \n"):
            async with session.post(service.url + OA_HOOK, data=body) as answer:
                assert answer.status == 200
        async with session.get(service.url + OA_HOOK) as answer:
            assert answer.status == 200
        for body, status in ((b'{"event_name":"follow"}', 403), (b"{", 400), (b"", 400), (b"x" * 2_000_000, 413)):
            async with session.post(service.url + OA_HOOK, data=body) as answer:
                assert answer.status == status
        async with session.get(service.url + OA_HOOK.replace("main", "other")) as answer:
            assert answer.status == 404
    assert len(service.states()) == before


async def test_events_are_answered_in_time_while_residents_are_answered(fake: FakeZaloOa, service: Service) -> None:
    """Zalo waits two seconds, and sends again what takes longer. How long it takes is printed, for the machine may be
    busy with something else."""
    people, first = 90, 500_000
    question = "di choi vo xa bien gioi co can xin giay phep ko"
    known = len(await fake.deliveries())
    await fake.bulk(people, [question], first=int(resident(first)), rate=15.0)
    for number in (0, people // 2, people - 1):
        await fake.wait_for(1, 30, recipient=resident(first + number))
    await fake.wait_until_idle(30)
    asked = [each for each in (await fake.deliveries())[known:] if each.event_name == "user_send_text"]
    assert {each.outcome for each in asked} == {200}
    assert len(asked) == people  # nothing had to be sent again
    took = sorted(each.finished - each.started for each in asked)
    print(f"webhook: p50 {took[people // 2] * 1000:.1f} ms, p99 {took[people * 99 // 100] * 1000:.1f} ms")


async def test_the_domain_is_known_by_its_page_and_by_its_tag(service: Service) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{service.url}/zalo_verifierAbC-1.html") as page:
            assert (page.status, page.content_type) == (200, "text/html")
            told = await page.text()
        async with session.get(f"{service.url}/zalo_verifierOther.html") as page:
            assert page.status == 404
        async with session.get(service.url) as page:
            start = await page.text()
    tag = r'<meta name="zalo-platform-site-verification" content="AbC-1" ?/?>'
    assert re.search(tag, told)
    assert re.search(tag, start)


async def test_events_with_a_wrong_key_are_refused_and_the_operator_is_told(
    fake: FakeZaloOa, service: Service, talk: ZaloOaDesk
) -> None:
    await fake.set_settings(signature="app_secret")
    await fake.say(talk.address(), "0")
    for _ in range(100):
        if "COTMOC_ZALO_OA_SECRET" in service.log():
            break
        await asyncio.sleep(0.05)
    status, told = await ready(service)
    assert status == 503
    assert any("COTMOC_ZALO_OA_SECRET" in each for each in told)
    await fake.set_settings(signature="oa_secret")  # Zalo's next try of the same event is signed with the right key
    await fake.wait_for(1, 30, recipient=talk.address())
    assert (await ready(service))[0] == 200


# --- a consent that ends ------------------------------------------------------------------------------------------


async def ready(service: Service) -> tuple[int, list[str]]:
    async with aiohttp.ClientSession() as session, session.get(f"{service.url}/readyz") as answer:
        return answer.status, (await answer.json())["troubles"]


async def metric(service: Service, name: str) -> float:
    async with aiohttp.ClientSession() as session, session.get(f"{service.url}/metrics") as answer:
        [line] = [each for each in (await answer.text()).splitlines() if each.startswith(f"{name} ")]
        return float(line.split()[1])


async def made_an_hour_ago(service: Service) -> None:
    """Age the tokens: while they are new, a refusal of them is not taken for the end of the consent."""
    db = Database(f"sqlite+aiosqlite:///{service.database}")
    shelf = TokenShelf(db, key=b"nothing is unsealed")
    row = await shelf.read()
    assert row is not None
    assert row.issued_at is not None
    assert await shelf.swap(row, replace(row, issued_at=row.issued_at - timedelta(hours=1)))
    await db.close()


async def command(service: Service, *words: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *words),
        cwd=ROOT,
        env=dict(service.env),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


async def test_a_lost_consent_is_seen_everywhere_and_mended_while_the_service_runs(
    fake: FakeZaloOa, service: Service, talk: ZaloOaDesk
) -> None:
    await talk.hears("0")
    assert await ready(service) == (200, [])
    assert await metric(service, "cotmoc_zalo_token_state") == 0
    await made_an_hour_ago(service)
    await fake.revoke()
    await fake.say(talk.address(), "#hoi di choi vo xa bien gioi co can xin giay phep ko")  # nobody can answer it now
    for _ in range(400):
        if await metric(service, "cotmoc_zalo_token_state") == 6:
            break
        await asyncio.sleep(0.05)
    status, told = await ready(service)
    assert status == 503
    assert "zalo-oa: needs_reauth, run: cotmoc zalo login" in told
    assert '"state": "NEEDS_REAUTH"' in service.log()
    doctor = await command(service, "doctor")
    said = (await doctor.communicate())[0].decode()
    assert doctor.returncode == 1
    assert "[LỖI] Zalo OA: zalo-oa: needs_reauth" in said

    login = await command(service, "zalo", "login")
    assert login.stdout is not None
    printed = ""
    while "/v4/oa/permission" not in printed:
        printed = (await login.stdout.readline()).decode()
    asked = {name: values[0] for name, values in parse_qs(urlsplit(printed.strip()).query).items()}
    code = await fake.consent(**{name: value for name, value in asked.items() if name != "app_id"})
    said = (await login.communicate(f"{code}\n".encode()))[0].decode()
    assert login.returncode == 0, said
    # The service notices by itself, and answers what waited.
    acts = await fake.wait_for(2, 30, recipient=talk.address())
    assert acts[-1].text.startswith("Không cần.")
    assert await ready(service) == (200, [])
    assert await metric(service, "cotmoc_zalo_token_state") == 0
    state = await fake.state()
    for secret in (state["access_token"], state["refresh_token"], code):
        assert secret not in service.log() + said


# --- buttons, once a person has seen them work on a real account ----------------------------------------------------


async def test_who_sees_buttons_taps_them(tmp_path: Path) -> None:
    async with FakeZaloOa.start(receipts="none") as fake:
        service = Service(tmp_path, None)
        service.add(**oa_settings(fake), zalo_buttons="true")
        await service.start()
        await save_webhook(fake, service)
        who = resident(1)
        await fake.say(who, "menu")
        [menu] = await until_said(fake, who, 1)
        assert (menu.content, "\n1. " in menu.text) == ("text", True)  # more than Zalo takes below one message
        await fake.say(who, "1")
        await until_said(fake, who, 2)
        await fake.say(who, "#dangky")
        await until_said(fake, who, 3)
        await fake.say(who, "xã Tân Thành, Đồng Tháp")
        asked = (await until_said(fake, who, 4))[-1]
        assert (asked.content, "\n1. " in asked.text) == ("buttons", False)
        await fake.tap(who, "Có")
        told = (await until_said(fake, who, 5))[-1]
        assert "đồng ý nhận tin khẩn ở xã Tân Thành" in told.text
        row = kept(service, who)
        assert row is not None
        assert row["safety"] == 1
        service.stop()
        assert "Traceback" not in service.log()


async def until_said(fake: FakeZaloOa, who: str, count: int) -> list[Any]:
    async with asyncio.timeout(20):
        while len(sends := await fake.sends(who)) < count:
            await asyncio.sleep(0.05)
    return sends
