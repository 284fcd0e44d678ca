"""How long a campaign's texts are on each channel, with everything that is added to them, and who is told where."""

from __future__ import annotations

import unicodedata
from functools import cache

import pytest

from bot.channels import telegram, zalo_bot, zalo_oa
from bot.place_files import load_gazetteer
from bot.places import Gazetteer
from bot.settings import Settings
from bot.testing import ManualClock
from broadcasts.approval import Text
from broadcasts.campaigns import CampaignState
from broadcasts.composing import Content, File
from broadcasts.store import Campaign
from content.catalog import Catalog
from content.files import shipped_phrases
from handlers.chat.rendering import COUNTED, render
from handlers.faces import faces_of
from handlers.previews import Face, Preview, Previews
from handlers.wording import Wording
from tests.content.checked_sample import entry
from tests.flows.talk import MORNING

TELEGRAM = Face("telegram", telegram.CAPABILITIES, telegram.LIMITS)
OA = Face("zalo-oa", zalo_oa.capabilities(buttons=False), zalo_oa.LIMITS)
BOT = Face("zalo-bot", zalo_bot.CAPABILITIES, zalo_bot.LIMITS)
PICTURE = File(1, "", "tờ rơi.jpg", "image/jpeg", "x")
VOICE = File(2, "vi", "loa.mp3", "audio/mpeg", "y")


@cache
def places() -> Gazetteer:
    return load_gazetteer()


@cache
def wording() -> Wording:
    settings = Settings(_env_file=None, owner_name="Bộ đội Biên phòng tỉnh")  # type: ignore[call-arg]
    return Wording(
        settings=settings,
        catalog=Catalog([entry()]),
        phrases=shipped_phrases(),
        gazetteer=places(),
        clock=ManualClock(MORNING),
    )


def previews(*faces: Face) -> Previews:
    return Previews(wording(), shipped_phrases(), faces or (TELEGRAM, OA, BOT))


def campaign(
    *texts: tuple[str, str],
    files: tuple[File, ...] = (),
    entries: tuple[str, ...] = (),
    channels: tuple[str, ...] = (),
) -> Campaign:
    return Campaign(
        id=1,
        title="Tên",
        state=CampaignState.DRAFT,
        version=1,
        texts=tuple(Text(language, text, "an") for language, text in texts),
        files=files,
        authors=frozenset(("an",)),
        audience={"channels": list(channels)} if channels else {},
        schedule={},
        entries=entries,
        expires_at=None,
        created_by="an",
    )


def only(found: list[Preview]) -> Preview:
    (one,) = found
    return one


@pytest.mark.parametrize("face", [TELEGRAM, OA, BOT])
@pytest.mark.parametrize("language", ["vi", "km", "en"])
def test_the_last_letter_that_fits_and_the_first_that_does_not(face: Face, language: str) -> None:
    """The very length at which the sender would leave the message out."""
    empty = only(previews(face).of(campaign((language, "x"), entries=("crossing.hours",))))
    room = empty.room - empty.length + 1
    for letters, over in ((room, 0), (room + 1, 1), (room + 7, 7)):
        found = campaign((language, "x" * letters), entries=("crossing.hours",))
        assert only(previews(face).of(found)).over == over
        message = wording().message(content_of(found), "x" * letters, language)
        assert (len(render(message, face.capabilities, face.limits, shipped_phrases())) == 1) is (over == 0)


def content_of(found: Campaign) -> Content:
    return Content({each.language: each.text for each in found.texts}, found.files, found.entries)


def test_the_sentence_says_which_language_where_and_by_how_much() -> None:
    assert previews().misfits(campaign(("vi", "x" * 500), ("km", "ក" * 500))) == []
    said = previews().misfits(campaign(("vi", "x" * 500), ("km", "ក" * 2100)))
    assert [each.split(":")[0] for each in said] == [
        "Bản tiếng Khmer dài quá trên Zalo OA",
        "Bản tiếng Khmer dài quá trên Zalo Bot",
    ]
    over = only(previews(OA).of(campaign(("km", "ក" * 2100)))).over
    assert said[0].endswith(f": bớt {over} ký tự.")
    assert previews(OA).misfits(campaign(("km", "ក" * (2100 - over)))) == []


def test_letters_in_pieces_count_as_they_are_sent() -> None:
    text = "Bà con nhớ mang giấy tờ. " * 60
    whole, pieces = [
        only(previews(OA).of(campaign(("vi", unicodedata.normalize(form, text))))).length for form in ("NFC", "NFD")
    ]
    assert whole == pieces


def test_a_placeholder_is_as_long_as_the_longest_commune() -> None:
    found = only(previews(OA).of(campaign(("vi", "Bà con {xa}, {tinh}."))))
    longest = wording().longest("vi")
    assert len(longest["xa"]) >= max(
        len(wording().fields(each.code, "vi")["xa"]) for each in places().communes("dong-thap")
    )
    plain = only(previews(OA).of(campaign(("vi", "Bà con , ."))))
    assert found.length == plain.length + len(longest["xa"]) + len(longest["tinh"])
    assert "{" not in found.message.text


def test_a_file_takes_room_from_the_words_where_it_does() -> None:
    found = campaign(("vi", "x" * 1500), files=(PICTURE,))
    with_file = only(previews(TELEGRAM).of(found))
    assert with_file.file == PICTURE
    assert with_file.room == 1024 - COUNTED
    assert previews().misfits(found)[0].endswith(", hoặc gỡ tệp kèm.")
    on_zalo = only(previews(OA).of(found))
    assert (on_zalo.file, on_zalo.over) == (PICTURE, 0)


def test_a_file_that_a_channel_does_not_take_stays_out_there_only() -> None:
    found = campaign(("vi", "Nghe loa."), files=(VOICE,))
    by_channel = {each.channel: each for each in previews().of(found)}
    assert {channel: each.left_out for channel, each in by_channel.items()} == {
        "telegram": None,
        "zalo-oa": VOICE,
        "zalo-bot": VOICE,
    }
    assert by_channel["telegram"].file == VOICE


def test_only_the_channels_that_it_is_for_are_looked_at() -> None:
    long = ("vi", "x" * 3000)
    assert previews().misfits(campaign(long, channels=("telegram",))) == []
    assert len(previews().misfits(campaign(long))) == 2
    assert [each.channel for each in previews().of(campaign(long), "zalo-oa")] == ["zalo-oa"]
    assert previews().of(campaign(long), language="km") == []


def test_buttons_are_lines_where_there_are_none() -> None:
    found = campaign(("vi", "Bà con xem giờ mở cửa."), entries=("crossing.hours",))
    on_telegram, on_zalo = previews(TELEGRAM, OA).of(found)
    assert [each.label for each in on_telegram.message.choices()] == ["Cửa khẩu mở"]
    assert "1. Cửa khẩu mở" not in on_telegram.message.text
    assert "1. Cửa khẩu mở" in on_zalo.message.text
    assert on_zalo.message.buttons == ()
    assert all("Bộ đội Biên phòng tỉnh" in each.message.text for each in (on_telegram, on_zalo))


def test_the_channels_are_those_that_the_settings_switch_on() -> None:
    def names(**given: object) -> list[str]:
        return [each.name for each in faces_of(Settings(_env_file=None, **given))]  # type: ignore[call-arg,arg-type]

    assert names() == []
    assert names(telegram_token="123:abc") == ["telegram"]
    assert names(zalo_bot_token="1:x", telegram_token="123:abc") == ["telegram", "zalo-bot"]
