"""What every channel promises about what it takes back: deleted or edited, harmless twice, or plainly not possible."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot import errors
from bot.channels.telegram import DELETABLE_FOR
from bot.messages import Attachment, Button, OutgoingMessage, Taken
from tests.contracts.channel_outlets import OUTLETS, Outlet, Running, at_telegram
from tests.fakes.telegram_client import FakeTelegram

YOUNG, OLD = timedelta(hours=47), timedelta(hours=49)
WORDS = "Tin này đã được thu hồi."
WRONG = OutgoingMessage("Tin sai.", ((Button("Xem thêm", "e:x~ab"),),))


@pytest.fixture(params=[name for name in OUTLETS if name in ("telegram", "fake")])
async def taking(request: pytest.FixtureRequest, running: Running) -> AsyncIterator[Outlet]:
    """The channels that take messages back."""
    async with OUTLETS[request.param](running) as made:
        yield made


@pytest.fixture
async def telegram(running: Running) -> AsyncIterator[Outlet]:
    async with at_telegram(running) as made:
        yield made


async def standing(outlet: Outlet) -> list[str]:
    assert outlet.standing is not None
    return await outlet.standing()


async def grown_old(outlet: Outlet) -> None:
    assert outlet.older is not None
    await outlet.older(OLD.total_seconds())


async def take_back(outlet: Outlet, message_id: str, age: timedelta = YOUNG) -> Taken:
    return await outlet.channel.withdraw(outlet.who, message_id, WORDS, age)


async def test_a_channel_takes_back_or_says_that_it_cannot(outlet: Outlet) -> None:
    receipt = await outlet.channel.send(outlet.who, OutgoingMessage("Tin sai."))
    if outlet.channel.capabilities.withdraws:
        assert await take_back(outlet, receipt.message_id) is Taken.DELETED
    else:
        with pytest.raises(errors.CannotBeWithdrawn):
            await take_back(outlet, receipt.message_id)


async def test_what_is_young_is_deleted_and_twice_is_as_good_as_once(taking: Outlet) -> None:
    wrong = await taking.channel.send(taking.who, WRONG)
    await taking.channel.send(taking.who, OutgoingMessage("Tin đúng."))
    assert await take_back(taking, wrong.message_id) is Taken.DELETED
    assert await take_back(taking, wrong.message_id) is Taken.GONE
    assert await standing(taking) == ["Tin đúng."]


async def test_what_is_old_becomes_one_line_and_twice_is_as_good_as_once(taking: Outlet) -> None:
    wrong = await taking.channel.send(taking.who, WRONG)
    await grown_old(taking)
    for _ in range(2):
        assert await take_back(taking, wrong.message_id, OLD) is Taken.EDITED
        assert await standing(taking) == [WORDS]


@pytest.mark.parametrize("age", [YOUNG, OLD])
async def test_what_is_not_there_counts_as_taken_back(taking: Outlet, age: timedelta) -> None:
    assert await take_back(taking, "987654", age) is Taken.GONE


async def test_what_turns_out_to_be_too_old_is_edited(telegram: Outlet) -> None:
    """Their clock and ours may differ, and some messages cannot be deleted at any age."""
    wrong = await telegram.channel.send(telegram.who, WRONG)
    await grown_old(telegram)
    assert await take_back(telegram, wrong.message_id, DELETABLE_FOR - timedelta(seconds=1)) is Taken.EDITED
    assert await standing(telegram) == [WORDS]


async def test_the_words_under_a_file_are_edited(telegram: Outlet) -> None:
    file = Attachment("a.pdf", "application/pdf", b"%PDF-1.7 x")
    wrong = await telegram.channel.send(telegram.who, OutgoingMessage("Tin sai.", attachment=file))
    await grown_old(telegram)
    for _ in range(2):
        assert await take_back(telegram, wrong.message_id, OLD) is Taken.EDITED
    assert await standing(telegram) == [WORDS]


@pytest.mark.parametrize("age", [YOUNG, OLD])
@pytest.mark.parametrize(
    ("trouble", "kind"),
    [
        ("left", errors.RecipientGone),
        ("nobody", errors.RecipientGone),
        ("token refused", errors.AccountRejected),
        ("broken", errors.ChannelDown),
    ],
)
async def test_every_misfortune_means_what_it_means_of_a_send(
    telegram: Outlet, trouble: str, kind: type[errors.ChannelError], age: timedelta
) -> None:
    wrong = await telegram.channel.send(telegram.who, WRONG)
    if age is OLD:
        await grown_old(telegram)
    await telegram.troubles[trouble]()
    with pytest.raises(kind) as caught:
        await take_back(telegram, wrong.message_id, age)
    assert telegram.who.external_id not in repr(caught.value)


async def test_a_lost_answer_may_be_asked_for_again(running: Running) -> None:
    async with at_telegram(running) as outlet, FakeTelegram.attach(running["telegram"]) as fake:
        wrong = await outlet.channel.send(outlet.who, WRONG)
        await fake.fault("answer_lost", times=1)
        with pytest.raises(errors.OutcomeUnknown):
            await take_back(outlet, wrong.message_id)
        assert await take_back(outlet, wrong.message_id) is Taken.GONE
        assert await standing(outlet) == []


async def test_a_public_channel_is_named_by_its_name(running: Running) -> None:
    async with at_telegram(running) as outlet, FakeTelegram.attach(running["telegram"]) as fake:
        await fake.set_chat(-1001234567890, kind="channel", title="Vùng biên", username="vungbien")
        address = type(outlet.who)("telegram", "main", "@vungbien")
        receipt = await outlet.channel.send(address, OutgoingMessage("Chào bà con."))
        assert await fake.standing(-1001234567890) == ["Chào bà con."]
        assert await outlet.channel.withdraw(address, receipt.message_id, WORDS, YOUNG) is Taken.DELETED
        assert await fake.standing(-1001234567890) == []
