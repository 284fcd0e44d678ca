"""What every channel promises about what goes out: one suite on all of them, the shipped fake included."""

from __future__ import annotations

import traceback
import unicodedata

import pytest

from bot import errors
from bot.channels.base import Channel
from bot.messages import Attachment, Button, OutgoingMessage, Receipt
from content import files
from handlers.chat.rendering import render, units
from tests.contracts.channel_outlets import OUTLETS, Outlet

HELLO = OutgoingMessage("Dạ, chào bà con.")
PHRASES = files.shipped_phrases()
FILES = (
    Attachment("a.pdf", "application/pdf", b"%PDF-1.7 x"),
    Attachment("a.png", "image/png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 30),
    Attachment("a.csv", "text/csv", "tên;giờ\nDinh Bà;6:00\n".encode()),
    Attachment("a.json", "application/json", b"{}"),
    Attachment("a.mp3", "audio/mpeg", b"ID3\x00\x01\x02"),
)
# What each misfortune means to whoever sends: which of the errors, and so what is done next.
MEANING: dict[str, tuple[type[errors.ChannelError], ...]] = {
    "the answer is lost": (errors.OutcomeUnknown,),
    "half an answer": (errors.OutcomeUnknown,),
    "broken": (errors.ChannelDown, errors.OutcomeUnknown),  # as the platform lets us know whether it took the message
    "too fast": (errors.Throttled,),
    "token refused": (errors.AccountRejected,),
    "quota": (errors.QuotaUsedUp,),
    "left": (errors.RecipientGone,),
    "nobody": (errors.RecipientGone,),
    "window": (errors.RecipientGone,),
    "refused": (errors.RecipientGone,),
}
# On a page there is nobody in between, so nothing can go wrong; on these others some things are unknown.
NEVER = {"telegram": {"quota", "window", "refused"}, "zalo-bot": {"quota", "window", "refused"}, "web": set(MEANING)}
CASES = [(outlet, trouble) for outlet in OUTLETS for trouble in MEANING if trouble not in NEVER.get(outlet, ())]
LIMITED = [outlet for outlet in OUTLETS if outlet != "web"]  # a page scrolls: its limit is our own
ON_A_NETWORK = [outlet for outlet in OUTLETS if outlet not in ("web", "fake")]
REASONS = {"left": ("blocked", "gone"), "nobody": ("invalid", "gone"), "window": ("window",), "refused": ("refused",)}


async def failing(outlet: Outlet, channel: Channel, message: OutgoingMessage = HELLO) -> errors.ChannelError:
    with pytest.raises(errors.ChannelError) as caught:
        await channel.send(outlet.who, message)
    said = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    for secret in (*outlet.secrets, outlet.who.external_id):
        assert secret not in said
    return caught.value


async def test_a_message_arrives_and_each_has_an_id_of_its_own(outlet: Outlet) -> None:
    receipts = [await outlet.channel.send(outlet.who, HELLO) for _ in range(2)]
    assert all(isinstance(each, Receipt) and 0 < len(each.message_id) <= 80 for each in receipts)
    assert receipts[0] != receipts[1]
    assert await outlet.arrived() == ["Dạ, chào bà con."] * 2


async def test_nobody_is_told_what_is_for_another(outlet: Outlet) -> None:
    address = outlet.who
    assert (address.channel, address.account) == (outlet.channel.name, outlet.channel.account)
    await outlet.channel.send(outlet.who, HELLO)
    assert len(await outlet.arrived()) == 1


@pytest.mark.parametrize("sign", ["ầ", "ខ្ញ", "😀"])
async def test_exactly_as_much_as_the_limit_arrives(outlet: Outlet, sign: str) -> None:
    limits = outlet.channel.limits
    text = sign * (limits.text_units // units(sign, utf16=limits.utf16))
    await outlet.channel.send(outlet.who, OutgoingMessage(text))
    [arrived] = await outlet.arrived()
    assert unicodedata.normalize("NFC", arrived) == text


@pytest.mark.parametrize("outlet", LIMITED, indirect=True)
async def test_more_than_the_limit_is_refused_for_everybody(outlet: Outlet) -> None:
    error = await failing(outlet, outlet.channel, OutgoingMessage("ầ" * (outlet.channel.limits.text_units + 1)))
    assert type(error) is errors.ContentRejected
    assert await outlet.arrived() == []


async def test_whatever_is_rendered_for_a_channel_is_taken_by_it(outlet: Outlet) -> None:
    """Long, decomposed, with more choices than fit anywhere: in parts that all arrive, and nothing is lost."""
    channel = outlet.channel
    words = [f"Câu thứ {number} về cửa khẩu Dinh Bà." for number in range(300)]
    text = unicodedata.normalize("NFD", "\n\n".join(" ".join(words[at : at + 5]) for at in range(0, 300, 5)))
    rows = tuple((Button(f"Lựa chọn số {number}", f"m:{number}~ab"),) for number in range(9))
    for part in render(OutgoingMessage(text, rows), channel.capabilities, channel.limits, PHRASES):
        await channel.send(outlet.who, part)
    arrived = await outlet.arrived()
    assert all(units(each, utf16=True) <= channel.limits.text_units + 400 for each in arrived)
    whole = "\n".join(arrived)
    for word in (*words, *(f"Lựa chọn số {number}" for number in range(9))):
        assert whole.count(word) == 1


async def test_the_files_it_says_it_takes_are_taken(outlet: Outlet) -> None:
    capabilities = outlet.channel.capabilities
    for file in FILES:
        message = OutgoingMessage("Tệp kèm theo.", attachment=file)
        if capabilities.takes(file.mime):
            await outlet.channel.send(outlet.who, message)
        elif outlet.refuses_other_files:
            assert type(await failing(outlet, outlet.channel, message)) is errors.ContentRejected
        else:
            await outlet.channel.send(outlet.who, message)  # the words go alone
    taken = [file for file in FILES if capabilities.takes(file.mime) or not outlet.refuses_other_files]
    assert sum("Tệp kèm theo." in each for each in await outlet.arrived()) == len(taken)


async def test_what_can_go_wrong_is_known_of_every_channel(outlet: Outlet) -> None:
    assert set(outlet.troubles) == set(MEANING) - NEVER.get(outlet.channel.name, set())


@pytest.mark.parametrize(("outlet", "trouble"), CASES, indirect=["outlet"])
async def test_every_misfortune_has_one_meaning(outlet: Outlet, trouble: str) -> None:
    await outlet.troubles[trouble]()
    error = await failing(outlet, outlet.channel)
    assert type(error) in MEANING[trouble]
    if isinstance(error, errors.RecipientGone):
        assert error.reason in REASONS[trouble]
    if isinstance(error, errors.Throttled):
        assert 0 < error.retry_after <= 90
    arrived = len(await outlet.arrived())
    assert arrived <= (1 if isinstance(error, errors.OutcomeUnknown) else 0)  # what was not sent did not arrive


@pytest.mark.parametrize("outlet", ON_A_NETWORK, indirect=True)
async def test_when_nothing_leaves_this_machine_it_was_not_sent(outlet: Outlet) -> None:
    assert outlet.unheard is not None
    assert type(await failing(outlet, outlet.unheard)) is errors.NotSent
    assert await outlet.arrived() == []
