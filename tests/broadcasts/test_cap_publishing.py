"""Every version of a notice of ours becomes the CAP message that receivers expect."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.place_files import load_gazetteer
from broadcasts.campaigns import RunState
from broadcasts.cap import Alert, MsgType, ResponseType, Scope, Status
from broadcasts.cap_areas import spoken_of
from broadcasts.cap_reading import read_alert
from broadcasts.cap_writing import write_alert
from broadcasts.notice_alert import Wording, to_alert
from broadcasts.notice_publishing import published
from broadcasts.notice_store import Notice, Version
from broadcasts.notices import Kind, NoticeState, Said

AT = datetime(2026, 11, 21, 12, 30, 0, 123_456, tzinfo=UTC)
TEXTS = {"vi": Wording("Bão ở xã Tân Thành", "Tàu thuyền vào nơi trú."), "km": Wording("ព្យុះ", "ចូលជ្រក")}
GAZETTEER = load_gazetteer()


def notice(*kinds: Kind, drill: bool = False, ends: datetime = AT + timedelta(hours=6)) -> Notice:
    """With versions five minutes apart."""
    versions = []
    for number, kind in enumerate(kinds):
        said_at = AT + timedelta(minutes=5 * number)
        said = Said(7, kind, number, AT, said_at, said_at + timedelta(hours=6), {"vi": "x"})
        versions.append(Version(70 + number, number, kind, "an", said_at, "", None, RunState.SENDING, said))
    words = {"category": "Met", "event": "Storm", "response": "Shelter"}
    words |= {"urgency": "Expected", "severity": "Severe", "certainty": "Likely"}
    return Notice(
        id=7, title="Bão", template_id="storm", drill=drill, state=NoticeState.PENDING, identifier="ab12", hazard=words,
        area=("c-29938", "p-dong-thap"), blanks={}, fate="hold", issued_by="an", issued_at=AT, confirmed_by="",
        confirmed_at=None, expires_at=ends, rung=0, rung_at=None, ended_at=None, ended_by="", taps=None,
        versions=tuple(versions),
    )  # fmt: skip


def said(of: Notice) -> Alert:
    """As a receiver reads it."""
    made = published(
        of,
        TEXTS,
        events={"vi": "Bão, áp thấp", "km": "ព្យុះ"},
        sender="cotmoc.example",
        gazetteer=GAZETTEER,
        zone=ZoneInfo("Asia/Ho_Chi_Minh"),
        drill_words={"vi": "[DIỄN TẬP]", "km": "[ហ្វឹកហាត់]"},
    )
    return read_alert(write_alert(to_alert(made)))


def test_the_first_version() -> None:
    alert = said(notice(Kind.ISSUE))
    assert (alert.identifier, alert.msg_type, alert.status) == ("ab12.0", MsgType.ALERT, Status.ACTUAL)
    assert [(each.language, each.event) for each in alert.infos] == [("vi-VN", "Bão, áp thấp"), ("km-KH", "ព្យុះ")]
    assert alert.infos[0].areas[0].area_desc == "xã Tân Thành, tỉnh Đồng Tháp"
    assert spoken_of(alert, GAZETTEER).places == ("c-29938", "p-dong-thap")
    assert alert.infos[0].expires == (AT + timedelta(hours=6)).replace(microsecond=0)


def test_one_that_nobody_confirmed_ends_sooner() -> None:
    alert = said(notice(Kind.ISSUE, ends=AT + timedelta(hours=2)))
    assert alert.infos[0].expires == (AT + timedelta(hours=2)).replace(microsecond=0)


@pytest.mark.parametrize(
    ("kind", "msg_type"),
    [
        (Kind.UPDATE, MsgType.UPDATE),
        (Kind.CLEAR, MsgType.UPDATE),
        (Kind.CANCEL, MsgType.CANCEL),
        (Kind.WITHDRAW, MsgType.CANCEL),
    ],
)
def test_what_follows_names_everything_before_it(kind: Kind, msg_type: MsgType) -> None:
    alert = said(notice(Kind.ISSUE, Kind.UPDATE, kind))
    assert (alert.identifier, alert.msg_type) == ("ab12.2", msg_type)
    assert alert.references == (said(notice(Kind.ISSUE)).name, said(notice(Kind.ISSUE, Kind.UPDATE)).name)
    assert (alert.infos[0].response_type == (ResponseType.ALL_CLEAR,)) is (kind is Kind.CLEAR)


@pytest.mark.parametrize("kind", list(Kind))
def test_a_drill_is_an_exercise_in_every_version(kind: Kind) -> None:
    alert = said(notice(*((Kind.ISSUE,) if kind is Kind.ISSUE else (Kind.ISSUE, kind)), drill=True))
    assert (alert.status, alert.scope) == (Status.EXERCISE, Scope.RESTRICTED)
    assert (alert.infos[0].headline or "").startswith("[DIỄN TẬP]")
