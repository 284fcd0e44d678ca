"""/console/notices/templates: what a notice can say, and a commander's signature under one language of it."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from bot.errors import CotMocError, StoreUnavailable
from bot.staff.roles import Action
from broadcasts import notice_store
from content.notice_templates import HOLD, NoticeTemplate
from handlers.chat import khan_words
from handlers.console.gate import Visit
from handlers.console.notice_page import SPENT
from handlers.console.notice_room import NoticeRoom

PATH = "/console/notices/templates"


class NoticeHazards:
    def __init__(self, room: NoticeRoom) -> None:
        self._room = room

    def routes(self) -> list[web.RouteDef]:
        gate = self._room.gate
        one = f"{PATH}/{{template:[a-z0-9-]{{1,60}}}}/{{language:[a-z]{{2}}}}"
        return [
            gate.get(PATH, self._all, Action.READ),
            gate.get(one, self._one, Action.READ),
            gate.post(one, self._sign, Action.SIGN),
        ]

    async def _all(self, visit: Visit) -> web.Response:
        async with self._room.db.reading() as connection:
            signed = await notice_store.signatures(connection)
        found = self._room.hazards.templates.values()
        lines = [(each, [(code, _state(each, code, signed)) for code in each.texts]) for each in found]
        context = {"lines": lines, "hold": HOLD, "language_names": khan_words.LANGUAGE_NAMES}
        return self._room.show(visit, "templates", context)

    async def _one(self, visit: Visit) -> web.Response:
        return await self._shown(visit)

    async def _shown(self, visit: Visit, why: str = "", status: int = 200) -> web.Response:
        template, language = self._meant(visit)
        async with self._room.db.reading() as connection:
            signed = await notice_store.signatures(connection)
        context = {
            "template": template,
            "language": language,
            "language_name": khan_words.LANGUAGE_NAMES[language],
            "digest": template.digest(language),
            "state": _state(template, language, signed),
            "signature": signed.get((template.id, language)),
            "signs": visit.may(Action.SIGN)
            and (language != "vi" or (visit.may(Action.CONFIRM) and visit.may(Action.APPROVE))),
            "hold": HOLD,
            "why": why,
        }
        return self._room.show(visit, "template", context, status)

    async def _sign(self, visit: Visit) -> web.Response:
        template, language = self._meant(visit)
        spent = ""
        try:
            await self._room.gate.prove(visit, visit.text("code"))
            spent = SPENT
            await self._room.hazards.sign(visit.officer, template.id, language, visit.text("digest"))
        except StoreUnavailable:
            raise
        except CotMocError as error:
            why = " ".join(visit.words.say(each) for each in (str(error), spent) if each)
            return await self._shown(visit, why, 409 if spent else 400)
        name = visit.words.say(khan_words.LANGUAGE_NAMES[language])
        done = visit.words.say("Đã ký “%(title)s”, %(language)s.", title=template.title["vi"], language=name)
        return self._room.after(visit, PATH, done)

    def _meant(self, visit: Visit) -> tuple[NoticeTemplate, str]:
        """Raises HTTPNotFound."""
        found = self._room.hazards.templates.get(visit.request.match_info["template"])
        language = visit.request.match_info["language"]
        if found is None or language not in found.texts:
            raise web.HTTPNotFound
        return found, language


def _state(template: NoticeTemplate, language: str, signed: Mapping[tuple[str, str], tuple[str, str, object]]) -> str:
    """``signed``, ``changed`` since it was, or ``unsigned``."""
    digest = signed.get((template.id, language), ("",))[0]
    return "unsigned" if not digest else "signed" if digest == template.digest(language) else "changed"
