"""The schema and the rules beyond it, each told in one sentence that says where and what, without a word of it."""

from __future__ import annotations

import pytest

from bot.place_files import load_gazetteer
from broadcasts.cap import Status, drill_only
from broadcasts.cap_areas import gso_of, spoken_of
from broadcasts.cap_reading import CapRefused, read_alert
from tests.broadcasts.cap_messages import sample

STORM = sample("storm.xml").decode()
UPDATE = sample("signed_update.xml").decode()
CANCEL = sample("cancel.xml").decode()


@pytest.mark.parametrize(
    ("text", "old", "new", "sentence"),
    [
        (STORM, "<status>Actual", "<status>actual", "Dòng 6, mục status: không phải từ mà CAP cho phép."),
        (STORM, "19:05:00+07:00</sent>", "19:05:00Z</sent>", "Dòng 5, mục sent: sai cách viết; giờ phải như"),
        (STORM, "2026-11-20T19:05:00+07:00</sent>", "2026-02-30T19:05:00+07:00</sent>", "mục sent"),
        (STORM, "2026-11-20T19:05:00+07:00</sent>", "0004-02-20T19:05:00+07:00</sent>", "mục sent: không đọc được"),
        (STORM, "  <scope>Public</scope>\n", "", "thừa, thiếu hoặc sai thứ tự các mục"),
        (STORM, "<scope>Public</scope>", "<scope>Restricted</scope>", "restriction"),
        (STORM, "<scope>Public</scope>", "<scope>Private</scope>", "addresses"),
        (STORM, "<note/>", "<note>a<b>đậm</b></note>", "có thẻ lạ bên trong"),
        (STORM, "<note/>", "chữ<note/>", "chữ nằm ngoài"),
        (STORM, "<note/>", '<note xml:lang="vi"/><x:a xmlns:x="urn:x"/>chữ', "chữ nằm ngoài"),
        (STORM, "<info>", '<info lang="vi">', "thuộc tính lạ"),
        (STORM, "canhbao@thoitiet.example<", "canh bao<", "Mục sender không được trống"),
        (STORM, "urn:oid:2.49.0.0.704.0.2026.11.20.1<", "a,b<", "Mục identifier không được trống"),
        (STORM, "urn:oid:2.49.0.0.704.0.2026.11.20.1<", "<", "Mục identifier không được trống"),
        (STORM, "urn:oid:2.49.0.0.704.0.2026.11.20.1<", "a&amp;b<", "Mục identifier không được trống"),
        (STORM, "urn:oid:2.49.0.0.704.0.2026.11.20.1<", "a" * 201 + "<", "dài quá 200"),
        (STORM, "<incidents>", "<references>a,b,2026-11-20T19:00:00+07:00</references><incidents>", "loại Alert"),
        (STORM, "<expires>2026-11-21T07", "<expires>2026-11-20T07", "Mục info thứ 1: giờ hết hạn (expires) phải sau"),
        (STORM, "<expires>2026-11-21T07", "<expires>2036-11-21T07", "xa hơn 366 ngày"),
        (STORM, "<effective>2026-11-20T19", "<effective>2026-11-21T19", "(effective) phải trước"),
        (STORM, "<event>Bão<", "<event> <", "mục event trống"),
        (STORM, "xã Tân Thành, tỉnh Đồng Tháp", "", "mục areaDesc trống"),
        (STORM, " 10.20,106.70</polygon>", "</polygon>", "điểm cuối trùng điểm đầu"),
        (STORM, "10.35,106.85", "91,106.85", "một toạ độ nằm ngoài"),
        (STORM, "10.2500,106.8000", "10,181", "một toạ độ nằm ngoài"),
        (STORM, "106.8000 12.5", "106.8000 -1", "bán kính không được âm"),
        (STORM, "106.8000 12.5", "106.8000", "mục circle: không đọc được giá trị"),
        (STORM, "<altitude>0</altitude>", "", "ceiling chỉ dùng cùng với altitude"),
        (STORM, "<language>vi-VN", "<language>tiếng Việt", "mục language: giá trị sai kiểu"),
        (STORM, "<language>en-US", "<language>en US", "mục language"),
        (UPDATE, "<cap:references>", "<cap:references>a,b ", "mục references: không đọc được"),
        (UPDATE, "2026.11.20.1,", "2026.11.20.2,", "loại Update"),
        (CANCEL, "urn:oid:2.49.0.0.704.0.2026.11.20.1,", ",", "mã bản tin viết sai"),
    ],
)
def test_what_is_wrong_is_told(text: str, old: str, new: str, sentence: str) -> None:
    assert old in text
    if sentence == "loại Update":  # nothing that it follows
        start, end = text.index("<cap:references>"), text.index("</cap:references>")
        text = text[:start] + text[end + len("</cap:references>") :]
    with pytest.raises(CapRefused) as told:
        read_alert(text.replace(old, new, 1).encode())
    assert sentence in str(told.value)
    for word in ("Bão số", "đậm", "canh bao", "tiếng Việt"):
        assert word not in str(told.value)


def test_a_message_that_names_itself_is_refused() -> None:
    itself = UPDATE.replace("2026.11.20.1,2026-11-20T19:05:00+07:00", "2026.11.20.2,2026-11-20T22:10:00+07:00")
    assert itself != UPDATE
    with pytest.raises(CapRefused, match="chính bản tin này"):
        read_alert(itself.encode())


def test_an_alert_without_any_info_is_refused_and_a_cancel_is_not() -> None:
    assert read_alert(CANCEL.encode()).infos == ()
    start, end = STORM.index("<info>"), STORM.rindex("</info>") + len("</info>")
    with pytest.raises(CapRefused, match="ít nhất một mục info"):
        read_alert((STORM[:start] + STORM[end:]).encode())


def test_only_actual_may_reach_the_public() -> None:
    assert not drill_only(Status.ACTUAL)
    assert not drill_only("Actual")
    assert all(drill_only(each) for each in Status if each is not Status.ACTUAL)
    assert all(drill_only(each) for each in ("", "actual", "ACTUAL", "Actual ", "whatever"))


def test_who_names_no_language_speaks_english() -> None:
    assert [each.spoken for each in read_alert(sample("exercise.xml")).infos] == ["en-US"]
    assert [each.spoken for each in read_alert(STORM.replace("en-US", "").encode()).infos] == ["vi-VN", "en-US"]


def test_codes_of_the_statistics_office_become_places() -> None:
    gazetteer = load_gazetteer()
    found = spoken_of(read_alert(STORM.encode()), gazetteer)
    assert found.places == ("c-29938", "p-dong-thap")
    assert found.unknown == ("99999",)
    assert found.shapes == 2
    commune, province = (gazetteer.get(each) for each in found.places)
    assert commune is not None
    assert province is not None
    assert (gso_of(commune), gso_of(province)) == ("29938", "82")
    assert {gso_of(each) for each in gazetteer.gates("dong-thap")} == {""}
