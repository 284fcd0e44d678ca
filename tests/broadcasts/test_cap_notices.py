"""Our own notices as CAP and Atom: valid, in three languages, ended in the right order, drills never public."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from bot.place_files import load_gazetteer
from broadcasts import atom
from broadcasts.cap import Certainty, MsgType, ResponseType, Scope, Severity, Status, Urgency
from broadcasts.cap_areas import spoken_of
from broadcasts.cap_reading import read_alert
from broadcasts.cap_writing import write_alert
from broadcasts.feed_index import read_index
from broadcasts.notice_alert import Hazard, NoticeArea, PublishedNotice, Wording, feed_entry, to_alert
from tests.broadcasts.test_cap_round_trip import valid

AT = datetime(2026, 11, 21, 12, 30, 0, 750_000, tzinfo=UTC)
DRILL = {"vi": "[DIỄN TẬP] KHÔNG CÓ SỰ VIỆC THẬT", "km": "[ហ្វឹកហាត់] មិនមែនជាហេតុការណ៍ពិតទេ", "en": "[DRILL] NO REAL EVENT"}
ISSUE = PublishedNotice(
    identifier="n-17-0",
    sender="cotmoc.example",
    sent_at=AT,
    status="Actual",
    msg_type="Alert",
    hazard=Hazard(("Met", "Safety"), {"vi": "Bão", "en": "Storm"}, ("Shelter",), "Immediate", "Severe", "Likely"),
    texts={
        "en": Wording("Storm: boats to shelter", "Wind force 9."),
        "vi": Wording("Bão: tàu thuyền vào nơi trú", "Gió cấp 9.\x07", "Vào nơi trú trước 20:00."),
        "km": Wording("ព្យុះ", "ខ្យល់កម្រិត ៩"),
    },
    expires_at=AT + timedelta(hours=2),
    areas=(
        NoticeArea("c-29938", {"vi": "xã Tân Thành", "en": "Tân Thành commune"}),
        NoticeArea("p-dong-thap", {"vi": "tỉnh Đồng Tháp"}, "82"),
        NoticeArea("g-dinh-ba", {"vi": "cửa khẩu quốc tế Dinh Bà"}),
    ),
    zone=ZoneInfo("Asia/Ho_Chi_Minh"),
    page="https://cotmoc.example/notices/17",
)
FIRST = (("cotmoc.example", "n-17-0", AT),)


def test_a_notice_is_a_valid_message_in_every_language() -> None:
    alert = to_alert(ISSUE)
    written = write_alert(alert)
    assert valid(written)
    assert read_alert(written) == alert
    assert b"<sent>2026-11-21T19:30:00+07:00</sent>" in written
    assert (alert.status, alert.msg_type, alert.scope) == (Status.ACTUAL, MsgType.ALERT, Scope.PUBLIC)
    assert [each.language for each in alert.infos] == ["vi-VN", "km-KH", "en-US"]
    assert [each.event for each in alert.infos] == ["Bão", "Bão", "Storm"]
    vietnamese = alert.infos[0]
    assert vietnamese.description == "Gió cấp 9."  # a sign that XML cannot hold stops no warning
    assert vietnamese.sender_name is None  # nobody is set up as the owner
    assert alert.infos[2].areas[0].area_desc == "Tân Thành commune"
    found = spoken_of(alert, load_gazetteer())
    assert (found.places, found.unknown) == (("c-29938", "p-dong-thap"), ())
    assert to_alert(replace(ISSUE, owner="Ban chỉ huy mẫu")).infos[0].sender_name == "Ban chỉ huy mẫu"


def test_an_update_and_a_cancel_name_what_was_before() -> None:
    then = AT + timedelta(minutes=5)
    update = to_alert(replace(ISSUE, identifier="n-17-1", msg_type="Update", references=FIRST, sent_at=then))
    assert valid(write_alert(update))
    assert b"cotmoc.example,n-17-0,2026-11-21T19:30:00+07:00</references>" in write_alert(update)
    assert update.references == (to_alert(ISSUE).name,)
    both = (*FIRST, ("cotmoc.example", "n-17-1", then))
    late = AT + timedelta(hours=3)  # after its end
    cancel = to_alert(replace(ISSUE, identifier="n-17-2", msg_type="Cancel", references=both, sent_at=late))
    assert valid(write_alert(cancel))
    assert len(cancel.references) == 2
    assert {each.expires for each in cancel.infos} == {None}


def test_an_all_clear_is_an_update_that_says_so() -> None:
    alert = to_alert(replace(ISSUE, identifier="n-17-1", msg_type="Update", references=FIRST, all_clear=True))
    assert alert.msg_type is MsgType.UPDATE
    for info in alert.infos:
        assert info.response_type == (ResponseType.ALL_CLEAR,)
        assert (info.urgency, info.severity, info.certainty) == (Urgency.PAST, Severity.MINOR, Certainty.OBSERVED)
    for kind, references in (("Alert", ()), ("Cancel", FIRST)):
        with pytest.raises(ValueError, match="all-clear"):
            to_alert(replace(ISSUE, identifier="n", msg_type=kind, references=references, all_clear=True))


def test_a_drill_says_so_first_and_last_and_is_not_public() -> None:
    alert = to_alert(replace(ISSUE, status="Exercise", drill_words=DRILL))
    assert valid(write_alert(alert))
    assert (alert.status, alert.scope) == (Status.EXERCISE, Scope.RESTRICTED)
    assert alert.note == alert.restriction == DRILL["vi"]
    for info, words in zip(alert.infos, DRILL.values(), strict=True):
        assert (info.headline or "").startswith(words)
        for text in filter(None, (info.description, info.instruction)):
            assert text.startswith(words)
            assert text.endswith(words)


@pytest.mark.parametrize(
    "changes",
    [
        *({"status": each} for each in ("Test", "System", "Draft", "actual", "")),
        {"status": "Exercise"},
        {"status": "Exercise", "drill_words": {"vi": "[DIỄN TẬP]", "en": " ", "km": "x"}},
        *({"msg_type": each, "references": FIRST} for each in ("Ack", "Error", "update", "Alert")),
        *({"msg_type": each} for each in ("Update", "Cancel")),
        {"texts": {"en": Wording("a", "b")}},
        {"expires_at": AT},
        {"sender": "cột mốc"},
        {"identifier": "a,b"},
        {"sent_at": datetime(2026, 11, 21)},
        {"hazard": replace(ISSUE.hazard, severity="Terrible")},
        {"hazard": replace(ISSUE.hazard, event={"vi": " "})},
    ],
    ids=str,
)
def test_what_no_notice_may_be(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        to_alert(replace(ISSUE, **changes))  # type: ignore[arg-type]


@given(
    st.sampled_from(("Actual", "Exercise")),
    st.sampled_from(("Alert", "Update", "Cancel")),
    st.lists(st.text(max_size=40), min_size=4, max_size=4),
)
def test_whatever_an_officer_types_is_a_valid_message(status: str, kind: str, typed: list[str]) -> None:
    notice = replace(
        ISSUE,
        identifier="n-17-9",
        status=status,
        msg_type=kind,
        references=() if kind == "Alert" else FIRST,
        texts={"vi": Wording(*(each.replace("\r", "") for each in typed[:3]))},
        owner=typed[3],
        drill_words=DRILL,
    )
    alert = to_alert(notice)
    written = write_alert(alert)
    assert valid(written)
    assert read_alert(written) == alert
    assert (alert.scope is Scope.PUBLIC) is (status == "Actual")


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("scope", list(Scope))
def test_nothing_but_true_notices_for_the_public_stand_in_the_feed(status: Status, scope: Scope) -> None:
    alert = replace(to_alert(ISSUE), status=status, scope=scope)
    if (status, scope) == (Status.ACTUAL, Scope.PUBLIC):
        entry = feed_entry(alert, ENTRY.link, ENTRY.cap_link)
        assert (entry.id, entry.title, entry.cap_link) == (ENTRY.link, "Bão: tàu thuyền vào nơi trú", ENTRY.cap_link)
        return
    with pytest.raises(ValueError, match="public"):
        feed_entry(alert, ENTRY.link, ENTRY.cap_link)


# --- Atom ---------------------------------------------------------------------------------------------------------

FEED = atom.Feed(
    id="https://cotmoc.example/notices.atom",
    title="Tin khẩn",
    author="Cột Mốc",
    updated=AT,
    link="https://cotmoc.example/notices",
    self_link="https://cotmoc.example/notices.atom",
)
ENTRY = atom.Entry(
    "https://cotmoc.example/notices/17",
    "Bão <số 15> & gió",
    AT,
    "Vào nơi trú\x00",
    "https://cotmoc.example/notices/17",
    "https://cotmoc.example/notices/17.cap.xml",
)


def test_the_feed_names_every_notice_and_its_message() -> None:
    written = atom.write_feed(FEED, [ENTRY, replace(ENTRY, id="urn:x:2", cap_link="")])
    root = etree.fromstring(written)
    space = {"a": "http://www.w3.org/2005/Atom"}
    assert root.findtext("a:author/a:name", namespaces=space) == "Cột Mốc"
    assert [each.text for each in root.iterfind("a:entry/a:id", space)] == [ENTRY.id, "urn:x:2"]
    assert root.findtext("a:entry/a:title", namespaces=space) == "Bão <số 15> & gió"
    assert root.findtext("a:entry/a:summary", namespaces=space) == "Vào nơi trú"
    assert root.findtext("a:updated", namespaces=space) == "2026-11-21T12:30:00+00:00"
    # Who reads feeds as we do finds the message, not the page.
    assert read_index(written, FEED.self_link)[0].url == ENTRY.cap_link
    assert b"feed" in atom.write_feed(FEED, [])


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        atom.write_feed(replace(FEED, updated=datetime(2026, 11, 21)), [])
