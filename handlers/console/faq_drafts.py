"""One draft of an answer: writing it, trying it, signing it, and deciding on it."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.staff.roles import Action
from bot.staff.sign_in import CodeRefused
from content import drafts
from content.differences import differences
from content.draft_checks import OWN
from content.draft_store import ChangedMeanwhile, Served
from content.drafts import OPEN, Draft, DraftState
from content.room import area_of
from content.trying import Tried
from handlers.console import faq_forms
from handlers.console.faq_shown import ROOT, SAID, AnswerPages, said
from handlers.console.gate import Visit, why_not


class FaqDrafts(AnswerPages):
    """The editor and the page on which a draft is signed and decided on."""

    def routes(self) -> list[web.RouteDef]:
        get, post, one = self._gate.get, self._gate.post, f"{ROOT}/drafts/{{id}}"
        return [
            get(one, self._editor),
            post(one, self._write, Action.CONTENT),
            get(f"{one}/review", self._review),
            post(f"{one}/sign", self._sign, Action.SIGN),
            post(f"{one}/publish", self._publish, Action.APPROVE),
            post(f"{one}/return", self._return, Action.APPROVE),
            post(f"{one}/drop", self._drop, Action.CONTENT),
        ]

    # --- writing --------------------------------------------------------------------------------------------------

    async def _editor(self, visit: Visit) -> web.Response:
        draft, served = await self._editing.draft(visit.officer, visit.number())
        if draft.state not in OPEN or not self._may_write(visit, draft):
            return self._pages.after(visit, f"{ROOT}/drafts/{draft.id}/review")
        return await self._show_editor(visit, draft, served)

    async def _write(self, visit: Visit) -> web.Response:
        """Save; then perhaps try an utterance, ask the test questions, or hand it in. Nothing typed is lost."""
        draft_id, act = visit.number(), visit.text("act")
        given = faq_forms.typed(visit.form)
        try:
            version = visit.text("version")
            draft = await self._editing.write(
                visit.officer, draft_id, int(version) if version.isascii() and version.isdigit() else 0, given
            )
        except SAID as error:
            draft, served = await self._editing.draft(visit.officer, draft_id)
            return await self._show_editor(visit, draft, served, typed=given, why=said(visit, error), status=409)
        draft, served = await self._editing.draft(visit.officer, draft_id)
        if act == "submit":
            try:
                await self._editing.submit(visit.officer, draft_id, draft.version, visit.text("reason"))
            except SAID as error:
                return await self._show_editor(visit, draft, served, why=said(visit, error), effect=True, status=409)
            done = visit.words.say("Đã trình. Cần một cán bộ khác đọc, ký và công bố.")
            return self._pages.after(visit, f"{ROOT}/drafts/{draft_id}/review", done)
        if act == "try":
            tried = await self._editing.try_out(draft, visit.text("try")) if visit.text("try").strip() else None
            return await self._show_editor(visit, draft, served, tried=tried)
        if act == "effect":
            return await self._show_editor(visit, draft, served, effect=True)
        return self._pages.after(visit, f"{ROOT}/drafts/{draft_id}", visit.words.say("Đã lưu nháp."))

    async def _show_editor(
        self,
        visit: Visit,
        draft: Draft,
        served: Served | None,
        *,
        typed: dict[str, Any] | None = None,
        tried: Tried | None = None,
        effect: bool = False,
        why: str = "",
        status: int = 200,
    ) -> web.Response:
        body = {**draft.body, **(typed or {})}
        context = {
            "draft": draft,
            "served": served,
            "body": body,
            "rows": {name: faq_forms.rows(body, name) for name in faq_forms.ROWS},
            "facts_cited": [each for each in body.get("facts") or () if not each.startswith(OWN)],
            "scopes": self._scopes(),
            "findings": await self._editing.findings(draft),
            "near": self._editing.near(draft, served),
            "differences": differences(served.body if served is not None else None, draft.body),
            "tried": tried,
            "utterance": visit.text("try"),
            "reason": visit.text("reason") or draft.reason,
            "effect": await self._editing.effect(draft) if effect else None,
            "why": why,
        }
        return self._show(visit, "console/faq_editor.html", status, **context)

    async def _drop(self, visit: Visit) -> web.Response:
        draft, _ = await self._editing.draft(visit.officer, visit.number())
        await self._editing.drop(visit.officer, draft.id, draft.version)
        return self._pages.after(visit, ROOT, visit.words.say("Đã bỏ bản nháp. Câu trả lời đang dùng vẫn như cũ."))

    # --- signing and deciding -------------------------------------------------------------------------------------

    async def _review(self, visit: Visit, why: str = "", status: int = 200) -> web.Response:
        draft_id = visit.number()
        draft, served = await self._editing.draft(visit.officer, draft_id)
        look = await self._publishing.checklist(visit.officer, draft_id) if draft.state in OPEN else None
        scope = (area_of(str(draft.body["scope"])),)
        context = {
            "draft": draft,
            "served": served,
            "body": draft.body,
            "look": look,
            "marks": {each: drafts.language_mark(draft.body, each) for each in draft.languages},
            "may_sign": {each: self._why_not(visit, draft, each) for each in draft.languages},
            "signs": draft.state in (DraftState.DRAFT, DraftState.SUBMITTED) and visit.may(Action.SIGN, scope),
            "decides": draft.state is DraftState.SUBMITTED and visit.may(Action.APPROVE, scope),
            "writes": draft.state in OPEN and self._may_write(visit, draft),
            "differences": differences(served.body if served is not None else None, draft.body),
            "ticked": visit.form.getall("tick", []),
            "reason": visit.text("reason"),
            "why": why,
        }
        return self._show(visit, "console/faq_review.html", status, **context)

    async def _sign(self, visit: Visit) -> web.Response:
        draft_id, language, seen, spent = visit.number(), visit.text("language"), visit.text("seen"), False
        try:
            await self._signable(visit, draft_id, language, seen)
            await self._gate.prove(visit, visit.text("code"))
            spent = True
            await self._editing.sign(visit.officer, draft_id, language, seen)
        except (*SAID, CodeRefused) as error:
            return await self._review(visit, why_not(visit, error, spent), 409)
        return self._pages.after(visit, f"{ROOT}/drafts/{draft_id}/review", visit.words.say("Đã ký."))

    async def _publish(self, visit: Visit) -> web.Response:
        draft_id = visit.number()
        ticks, spent = [str(each) for each in visit.form.getall("tick", [])], False
        try:
            look = await self._publishing.checklist(visit.officer, draft_id)
            look.require(visit.text("seen"), ticks)
            await self._gate.prove(visit, visit.text("code"))
            spent = True
            waiting = await self._publishing.publish(visit.officer, draft_id, visit.text("seen"), ticks)
        except (*SAID, CodeRefused) as error:
            return await self._review(visit, why_not(visit, error, spent), 409)
        done = visit.words.say("Đã công bố: bà con hỏi là nhận bản này ngay.")
        if waiting:
            done += " " + visit.words.say("%(n)s người chờ sẽ được báo một lần.", n=waiting)
        draft, _ = await self._editing.draft(visit.officer, draft_id)
        return self._pages.after(visit, f"{ROOT}/entry?id={draft.entry_id}", done)

    async def _return(self, visit: Visit) -> web.Response:
        draft_id = visit.number()
        try:
            await self._publishing.return_(visit.officer, draft_id, visit.text("reason"))
        except SAID as error:
            return await self._review(visit, said(visit, error), 409)
        return self._pages.after(visit, ROOT, visit.words.say("Đã trả lại cho tác giả."))

    # --- shared ---------------------------------------------------------------------------------------------------

    async def _signable(self, visit: Visit, draft_id: int, language: str, seen: str) -> None:
        """Looked at before the code is, so that a good one is spent on nothing in vain. Raises what ``sign`` does."""
        draft, _ = await self._editing.draft(visit.officer, draft_id)
        if language not in draft.languages or drafts.language_mark(draft.body, language) != seen:
            raise ChangedMeanwhile
        drafts.may_sign(draft, visit.officer.name, language)

    def _may_write(self, visit: Visit, draft: Draft) -> bool:
        return visit.may(Action.CONTENT, (area_of(str(draft.body["scope"])),))

    def _why_not(self, visit: Visit, draft: Draft, language: str) -> str:
        """Why this officer cannot sign this language; empty when they can."""
        try:
            drafts.may_sign(draft, visit.officer.name, language)
        except (drafts.NotAllowed, drafts.Unfit) as error:
            return str(error)
        return ""
