"""What needs a second person: looking a draft over, sending it back, and showing it to residents from now on.

Whoever had a hand in a draft decides nothing about it. What is published is exactly what was looked over: its words,
its signatures, and what it does to the test questions are in the mark that the approver hands back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.staff.roles import Action, Officer
from content import draft_store, drafts, files, serving, store, unanswered
from content.catalog import Catalog, digest, parse
from content.draft_checks import Findings
from content.draft_store import ChangedMeanwhile, Served
from content.drafts import Draft, DraftState, NotAllowed, Unfit
from content.effects import NO_EFFECT, Effect
from content.entries import Kind
from content.language_tables import plain_slang
from content.room import Room, catalogue_with, scopes_of

READ = "Tôi đã đọc hết chữ, căn cứ và nguồn của bản này."  # what everybody ticks who publishes
_LANGUAGE_NAMES = {"km": "tiếng Khmer", "en": "tiếng Anh"}


class Told(Protocol):
    """Says that these questions, and who waits for these unconfirmed entries, have an answer; returns how many wait."""

    async def __call__(
        self,
        connection: AsyncConnection,
        questions: Sequence[str],
        *,
        entry_id: str,
        day: date,
        by: str,
        instead_of: Sequence[str],
    ) -> int: ...


@dataclass(frozen=True, slots=True)
class Checklist:
    """``shown``: what residents would read, None while that cannot be; ``left_out``: languages they would not read;
    ``refused``: why this officer cannot publish it, if so; ``seen``: to be handed back with the ticks."""

    draft: Draft
    served: Served | None
    shown: Mapping[str, Any] | None
    left_out: tuple[str, ...]
    effect: Effect
    findings: Findings
    ticks: tuple[str, ...]
    refused: str
    seen: str

    def require(self, seen: str, ticks: Sequence[str]) -> Mapping[str, Any]:
        """What residents would read, where it may be published as it was looked at. Raises NotAllowed,
        ChangedMeanwhile."""
        if self.refused or self.shown is None:
            raise NotAllowed(self.refused)
        if self.seen != seen:
            raise ChangedMeanwhile
        missing = [each for each in self.ticks if each not in ticks]
        if missing:
            raise NotAllowed(f"Chưa đánh dấu: {missing[0]}")
        return self.shown


class Publishing:
    """Every method takes the officer first. Raises Forbidden, NotAllowed, ChangedMeanwhile, NoSuchDraft or Unfit."""

    def __init__(self, room: Room, tell: Told) -> None:
        self._room = room
        self._tell = tell

    async def checklist(self, officer: Officer, draft_id: int) -> Checklist:
        """What whoever decides has to look at. Takes seconds where questions would lead elsewhere."""
        self._room.somewhere(officer, Action.READ)
        async with self._room.db.reading() as connection:
            draft = await draft_store.load(connection, draft_id)
            scopes = await scopes_of(connection, draft)
            served = await draft_store.served(connection, draft.entry_id)
            catalog = files.catalog_of(await store.load_bodies(connection))
        return await self._looked_over(officer, draft, served, catalog, scopes)

    async def return_(self, officer: Officer, draft_id: int, reason: str) -> None:
        """Back to its authors, with a reason."""
        reason = drafts.check_reason(reason)
        self._room.no_script(officer)
        async with self._room.db.transaction() as connection:
            draft = await draft_store.load(connection, draft_id)
            self._room.require(officer, Action.APPROVE, *await scopes_of(connection, draft))
            drafts.may_decide(draft, officer.name)
            await draft_store.save(
                connection, draft, at=self._room.now, state=DraftState.RETURNED, returned=reason, submitted_at=None
            )
            await self._room.record(connection, officer, "entry.return", draft.entry_id, draft=draft_id, reason=reason)

    async def publish(self, officer: Officer, draft_id: int, seen: str, ticks: Sequence[str]) -> int:
        """Show it to residents from now on; returns how many wait to be told. It is in service when this returns."""
        self._room.no_script(officer)
        async with self._room.db.reading() as connection:
            mark = await serving.read_mark(connection)
            draft = await draft_store.load(connection, draft_id)
            scopes = await scopes_of(connection, draft)
            served = await draft_store.served(connection, draft.entry_id)
            catalog = files.catalog_of(await store.load_bodies(connection))
        self._room.require(officer, Action.APPROVE, *scopes)
        look = await self._looked_over(officer, draft, served, catalog, scopes)
        shown = look.require(seen, ticks)
        after = catalogue_with(catalog, shown)
        judge = await self._room.serving.judge_of(after)
        now, day = self._room.now, self._room.today
        moved = f"{now.isoformat()} {draft_id}"
        async with self._room.db.transaction() as connection:
            self._room.require(officer, Action.APPROVE, *scopes)
            if not await serving.move_mark(connection, mark, moved):
                raise ChangedMeanwhile
            await draft_store.save(connection, draft, at=now, state=DraftState.PUBLISHED, effect=look.effect.as_json())
            version = await draft_store.publish(
                connection, draft.entry_id, shown, base=draft.base, by=officer.name, at=now
            )
            waiting = await self._answer(connection, officer, draft.questions, draft.entry_id, look, day)
            await self._room.record(
                connection,
                officer,
                "entry.publish",
                draft.entry_id,
                draft=draft_id,
                version=version,
                digest=digest(shown),
                ticks=list(ticks),
                reason=draft.reason,
                points_lost=look.effect.points_lost,
            )
        self._room.serving.take(after, judge, moved)
        return waiting

    async def answer_group(self, officer: Officer, group: int, entry_id: str) -> int:
        """A group of unanswered questions has its answer in an entry as it is shown; returns how many wait."""
        self._room.no_script(officer)
        day = self._room.today
        async with self._room.db.transaction() as connection:
            entry = await store.load_entry(connection, entry_id)
            if entry is None:
                raise Unfit("Không có câu trả lời này.")
            self._room.require(officer, Action.APPROVE, entry.scope)
            if not entry.tellable(day):
                raise Unfit("Câu này đã hết hạn hoặc chỉ nói nơi hỏi, chưa phải là câu trả lời.")
            questions = await store.load_unanswered(connection, day)
            part = unanswered.group_of(group, questions, plain_slang())
            if not part or not unanswered.often_enough(part):
                raise Unfit("Không có nhóm câu hỏi này.")
            await store.forget_unanswered(connection, [each.id for each in part])
            waiting = await self._tell(
                connection,
                [each.question for each in part],
                entry_id=entry_id,
                day=day,
                by=officer.name,
                instead_of=(),
            )
            await self._room.record(connection, officer, "entry.answers", entry_id, questions=len(part))
        return waiting

    async def _answer(
        self,
        connection: AsyncConnection,
        officer: Officer,
        wanted: Sequence[int],
        entry_id: str,
        look: Checklist,
        day: date,
    ) -> int:
        """Say to who waits that there is an answer now: to the draft's questions, or where there was none to give."""
        assert look.shown is not None
        if not parse(look.shown, str(look.shown["topic"])).tellable(day):
            return 0
        questions = await store.load_unanswered(connection, day) if wanted else []
        parts = unanswered.grouped(questions, plain_slang())
        found = [each for part in parts if any(each.id in wanted for each in part) for each in part]
        await store.forget_unanswered(connection, [each.id for each in found])
        was_refer = look.served is not None and look.served.body["kind"] == Kind.REFER
        return await self._tell(
            connection,
            [each.question for each in found],
            entry_id=entry_id,
            day=day,
            by=officer.name,
            instead_of=[entry_id] if was_refer else [],
        )

    async def _looked_over(
        self, officer: Officer, draft: Draft, served: Served | None, catalog: Catalog, scopes: Sequence[str]
    ) -> Checklist:
        shown: dict[str, Any] | None = None
        left_out: tuple[str, ...] = ()
        effect, refused = NO_EFFECT, ""
        try:
            shown = drafts.shown_body(draft, served.body if served is not None else None)
            left_out = drafts.left_out(draft, shown)
            effect = await self._room.trials.effect(catalog, catalogue_with(catalog, shown))
        except Unfit as error:
            refused = str(error)
        kept = shown["answer"] if shown is not None else draft.languages
        findings = await self._room.check(draft.body, catalog, kept)
        refused = self._refusal(officer, draft, served, findings, effect, scopes) or refused
        seen = digest(
            {
                "draft": [draft.id, draft.version, draft.base],
                "shown": shown,
                "reason": draft.reason,
                "effect": effect.as_json(),
            }
        )
        ticks = _ticks(draft, left_out, effect)
        return Checklist(draft, served, shown, left_out, effect, findings, ticks, refused, seen)

    def _refusal(
        self,
        officer: Officer,
        draft: Draft,
        served: Served | None,
        findings: Findings,
        effect: Effect,
        scopes: Sequence[str],
    ) -> str:
        """Why this officer cannot publish this draft; empty when they can."""
        try:
            drafts.may_decide(draft, officer.name)
        except (NotAllowed, Unfit) as error:
            return str(error)
        if officer.scopes is not None or not self._room.may(officer, Action.APPROVE, *scopes):
            return "Tài khoản này không có quyền công bố câu trả lời ở khu vực này."
        if (served.digest if served is not None else "") != draft.base:
            return "Câu này đã đổi từ khi soạn; trả lại để tác giả xem chỗ khác nhau rồi trình lại."
        if findings.faults:
            return f"Bản này có lỗi: {findings.faults[0]}. Trả lại để tác giả sửa."
        if effect.lowers and not draft.reason:
            return "Bản này làm câu hỏi thử trả lời kém đi mà chưa ghi lý do; trả lại để tác giả ghi."
        return ""


def _ticks(draft: Draft, left_out: Sequence[str], effect: Effect) -> tuple[str, ...]:
    """What whoever publishes it ticks, word for word."""
    ticks = [READ]
    for language in left_out:
        name = _LANGUAGE_NAMES.get(language, language)
        ticks.append(f"Bản {name} chưa ký: bà con đọc tiếng đó sẽ nhận bản tiếng Việt.")
    if effect.lowers:
        lost = f"{effect.points_lost:.2f}".replace(".", ",")
        ticks.append(
            f"Độ chính xác giảm {lost} điểm, {len(effect.worse)} câu hỏi thử trả lời kém đi. Lý do: {draft.reason}"
        )
    return tuple(ticks)
