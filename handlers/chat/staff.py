"""What the officers' chat works with: the steps of a campaign, codes that prove who types, and templates."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from bot.messages import Address
from bot.staff.sign_in import SignIn
from broadcasts.office import Office
from broadcasts.service import Service
from content.campaign_files import shipped_templates
from content.campaign_templates import Template
from handlers.previews import Previews
from handlers.wording import Wording

if TYPE_CHECKING:  # its words are those of this chat
    from handlers.warnings import Warnings

TRIES = 5  # wrong codes from one chat …
TRIES_WITHIN = timedelta(minutes=15)  # … in this time; then no code is looked at
_REMEMBERED = 5000  # chats


class Tries:
    """Wrong link codes by chat. In memory only: a chat that guessed is nothing worth keeping."""

    def __init__(self) -> None:
        self._wrong: OrderedDict[Address, tuple[int, datetime]] = OrderedDict()

    def left(self, address: Address, now: datetime) -> bool:
        count, since = self._wrong.get(address, (0, now))
        return count < TRIES or now - since >= TRIES_WITHIN

    def failed(self, address: Address, now: datetime) -> None:
        count, since = self._wrong.pop(address, (0, now))
        if now - since >= TRIES_WITHIN:
            count, since = 0, now
        self._wrong[address] = (count + 1, since)
        if len(self._wrong) > _REMEMBERED:
            self._wrong.popitem(last=False)


@cache
def _shipped() -> Mapping[str, Template]:
    return shipped_templates()


@dataclass(frozen=True, slots=True)
class Staff:
    """``wording``: a text as residents get it, with its sender and how to stop; ``previews``: on every channel;
    ``warning``: all that urgent notices need.

    ``templates`` are read when somebody first asks for them.
    """

    service: Service
    office: Office
    door: SignIn
    wording: Wording
    previews: Previews
    warning: Warnings
    templates: Callable[[], Mapping[str, Template]] = _shipped
    tries: Tries = field(default_factory=Tries)
