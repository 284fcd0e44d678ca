"""Every refusal of the Official Account API has one reaction; what is not in the documentation follows one rule."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import errors
from bot.channels.zalo_oa_errors import REACTIONS, Purpose, Reaction, Refused, error_for, reaction

NOON = datetime(2026, 11, 20, 5, 0, 20, tzinfo=UTC)  # 12:00:20 in Việt Nam
NIGHT = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)  # 23:00
JITTER = 1.5


def error(code: int, words: str = "", purpose: Purpose = Purpose.MESSAGE, now: datetime = NOON) -> errors.ChannelError:
    return error_for(Refused(code, words), purpose, now, JITTER)


# What each code becomes for a plain message, once nothing is left to be tried; written here a second time on purpose.
DOCUMENTED: dict[type[errors.ChannelError], set[int]] = {
    errors.Throttled: {-32},
    errors.NotSent: {-214},
    errors.QuotaUsedUp: {-211, -320, -321, -115, -144, -147},
    errors.AccountRejected: {-204, -205, -209, -212, -216, -219, -220, -221, -223, -224, -235, -242, -124},
    errors.ContentRejected: {
        *(-100, -201, -210, -233, -234, -238, -240, -241, -248, -249, -1340, -1341),
        *(-131, -133, -146),
    },
    errors.OutcomeUnknown: {-200},
    errors.RecipientGone: {
        *(-213, -217, -218, -227, -230, -232, -237, -244, -403),
        *(-108, -114, -118, -119, -139, -140, -141, -1441, -1471, -1472),
    },
}
REASONS = {
    "window": {-213, -218, -230, -232, -1441, -1471, -1472},
    "refused": {-217, -244, -139, -140, -141},
    "gone": {-227, -237, -403, -114, -118, -119},
    "invalid": {-108},
}


def test_every_documented_code_is_in_the_table_and_no_other() -> None:
    codes = [code for each in DOCUMENTED.values() for code in each]
    assert len(codes) == len(set(codes))
    assert set(codes) == set(REACTIONS)


@pytest.mark.parametrize(("kind", "code"), [(kind, code) for kind, codes in DOCUMENTED.items() for code in codes])
def test_what_a_code_becomes(kind: type[errors.ChannelError], code: int) -> None:
    assert type(error(code)) is kind


@pytest.mark.parametrize(("reason", "code"), [(reason, code) for reason, codes in REASONS.items() for code in codes])
def test_why_a_resident_cannot_be_reached(reason: str, code: int) -> None:
    gone = error(code)
    assert isinstance(gone, errors.RecipientGone)
    assert gone.reason == reason


def test_every_recipient_s_code_has_a_reason() -> None:
    assert set().union(*REASONS.values()) == DOCUMENTED[errors.RecipientGone]


def test_codes_with_two_meanings() -> None:
    assert reaction(-201, "user_id is invalid!") is Reaction.INVALID
    assert reaction(-201, "recipient is invalid!") is Reaction.INVALID
    assert reaction(-201, "template_data is invalid!") is Reaction.CONTENT
    assert reaction(-223, "Official Account has not authorized this API") is Reaction.FEATURE
    assert reaction(-223, "Your OA has reach the limit quota create article") is Reaction.QUOTA
    assert reaction(-32, "Your OA reached limit call api") is reaction(-32, "Your application reached limit call api")


def test_what_is_tried_once_more_is_no_error_yet() -> None:
    assert [reaction(code) for code in (-216, -220, -124)] == [Reaction.NEW_TOKEN] * 3
    assert reaction(-100) is Reaction.UPLOAD_AGAIN
    assert reaction(-200) is Reaction.ONCE_MORE
    assert reaction(-214) is Reaction.NOT_READY


def test_waits() -> None:
    minute = error(-32)
    assert isinstance(minute, errors.Throttled)
    assert minute.retry_after == pytest.approx(40 + JITTER)
    morning = error(-234, purpose=Purpose.POST, now=NIGHT)
    assert isinstance(morning, errors.Throttled)
    assert morning.retry_after == pytest.approx(7 * 3600 + 300 + JITTER)
    # Their night is not ours (no page names the zone): a little later, not at once.
    by_day = error(-234, purpose=Purpose.POST)
    assert isinstance(by_day, errors.Throttled)
    assert by_day.retry_after == pytest.approx(300 + JITTER)


@pytest.mark.parametrize("code", [-234, -133])
def test_a_template_at_night_silences_nobody_else(code: int) -> None:
    """A long wait would hold back the whole account, urgent notices and replies as well."""
    for purpose in (Purpose.MESSAGE, Purpose.TEMPLATE):
        assert type(error(code, purpose=purpose, now=NIGHT)) is errors.ContentRejected


@pytest.mark.parametrize("code", sorted(code for code, each in REACTIONS.items() if each is Reaction.FEATURE))
def test_what_the_account_may_not_do_stops_only_that(code: int) -> None:
    assert type(error(code, purpose=Purpose.MESSAGE)) is errors.AccountRejected
    for purpose in (Purpose.TEMPLATE, Purpose.POST, Purpose.QUESTION):
        assert type(error(code, purpose=purpose)) is errors.ContentRejected


@given(st.integers().filter(lambda code: code not in REACTIONS), st.text(max_size=40), st.sampled_from(Purpose))
def test_any_other_code(code: int, words: str, purpose: Purpose) -> None:
    """Nobody knows whether it went out: not repeated where that might double it, and nobody's fault."""
    expected = errors.ContentRejected if purpose is Purpose.QUESTION else errors.OutcomeUnknown
    assert type(error(code, words, purpose)) is expected


@given(st.sampled_from(sorted(REACTIONS)), st.text(max_size=40), st.sampled_from(Purpose))
def test_a_code_has_one_reaction_whatever_is_said_with_it(code: int, words: str, purpose: Purpose) -> None:
    second_meaning = {-201: Reaction.INVALID, -223: Reaction.QUOTA}.get(code, REACTIONS[code])
    assert reaction(code, words) in (REACTIONS[code], second_meaning)
    assert isinstance(error(code, words, purpose), errors.ChannelError)


def test_ids_and_tokens_that_the_platform_quotes_are_left_out() -> None:
    quoted = Refused(-201, f"user 2468458835296117922 with {'tOk3n' * 12} is invalid!")
    assert "2468458835296117922" not in str(quoted)
    assert "tOk3n" not in str(quoted)
    assert str(quoted).startswith("-201 user … with …")
    assert len(str(Refused(-201, "w " * 300))) < 100
