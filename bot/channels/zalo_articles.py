"""What an Official Account says to many at once: an article to its followers, a message to a group.

An article is made, waited for and then broadcast; nobody is named, and nobody's receipt comes back
(developers.zalo.me, Article API and broadcast). Broadcasts are refused from 22:00 to 05:59, so none is tried then.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot import errors
from bot.channels.zalo_oa_bodies import LONGEST_TEXT, length
from bot.channels.zalo_oa_client import ZaloClient
from bot.channels.zalo_oa_errors import Purpose, Reaction, Refused, error_for
from bot.channels.zalo_oa_times import seconds_to_morning
from bot.clock import Clock
from bot.messages import Receipt

CREATE = "/v2.0/article/create"
VERIFY = "/v2.0/article/verify"
REMOVE = "/v2.0/article/remove"
BROADCAST = "/v2.0/oa/message"
GROUP = "/v3.0/oa/group/message"
LONGEST_TITLE, LONGEST_AUTHOR, LONGEST_DESCRIPTION = 150, 50, 300
MOST_ARTICLES = 5  # in one broadcast
_NO_SUCH_ARTICLE = -201  # "id is invalid": the only thing that is asked for
_FIRST_WAIT, _LONGEST_WAIT = 2.0, 30.0  # seconds between two looks


@dataclass(frozen=True, slots=True)
class Picture:
    """A public address of a png or jpg of at most 1 MB, and what stands under it."""

    url: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    """``body``: paragraphs and pictures in the order in which they are read. ``cover`` is mandatory."""

    title: str
    description: str
    author: str
    cover: Picture
    body: tuple[str | Picture, ...]
    comments: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """Which followers: codes of the platform; empty means that this does not matter.

    ``gender`` 1 men, 2 women; ``ages`` 0: 0-12, 1: 13-17, 2: 18-24, 3: 25-34, 4: 35-44, 5: 45-54, 6: 55-64, 7: 65+;
    ``cities`` the 63 old provinces, ``regions`` 0 North, 1 Central, 2 South (not looked at when there are cities);
    ``platforms`` 1 iOS, 2 Android, 3 Windows Phone.
    """

    ages: tuple[int, ...] = ()
    gender: int = 0
    cities: tuple[int, ...] = ()
    regions: tuple[int, ...] = ()
    platforms: tuple[int, ...] = ()


EVERYONE = Target()


class ZaloArticles:
    def __init__(self, *, client: ZaloClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock

    async def create(self, article: Article) -> str:
        """The token of the job that makes it. Raises ContentRejected for what is too long, before the network."""
        given = await self._send(CREATE, written(article))
        return _named(given, "token")

    async def ready(self, token: str, patience: float = 300.0) -> str:
        """The article's id, once it has been made; raises NotSent when that takes longer than ``patience`` seconds.

        May be asked again with the same token.
        """
        until = self._clock.monotonic() + patience
        wait = _FIRST_WAIT
        while True:
            try:
                given = await self._client.post(VERIFY, {"token": token}, sends=False)
                return _named(given, "id", errors.ChannelDown)
            except Refused as refused:
                if refused.reaction is not Reaction.NOT_READY:
                    raise self._error(refused, Purpose.QUESTION) from None
                if self._clock.monotonic() + wait > until:
                    raise errors.NotSent("the article is not ready yet") from None
            await self._clock.sleep(wait)
            wait = min(_LONGEST_WAIT, wait * 1.5)

    async def broadcast(self, article_ids: Sequence[str], target: Target = EVERYONE) -> Receipt:
        """To all followers of the target, after the platform's own look at it (about half an hour).

        Raises Throttled until the morning when it is night, before anything is sent.
        """
        if not 1 <= len(article_ids) <= MOST_ARTICLES:
            raise errors.ContentRejected(f"mỗi lần gửi từ 1 đến {MOST_ARTICLES} bài viết")
        wait = seconds_to_morning(self._clock.now())
        if wait is not None:
            raise errors.Throttled(wait + self._client.jitter())
        elements = [{"media_type": "article", "attachment_id": each} for each in article_ids]
        payload = {"template_type": "media", "elements": elements}
        body = {
            "recipient": {"target": targeted(target)},
            "message": {"attachment": {"type": "template", "payload": payload}},
        }
        return Receipt(_named(await self._send(BROADCAST, body), "message_id"))

    async def remove(self, article_id: str) -> None:
        """Off the account's page, and nothing any more behind what was broadcast; twice is as good as once."""
        try:
            await self._client.post(REMOVE, {"id": article_id}, sends=False)
        except Refused as refused:
            if refused.code != _NO_SUCH_ARTICLE:
                raise self._error(refused, Purpose.QUESTION) from None

    async def to_group(self, group_id: str, text: str) -> Receipt:
        """Words to a group of this account, at any hour."""
        said = unicodedata.normalize("NFC", text).strip()
        if not 0 < length(said) <= LONGEST_TEXT:
            raise errors.ContentRejected(f"tin cho nhóm phải có từ 1 đến {LONGEST_TEXT} ký tự")
        given = await self._send(GROUP, {"recipient": {"group_id": group_id}, "message": {"text": said}})
        return Receipt(_named(given, "message_id"))

    async def _send(self, path: str, body: Mapping[str, Any]) -> Any:
        try:
            return await self._client.post(path, body)
        except Refused as refused:
            raise self._error(refused, Purpose.POST) from None

    def _error(self, refused: Refused, purpose: Purpose) -> errors.ChannelError:
        return error_for(refused, purpose, self._clock.now(), self._client.jitter())


def written(article: Article) -> dict[str, Any]:
    """As the API takes it; shown on the account's page as well, because hidden is its default."""
    title, author, description = (
        unicodedata.normalize("NFC", each).strip() for each in (article.title, article.author, article.description)
    )
    for what, said, longest in (
        ("tiêu đề", title, LONGEST_TITLE),
        ("tên tác giả", author, LONGEST_AUTHOR),
        ("mô tả", description, LONGEST_DESCRIPTION),
    ):
        if not 0 < len(said) <= longest:
            raise errors.ContentRejected(f"{what} của bài viết phải có từ 1 đến {longest} ký tự")
    if not article.cover.url or not article.body:
        raise errors.ContentRejected("bài viết phải có ảnh bìa và nội dung")
    return {
        "type": "normal",
        "title": title,
        "author": author,
        "description": description,
        "cover": {"cover_type": "photo", "photo_url": article.cover.url, "status": "show"},
        "body": [
            {"type": "image", "url": each.url, "caption": unicodedata.normalize("NFC", each.caption)}
            if isinstance(each, Picture)
            else {"type": "text", "content": unicodedata.normalize("NFC", each)}
            for each in article.body
        ],
        "status": "show",
        "comment": "show" if article.comments else "hide",
    }


def targeted(target: Target) -> dict[str, str]:
    """Codes with commas between them. All genders are always named: whether an empty target means all is not told."""
    named = {"ages": target.ages, "cities": target.cities, "platform": target.platforms}
    if not target.cities:
        named["locations"] = target.regions
    codes = {name: ",".join(map(str, each)) for name, each in named.items() if each}
    return {"gender": str(target.gender), **codes}


def _named(given: Any, name: str, otherwise: type[errors.ChannelError] = errors.OutcomeUnknown) -> str:
    found = given.get(name) if isinstance(given, dict) else None
    if not isinstance(found, str | int) or isinstance(found, bool) or not str(found):
        raise otherwise(f"an answer without {name}")
    return str(found)
