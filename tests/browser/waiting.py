"""Waits for what a page says, on pages whose policy lets nothing be evaluated later."""

from __future__ import annotations

import asyncio

from playwright.async_api import Page

PATIENCE = 20.0  # seconds


async def until(page: Page, expression: str) -> None:
    """Asked anew until it is true. Raises TimeoutError."""
    async with asyncio.timeout(PATIENCE):
        while not await page.evaluate(expression):
            await asyncio.sleep(0.05)
