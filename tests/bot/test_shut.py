"""An account that must be silent opens by itself; a refused token is known until something else is answered."""

from __future__ import annotations

from bot.channels.shut import ShutAccounts

BOT = ("telegram", "main")


def test_it_opens_at_its_time_and_a_later_deadline_is_never_shortened() -> None:
    accounts = ShutAccounts()
    accounts.shut(BOT, 100)
    accounts.shut(BOT, 50)
    assert accounts.silent(99) == {BOT}
    assert accounts.silent(100) == frozenset()


def test_a_refused_token_is_told_until_something_else_is_answered() -> None:
    accounts = ShutAccounts()
    accounts.shut(BOT, 10, refused=True)
    assert accounts.silent(11) == frozenset()
    assert accounts.refused == {BOT}
    accounts.accepted(BOT)
    assert accounts.refused == frozenset()


def test_success_opens_at_once() -> None:
    accounts = ShutAccounts()
    accounts.shut(BOT, 10, refused=True)
    accounts.works(BOT)
    assert (accounts.silent(0), accounts.refused) == (frozenset(), frozenset())
