"""Talking to the bot as a resident of a chosen place, language and channel, without leaving a trace."""

from __future__ import annotations

from random import Random

from aiohttp import web

from bot.clock import Clock
from bot.places import label
from bot.staff.areas import NoSuchArea, area_code
from bot.staff.roles import Action
from handlers.chat.context import Desk
from handlers.console.gate import Gate, Visit
from handlers.console.rendering import Pages
from handlers.console.sent_forms import fields
from handlers.simulation import Simulation, over

PATH = "/console/simulator"
LONGEST = 30 * 60.0  # seconds without a word
MOST = 8  # at once; the one that nobody has used for longest goes first
LONGEST_TEXT = 4000
CHANNELS = (("telegram", "Telegram"), ("zalo-oa", "Zalo OA"), ("zalo-bot", "Zalo Bot"), ("web", "Web"))
LANGUAGES = (("vi", "Tiếng Việt"), ("km", "ភាសាខ្មែរ"), ("en", "English"))


class Simulator:
    def __init__(self, *, desk: Desk, clock: Clock, rng: Random, gate: Gate, pages: Pages) -> None:
        self._desk = desk
        self._clock = clock
        self._rng = rng
        self._gate = gate
        self._pages = pages
        self._running: dict[str, Simulation] = {}  # by the secret of the session that began it

    def routes(self) -> list[web.RouteDef]:
        gate = self._gate
        return [
            gate.get(PATH, self._shown, Action.READ),
            gate.post(f"{PATH}/begin", self._begin, Action.READ),
            gate.post(f"{PATH}/say", self._say, Action.READ),
            gate.post(f"{PATH}/end", self._end, Action.READ),
        ]

    async def _shown(self, visit: Visit, status: int = 200, **more: object) -> web.Response:
        await self._tidy(visit)
        running = self._running.get(visit.session.token)
        place = running and visit.office.gazetteer.get(running.place)
        context = {
            "talk": running,
            "place": label(place, visit.words.language) if place else "",
            "channels": CHANNELS,
            "languages": LANGUAGES,
            "typed": fields(visit.form),
            **more,
        }
        return self._pages.show(visit, "console/simulator.html", context, status=status)

    async def _begin(self, visit: Visit) -> web.Response:
        channel, language = visit.text("channel"), visit.text("language")
        if channel not in dict(CHANNELS) or language not in dict(LANGUAGES):
            raise web.HTTPBadRequest
        try:
            place = area_code(visit.office.gazetteer, visit.text("place"))
        except NoSuchArea as error:
            return await self._shown(visit, 400, why=visit.words.say(str(error)))
        begun = await Simulation.begin(
            self._desk, channel=channel, language=language, place=place, clock=self._clock, rng=self._rng
        )
        earlier = self._running.pop(visit.session.token, None)  # also one that was begun meanwhile by a second press
        self._running[visit.session.token] = begun
        if earlier is not None:
            await earlier.close()
        while len(self._running) > MOST:
            await self._stop(min(self._running, key=lambda each: self._running[each].used_at))
        return self._pages.after(visit, PATH)

    async def _say(self, visit: Visit) -> web.Response:
        await self._tidy(visit)
        running = self._running.get(visit.session.token)
        if running is None:
            why = visit.words.say("Cuộc nói thử đã hết giờ; bắt đầu lại.")
            return await self._shown(visit, 409, why=why)
        value, words = visit.text("value"), visit.text("words").strip()[:LONGEST_TEXT]
        if value:
            await running.taps(value, visit.words.language)
        elif words:
            await running.says(words, visit.words.language)
        return self._pages.after(visit, f"{PATH}#end")

    async def _end(self, visit: Visit) -> web.Response:
        await self._stop(visit.session.token)
        return self._pages.after(visit, PATH)

    async def _tidy(self, visit: Visit) -> None:
        for token in [key for key, each in self._running.items() if over(each, visit.now, LONGEST)]:
            await self._stop(token)

    async def _stop(self, token: str) -> None:
        running = self._running.pop(token, None)
        if running is not None:
            await running.close()
