"""The real service with Zalo accounts: what its environment needs to speak to the fake platforms."""

from __future__ import annotations

import asyncio

from tests.fakes.telegram_client import FakeTelegram
from tests.fakes.zalo_bot_client import FakeZaloBot
from tests.fakes.zalo_oa_client import FakeZaloOa
from tests.faults.service import Service

BOT_SECRET = "bot-hook-secret"
OA_HOOK = "/hooks/zalo-oa/main"


def oa_settings(fake: FakeZaloOa, **more: str) -> dict[str, str]:
    """An Official Account that was consented to; replies are not held back by a package's limit."""
    return {
        "zalo_oa_id": fake.oa_id,
        "zalo_app_id": fake.app_id,
        "zalo_app_secret": fake.app_secret,
        "zalo_oa_secret": fake.oa_secret,
        "zalo_refresh_token": fake.refresh_token,
        "zalo_api_url": fake.url,
        "zalo_oauth_url": fake.url,
        "zalo_business_url": fake.url,
        "zalo_rate": "4000",
        **more,
    }


def bot_settings(fake: FakeZaloBot, service_url: str = "", **more: str) -> dict[str, str]:
    """With ``service_url`` updates come to its webhook, without they are polled for."""
    hook = {"zalo_bot_mode": "webhook", "zalo_bot_secret": BOT_SECRET, "public_url": service_url} if service_url else {}
    return {"zalo_bot_token": fake.token, "zalo_bot_api_url": fake.url, **hook, **more}


async def save_webhook(fake: FakeZaloOa, service: Service) -> None:
    """What the administrator does in Zalo's console."""
    saved = await fake.set_webhook(service.url + OA_HOOK)
    assert saved.saved, saved.status


async def until_hooked(*fakes: FakeTelegram | FakeZaloBot, patience: float = 30) -> None:
    """The service tells these platforms its address after it has started; raises TimeoutError."""
    for _ in range(int(patience / 0.05)):
        if all([(await each.state())["webhook"] for each in fakes]):
            return
        await asyncio.sleep(0.05)
    raise TimeoutError("no webhook was set")


async def settled(service: Service, patience: float = 20) -> None:
    """Until nothing that was stored is waiting or being answered; raises TimeoutError."""
    for _ in range(int(patience / 0.05)):
        if not {"stored", "claimed", "replying"} & set(service.states().values()):
            return
        await asyncio.sleep(0.05)
    raise TimeoutError(service.states())
