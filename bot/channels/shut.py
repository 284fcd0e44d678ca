"""Which channel accounts must be silent for a while, and why: a long flood wait, or a token a person has to look at."""

from __future__ import annotations

Account = tuple[str, str]  # channel, account


class ShutAccounts:
    """Times are monotonic seconds. A shut account opens by itself, so that somebody tries whether it works again."""

    def __init__(self) -> None:
        self._until: dict[Account, float] = {}
        self._refused: set[Account] = set()

    def shut(self, account: Account, until: float, *, refused: bool = False) -> None:
        self._until[account] = max(until, self._until.get(account, until))
        if refused:
            self._refused.add(account)

    def works(self, account: Account) -> None:
        """It answered: its token is good and no deadline holds."""
        if self._until or self._refused:
            self._until.pop(account, None)
            self._refused.discard(account)

    def accepted(self, account: Account) -> None:
        """It answered something other than "wrong token"."""
        self._refused.discard(account)

    def silent(self, now: float) -> frozenset[Account]:
        """Accounts that nothing may be sent to yet."""
        if not self._until:
            return frozenset()
        return frozenset(account for account, until in self._until.items() if until > now)

    @property
    def refused(self) -> frozenset[Account]:
        """Accounts whose token was refused when it was tried last."""
        return frozenset(self._refused)
