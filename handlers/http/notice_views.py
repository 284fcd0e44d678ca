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
class Line:
    """``language``: of these words, which may be Vietnamese on another language's page."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """A version that holds no longer."""

    at: str
    line: Line


@dataclass(frozen=True, slots=True)
class Shown:
    """``look``: urgent, clear, cancelled, withdrawn or expired. ``head`` is the word in brackets, ``lines`` what
    follows; ``until``: when one in force expires, as machines read it, empty for one that is over, and ``over``: the
    head from then on. ``translated``: whether its text is signed in the language of the page. Our own sentences are in
    that language in any case."""

    id: int
    name: str
    look: str
    place: str
    head: str
    lines: Sequence[Line]
    until: str = ""
    over: str = ""
    earlier: Sequence[Earlier] = ()
    translated: bool = True


class NoticeViews:
    def __init__(self, wording: NoticeWording, gazetteer: Gazetteer) -> None:
        self._wording = wording
        self._gazetteer = gazetteer

    def shown(self, notice: Notice, language: str, now: datetime) -> Shown:
        """As it stands now: what has expired is never shown as in force, whether or not that was noted yet."""
        own = language if language in notice.in_force.said.texts else "vi"
        newest = notice.newest
        until = over = ""
        if not newest.kind.goes_on:
            look = _OVER[newest.kind]
            head, lines = self._ended(notice, language, own)
        elif not notice.live or notice.expires_at <= now:
            look, head, lines = EXPIRED, self._wording.expired(notice, language), [_text(newest, own)]
        else:
            look, head, lines = URGENT, self._wording.head(language), self._in_force(notice, language, own)
            until, over = notice.expires_at.isoformat(), self._wording.expired(notice, language)
        return Shown(
            notice.id,
            name_of(notice.id),
            look,
            notice_composing.area_words(self._gazetteer, notice.area, language),
            head,
            [*lines, Line(self._wording.sender(language), language)],
            until,
            over,
            [self._before(each, language) for each in reversed(notice.versions[:-1])],
            own == language,
        )

    def by_place(self, notices: Sequence[Notice], language: str, now: datetime) -> list[tuple[str, list[Shown]]]:
        """Each place in words with what is in force there, in the order given."""
        found: dict[str, list[Shown]] = {}
        for each in notices:
            shown = self.shown(each, language, now)
            found.setdefault(shown.place, []).append(shown)
        return list(found.items())

    def _ended(self, notice: Notice, language: str, own: str) -> tuple[str, list[Line]]:
        """Of an all-clear the template's own sentence; that it was a mistake or was taken back are ours."""
        newest = notice.newest
        spoken = own if newest.kind is Kind.CLEAR else language
        head, _ = self._wording.told(notice, newest, language)
        _, text = self._wording.told(notice, newest, spoken)
        return head, [Line(text, spoken), Line(self._wording.said_at(newest.said_at, language), language)]

    def _in_force(self, notice: Notice, language: str, own: str) -> list[Line]:
        newest = notice.newest
        lines = [_text(newest, own)]
        if newest.kind is Kind.UPDATE:
            head, _ = self._wording.told(notice, newest, own)
            news = _news(newest, own)
            lines.append(Line(f"{head} {news.text}", news.language))
        standing = self._wording.standing(notice, newest, language)
        return [*lines, *(Line(each, language) for each in (*standing, self._wording.times(notice, language)))]

    def _before(self, version: Version, language: str) -> Earlier:
        own = language if language in version.said.texts else "vi"
        words = " ".join((_text(version, own).text, _news(version, own).text)).strip()
        return Earlier(self._wording.moment(version.said_at, language), Line(words, own))


def _text(version: Version, language: str) -> Line:
    return Line(version.said.texts.get(language, ""), language)


def _news(version: Version, language: str) -> Line:
    own = version.said.news.get(language)
    return Line(own, language) if own else Line(version.said.news.get("vi", ""), "vi")
