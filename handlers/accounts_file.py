"""The accounts file: what an operator lists that no single variable can hold."""

from __future__ import annotations

from collections.abc import Mapping

from bot.errors import SettingError
from bot.places import Gazetteer
from bot.settings import Settings
from broadcasts.feed_settings import FeedSource, parse_feeds
from broadcasts.post_targets import PostTarget, parse_posts
from handlers.screen_settings import Screen, screens_of


def accounts_file(settings: Settings) -> tuple[str, str]:
    """Its name and its text, empty where there is none. Raises SettingError when it cannot be read."""
    path = settings.accounts_file
    if path is None:
        return "", ""
    try:
        return path.name, path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(f"COTMOC_ACCOUNTS_FILE: không đọc được {path.name}.") from error


def post_targets(settings: Settings, gazetteer: Gazetteer) -> Mapping[str, PostTarget]:
    """The public places that campaigns may be posted to, by name. Raises SettingError with one sentence."""
    file, text = accounts_file(settings)
    found = {}
    for each in parse_posts(text, file=file):
        if each.place_code:
            place = gazetteer.get(each.place_code)
            if place is None:
                raise SettingError(f"{file}: nơi đăng {each.name}: không có nơi “{each.place_code}”.")
        found[each.name] = each
    return found


def cap_feeds(settings: Settings) -> tuple[FeedSource, ...]:
    """The feeds of warnings of others. Raises SettingError with one sentence."""
    file, text = accounts_file(settings)
    return parse_feeds(text, file=file)


def screens(settings: Settings, gazetteer: Gazetteer) -> Mapping[str, Screen]:
    """The electronic screens by name: one for every gate, and those listed. Raises SettingError with one sentence."""
    file, text = accounts_file(settings)
    return screens_of(text, gazetteer, file=file)
