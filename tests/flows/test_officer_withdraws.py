"""An officer takes a campaign back from a phone chat: a button, a code, and nothing of it stands anywhere."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import insert

from bot.storage.schema import metadata, residents
from broadcasts.audience import Audience
from broadcasts.post_targets import CHANNEL, PostTarget
from broadcasts.scheduler import Notice, Scheduler
from tests.flows.station import APPROVER, EDITOR, REVIEWER, TEXT, Station
from tests.flows.talk import text_of


async def gone_out(station: Station) -> None:
    """Signed and approved on phones, planned, and sent to four people."""
    async with station.db.transaction() as connection:
        row = {"channel": "fake", "account": "main", "last_wrote_on": station.now().date(), "routine": True}
        places = metadata.tables["resident_places"]
        for number in range(4):
            made = insert(residents).values(**row, external_id=str(9000 + number)).returning(residents.c.id)
            resident = (await connection.execute(made)).scalar_one()
            await connection.execute(insert(places).values(resident_id=resident, place_code="c-29938"))
    await station.signed()
    await approved_and_planned(station)
    await released(station)


async def approved_and_planned(station: Station) -> None:
    talk = station.talk
    await station.opens(APPROVER)
    await station.ticks()
    await talk.taps("Duyệt", who=APPROVER)
    await talk.hears(station.code("Giang"), who=APPROVER)
    await station.opens(EDITOR)
    await talk.taps("Đặt lịch gửi", who=EDITOR)


async def released(station: Station) -> None:
    """At its time the next morning."""
    talk = station.talk
    talk.clock.advance((datetime(2026, 11, 21, 0, 30, tzinfo=UTC) - station.now()).total_seconds())

    async def nobody(notice: Notice) -> None:
        """Not what this is about."""

    campaigning = talk.app.campaigning
    scheduler = Scheduler(
        db=station.db, office=campaigning.office, clock=talk.clock, owner="one", tell=nobody, alone=True
    )
    await scheduler.tick()
    await campaigning.senders[0].work_off()


def standing(station: Station) -> int:
    return sum(text.startswith(TEXT) for text in station.talk.channel.standing.values())


async def taken_back(station: Station) -> None:
    campaigning = station.talk.app.campaigning
    await campaigning.senders[0].renew()
    while await campaigning.withdrawers[0].tick():
        pass


async def test_a_button_and_a_code_take_it_back(station: Station) -> None:
    talk = station.talk
    before = standing(station)
    await gone_out(station)
    assert standing(station) == before + 4
    await station.opens(APPROVER)
    assert "mã 6 số" in text_of(await talk.taps("Thu hồi", who=APPROVER))
    await taken_back(station)
    assert standing(station) == before + 4  # a button alone does nothing
    assert "Đang thu hồi" in text_of(await talk.hears(station.code("Giang"), who=APPROVER))
    await taken_back(station)
    assert standing(station) == before
    assert [(each.state, each.reason) for each in await station.rows("runs")] == [("cancelled", "withdrawn")]
    assert "Đã thu hồi: 4" in text_of(await talk.taps("Kết quả", who=APPROVER))


async def test_who_only_signs_has_no_such_button(station: Station) -> None:
    await gone_out(station)
    await station.talk.hears("/viec", who=REVIEWER)
    assert "Thu hồi" not in station.talk.labels(REVIEWER)


async def test_public_places_are_on_the_card_and_in_the_results(station: Station) -> None:
    talk = station.talk
    office = talk.app.campaigning.office
    office.posts["kenh-tinh"] = PostTarget("kenh-tinh", "fake", CHANNEL, "-1001")  # type: ignore[index]
    await station.submitted()
    service, chi = talk.app.campaigning.service, await station.officer("Chi")
    await service.aim(chi, 1, Audience(places=("p-dong-thap",), posts=("kenh-tinh",)))
    await service.submit(chi, 1)
    card = await station.opens(REVIEWER)
    assert "Đăng thêm: kenh-tinh (fake, vi). Tới bao nhiêu người: không chứng minh được." in card
    await talk.taps("Ký tiếng Việt", who=REVIEWER)
    await talk.hears(station.code("Dung"), who=REVIEWER)
    await approved_and_planned(station)
    await released(station)
    await talk.app.campaigning.posters[0].tick()
    [post] = [said for said in talk.channel.said if said.address.external_id == "-1001"]
    assert post.message.text.startswith(TEXT)
    assert "STOP" not in post.message.text
    assert "Bản thử nghiệm" in post.message.text
    assert post.message.buttons == ()
    await station.opens(APPROVER)
    results = text_of(await talk.taps("Kết quả", who=APPROVER))
    assert "Đã gửi: kenh-tinh (fake, vi)" in results
    assert "không chứng minh được" in results
