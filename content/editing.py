"""What officers do with an answer until it is published: each step is one transaction, with its right and its line.

The console calls this face only; see ``publishing`` for what needs a second person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.staff.roles import Action, Officer
from content import draft_bodies, draft_store, drafts, store, trying, unanswered
from content.differences import differences
from content.draft_checks import Findings
from content.draft_store import ChangedMeanwhile, Served, Version
from content.drafts import OPEN, Draft, DraftState, Hand, Unfit
from content.effects import Effect
from content.entries import LANGUAGES, TOPICS
from content.language_tables import plain_slang
from content.room import Room, catalogue_with, scopes_of
from content.scopes import NATIONAL
from content.unanswered import Asked, Overview

LONGEST_TITLE = 32


class Editing:
    """Every method that changes something takes the officer first. Raises Forbidden, NotAllowed, ChangedMeanwhile,
    NoSuchDraft, NoSuchVersion, or Unfit with the sentence that says what is wrong."""

    def __init__(self, room: Room) -> None:
        self._room = room

    # --- reading --------------------------------------------------------------------------------------------------

    async def draft(self, officer: Officer, draft_id: int) -> tuple[Draft, Served | None]:
        """A draft, and what is shown of its entry today."""
        self._room.somewhere(officer, Action.READ)
        async with self._room.db.reading() as connection:
            draft = await draft_store.load(connection, draft_id)
            return draft, await draft_store.served(connection, draft.entry_id)

    async def drafts(self, officer: Officer) -> list[Draft]:
        """All that are being written, the newest first."""
        self._room.somewhere(officer, Action.READ)
        async with self._room.db.reading() as connection:
            return await draft_store.listed(connection)

    async def served(self, officer: Officer, entry_id: str) -> Served | None:
        self._room.somewhere(officer, Action.READ)
        async with self._room.db.reading() as connection:
            return await draft_store.served(connection, entry_id)

    async def edited(self, officer: Officer) -> frozenset[str]:
        """Entries that officers published, and releases leave alone."""
        self._room.somewhere(officer, Action.READ)
        async with self._room.db.reading() as connection:
            return await draft_store.edited_ids(connection)

    async def votes(self, officer: Officer) -> dict[str, store.Helped]:
        self._room.somewhere(officer, Action.READ)
        async with self._room.db.reading() as connection:
            return await store.load_votes(connection)

    async def versions(self, officer: Officer, entry_id: str) -> list[Version]:
        self._room.somewhere(officer, Action.READ)
        async with self._room.db.reading() as connection:
            return await draft_store.versions(connection, entry_id)

    async def version(self, officer: Officer, version_id: int) -> Version:
        self._room.somewhere(officer, Action.READ)
        async with self._room.db.reading() as connection:
            return await draft_store.version(connection, version_id)

    async def proposals(self, officer: Officer) -> list[Version]:
        """What a release brought for entries that officers had edited, and nobody has decided on."""
        self._room.somewhere(officer, Action.READ)
        async with self._room.db.reading() as connection:
            return await draft_store.proposals(connection)

    async def groups(self, officer: Officer) -> Overview:
        """Unanswered questions in groups; nothing rare among them."""
        self._room.somewhere(officer, Action.READ)
        async with self._room.db.reading() as connection:
            questions = await store.load_unanswered(connection, self._room.today)
        return unanswered.overview(questions, plain_slang())

    # --- trying ---------------------------------------------------------------------------------------------------

    async def findings(self, draft: Draft) -> Findings:
        """What keeps it from being handed in, and what to look at."""
        kept = {"vi", *(each for each in draft.languages if draft.signed(each))}
        return await self._room.check(draft.body, self._room.serving.catalog, kept)

    async def try_out(self, draft: Draft, text: str) -> trying.Tried:
        """What somebody would be told who asks this, were the draft published as it is written."""
        catalog = catalogue_with(self._room.serving.catalog, draft.body)
        judge = await self._room.serving.judge_of(catalog)
        return trying.tried(judge, catalog, text, self._room.serving.home)

    async def effect(self, draft: Draft) -> Effect:
        """What the draft does to the test questions, were every language of it signed."""
        catalog = self._room.serving.catalog
        return await self._room.trials.effect(catalog, catalogue_with(catalog, draft.body))

    def near(self, draft: Draft, served: Served | None) -> tuple[trying.Near, ...]:
        """New ways of asking that another entry has too, nearly in the same words."""
        added = trying.added_phrasings(served.body if served is not None else None, draft.body)
        return trying.near_others(draft.body, self._room.serving.catalog, added)

    # --- writing --------------------------------------------------------------------------------------------------

    async def begin(self, officer: Officer, entry_id: str) -> int:
        """A draft of what is shown of an entry, or the one that is open; returns its number."""
        async with self._room.db.transaction() as connection:
            for draft in await draft_store.listed(connection):
                if draft.entry_id == entry_id:
                    return draft.id
            return await self._from(connection, officer, entry_id, None, "edit")

    async def begin_new(
        self, officer: Officer, topic: str, title: str, scope: str = NATIONAL, *, group: int | None = None
    ) -> int:
        """A new entry, begun by hand or from a group of unanswered questions; returns the draft's number."""
        title = draft_bodies.line(title)
        if topic not in TOPICS:
            raise Unfit("Chọn một chủ đề trong danh sách.")
        if not 0 < len(title) <= LONGEST_TITLE:
            raise Unfit(f"Nhãn nút cần từ 1 tới {LONGEST_TITLE} ký tự.")
        self._room.require(officer, Action.CONTENT, scope)
        async with self._room.db.transaction() as connection:
            open_ids = {each.entry_id for each in await draft_store.listed(connection)}
            taken = {str(each["id"]) for each in await store.load_bodies(connection)} | open_ids
            entry_id = draft_bodies.new_id(topic, title, taken)
            body = draft_bodies.blank(entry_id, topic, scope, title, self._room.today)
            part = await self._part(connection, group) if group is not None else ()
            if part:
                body["phrasings"] = {}
                body = _with_part(body, part)
            return await self._create(connection, officer, body, base="", origin="new", questions=part)

    async def add_group(self, officer: Officer, entry_id: str, group: int) -> int:
        """A draft of an entry that takes in the question of a group; publishing it tells those who wait for it."""
        draft_id = await self.begin(officer, entry_id)
        async with self._room.db.transaction() as connection:
            draft = await self._mine(connection, officer, draft_id)
            part = await self._part(connection, group)
            ids = sorted({*draft.questions, *(each.id for each in part)})
            await self._put(connection, officer, draft, _with_part(draft.body, part), questions=ids)
        return draft_id

    async def write(self, officer: Officer, draft_id: int, version: int, given: Mapping[str, Any]) -> Draft:
        """Put what was typed in place of what was there: if that changes anything, it is to be handed in again.

        ``version``: the one that was seen.
        """
        async with self._room.db.transaction() as connection:
            draft = await self._mine(connection, officer, draft_id)
            if draft.version != version:
                raise ChangedMeanwhile
            body = draft_bodies.tidied(given, draft.body)
            self._room.require(officer, Action.CONTENT, str(body["scope"]))
            if body != draft.body or draft.state is DraftState.RETURNED:
                await self._put(connection, officer, draft, body)
            return await draft_store.load(connection, draft_id)

    async def restore(self, officer: Officer, version_id: int) -> int:
        """A new draft with the words of an old version; returns its number."""
        async with self._room.db.transaction() as connection:
            old = await draft_store.version(connection, version_id)
            return await self._from(connection, officer, old.entry_id, old, "restore")

    async def take(self, officer: Officer, version_id: int) -> int:
        """A release's proposal becomes a draft; returns its number."""
        async with self._room.db.transaction() as connection:
            proposed = await draft_store.version(connection, version_id)
            draft_id = await self._from(connection, officer, proposed.entry_id, proposed, "proposal")
            await self._decide(connection, officer, proposed, draft_store.TAKEN)
        return draft_id

    async def decline(self, officer: Officer, version_id: int) -> None:
        """A release's proposal is not wanted; that is noted."""
        async with self._room.db.transaction() as connection:
            proposed = await draft_store.version(connection, version_id)
            self._room.require(officer, Action.CONTENT, str(proposed.body["scope"]))
            await self._decide(connection, officer, proposed, draft_store.DECLINED)

    async def drop(self, officer: Officer, draft_id: int, version: int) -> None:
        """Give the draft up; what is shown stays as it is, and a proposal it was taken from waits again."""
        async with self._room.db.transaction() as connection:
            draft = await self._mine(connection, officer, draft_id)
            if draft.version != version:
                raise ChangedMeanwhile
            await draft_store.save(connection, draft, at=self._room.now, state=DraftState.DROPPED)
            if draft.proposal_id is not None:
                await draft_store.decide_proposal(
                    connection, draft.proposal_id, "", officer.name, self._room.now, was=draft_store.TAKEN
                )
            await self._room.record(connection, officer, "entry.drop", draft.entry_id, draft=draft_id)

    async def submit(self, officer: Officer, draft_id: int, version: int, reason: str = "") -> Effect:
        """Hand it in. Raises Unfit with its faults, or when it makes answers worse and ``reason`` says nothing."""
        draft, served = await self.draft(officer, draft_id)
        if draft.version != version:
            raise ChangedMeanwhile
        if draft.base != (served.digest if served is not None else ""):
            raise Unfit("Câu này đã đổi từ khi bắt đầu soạn; xem chỗ khác nhau rồi lưu lại, sau đó mới trình.")
        found = await self.findings(draft)
        if found.faults:
            raise Unfit("Chưa trình được: " + "; ".join(found.faults) + ".")
        if served is not None and not _changed(served.body, draft.body):
            raise Unfit("Bản này chưa khác gì bản đang dùng.")
        effect = await self.effect(draft)
        reason = drafts.check_reason(reason) if effect.lowers else " ".join(reason.split())
        async with self._room.db.transaction() as connection:
            await self._mine(connection, officer, draft_id, DraftState.DRAFT)
            now = self._room.now
            await draft_store.save(
                connection,
                draft,
                at=now,
                state=DraftState.SUBMITTED,
                submitted_at=now,
                reason=reason,
                effect=effect.as_json(),
                authors=sorted(draft.authors | {officer.name}),
            )
            await self._room.record(
                connection, officer, "entry.submit", draft.entry_id, draft=draft_id, points_lost=effect.points_lost
            )
        return effect

    async def sign(self, officer: Officer, draft_id: int, language: str, seen: str) -> None:
        """Sign a language: what ``drafts.language_mark`` said of it when it was read. Not by who typed it."""
        self._room.no_script(officer)
        async with self._room.db.transaction() as connection:
            draft = await draft_store.load(connection, draft_id)
            self._room.require(officer, Action.SIGN, *await scopes_of(connection, draft))
            drafts.may_sign(draft, officer.name, language)
            mark = drafts.language_mark(draft.body, language)
            if mark != seen:
                raise ChangedMeanwhile
            typed = draft.hands.get(language, Hand()).typed_by
            now = self._room.now
            hand = Hand(typed, officer.name, now.isoformat(), mark)
            await draft_store.save(connection, draft, hands={**draft.hands, language: hand})
            await self._room.record(
                connection, officer, "entry.sign", draft.entry_id, draft=draft_id, language=language, text=mark
            )

    # --- shared ---------------------------------------------------------------------------------------------------

    async def _mine(self, connection: AsyncConnection, officer: Officer, draft_id: int, *states: DraftState) -> Draft:
        """An open draft that the officer may change."""
        draft = await draft_store.load(connection, draft_id)
        self._room.require(officer, Action.CONTENT, *await scopes_of(connection, draft))
        drafts.require_state(draft, *(states or OPEN))
        return draft

    async def _put(
        self,
        connection: AsyncConnection,
        officer: Officer,
        draft: Draft,
        body: dict[str, Any],
        **columns: object,
    ) -> None:
        served = await draft_store.served(connection, draft.entry_id)
        await draft_store.save(
            connection,
            draft,
            at=self._room.now,
            state=DraftState.DRAFT,
            body=body,
            base=served.digest if served is not None else "",
            hands=drafts.hands_after(draft, body, officer.name),
            authors=sorted(draft.authors | {officer.name}),
            submitted_at=None,
            **columns,
        )
        await self._room.record(connection, officer, "entry.change", draft.entry_id, draft=draft.id)

    async def _from(
        self, connection: AsyncConnection, officer: Officer, entry_id: str, old: Version | None, origin: str
    ) -> int:
        """A draft of an old version's words (None: of what is shown), in which whoever opens it has typed nothing."""
        served = await draft_store.served(connection, entry_id)
        given = old.body if old is not None else served.body if served is not None else None
        if given is None:
            raise Unfit("Không có câu trả lời này.")
        earlier = [each.body for each in await draft_store.versions(connection, entry_id)]
        body = draft_bodies.tidied({}, draft_bodies.with_missing(given, earlier))
        # Who brings other words in answers for them like who typed them.
        hands = drafts.hands_between(served.body if served else {}, body, officer.name) if old is not None else {}
        return await self._create(
            connection,
            officer,
            body,
            base=served.digest if served is not None else "",
            origin=origin,
            hands=hands,
            proposal_id=old.id if old is not None and origin == "proposal" else None,
        )

    async def _create(
        self,
        connection: AsyncConnection,
        officer: Officer,
        body: Mapping[str, Any],
        *,
        base: str,
        origin: str,
        hands: Mapping[str, Hand] | None = None,
        questions: Sequence[Asked] = (),
        proposal_id: int | None = None,
    ) -> int:
        self._room.require(officer, Action.CONTENT, str(body["scope"]))
        entry_id = str(body["id"])
        draft_id = await draft_store.create(
            connection,
            entry_id,
            body,
            base=base,
            origin=origin,
            hands=hands or {},
            by=officer.name,
            at=self._room.now,
            proposal_id=proposal_id,
            questions=[each.id for each in questions],
        )
        await self._room.record(connection, officer, "entry.draft", entry_id, draft=draft_id, origin=origin)
        return draft_id

    async def _part(self, connection: AsyncConnection, group: int) -> tuple[Asked, ...]:
        """The questions of a group that may be shown."""
        questions = await store.load_unanswered(connection, self._room.today)
        found = unanswered.group_of(group, questions, plain_slang())
        if not unanswered.often_enough(found):
            raise Unfit("Không có nhóm câu hỏi này.")
        return found

    async def _decide(self, connection: AsyncConnection, officer: Officer, proposed: Version, decision: str) -> None:
        await draft_store.decide_proposal(connection, proposed.id, decision, officer.name, self._room.now)
        await self._room.record(
            connection, officer, f"entry.proposal-{decision}", proposed.entry_id, version=proposed.id
        )


def _with_part(body: Mapping[str, Any], part: Sequence[Asked]) -> dict[str, Any]:
    """The body with the usual wording of a group among its ways of asking."""
    shown = unanswered.summed(part)
    language = max(shown.languages, key=lambda each: shown.languages[each])
    return draft_bodies.with_question(body, language if language in LANGUAGES else "vi", shown.question)


def _changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    return bool(differences(old, new))
