"""/entries: stored answers, and which of them a question means; nothing that is asked is kept."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.clock import Clock
from content.entries import Entry
from content.judge import Answered, Clarify
from handlers.api.cursors import Cursors
from handlers.api.faults import Wrong
from handlers.api.operations import Answer, Call, Operation
from handlers.api.problems import NoSuchThing, Problem
from handlers.api.public_shapes import (
    AnswerText,
    AskedEntries,
    AskedSearch,
    Basis,
    Candidate,
    EntryBody,
    EntryLine,
    EntryPage,
    Found,
    Source,
)
from handlers.chat.context import Desk

GROUP = "entries"


class Entries:
    def __init__(self, desk: Desk, clock: Clock, cursors: Cursors) -> None:
        self._desk = desk
        self._clock = clock
        self._cursors = cursors

    def operations(self) -> tuple[Operation, ...]:
        return (
            Operation(
                "GET", "/entries", "listEntries", GROUP, "Các câu trả lời, theo mã.", self._list, EntryPage,
                query=AskedEntries,
            ),
            Operation(
                "GET", "/entries/{entry_id}", "readEntry", GROUP, "Một câu trả lời với nguồn của nó.", self._read,
                EntryBody, errors=("not-found",),
            ),
            Operation(
                "POST", "/entries/search", "searchEntries", GROUP,
                "Câu nào trả lời câu hỏi này; câu hỏi không được lưu, không vào nhật ký.", self._search, Found,
                body=AskedSearch,
            ),
        )  # fmt: skip

    async def _list(self, call: Call) -> Answer:
        asked = call.asked(AskedEntries)
        which = f"entries/{asked.topic or ''}/{asked.scope or ''}"
        last, today = self._cursors.read(which, asked.cursor), self._today()
        found = sorted(
            (
                each
                for each in self._desk.catalog
                if each.id > last and asked.topic in (None, each.topic) and asked.scope in (None, each.scope)
            ),
            key=lambda each: each.id,
        )
        shown = found[: asked.limit]
        more = self._cursors.after(which, shown[-1].id) if len(found) > len(shown) else None
        return Answer(EntryPage(entries=[EntryLine(**_line(each, today)) for each in shown], next=more))

    async def _read(self, call: Call) -> Answer:
        entry = self._desk.catalog.get(call.path["entry_id"])
        if entry is None:
            raise NoSuchThing
        owner = self._desk.owner
        answers = {
            language: AnswerText(
                text=each.text_without_owner if each.text_without_owner and not owner else each.text,
                state=str(each.state),  # type: ignore[arg-type]
            )
            for language, each in entry.answers.items()
        }
        body = EntryBody(
            **_line(entry, self._today()),
            answers=answers,
            as_of=entry.as_of,
            valid_until=entry.valid_until,
            basis=[Basis(law=each.law, article=each.article) for each in entry.basis],
            sources=[Source(name=each.name, code=each.code, url=each.url) for each in entry.sources],
            related=list(entry.related),
        )
        return Answer(body)

    async def _search(self, call: Call) -> Answer:
        asked, desk = call.given(AskedSearch), self._desk
        provinces = {each.province_slug for each in desk.gazetteer.provinces()}
        if asked.province is not None and asked.province not in provinces:
            sentence = f"Không có tỉnh “{asked.province}”; ghi tên tắt, ví dụ dong-thap."
            raise Problem("invalid", sentence, faults=[Wrong(sentence, pointer="/province")])
        scope = asked.province or desk.settings.province
        judged = desk.judge(asked.text, language=asked.language, place_scope=scope)
        outcome = judged.outcome
        return Answer(
            Found(
                decision=judged.name,  # type: ignore[arg-type]
                entry_id=outcome.entry_id if isinstance(outcome, Answered) else None,
                offered=list(outcome.entry_ids) if isinstance(outcome, Clarify) else [],
                candidates=[
                    Candidate(id=each.id, title=self._title(each.id), score=round(each.score, 4))
                    for each in judged.match.shown
                ],
                language=judged.match.language,
                emergency=desk.distress(asked.text) is not None,
            )
        )

    def _title(self, entry_id: str) -> dict[str, str]:
        entry = self._desk.catalog.get(entry_id)
        return dict(entry.title) if entry is not None else {}

    def _today(self) -> date:
        return self._clock.now().astimezone(self._desk.settings.zone).date()


def _line(entry: Entry, today: date) -> dict[str, Any]:
    return {
        "id": entry.id,
        "topic": entry.topic,
        "scope": entry.scope,
        "kind": str(entry.kind),
        "title": dict(entry.title),
        "review_by": entry.review_by,
        "expired": entry.expired(today),
    }
