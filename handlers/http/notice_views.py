"""A notice as a public page shows it: in force, or how it ended, and what was said before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.places import Gazetteer
from broadcasts import notice_composing
from broadcasts.notice_store import Notice, Version
from broadcasts.notices import Kind, name_of
from handlers.notice_wording import NoticeWording

URGENT, EXPIRED = "urgent", "expired"
_OVER = {Kind.CLEAR: "clear", Kind.CANCEL: "cancelled", Kind.WITHDRAW: "withdrawn"}


@dataclass(frozen=True, slots=True)
class Earlier:
    """A version that holds no longer."""

    at: str
    head: str
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """``look``: urgent, clear, cancelled, withdrawn or expired. ``head`` is the word in brackets, ``lines`` what
    follows; ``until``: when one in force expires, as machines read it, empty for one that is over, and ``over``: the
    head from then on. ``language`` is that of the words: Vietnamese where the one asked for is not signed."""

    id: int
    name: str
    look: str
    language: str
    place: str
    head: str
    lines: Sequence[str]
    until: str = ""
    over: str = ""
    earlier: Sequence[Earlier] = ()
    version: int = 0


class NoticeViews:
    def __init__(self, wording: NoticeWording, gazetteer: Gazetteer) -> None:
        self._wording = wording
        self._gazetteer = gazetteer

    def shown(self, notice: Notice, language: str, now: datetime) -> Shown:
        """As it stands now: what has expired is never shown as in force, whether or not that was noted yet."""
        own = language if language in notice.in_force.said.texts else "vi"
        place = notice_composing.area_words(self._gazetteer, notice.area, own)
        newest, common = notice.newest, (notice.id, name_of(notice.id))
        earlier = self._earlier(notice, own)
        if not newest.kind.goes_on:
            head, text = self._wording.told(notice, newest, own)
            ended = self._wording.moment(newest.said_at, own)
            lines = (text, f"{ended}.", self._wording.sender(own))
            look = _OVER[newest.kind]
            return Shown(*common, look, own, place, head, lines, earlier=earlier, version=newest.number)
        expired = self._wording.expired(notice, own)
        if not notice.live or notice.expires_at <= now:
            words = (newest.said.texts[own], self._wording.sender(own))
            return Shown(*common, EXPIRED, own, place, expired, words, earlier=earlier, version=newest.number)
        return Shown(
            *common,
            URGENT,
            own,
            place,
            self._wording.head(own),
            self._in_force(notice, newest, own),
            until=notice.expires_at.isoformat(),
            over=expired,
            earlier=earlier,
            version=newest.number,
        )

    def by_place(self, notices: Sequence[Notice], language: str, now: datetime) -> list[tuple[str, list[Shown]]]:
        """Each place in words with what is in force there, in the order given."""
        found: dict[str, list[Shown]] = {}
        for each in notices:
            shown = self.shown(each, language, now)
            found.setdefault(shown.place, []).append(shown)
        return list(found.items())

    def _in_force(self, notice: Notice, version: Version, language: str) -> list[str]:
        lines = [version.said.texts[language]]
        if version.kind is Kind.UPDATE:
            news = version.said.news.get(language) or version.said.news.get("vi", "")
            head, _ = self._wording.told(notice, version, language)
            lines.append(f"{head} {news}")
        lines += self._wording.standing(notice, version, language)
        return [*lines, self._wording.times(notice, language), self._wording.sender(language)]

    def _earlier(self, notice: Notice, language: str) -> list[Earlier]:
        """Newest first. Of one that has ended otherwise than by its time: the version that was in force too."""
        found = []
        for each in reversed(notice.versions[:-1]):
            own = language if language in each.said.texts else "vi"
            head, _ = self._wording.told(notice, each, own)
            news = each.said.news.get(own) or each.said.news.get("vi", "")
            words = " ".join((each.said.texts.get(own, ""), news)).strip()
            found.append(Earlier(self._wording.moment(each.said_at, language), head, words))
        return found
