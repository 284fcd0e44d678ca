"""Public screens through HTTP: what is live, signed and in force for their place, and nothing that is over."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import update

from bot.storage.schema import campaign_files, campaigns, runs, withdrawals
from broadcasts.notices import NoticeDraft
from handlers.http.screen_texts import MOST_WORDS, words_in
from tests.flows.public_site import Site, open_site, signed
from tests.flows.talk import MORNING
from tests.handlers.warned import DUTY, TAN_HO_CO, THUONG_PHUOC

GATE = "/screens/dinh-ba"
CASH, GOLD = "crossing.customs.cash", "crossing.customs.gold"
STATIC = files("handlers.http") / "static"


async def shown(site: Site, screen: str = GATE) -> dict[str, Any]:
    text, _ = await site.get(f"{screen}.json")
    read: dict[str, Any] = json.loads(text)
    return read


def slides(told: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [each for each in told["slides"] if each["kind"] == kind]


def picture(colour: str) -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (4, 4), colour).save(buffer, "PNG")
    return buffer.getvalue()


async def hang(
    site: Site, *, colour: str = "red", places: tuple[str, ...] = ("p-dong-thap",), before: float = 1, **given: Any
) -> tuple[int, str]:
    """A run of a campaign with a picture, released ``before`` hours ago; its number and the picture's digest."""
    content = picture(colour)
    digest = hashlib.sha256(content).hexdigest()
    at = site.clock.now() - timedelta(hours=before)
    campaign = {"title": "bí mật nội bộ", "state": given.pop("campaign", "done"), "version": 1, "schedule": {}}
    audience = given.pop("audience", {"places": list(places)})
    async with site.app.db.transaction() as connection:
        row = campaigns.insert().values(
            campaign | {"audience": audience, "entries": [], "buttons": [], "created_by": "Chi", "created_at": at}
        )
        number = (await connection.execute(row.returning(campaigns.c.id))).scalar_one()
        file = {"campaign_id": number, "language": "", "name": "a.png", "mime": "image/png", "digest": digest}
        row = campaign_files.insert().values(file | {"content": content})
        file_id = (await connection.execute(row.returning(campaign_files.c.id))).scalar_one()
        said = {
            "texts": {"vi": "Bà con {xa} nhớ mang giấy tờ."},
            "files": [[file_id, "", "a.png", "image/png", digest]],
        }
        run = {"campaign_id": number, "planned_at": at, "state": "done", "priority": 0, "content": said}
        row = runs.insert().values(run | {"audience": audience, "started_at": at, "totals": {}} | given)
        return (await connection.execute(row.returning(runs.c.id))).scalar_one(), digest


async def posters(site: Site, screen: str = GATE) -> list[str]:
    return [each["image"].rpartition("/")[2] for each in slides(await shown(site, screen), "poster")]


async def test_every_gate_has_one_and_others_there_are_not(site: Site) -> None:
    for gate in ("dinh-ba", "so-thuong", "lao-cai", "moc-bai"):
        page, answer = await site.get(f"/screens/{gate}")
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert f'data-screen="{gate}"' in page
        assert (await shown(site, f"/screens/{gate}"))["slides"]
    for wrong in ("/screens/nope", "/screens/nope.json", "/screens/", "/screens/DINH-BA", f"{GATE}/{'0' * 64}"):
        await site.get(wrong, 404)


async def test_a_trial_shows_vietnamese_alone_and_says_so_on_every_page(site: Site) -> None:
    told = await shown(site)
    found = slides(told, "answer")
    assert found[0]["title"] == "Tiền mặt phải khai"
    assert found[0]["legal"][-1] == "Tính đến: 20/11/2026."
    assert found[0]["qr"] == f"/answers/{CASH}/qr.svg"
    for each in found:
        assert each["lang"] == "vi"
        assert each["note"] == "Bản thử nghiệm – nội dung chưa được cơ quan nào ký duyệt."
    assert [each["lang"] for each in slides(told, "numbers")] == ["vi", "km", "en"]
    assert slides(told, "numbers")[0]["lines"][0] == "112 – cứu nạn"


async def test_signed_texts_alone_in_vietnamese_khmer_and_english_by_turns(tmp_path: Path) -> None:
    changed = {CASH: signed("vi", "km", "en"), GOLD: signed("vi")}
    async with open_site(tmp_path, changed=changed) as site:
        found = slides(await shown(site), "answer")
        order = list(dict.fromkeys((each["qr"], each["lang"]) for each in found))
        cash, gold = f"/answers/{CASH}/qr.svg", f"/answers/{GOLD}/qr.svg"
        assert order == [(cash, "vi"), (cash, "km"), (cash, "en"), (gold, "vi")]
        assert not [each["note"] for each in found if each["note"]]


@pytest.mark.parametrize("language", ["vi", "km", "en"])
async def test_no_page_has_more_words_than_can_be_read_in_passing(tmp_path: Path, language: str) -> None:
    everything = ("dinh-ba", "so-thuong", "lao-cai")
    names = {each for gate in everything for each in _entries(gate)}
    async with open_site(tmp_path, changed={each: signed(language) for each in names}) as site:
        for gate in everything:
            for each in slides(await shown(site, f"/screens/{gate}"), "answer"):
                assert words_in(" ".join((each["title"], *each["lead"], *each["lines"])).replace("…", "")) <= MOST_WORDS


def _entries(gate: str) -> tuple[str, ...]:
    from bot.place_files import load_gazetteer
    from handlers.screen_settings import screens_of

    return screens_of("", load_gazetteer())[gate].entries


async def test_what_is_over_is_not_shown_and_what_ends_says_when(tmp_path: Path) -> None:
    changed = {
        CASH: lambda body: body | {"valid_until": "2026-11-19"},
        GOLD: lambda body: body | {"valid_until": "2026-11-20"},
    }
    async with open_site(tmp_path, changed=changed) as site:
        found = slides(await shown(site), "answer")
        assert not [each for each in found if CASH in each["qr"]]
        ends = {each["until"] for each in found if GOLD in each["qr"]}
        assert ends == {"2026-11-21T00:00:00+07:00"}  # the screen drops it then, with or without net


async def test_notices_for_its_place_until_they_are_over(site: Site) -> None:
    _, answer = await site.get(f"{GATE}.json")
    mark = {"If-None-Match": answer.headers["ETag"]}
    await site.get(f"{GATE}.json", 304, **mark)
    await site.sign("gate-closed", "km")
    await site.issued("gate-closed", "g-dinh-ba", lasts_for=timedelta(hours=1))
    await site.issued("landslide", THUONG_PHUOC)
    await site.get(f"{GATE}.json", 200, **mark)
    [notice] = (await shown(site))["notices"]
    assert set(notice["said"]) == {"vi", "km"}  # English is not signed
    assert notice["said"]["vi"]["text"].startswith("[TIN KHẨN] Tạm dừng qua lại biên giới tại cửa khẩu quốc tế Dinh Bà")
    assert "Tin này đang chờ xác nhận lần hai." in notice["said"]["vi"]["more"]
    assert datetime.fromisoformat(notice["until"]) - MORNING < timedelta(hours=1, minutes=1)
    page, _ = await site.get(GATE)
    assert "[TIN KHẨN] Tạm dừng" in page
    site.clock.advance(3600)
    assert (await shown(site))["notices"] == []
    assert "[TIN KHẨN]" not in (await site.get(GATE))[0]


async def test_a_notice_for_the_province_is_for_its_gates(site: Site) -> None:
    await site.issued("storm", "p-dong-thap")
    assert (await shown(site))["notices"]
    assert (await shown(site, "/screens/lao-cai"))["notices"] == []


async def test_never_a_drill(site: Site) -> None:
    for area in ("g-dinh-ba", TAN_HO_CO):
        await site.service.issue(DUTY, NoticeDraft("gate-closed", (area,), drill=True))
    await hang(site, drill=True)
    told = await shown(site)
    assert told["notices"] == slides(told, "poster") == []
    assert "DIỄN TẬP" not in json.dumps(told, ensure_ascii=False)
    assert "DIỄN TẬP" not in (await site.get(GATE))[0]


async def test_posters_that_went_out_for_its_place(site: Site) -> None:
    _, red = await hang(site)
    _, blue = await hang(site, colour="blue", places=("g-dinh-ba",), state="sending", campaign="scheduled")
    await hang(site, colour="green", places=(THUONG_PHUOC,))
    await hang(site, colour="white", audience={"places": ["p-dong-thap"], "exclusions": ["g-dinh-ba"]})
    _, everywhere = await hang(site, colour="black", audience={})
    assert set(await posters(site)) == {red, blue, everywhere}
    [first] = [each for each in slides(await shown(site), "poster") if each["image"].endswith(red)]
    assert first["sender"] == "Người gửi: Ban chỉ huy thử."
    assert first["alt"] == "Bà con xã Tân Hộ Cơ nhớ mang giấy tờ."
    assert "bí mật" not in (await site.get(GATE))[0]
    async with site.web.get(f"{GATE}/{red}") as answer:
        assert (answer.status, answer.content_type) == (200, "image/png")
        assert await answer.read() == picture("red")


async def test_posters_that_hold_no_longer_are_not_to_be_had(site: Site) -> None:
    now = site.clock.now()
    gone = [
        await hang(site, colour="red", before=8 * 24),
        await hang(site, colour="blue", expires_at=now - timedelta(minutes=1)),
        await hang(site, colour="green", state="cancelled", campaign="cancelled"),
        await hang(site, colour="white", state="held", campaign="scheduled"),
        await hang(site, colour="black", state="expired", campaign="expired"),
    ]
    taken_back, wrong = await hang(site, colour="pink"), await hang(site, colour="cyan")
    _, right = await hang(site, colour="lime", audience={"corrects": [str(wrong[0])]}, corrects=wrong[0])
    async with site.app.db.transaction() as connection:
        row = {"run_id": taken_back[0], "channel": "telegram", "account": "main", "asked_by": "Chi", "asked_at": now}
        await connection.execute(withdrawals.insert().values(row))
    assert await posters(site) == [right]  # a correction hangs where the wrong one hung
    for _, digest in (*gone, taken_back, wrong):
        await site.get(f"{GATE}/{digest}", 404)


async def test_a_draft_is_nobodys_to_see(site: Site) -> None:
    run, digest = await hang(site)
    async with site.app.db.transaction() as connection:
        await connection.execute(update(runs).where(runs.c.id == run).values(state="scheduled", started_at=None))
    await site.get(f"{GATE}/{digest}", 404)


async def test_an_expiring_poster_says_when(site: Site) -> None:
    end = site.clock.now() + timedelta(hours=3)
    await hang(site, expires_at=end)
    [each] = slides(await shown(site), "poster")
    assert datetime.fromisoformat(each["until"]) == end


async def test_as_the_operator_lists_it(tmp_path: Path) -> None:
    listed = tmp_path / "tai-khoan.toml"
    listed.write_text(
        f'[screens.cong-vien]\nplace = "{TAN_HO_CO}"\ntitle = "Công viên"\nentries = ["{GOLD}", "x.gone"]\n'
        'night = "19:00-05:00"\n',
        encoding="utf-8",
    )
    async with open_site(tmp_path, accounts_file=listed) as site:
        told = await shown(site, "/screens/cong-vien")
        assert told["title"]["vi"] == "Công viên"
        assert told["night"] == {"from": "19:00", "until": "05:00"}
        assert {each["qr"] for each in slides(told, "answer")} == {f"/answers/{GOLD}/qr.svg"}
        assert (await shown(site))["night"] == {"from": "17:32", "until": "05:56"}  # by the sun


async def test_without_a_script_everything_is_there_and_comes_anew(site: Site) -> None:
    await site.issued("gate-closed", "g-dinh-ba")
    _, digest = await hang(site)
    page, _ = await site.get(GATE)
    assert '<noscript><meta http-equiv="refresh" content="60"></noscript>' in page
    plain = page[page.rindex("<noscript>") :]
    for each in ("[TIN KHẨN]", "Tiền mặt phải khai", "Tính đến: 20/11/2026.", "112 – cứu nạn", digest):
        assert each in plain


async def test_it_is_light_and_keeps_itself_for_later(site: Site) -> None:
    page, _ = await site.get(GATE)
    names = (
        "theme.css",
        "screen.css",
        "elements.js",
        "screen.js",
        "screen-state.js",
        "screen-view.js",
        "screen-worker.js",
    )
    fonts = [each for each in (STATIC / "fonts").iterdir() if each.name.endswith(".woff2")]
    told, _ = await site.get(f"{GATE}.json")
    weight = len(page.encode()) + len(told.encode())
    weight += sum(len(each.read_bytes()) for each in (*(STATIC / name for name in names), *fonts))
    assert weight <= 150_000
    worker, answer = await site.get("/screens/worker.js")
    assert answer.content_type == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert 'endsWith(".json")' in worker  # whether the service answers is for the page to know
    for name in names[2:]:
        code = (STATIC / name).read_text(encoding="utf-8")
        assert code.isascii()
        assert "innerHTML" not in code
