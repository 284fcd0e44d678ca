"""Articles: made by a job that takes its time, listed, read and removed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.fakes.zalo_oa.calls import Call, Route, address, only, section, whole, words
from tests.fakes.zalo_oa.refusals import ARTICLE_LIMIT, Refusal, invalid

if TYPE_CHECKING:
    from tests.fakes.zalo_oa.state import Account

TITLE, AUTHOR, DESCRIPTION = 150, 50, 300  # characters
_PARTS = frozenset({"type", "title", "author", "description", "cover", "body", "status", "comment"})


@dataclass(slots=True)
class Article:
    """An article and the job that makes it; ``verified`` counts the questions after the job."""

    article_id: str
    token: str
    made_at: float
    content: dict[str, Any]
    status: str
    verified: int = 0
    is_ready: bool = False
    removed: bool = False


def check_article(body: dict[str, Any]) -> None:
    """Raises Refusal for anything that is not as documented."""
    only(body, _PARTS)
    if body.get("type") != "normal":
        raise invalid("type")
    words(body, "title", TITLE)
    words(body, "author", AUTHOR)
    words(body, "description", DESCRIPTION)
    _check_cover(section(body, "cover", frozenset({"cover_type", "photo_url", "status"})))
    parts = body.get("body")
    if not isinstance(parts, list) or not parts:
        raise invalid("body")
    for part in parts:
        _check_part(part)
    _check_shown(body, "status")
    _check_shown(body, "comment")


def _check_cover(cover: dict[str, Any]) -> None:
    if cover.get("cover_type") != "photo":  # a video needs an upload of its own, which this fake has not
        raise invalid("cover_type")
    address(cover, "photo_url")
    _check_shown(cover, "status")


def _check_part(part: Any) -> None:
    if not isinstance(part, dict):
        raise invalid("body")
    match part.get("type"):
        case "text":
            only(part, frozenset({"type", "content"}))
            words(part, "content", 100_000)
        case "image":
            only(part, frozenset({"type", "url", "caption"}))
            address(part, "url")
            words(part, "caption", 1000, required=False)
        case _:
            raise invalid("body")


def _check_shown(holder: dict[str, Any], name: str) -> None:
    if holder.get(name, "hide") not in ("show", "hide"):
        raise invalid(name)


class ArticleDesk:
    """The endpoints under /v2.0/article."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def routes(self) -> dict[str, Route]:
        return {
            "/v2.0/article/create": Route("article_create", "POST", self.create, "article"),
            "/v2.0/article/update": Route("article_update", "POST", self.update, "article"),
            "/v2.0/article/verify": Route("article_verify", "POST", self.verify, "article"),
            "/v2.0/article/remove": Route("article_remove", "POST", self.remove, "article"),
            "/v2.0/article/getslice": Route("article_list", "GET", self.list_some, "article"),
            "/v2.0/article/getdetail": Route("article_detail", "GET", self.describe, "article"),
        }

    def create(self, call: Call) -> dict[str, str]:
        body = call.body()
        check_article(body)
        return self._begin(call, body, self._account.new_id("article"))

    def update(self, call: Call) -> dict[str, str]:
        body = call.body()
        article = self._find(words(body, "id", 100))
        changes = {name: value for name, value in body.items() if name != "id"}
        check_article(changes)
        return self._begin(call, changes, article.article_id)

    def _begin(self, call: Call, body: dict[str, Any], article_id: str) -> dict[str, str]:
        account = self._account
        if not account.spend("article", account.settings.article_quota):
            raise Refusal(-223, ARTICLE_LIMIT)
        token = account.new_id("article job") * 2
        account.articles[token] = Article(article_id, token, call.now, body, body.get("status", "hide"))
        return {"token": token}

    def verify(self, call: Call) -> dict[str, str]:
        body = call.body()
        only(body, frozenset({"token"}))
        article = self._account.articles.get(words(body, "token", 1000))
        if article is None:
            raise invalid("token")
        article.verified += 1
        settings = self._account.settings
        waits = call.now - article.made_at < settings.article_seconds
        if not article.is_ready and (waits or article.verified <= settings.article_polls):
            raise Refusal(-214)
        article.is_ready = True
        self._account.ready_articles[article.article_id] = article
        return {"id": article.article_id}

    def remove(self, call: Call) -> dict[str, str]:
        body = call.body()
        only(body, frozenset({"id"}))
        article = self._find(words(body, "id", 100))
        article.removed = True
        return {"message": "Success"}

    def _find(self, article_id: str) -> Article:
        article = self._account.ready_articles.get(article_id)
        if article is None or article.removed:
            raise invalid("id")
        return article

    def list_some(self, call: Call) -> dict[str, Any]:
        parameters: dict[str, Any] = dict(call.plain())
        only(parameters, frozenset({"offset", "limit", "type"}))
        offset = whole(parameters, "offset", 0, 100_000)
        limit = whole(parameters, "limit", 1, 10)
        if parameters.get("type") not in ("normal", "video"):
            raise invalid("type")
        there = [each for each in self._account.ready_articles.values() if not each.removed]
        rows = [self._row(each) for each in there if each.content["type"] == parameters["type"]]
        return {"medias": rows[offset : offset + limit], "total": self._account.number(len(rows), int)}

    def _row(self, article: Article) -> dict[str, Any]:
        made_at = self._account.number(int(article.made_at * 1000), int)
        return {
            "id": article.article_id,
            "type": article.content["type"],
            "title": article.content["title"],
            "status": article.status,
            "total_view": self._account.number(0, int),
            "total_share": self._account.number(0, int),
            "create_date": made_at,
            "update_date": made_at,
            "thumb": article.content["cover"]["photo_url"],
            "link_view": f"https://officialaccount.me/d?id={article.article_id}",
        }

    def describe(self, call: Call) -> dict[str, Any]:
        article = self._find(call.plain().get("id", ""))
        return {"id": article.article_id} | article.content | {"status": article.status}
