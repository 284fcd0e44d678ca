"""Step 1, “Chữ”: the languages side by side, counted and shown as each channel will; what they rest on; files.

One form: whatever button sends it, what was typed is kept first. Nobody's words are overwritten: who typed meanwhile is
shown beside one's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from bot.attachments import LARGEST_IMAGE, MEGABYTE
from bot.errors import CotMocError, StoreUnavailable
from bot.places import fold
from bot.staff.roles import Action, Forbidden
from broadcasts import parts
from broadcasts.approval import Text
from broadcasts.composing import LANGUAGES, PLACEHOLDERS
from broadcasts.store import Campaign, ChangedMeanwhile
from handlers.console.campaign_counts import counted
from handlers.console.campaign_differences import Piece, difference
from handlers.console.campaign_forecast import foreseen
from handlers.console.campaign_room import Room, address, cleaned, in_words, pressed, to_reopen
from handlers.console.campaign_rules import day_of
from handlers.console.campaign_trial import Trials
from handlers.console.campaign_words import OPEN
from handlers.console.gate import Visit

LARGEST_FORM = LARGEST_IMAGE + MEGABYTE
_MOST_FOUND = 12
_LONGEST_TEXT = 20_000  # what no channel takes by far, and what a page can still show again


@dataclass(slots=True)
class Outcome:
    """What became of a form: ``refused`` says why something was not kept; ``theirs`` are the languages that
    somebody else wrote in meanwhile; ``kept``: whether anything was changed."""

    refused: list[CotMocError] = field(default_factory=list)
    theirs: list[str] = field(default_factory=list)
    kept: bool = False


class CampaignTexts:
    def __init__(self, room: Room, trials: Trials) -> None:
        self._room = room
        self._trials = trials

    def routes(self) -> list[web.RouteDef]:
        return self._room.step_routes("texts", self._asked, self._sent, self._auto, LARGEST_FORM)

    async def _asked(self, visit: Visit) -> web.Response:
        return await self._shown(visit, await self._room.campaign(visit, Action.DRAFT), {})

    async def _sent(self, visit: Visit) -> web.Response:
        room, campaign = self._room, await self._room.campaign(visit, Action.DRAFT)
        what, which = pressed(visit)
        if to_reopen(visit, campaign):
            why = visit.words.say("Sửa chữ này thì phải duyệt lại. Đánh dấu “Tôi hiểu” rồi bấm lại.")
            return await self._shown(visit, campaign, self._typed(visit, campaign) | {"why": why}, 409)
        outcome = await self._keep(visit, campaign, what, which)
        campaign = await room.service.campaign(visit.officer, campaign.id)
        if outcome.theirs or outcome.refused:
            status = 409 if outcome.theirs else 400
            context = self._typed(visit, campaign) | {"theirs": self._beside(visit, campaign, outcome)}
            return await self._shown(visit, campaign, context | {"why": self._why(visit, outcome)}, status)
        here = f"{address(campaign)}/texts"
        if what == "trial":
            done, sent = await self._trials.send(visit, campaign)
            return (
                room.pages.after(visit, here, done) if sent else await self._shown(visit, campaign, {"why": done}, 409)
            )
        if what == "find":
            return room.pages.after(visit, f"{here}?{urlencode({'q': visit.text('q')})}#linked")
        done = visit.words.say("Đã lưu.") if outcome.kept else ""
        return room.pages.after(visit, f"{address(campaign)}/audience" if what == "next" else here, done)

    async def _auto(self, visit: Visit) -> web.Response:
        """What htmx sends while somebody types: only a draft keeps itself, and never over somebody else's words."""
        campaign = await self._room.campaign(visit, Action.DRAFT)
        if campaign.state not in OPEN:
            return self._fragment(visit, campaign, visit.words.say("Chưa lưu: bấm Lưu, rồi phải duyệt lại."), {})
        outcome = await self._keep(visit, campaign, "auto", "")
        campaign = await self._room.service.campaign(visit.officer, campaign.id)
        if outcome.theirs or outcome.refused:
            return self._fragment(visit, campaign, self._why(visit, outcome), self._typed(visit, campaign))
        return self._fragment(visit, campaign, self._room.kept_at(visit), {}, kept=True)

    # --- Keeping ------------------------------------------------------------------------------------------------------

    async def _keep(self, visit: Visit, campaign: Campaign, what: str, which: str) -> Outcome:
        """Each part by itself: what is wrong with one keeps no other from being kept."""
        outcome, service, officer = Outcome(), self._room.service, visit.officer
        before = {each.language: each.text for each in campaign.texts}
        for language in LANGUAGES:
            text, seen = cleaned(visit.text(f"text-{language}")), visit.text(f"seen-{language}")
            if f"text-{language}" not in visit.form or text == before.get(language, "") or parts.of_text(text) == seen:
                continue
            try:
                if len(text) > _LONGEST_TEXT:
                    raise CotMocError(f"Một bản dài nhất {_LONGEST_TEXT} ký tự; bớt chữ rồi lưu.")
                await service.write(officer, campaign.id, language, text, seen)
                outcome.kept = True
            except ChangedMeanwhile:
                outcome.theirs.append(language)
            except (StoreUnavailable, Forbidden):
                raise
            except CotMocError as error:
                outcome.refused.append(error)
        await self._keep_rest(visit, campaign, what, which, outcome)
        return outcome

    async def _keep_rest(self, visit: Visit, campaign: Campaign, what: str, which: str, outcome: Outcome) -> None:
        service, officer = self._room.service, visit.officer
        try:
            await self._keep_links(visit, campaign, what, which, outcome)
            for each in visit.form.getall("file", []):
                if isinstance(each, web.FileField):
                    language = visit.text("file_language")
                    await service.attach(
                        officer, campaign.id, language=language, name=each.filename, content=each.file.read()
                    )
                    outcome.kept = True
            if what == "detach" and which.isascii() and which.isdigit():
                await service.detach(officer, campaign.id, int(which))
                outcome.kept = True
        except (StoreUnavailable, Forbidden):
            raise
        except CotMocError as error:
            outcome.refused.append(error)

    async def _keep_links(self, visit: Visit, campaign: Campaign, what: str, which: str, outcome: Outcome) -> None:
        """The linked answers change one by one; the last day only when somebody changed it."""
        entries = [each for each in campaign.entries if not (what == "unlink" and each == which)]
        if what == "link" and which and which not in entries:
            entries.append(which)
        expires, typed = campaign.expires_at, visit.text("expires").strip()
        if "expires" in visit.form and typed != self._last_day(campaign):
            expires = self._end_of(visit, typed)
        if (tuple(entries), expires) != (campaign.entries, campaign.expires_at):
            seen = visit.text("seen-linked") or None
            await self._room.service.link(visit.officer, campaign.id, entries, expires, seen)
            outcome.kept = True

    def _end_of(self, visit: Visit, typed: str) -> datetime | None:
        """The end of the local day that was typed. Raises CotMocError."""
        if not typed:
            return None
        day = day_of(typed)
        if day is None:
            raise CotMocError("Không hiểu ngày hết hiệu lực; ghi như 31/12/2026.")
        end = datetime.combine(day + timedelta(days=1), time(), self._room.zone)
        if end <= visit.now:
            raise CotMocError("Ngày hết hiệu lực đã qua; chọn ngày sau.")
        return end

    def _last_day(self, campaign: Campaign) -> str:
        """The last local day on which the text holds, as a browser's field has it."""
        if campaign.expires_at is None:
            return ""
        return (campaign.expires_at - timedelta(minutes=1)).astimezone(self._room.zone).date().isoformat()

    # --- Showing ------------------------------------------------------------------------------------------------------

    def _typed(self, visit: Visit, campaign: Campaign) -> dict[str, Any]:
        """What stands in the fields again: whatever was typed, not what is kept."""
        return {
            "typed": {each: visit.text(f"text-{each}") for each in LANGUAGES if f"text-{each}" in visit.form},
            "expires": visit.text("expires") if "expires" in visit.form else self._last_day(campaign),
            "reopening": visit.text("reopen") == "1",
            "words": visit.text("q"),
        }

    def _beside(self, visit: Visit, campaign: Campaign, outcome: Outcome) -> dict[str, list[Piece]]:
        """What stands now against what was typed, by language."""
        kept = {each.language: each.text for each in campaign.texts}
        return {each: difference(kept.get(each, ""), cleaned(visit.text(f"text-{each}"))) for each in outcome.theirs}

    def _why(self, visit: Visit, outcome: Outcome) -> str:
        said = [in_words(visit, outcome.refused)] if outcome.refused else []
        if outcome.theirs:
            said.append(
                visit.words.say(
                    "Có người vừa sửa cùng bản này, nên chưa lưu đè. Xem hai bản bên dưới, sửa rồi bấm Lưu lần nữa."
                )
            )
        return " ".join(said)

    async def _shown(
        self, visit: Visit, campaign: Campaign, context: Mapping[str, Any], status: int = 200
    ) -> web.Response:
        room = self._room
        typed: dict[str, str] = context.get("typed", {})
        kept = {each.language: each.text for each in campaign.texts}
        asked = str(context.get("words", visit.request.query.get("q", "")))
        template = room.staff.templates().get(campaign.template_id) if campaign.template_id else None
        given: dict[str, Any] = {
            "step": "texts",
            "foreseen": await foreseen(room, visit, campaign) if campaign.audience else None,
            "languages": [
                {
                    "code": each,
                    "text": typed.get(each, kept.get(each, "")),
                    "seen": parts.mark(campaign, parts.TEXT, each),
                    "counts": counted(typed.get(each, kept.get(each, "")), each),
                    "kept": next((text for text in campaign.texts if text.language == each), None),
                }
                for each in LANGUAGES
            ],
            "linked": [(each, room.office.entry_title(each)) for each in campaign.entries],
            "seen_linked": parts.mark(campaign, parts.ENTRIES),
            "found": self._found(campaign, asked),
            "words": asked,
            "expires": self._last_day(campaign),
            "previews": room.staff.previews.of(_with(campaign, typed)),
            "placeholders": [(each, self._example(campaign, each)) for each in PLACEHOLDERS],
            "template": template,
            "theirs": {},
            "reopening": False,
            "megabytes": LARGEST_IMAGE // MEGABYTE,
        }
        return room.show(visit, campaign, "texts", given | dict(context), status)

    def _fragment(
        self, visit: Visit, campaign: Campaign, said: str, context: Mapping[str, Any], *, kept: bool = False
    ) -> web.Response:
        """The line that says whether it is kept, and beside it, out of band, the previews and what was seen."""
        given = {
            "said": said,
            "kept": kept,
            "seen": {each: parts.mark(campaign, parts.TEXT, each) for each in LANGUAGES} if kept else {},
            "seen_linked": parts.mark(campaign, parts.ENTRIES),
            "previews": self._room.staff.previews.of(_with(campaign, context.get("typed", {}))),
        }
        return self._room.show(visit, campaign, "texts_auto", given)

    def _example(self, campaign: Campaign, placeholder: str) -> str:
        return self._room.staff.wording.sample(campaign, "vi").get(placeholder, "")

    def _found(self, campaign: Campaign, asked: str) -> list[tuple[str, str]]:
        """Stored answers whose title or questions have all these words, with or without marks."""
        wanted = fold(asked).split()
        if not wanted:
            return []
        found = []
        for entry in self._room.office.catalog:
            said = " ".join([*entry.title.values(), *(each for many in entry.phrasings.values() for each in many)])
            if entry.id not in campaign.entries and all(each in fold(said) for each in wanted):
                found.append((entry.id, entry.title.get("vi", entry.id)))
        titles = {entry_id: fold(title) for entry_id, title in found}
        return sorted(found, key=lambda each: not all(word in titles[each[0]] for word in wanted))[:_MOST_FOUND]


def _with(campaign: Campaign, typed: Mapping[str, str]) -> Campaign:
    """As it would be with what was typed; an empty text is none."""
    kept = {each.language: each for each in campaign.texts}
    texts = []
    for language in LANGUAGES:
        text = cleaned(typed[language]) if language in typed else kept[language].text if language in kept else ""
        if text:
            texts.append(replace(kept.get(language, Text(language, "", "")), text=text))
    return replace(campaign, texts=tuple(texts))
