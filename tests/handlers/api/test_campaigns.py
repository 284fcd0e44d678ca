"""A script drafts a campaign and hands it in; people decide; the script reads what came of it."""

from __future__ import annotations

import asyncio
import csv
import io
from datetime import date, timedelta

from bot.staff.roles import Role
from bot.storage.schema import campaigns
from tests.handlers.api.scripts import WORDS, Station


def tomorrow(desk: Station) -> str:
    return f"{desk.app.clock.now().astimezone(desk.app.settings.zone).date() + timedelta(days=1)}T09:00"


async def drafted(desk: Station, token: str) -> int:
    said = await desk.call("POST", "/campaigns", token, json={"title": "Giấy tờ vùng biên"})
    assert (said.status, said.headers["Location"]) == (201, f"/api/v1/campaigns/{said.body['id']}")
    assert said.headers["ETag"] == '"v1"'
    return int(said.body["id"])


async def test_from_a_draft_to_its_report(desk: Station) -> None:
    token = await desk.token("An")
    await desk.residents(12)
    number = await drafted(desk, token)
    one = f"/campaigns/{number}"
    said = await desk.call("PUT", f"{one}/texts/vi", token, json={"text": WORDS})
    said = await desk.call("PUT", f"{one}/audience", token, json={"channels": ["telegram"]}, seen=said.headers["ETag"])
    assert said.body["audience"] == {"channels": ["telegram"]}
    said = await desk.call("PUT", f"{one}/schedule", token, json={"at": tomorrow(desk)}, seen=said.headers["ETag"])
    assert (said.status, len(said.body["next_dates"])) == (200, 1)
    said = await desk.call("PUT", f"{one}/entries", token, json={"entries": []}, seen=said.headers["ETag"])
    foreseen = await desk.call("GET", f"{one}/forecast", token)
    assert (foreseen.body["audience"], foreseen.body["outcomes"]) == (12, {"reachable": 12})
    said = await desk.call("POST", f"{one}/submission", token, seen=said.headers["ETag"])
    assert (said.status, len(said.body["digest"])) == (200, 64)
    early = await desk.call("POST", f"{one}/plan", token)
    assert (early.status, early.kind) == (409, "wrong-state")
    assert early.body["detail"].startswith("Chiến dịch đang chờ duyệt")
    await desk.decided(number)
    planned = await desk.call("POST", f"{one}/plan", token)
    assert planned.status == 200
    runs = (await desk.call("GET", f"{one}/runs", token)).body["runs"]
    assert [each["state"] for each in runs] == ["scheduled"]
    said = await desk.call("GET", one, token)
    assert (said.body["state"], said.body["texts"][0]["signed_by"]) == ("scheduled", "Bình")
    report = await desk.call("GET", f"{one}/report", token)
    assert (report.body["audience"], report.body["difference"], report.body["runs"]) == (0, 0, 1)
    assert report.body["log"]["lines"] > 5
    table = await desk.call("GET", f"{one}/report.csv", token)
    rows = list(csv.reader(io.StringIO(table.body.decode("utf-8-sig"))))
    assert ["báo cáo", f"CD-{number} Giấy tờ vùng biên"] in rows
    today = date.today()
    period = await desk.call("GET", f"/reports/period?from={today}&to={today}", token)
    assert (period.status, period.body["campaigns"]) == (200, [])
    backwards = await desk.call("GET", f"/reports/period?from={today}&to={today - timedelta(days=1)}", token)
    assert (backwards.status, backwards.body["errors"][0]["parameter"]) == (422, "to")
    as_table = await desk.call("GET", f"/reports/period.csv?from={today}&to={today}", token)
    assert as_table.body.startswith(b"\xef\xbb\xbf")


async def test_a_template_is_narrowed_to_where_the_officer_may_draft(desk: Station) -> None:
    token = await desk.token("An", area="p-dong-thap")
    offered = (await desk.call("GET", "/campaign-templates", token)).body["templates"]
    ready = next(each["id"] for each in offered if each["ready"])
    said = await desk.call("POST", "/campaigns", token, json={"template": ready})
    assert said.status in (201, 422), said.body
    for each in offered[:8]:
        said = await desk.call("POST", "/campaigns", token, json={"template": each["id"]})
        if said.status == 201:
            places = said.body["audience"]["places"]
            within = desk.app.campaigning.office.within
            assert places
            assert all(within(place, "p-dong-thap") for place in places)
    unknown = await desk.call("POST", "/campaigns", token, json={"template": "no-such"})
    assert (unknown.status, unknown.kind) == (422, "invalid")


async def test_somebody_elses_change_is_not_overwritten(desk: Station) -> None:
    token = await desk.token("An")
    number = await drafted(desk, token)
    first = await desk.call("GET", f"/campaigns/{number}", token)
    seen = first.headers["ETag"]
    changed = await desk.call("PUT", f"/campaigns/{number}/texts/vi", token, json={"text": WORDS}, seen=seen)
    assert changed.headers["ETag"] != seen
    late = await desk.call("PUT", f"/campaigns/{number}/texts/vi", token, json={"text": "Khác."}, seen=seen)
    assert (late.status, late.kind) == (412, "changed-meanwhile")
    handed_in = await desk.call("POST", f"/campaigns/{number}/submission", token, seen=seen)
    assert handed_in.status == 412
    missing = await desk.call("PUT", f"/campaigns/{number}/texts/vi", token, json={"text": "Khác."}, seen=None)
    assert (missing.status, missing.kind) == (428, "if-match-missing")
    for wrong, status in (('"12"', 412), ('W/"v2"', 412), ('"v2", "v3"', 412), ('"v99999999999"', 412), ("v2", 400)):
        said = await desk.call("PUT", f"/campaigns/{number}/texts/vi", token, json={"text": "Khác."}, seen=wrong)
        assert said.status == status, wrong
    now = await desk.call("GET", f"/campaigns/{number}", token)
    assert now.body["texts"][0]["text"] == WORDS


async def test_two_changes_of_one_version_at_once_are_one(desk: Station) -> None:
    token = await desk.token("An")
    number = await drafted(desk, token)
    calls = [
        desk.call("PUT", f"/campaigns/{number}/texts/vi", token, json={"text": f"Bản {each}."}, seen='"v1"')
        for each in range(5)
    ]
    said = await asyncio.gather(*calls)
    assert sorted(each.status for each in said) == [200, 412, 412, 412, 412]


async def test_the_area_of_the_officer_is_the_area_of_the_token(desk: Station) -> None:
    token = await desk.token("An", area="p-dong-thap")
    number = await drafted(desk, token)
    elsewhere = await desk.call("PUT", f"/campaigns/{number}/audience", token, json={"places": ["p-ca-mau"]})
    assert (elsewhere.status, elsewhere.kind) == (403, "forbidden")
    everywhere = await desk.call("PUT", f"/campaigns/{number}/audience", token, json={})
    assert everywhere.status == 403
    here = await desk.call("PUT", f"/campaigns/{number}/audience", token, json={"places": ["p-dong-thap"]})
    assert here.status == 200
    nowhere = await desk.call("PUT", f"/campaigns/{number}/audience", token, json={"places": ["p-atlantis"]})
    assert (nowhere.status, nowhere.kind) == (422, "invalid")


async def test_a_token_that_reads_does_not_draft(desk: Station) -> None:
    token = await desk.token("An", scopes=("read",))
    assert (await desk.call("GET", "/campaigns", token)).status == 200
    said = await desk.call("POST", "/campaigns", token, json={"title": "Không"})
    assert (said.status, said.kind) == (403, "forbidden")
    viewer = await desk.token("Dung", Role.VIEWER)
    said = await desk.call("POST", "/campaigns", viewer, json={"title": "Không"})
    assert said.status == 403


async def test_pages_stay_where_they_are_while_others_draft(desk: Station) -> None:
    token = await desk.token("An")
    ids = [await drafted(desk, token) for _ in range(7)]
    seen, path = [], "/campaigns?limit=3"
    for _ in range(3):
        said = await desk.call("GET", path, token)
        seen += [each["id"] for each in said.body["campaigns"]]
        await drafted(desk, token)  # in between
        path = f"/campaigns?limit=3&cursor={said.body['next']}"
    assert seen == ids[::-1]
    assert said.body["next"] is None
    for cursor in ("x", "AAAA", said.headers["Content-Type"][:5], "=" * 9):
        wrong = await desk.call("GET", f"/campaigns?cursor={cursor}", token)
        assert wrong.status == 422, cursor
    first = await desk.call("GET", "/campaigns?limit=1", token)
    other_list = await desk.call("GET", f"/campaigns?state=draft&cursor={first.body['next']}", token)
    assert other_list.status == 422
    for limit in ("0", "101", "-1", "x", "1.5", ""):
        assert (await desk.call("GET", f"/campaigns?limit={limit}", token)).status == 422, limit


async def test_what_is_no_campaign_is_refused_with_a_place(desk: Station) -> None:
    token = await desk.token("An")
    bodies: list[object] = [{"title": each} for each in ("", "  ", "x" * 201, "a\x00b", 7, None, ["x"])]
    for body in (*bodies, {"title": "x", "more": 1}, {"title": "x", "template": "y"}, {}, [], "x"):
        said = await desk.call("POST", "/campaigns", token, json=body)
        assert (said.status, said.kind) == (422, "invalid"), body
        assert all("pointer" in each for each in said.body["errors"])
    async with desk.app.db.reading() as connection:
        assert (await connection.execute(campaigns.select())).first() is None


async def test_a_rule_that_never_fits_is_refused_at_once(desk: Station) -> None:
    token = await desk.token("An")
    number = await drafted(desk, token)
    for rule in (
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=WEEKLY;BYMONTH=4;BYMONTHDAY=31",
        "FREQ=DAILY;BYHOUR=8;BYSETPOS=7",
        "FREQ=MONTHLY;BYDAY=+99MO",
    ):
        body = {"at": tomorrow(desk), "rule": rule, "until": f"{date.today() + timedelta(days=300)}"}
        async with asyncio.timeout(2):
            said = await desk.call("PUT", f"/campaigns/{number}/schedule", token, json=body)
        assert (said.status, said.kind) == (422, "invalid"), rule
