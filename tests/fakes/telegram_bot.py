"""python-telegram-bot's own Bot, pointed at the fake, for tests that want the plain library."""

from __future__ import annotations

from telegram import Bot
from telegram.request import HTTPXRequest

from tests.fakes.telegram_client import FakeTelegram


def bot_for(fake: FakeTelegram) -> Bot:
    """A Bot that is not yet initialised: use it in ``async with``."""
    # There is no TLS on loopback, and reading the system's certificates would take longer than a whole test.
    requests = [HTTPXRequest(connection_pool_size=8, httpx_kwargs={"verify": False}) for _ in range(2)]
    return Bot(
        fake.token,
        fake.base_url,
        fake.base_file_url,
        request=requests[0],
        get_updates_request=requests[1],
    )
