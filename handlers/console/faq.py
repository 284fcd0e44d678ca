"""The answers as officers find them: a list to search, each entry with its versions, proposals, questions in groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from bot.staff.roles import Action
from content.differences import differences
from content.draft_store import Version
from content.drafts import Draft
from content.due import Due, due
from content.entries import TOPICS, Entry
from content.normalise import clean, fold
from content.room import area_of
from content.scopes import NATIONAL
from content.store import Helped
from handlers.console.faq_shown import ROOT, SAID, AnswerPages, said
from handlers.console.gate import Visit

MOST = 60  # entries on one page of the list


@dataclass(frozen=True, slots=True)
class Row:
    """An entry in the list."""

    entry: Entry
    draft: Draft | None
    due: Due | None
    votes: Helped | None
    edited: bool


class Faq(AnswerPages):
    """The list, an entry, its versions, proposals and questions."""

    def routes(self) -> list[web.RouteDef]:
        get, post = self._gate.get, self._gate.post
        return [
            get(ROOT, self._list),
            get(f"{ROOT}/new", self._new, Action.CONTENT),
            post(f"{ROOT}/new", self._make, Action.CONTENT),
            get(f"{ROOT}/unanswered", self._unanswered, Action.READ),
            post(f"{ROOT}/unanswered", self._from_group, None),
            get(f"{ROOT}/proposals", self._proposals),
            get(f"{ROOT}/versions/{{id}}", self._version),
            post(f"{ROOT}/versions/{{id}}", self._decide, Action.CONTENT),
            get(f"{ROOT}/entry", self._entry),
            post(f"{ROOT}/entry", self._edit, Action.CONTENT),
        ]

    # --- the list and an entry ------------------------------------------------------------------------------------

    async def _list(self, visit: Visit) -> web.Response:
        officer, catalog = visit.officer, self._room.serving.catalog
        drafts = await self._editing.drafts(officer)
        by_entry = {each.entry_id: each for each in drafts}
        late = {each.entry_id: each for each in due(catalog, self._room.today)}
        votes, edited = await self._editing.votes(officer), await self._editing.edited(officer)
        rows = [
            Row(each, by_entry.get(each.id), late.get(each.id), votes.get(each.id), each.id in edited)
            for each in catalog
        ]
        wanted, topic, state = visit.text("q"), visit.text("topic"), visit.text("state")
        found = [each for each in rows if _fits(each, wanted, topic, state)]
        start = visit.text("from")
        first = _number(start) or 0
        rest = {"q": wanted, "topic": topic, "state": state, "from": str(first + MOST)}
        groups = await self._editing.groups(officer)
        return self._show(
            visit,
            "console/faq.html",
            rows=found[first : first + MOST],
            later=urlencode(rest) if first + MOST < len(found) else "",
            count=len(found),
            q=wanted,
            topic=topic,
            chosen=state,
            begun=[each for each in drafts if each.entry_id not in catalog],
            waiting=[each for each in drafts if each.state == "submitted"],
            late=len(late),
            groups=len(groups.groups),
            proposals=len(await self._editing.proposals(officer)),
        )

    async def _entry(self, visit: Visit) -> web.Response:
        entry_id = visit.text("id")
        served = await self._editing.served(visit.officer, entry_id)
        if served is None:
            raise web.HTTPNotFound
        drafts = [each for each in await self._editing.drafts(visit.officer) if each.entry_id == entry_id]
        return self._show(
            visit,
            "console/faq_entry.html",
            served=served,
            body=served.body,
            draft=drafts[0] if drafts else None,
            versions=await self._editing.versions(visit.officer, entry_id),
            helped=(await self._editing.votes(visit.officer)).get(entry_id),
            may_edit=visit.may(Action.CONTENT, (area_of(str(served.body["scope"])),)),
        )

    async def _edit(self, visit: Visit) -> web.Response:
        draft_id = await self._editing.begin(visit.officer, visit.text("id"))
        return self._pages.after(visit, f"{ROOT}/drafts/{draft_id}")

    async def _new(self, visit: Visit) -> web.Response:
        return self._show(visit, "console/faq_new.html", **self._begun(visit))

    async def _make(self, visit: Visit) -> web.Response:
        group = visit.text("group")
        try:
            draft_id = await self._editing.begin_new(
                visit.officer,
                visit.text("topic"),
                visit.text("title"),
                visit.text("scope") or NATIONAL,
                group=_number(group),
            )
        except SAID as error:
            return self._show(visit, "console/faq_new.html", 409, why=said(visit, error), **self._begun(visit))
        return self._pages.after(visit, f"{ROOT}/drafts/{draft_id}")

    def _begun(self, visit: Visit) -> dict[str, Any]:
        return {
            "topic": visit.text("topic") or TOPICS[0],
            "title": visit.text("title"),
            "scope": visit.text("scope") or self._province,
            "group": visit.text("group"),
            "question": visit.text("question"),
            "scopes": self._scopes(),
        }

    # --- versions and proposals -----------------------------------------------------------------------------------

    async def _version(self, visit: Visit) -> web.Response:
        version = await self._editing.version(visit.officer, visit.number())
        served = await self._editing.served(visit.officer, version.entry_id)
        earlier = _before(version, await self._editing.versions(visit.officer, version.entry_id))
        now = served.body if served is not None else None
        against_now = version.origin == "proposal" or visit.text("against") == "now"
        return self._show(
            visit,
            "console/faq_version.html",
            picked=version,
            earlier=earlier,
            against_now=against_now,
            differences=(
                differences(now, version.body)
                if against_now
                else differences(earlier.body if earlier is not None else None, version.body)
            ),
            current=served is not None and served.digest == version.digest,
            may_edit=visit.may(Action.CONTENT, (area_of(str(version.body["scope"])),)),
        )

    async def _decide(self, visit: Visit) -> web.Response:
        number = visit.number()
        act = visit.text("act")
        if act == "decline":
            await self._editing.decline(visit.officer, number)
            return self._pages.after(visit, f"{ROOT}/proposals", visit.words.say("Đã ghi: không lấy bản đề nghị này."))
        take = self._editing.take if act == "take" else self._editing.restore
        draft_id = await take(visit.officer, number)
        done = visit.words.say("Đây là bản nháp mới. Đọc lại, rồi trình duyệt.")
        return self._pages.after(visit, f"{ROOT}/drafts/{draft_id}", done)

    async def _proposals(self, visit: Visit) -> web.Response:
        found = await self._editing.proposals(visit.officer)
        return self._show(visit, "console/faq_proposals.html", proposals=found)

    # --- questions without an answer ------------------------------------------------------------------------------

    async def _unanswered(self, visit: Visit, status: int = 200, why: str = "") -> web.Response:
        overview = await self._editing.groups(visit.officer)
        near = {each.id: self._near(each.question) for each in overview.groups}
        return self._show(
            visit,
            "console/faq_unanswered.html",
            status,
            overview=overview,
            near=near,
            entries=list(self._room.serving.catalog),
            why=why,
        )

    async def _from_group(self, visit: Visit) -> web.Response:
        number = _number(visit.text("group")) or 0
        entry_id = visit.text("entry").strip()
        try:
            if visit.text("act") == "answered":
                waiting = await self._publishing.answer_group(visit.officer, number, entry_id)
                done = visit.words.say("Đã ghi. %(n)s người chờ sẽ được báo một lần.", n=waiting)
                return self._pages.after(visit, f"{ROOT}/unanswered", done)
            draft_id = await self._editing.add_group(visit.officer, entry_id, number)
        except SAID as error:
            return await self._unanswered(visit, 409, said(visit, error))
        done = visit.words.say("Đã thêm cách hỏi vào bản nháp. Công bố xong, người chờ sẽ được báo.")
        return self._pages.after(visit, f"{ROOT}/drafts/{draft_id}", done)

    def _near(self, question: str) -> tuple[str, ...]:
        """The likeliest entries for a group."""
        match = self._room.serving.judge(question, place_scope=self._province).match
        return tuple(each.id for each in match.shown)


def _number(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None


def _before(version: Version, versions: Sequence[Version]) -> Version | None:
    """The version that was shown before this one: what a release proposed was not."""
    older = [each for each in versions if each.id < version.id and each.origin != "proposal"]
    return older[0] if older else None


def _fits(row: Row, wanted: str, topic: str, state: str) -> bool:
    if topic and row.entry.topic != topic:
        return False
    by_state = {
        "drafts": row.draft is not None,
        "due": row.due is not None,
        "edited": row.edited,
        "unsigned": not row.entry.signed("vi"),
    }
    if not by_state.get(state, True):
        return False
    if not wanted.strip():
        return True
    words = fold(clean(wanted)).split()
    entry = row.entry
    said = [entry.id, *entry.title.values(), *(each.text for each in entry.answers.values())]
    whole = fold(clean(" ".join([*said, *entry.phrasings.get("vi", ())])))
    return all(word in whole for word in words)
