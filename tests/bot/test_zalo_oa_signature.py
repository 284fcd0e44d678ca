"""The signature of a Zalo webhook: the reference's own vector, every reading of it, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.zalo_signature import REPLAY_WINDOW, Keys, Secret, given_mac, header, judge, mac, moment, timely

APP, OA = "1234567890123456789", "388613280878808645"
STAMP = "1760000000000"
KEYS = Keys(app_id=APP, oa_secret="OA_SECRET_EXAMPLE", app_secret="APP_SECRET_EXAMPLE", oa_id=OA)
BODY = (
    '{"app_id":"1234567890123456789","sender":{"id":"2468458835296117922"},"user_id_by_app":"552177279717587730",'
    '"recipient":{"id":"388613280878808645"},"event_name":"user_send_text","message":{"text":"Xin chào",'
    '"msg_id":"96d3cdf3af150460909"},"timestamp":"1760000000000"}'
).encode()
KNOWN = "cae8ef4093fe636fb22417260c57b07518dd704d8bf74800d1a7297f99a67b76"
NOW = datetime(2026, 11, 20, 2, 12, tzinfo=UTC)


def test_the_known_vector() -> None:
    assert len(BODY) == 268
    assert mac(APP, BODY, STAMP, "OA_SECRET_EXAMPLE") == KNOWN
    verdict = judge(f"mac={KNOWN}", BODY, (STAMP, ""), KEYS)
    assert (verdict.accepted, verdict.secret, verdict.timestamp, verdict.first_part) == (True, Secret.OA, STAMP, APP)


@pytest.mark.parametrize("written", [f"mac={KNOWN}", f" mac = {KNOWN.upper()} ", KNOWN, f"MAC={KNOWN}"])
def test_ways_to_write_the_header(written: str) -> None:
    assert judge(written, BODY, (STAMP,), KEYS).accepted


@pytest.mark.parametrize(
    "signature",
    ["", "mac=", "mac", f"mac={KNOWN[:-1]}", f"mac={KNOWN}0", "mac=" + "0" * 64, f"sha256={KNOWN}", "\udcff\u1ea1"],
)
def test_what_is_no_signature_of_it(signature: str) -> None:
    assert not judge(signature, BODY, (STAMP,), KEYS).accepted


@given(st.integers(0, len(BODY) - 1), st.integers(1, 255))
def test_one_other_byte_is_another_body(place: int, change: int) -> None:
    other = bytearray(BODY)
    other[place] ^= change
    assert not judge(f"mac={KNOWN}", bytes(other), (STAMP,), KEYS).accepted


def test_the_same_body_written_anew_does_not_fit() -> None:
    assert not judge(f"mac={KNOWN}", BODY.replace(b'":', b'": '), (STAMP,), KEYS).accepted


def test_the_body_s_time_is_tried_before_the_header_s() -> None:
    signed_by_header = mac(APP, BODY, "1760000000999", KEYS.oa_secret)
    verdict = judge(signed_by_header, BODY, (STAMP, "1760000000999"), KEYS)
    assert (verdict.accepted, verdict.timestamp) == (True, "1760000000999")
    assert judge(KNOWN, BODY, (STAMP, "1760000000999"), KEYS).timestamp == STAMP
    assert judge(KNOWN, BODY, ("", STAMP), KEYS).accepted  # a body without its own


@pytest.mark.parametrize("stamp", ["", "1760000000000}", "-1", "١٢٣", "1.5", " 1760000000000", "1760000000000\n"])
def test_only_digits_are_a_time_so_that_nothing_slips_from_one_part_into_the_next(stamp: str) -> None:
    signed = mac(APP, BODY, stamp, KEYS.oa_secret)
    assert not judge(signed, BODY, (stamp,), KEYS).accepted


def test_the_id_of_the_account_may_stand_first() -> None:
    verdict = judge(mac(OA, BODY, STAMP, KEYS.oa_secret), BODY, (STAMP,), KEYS)
    assert (verdict.accepted, verdict.first_part) == (True, OA)
    assert not judge(mac("999", BODY, STAMP, KEYS.oa_secret), BODY, (STAMP,), KEYS).accepted


def test_the_app_s_secret_is_named_but_lets_nothing_in() -> None:
    signed = mac(APP, BODY, STAMP, KEYS.app_secret)
    verdict = judge(signed, BODY, (STAMP,), KEYS)
    assert (verdict.accepted, verdict.secret) == (False, Secret.APP)
    trusting = Keys(APP, KEYS.oa_secret, KEYS.app_secret, OA, trust_app_secret=True)
    assert judge(signed, BODY, (STAMP,), trusting).accepted


def test_a_secret_that_is_not_set_fits_nothing() -> None:
    empty = Keys(app_id=APP, oa_secret="", app_secret="", oa_id=OA, trust_app_secret=True)
    assert not judge(mac(APP, BODY, STAMP, ""), BODY, (STAMP,), empty).accepted
    nobody = Keys(app_id="", oa_secret="s", oa_id="")
    assert not judge(mac("", BODY, STAMP, "s"), BODY, (STAMP,), nobody).accepted


def test_a_header_is_found_in_any_case() -> None:
    assert header({"x-zevent-signature": "mac=1"}, "X-ZEvent-Signature") == "mac=1"
    assert header({"Other": "1"}, "X-ZEvent-Signature") == ""
    assert given_mac("mac= AB ") == "ab"


def test_moments() -> None:
    assert moment("1760000000000") == datetime(2025, 10, 9, 8, 53, 20, tzinfo=UTC)
    assert moment("1760000000") == moment("1760000000000")
    for odd in ("", "154260000000", "0", "-1", "1e12", "9" * 16, "9" * 400, "１７６０００００００"):
        assert moment(odd) is None, odd


def stamp_of(at: datetime) -> str:
    return str(int(at.timestamp() * 1000))


def test_the_replay_window_outlasts_every_retry() -> None:
    assert timedelta(hours=12) < REPLAY_WINDOW <= timedelta(hours=24)  # keys of what came are kept for 24 hours
    assert timely(stamp_of(NOW), NOW)
    assert timely(stamp_of(NOW - timedelta(hours=12)), NOW)
    assert not timely(stamp_of(NOW - REPLAY_WINDOW - timedelta(seconds=1)), NOW)
    assert timely(stamp_of(NOW + timedelta(minutes=30)), NOW)
    assert not timely(stamp_of(NOW + timedelta(hours=2)), NOW)
    assert timely("154260000000", NOW)  # no time of ours: examples in the documentation are like this
