"""Whatever leads to a person is masked before a question is kept, and masking again changes nothing."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.masking import masked
from content.unanswered import canonical

DIGITS = st.text("0123456789០១២៣", min_size=6, max_size=15)
WORDS = st.text("abc đ.,;:@-_ \n", max_size=15)
NAMES = st.text("abcxyz0123456789._-", min_size=1, max_size=10)
EMAILS = st.builds(lambda who, host, end: f"{who}@{host}.{end}", NAMES, NAMES, st.sampled_from(["vn", "com", "gov.vn"]))
LINKS = st.sampled_from(
    ["http://x.vn/a?b=1", "https://zalo.me/0912345678", "www.facebook.com/nguyen.van.a", "t.me/ten", "zalo.me/ten"]
)
SIGNS = st.text("@.,:/-_ 012345w＠tme", max_size=20)
PIECES = st.lists(DIGITS | WORDS | EMAILS | LINKS | SIGNS | st.text(max_size=20), max_size=12)
GLUE = st.sampled_from(["", " ", ", ", "\n", "/", "@"])


@given(pieces=PIECES, glue=GLUE)
def test_no_long_number_and_no_address_survives(pieces: list[str], glue: str) -> None:
    kept = masked(glue.join(pieces))
    assert not re.search(r"\d{6}", kept)
    assert not re.search(r"[\w.+-]+@[\w-]+\.\w", kept)
    assert not re.search(r"@\w", kept)
    assert not re.search(r"\w://\w|\bt\.me/\w|\bzalo\.me/\w", kept, re.ASCII)
    assert len(kept) <= 500


@given(pieces=PIECES, glue=GLUE)
def test_masking_twice_changes_nothing(pieces: list[str], glue: str) -> None:
    """Also where one mask leaves what looks like the beginning of something else, or the end is cut off."""
    for text in (glue.join(pieces), glue.join(pieces * 40)):
        kept = masked(text)
        assert masked(kept) == kept


@given(digits=st.lists(st.sampled_from("0123456789"), min_size=6, max_size=12), chance=st.data())
def test_a_number_is_found_however_it_is_grouped(digits: list[str], chance: st.DataObject) -> None:
    """As people write numbers: with blanks, dots, commas, slashes, dashes and lines between any two digits."""
    signs = st.sampled_from(
        ["", "", "", " ", ".", ",", ";", "/", "|", "*", "-", "–", ", ", " / ", "....", "\u00a0", "\u200b"]
    )
    number = digits[0] + "".join(chance.draw(signs) + digit for digit in digits[1:])
    assert masked(f"gọi {number} giùm") == "gọi [số] giùm"


@pytest.mark.parametrize(
    "question",
    [
        "gọi 0912 345 678 nha",
        "gọi 0912.345.678 nha",
        "gọi 0912-345-678 nha",
        "gọi 0912  345  678 nha",
        "gọi 0912 - 345 - 678 nha",
        "gọi 0912. 345. 678 nha",
        "gọi 0912,345,678 nha",
        "gọi 0912/345/678 nha",
        "gọi 0912;345;678 nha",
        "gọi 0912|345|678 nha",
        "gọi 0912*345*678 nha",
        "gọi 0912....345....678 nha",
        "gọi +84 912 345 678 nha",
        "gọi 112, 115, 0912 345 nha",
        "sinh ngày 15/03/1987, mất giấy 099 rồi",
        "căn cước 087 099 001 234 mất rồi",
        "gọi ០៩១២៣៤៥៦៧ ណា",
        "thư a.b-c+d@mail.gov.vn nha",
        "thư nguyen@@mail.com nha",
        "hỏi @nguyen_van_a nha",
        "xem http://x.vn/nguyenvana nha",
        "Https://facebook.com/nguyenvana là tôi",
        "HTTPS://FACEBOOK.COM/nguyenvana là tôi",
        "Www.facebook.com/nguyenvana là tôi",
        "nhắn t.me/nguyenvana nha",
        "nhắn T.Me/nguyenvana nha",
        "nhắn zalo.me/nguyenvana nha",
        "nhắn oa.zalo.me/nguyenvana nha",
        "nhắn zalo.me?ai=nguyenvana nha",
        "nhắn t.me:443/nguyenvana nha",
        "nhắn t.me\u200b/nguyenvana nha",
        "(facebook.com/nguyen.van.a)",
        "zalo/t.me/nguyenvana",
        "nhắn tg://resolve?domain=nguyenvana nha",
        "trang nguyenvana.com là tôi",
        "trang nguyenvana.com.vn là tôi",
    ],
)
def test_whatever_leads_to_a_person_is_masked(question: str) -> None:
    """Telephones begin a sentence with a capital letter, and fingers slip to two blanks."""
    kept = masked(question)
    assert "[" in kept
    assert len(re.findall(r"\d", kept)) < 6
    assert not re.search("nguyen|345|mail|1987|099 001", kept)
    assert canonical(masked(kept)) == canonical(kept)


@pytest.mark.parametrize(
    "question",
    [
        "mất 5 ngày",
        "từ 1/7 xã nào",
        "điều 12345 khoản 6",
        "112, 113, 114, 115",
        "10 nghìn, 50 nghìn",
        "7:30 - 11:30",
        "từ 7:30-11:30; 13:30",
        "ba.me toi o dau",
        "giấy.tờ xe/ghe",
    ],
)
def test_short_numbers_and_plain_words_stay_readable(question: str) -> None:
    assert masked(question) == question


ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=[]), max_size=30)


@given(question=ANY_TEXT | st.sampled_from(["a\x00b", "a\ud83d", "\udc00"]))
def test_what_is_kept_can_be_stored(question: str) -> None:
    """PostgreSQL takes no null sign and no database takes half a sign; the question must not be stuck for it."""
    kept = masked(question)
    kept.encode()
    assert "\x00" not in kept
