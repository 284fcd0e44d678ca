"""What each channel would show, for a command that opens no channel."""

from __future__ import annotations

from bot.channels import telegram, zalo_bot, zalo_oa
from bot.settings import Settings
from handlers.previews import Face


def faces_of(settings: Settings) -> list[Face]:
    """The channels that the settings switch on."""
    found = []
    if settings.telegram_token.get_secret_value():
        found.append(Face("telegram", telegram.CAPABILITIES, telegram.LIMITS))
    if settings.zalo_oa:
        found.append(Face("zalo-oa", zalo_oa.capabilities(buttons=settings.zalo_buttons), zalo_oa.LIMITS))
    if settings.zalo_bot_token.get_secret_value():
        found.append(Face("zalo-bot", zalo_bot.CAPABILITIES, zalo_bot.LIMITS))
    return found
