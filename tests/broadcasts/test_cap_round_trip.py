"""What is written is valid and is read as the same; what we do not model is kept and written back."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from importlib.resources import files

import pytest
from hypothesis import given, settings
from lxml import etree

from broadcasts.cap import Alert, MsgType, Named, Scope, Severity, Status
from broadcasts.cap_reading import read_alert
from broadcasts.cap_times import read_time, write_time
from broadcasts.cap_writing import write_alert
from tests.broadcasts.cap_messages import alerts, made, sample, times

SCHEMA = etree.XMLSchema(etree.fromstring((files("broadcasts.data") / "CAP-v1.2.xsd").read_bytes()))


def valid(written: bytes) -> bool:
    """By the schema itself, foreign parts aside: it has no place for those."""
    root = etree.fromstring(written)
    for element in list(root.iter(etree.Element)):
        for name in [each for each in element.attrib if each.startswith("{")]:
            del element.attrib[name]
        for child in list(element):
            if not child.tag.startswith("{urn:oasis:names:tc:emergency:cap:1.2}"):
                element.remove(child)
    return bool(SCHEMA.validate(root))


@settings(max_examples=60)
@given(alerts())
def test_whatever_is_written_is_valid_and_read_as_the_same(alert: Alert) -> None:
    written = write_alert(alert)
    assert valid(written)
    again = read_alert(written)
    assert again == alert
    assert write_alert(again) == written
    for time in re.findall(rb"<(?:sent|effective|onset|expires)>([^<]*)<", written):
        assert re.fullmatch(rb"[0-9T:-]{19}[-+]\d\d:\d\d", time)
        assert not time.endswith(b"+00:00")


@given(times)
def test_times_keep_their_zone_and_utc_is_written_as_the_standard_says(at: datetime) -> None:
    written = write_time(at)
    assert read_time(written) == at
    assert read_time(written).utcoffset() == at.utcoffset()
    assert write_time(at.astimezone(UTC)).endswith("-00:00")


@pytest.mark.parametrize(
    "wrong",
    [
        *("2026-11-21T19:30:00Z", "2026-11-21T19:30:00", "2026-11-21T19:30:00.5+07:00", "2026-13-01T00:00:00+07:00"),
        *("2026-11-21T24:00:00+07:00", "2026-11-21T19:30:00,07:00", "0001-01-01T00:00:00+14:00", "", " "),
        *("2026-11-21T19:30:00+07:60", "2026-11-21T19:30:00+15:00", "٢٠٢٦-11-21T19:30:00+07:00"),
    ],
)
def test_other_times_are_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"not a time|second|day|month|hour"):
        read_time(wrong)


def test_a_time_without_a_zone_is_never_written() -> None:
    with pytest.raises(ValueError, match="time"):
        write_time(datetime(2026, 11, 21))


@pytest.mark.parametrize("name", ["storm.xml", "signed_update.xml", "exercise.xml", "cancel.xml"])
def test_samples_survive(name: str) -> None:
    alert = read_alert(sample(name))
    written = write_alert(alert)
    assert valid(written)
    assert read_alert(written) == alert


def test_a_sample_says_what_it_says() -> None:
    alert = read_alert(sample("storm.xml"))
    assert (alert.status, alert.msg_type, alert.scope) == (Status.ACTUAL, MsgType.ALERT, Scope.PUBLIC)
    assert alert.note == ""
    assert alert.restriction is None
    vietnamese, english = alert.infos
    assert vietnamese.severity is Severity.SEVERE
    assert vietnamese.description == "Gió cấp 9, giật cấp 11 & sóng cao 5 m.\nMưa > 200 mm."
    assert vietnamese.web == "https://thoitiet.example/bao/15?ban=1&tieng=vi"
    area = vietnamese.areas[0]
    assert area.geocodes[0] == Named("GSO", "29938")
    assert area.polygons[0][0] == area.polygons[0][-1] == (Decimal("10.20"), Decimal("106.70"))
    assert area.circles[0].radius == Decimal("12.5")
    assert area.ceiling == Decimal("3280.84")
    assert vietnamese.expires == english.expires
    assert not alert.run_out(datetime(2026, 11, 20, 23, 59, tzinfo=UTC))
    assert alert.run_out(datetime(2026, 11, 21, 0, 0, tzinfo=UTC))


def test_what_we_do_not_model_is_kept() -> None:
    alert = read_alert(sample("signed_update.xml"))
    assert alert.infos[0].description == "Bão yếu dần; vẫn còn gió < cấp 8."
    assert "GSM" in alert.infos[0].areas[0].kept.elements[0]
    assert 'level="2"' in alert.infos[0].kept.elements[0]
    assert "SignatureValue" in alert.kept.elements[0]
    assert alert.kept.attributes[0][0].endswith("schemaLocation")
    written = etree.fromstring(write_alert(alert))
    assert written.findtext(".//{urn:example:forecast}name") == "GSM"
    assert written[-1].tag == "{http://www.w3.org/2000/09/xmldsig#}Signature"
    assert len(written[-1].findall(".//{*}Transform")) == 1


def test_another_encoding_is_read_too() -> None:
    text = sample("storm.xml").decode()
    wide = text.replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")
    assert read_alert(wide) == read_alert(text.encode()) == read_alert(b"\xef\xbb\xbf" + text.encode())
    western = sample("exercise.xml").decode().replace("Diễn tập sơ tán", "é").replace("Toàn tuyến", "à")
    declared = "<?xml version='1.0' encoding='ISO-8859-1'?>\n" + western
    assert read_alert(declared.encode("latin-1")).infos[0].event == "é"


def test_a_sign_that_xml_cannot_hold_is_never_written() -> None:
    alert = made("A")
    with pytest.raises(ValueError, match="XML"):
        write_alert(replace(alert, note="\x00"))


def test_part_of_a_second_is_cut_off_and_an_odd_zone_refused() -> None:
    at = datetime(2026, 11, 21, 1, 2, 3, 999_999, tzinfo=UTC)
    assert write_time(at) == "2026-11-21T01:02:03-00:00"
    with pytest.raises(ValueError, match="time"):
        write_time(at.astimezone(timezone(timedelta(hours=7, seconds=30))))
