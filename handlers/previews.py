"""A campaign as each channel will show it, and whether its texts stay one message there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.channels.base import Channel
from bot.messages import Attachment, Capabilities, Limits, OutgoingMessage
from broadcasts.composing import Content, File, filled, placeholders
from broadcasts.store import Campaign
from content.phrases import Phrases
from handlers.chat.rendering import room, shown, units
from handlers.wording import Wording

NAMES = {"telegram": "Telegram", "zalo-oa": "Zalo OA", "zalo-bot": "Zalo Bot"}


@dataclass(frozen=True, slots=True)
class Face:
    """What a channel shows, without the account behind it."""

    name: str
    capabilities: Capabilities
    limits: Limits

    @classmethod
    def of(cls, channel: Channel) -> Face:
        return cls(channel.name, channel.capabilities, channel.limits)


@dataclass(frozen=True, slots=True)
class Preview:
    """One text on one channel. ``message`` as it is shown to somebody of the audience; ``length`` of the longest it
    can become, in the units of the channel, and ``room`` for it. ``left_out``: the file that the channel does not
    take; ``file``: the one that goes along."""

    channel: str
    language: str
    message: OutgoingMessage
    length: int
    room: int
    file: File | None = None
    left_out: File | None = None

    @property
    def over(self) -> int:
        """By how much it is too long; 0: it fits."""
        return max(0, self.length - self.room)


class Previews:
    """``faces``: the channels that messages may be sent to unasked."""

    def __init__(self, wording: Wording, phrases: Phrases, faces: Sequence[Face]) -> None:
        self._wording = wording
        self._phrases = phrases
        self._faces = tuple({each.name: each for each in faces if each.capabilities.subscribable}.values())

    @property
    def faces(self) -> tuple[Face, ...]:
        """The channels that messages may be sent to unasked."""
        return self._faces

    @property
    def channels(self) -> tuple[str, ...]:
        return tuple(each.name for each in self._faces)

    def of(self, campaign: Campaign, channel: str = "", language: str = "") -> list[Preview]:
        """Every text on every channel that the campaign is for, or only one of them."""
        meant = campaign.audience.get("channels") or self.channels
        return [
            self._preview(campaign, face, text.language, text.text)
            for face in self._faces
            if face.name in meant and channel in ("", face.name)
            for text in campaign.texts
            if language in ("", text.language)
        ]

    def misfits(self, campaign: Campaign) -> list[str]:
        """One sentence for each text that is too long for a channel: which, where, and by how much."""
        return list(self._misfits(campaign))

    def _misfits(self, campaign: Campaign) -> Iterator[str]:
        for each in self.of(campaign):
            if each.over:
                language = self._phrases.say(f"officer.lang_{each.language}", "vi")
                said = f"Bản {language} dài quá trên {NAMES.get(each.channel, each.channel)}: bớt {each.over} ký tự"
                yield said + (", hoặc gỡ tệp kèm." if self._file_is_to_blame(each) else ".")

    def _file_is_to_blame(self, preview: Preview) -> bool:
        face = next(each for each in self._faces if each.name == preview.channel)
        return preview.file is not None and preview.length <= room(preview.message, face.limits)

    def _preview(self, campaign: Campaign, face: Face, language: str, text: str) -> Preview:
        content = Content({language: text}, campaign.files, campaign.entries)
        file = content.file(language)
        taken = file if file is not None and face.capabilities.takes(file.mime) else None

        def message(fields: dict[str, str]) -> OutgoingMessage:
            return self._wording.message(content, filled(text, fields) or text, language)

        longest = message(self._wording.longest(language) if placeholders(text) else {})
        stand_in = OutgoingMessage("", attachment=Attachment(taken.name, taken.mime, b"") if taken else None)
        sample = message(self._wording.sample(campaign, language))
        whole = shown(sample, face.capabilities, self._phrases)
        return Preview(
            channel=face.name,
            language=language,
            message=OutgoingMessage(whole, sample.buttons if face.capabilities.buttons else (), language),
            length=units(shown(longest, face.capabilities, self._phrases), utf16=face.limits.utf16),
            room=room(stand_in, face.limits),
            file=taken,
            left_out=file if taken is None else None,
        )
