"""A new notice as each channel will show it, in every language; channels that show the same stand together."""

from __future__ import annotations

from dataclasses import dataclass

from broadcasts.notices import NoticeDraft, Said
from handlers.chat.rendering import shown
from handlers.console.notice_room import NoticeRoom
from handlers.previews import NAMES


@dataclass(frozen=True, slots=True)
class Look:
    """``buttons`` are labels; empty where the channel has none, and the text says what to write."""

    language: str
    channels: tuple[str, ...]
    text: str
    buttons: tuple[str, ...]


def looks(room: NoticeRoom, draft: NoticeDraft, said: Said, *, by: str, helped: bool) -> list[Look]:
    """Vietnamese first. ``helped``: somebody on duty would see a request for help."""
    found: list[Look] = []
    for language in said.texts:
        same: dict[tuple[str, tuple[str, ...]], list[str]] = {}
        for face in room.previews.faces:
            has = face.capabilities.buttons
            message = room.texts.new(draft, said, by=by, language=language, helped=helped, buttons=has)
            text = shown(message, face.capabilities, room.phrases)
            labels = tuple(each.label for each in message.choices()) if has else ()
            same.setdefault((text, labels), []).append(NAMES.get(face.name, face.name))
        found += [Look(language, tuple(channels), *key) for key, channels in same.items()]
    return found
