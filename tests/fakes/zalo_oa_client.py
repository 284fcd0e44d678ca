"""Start the fake Zalo Official Account and speak to its control interface, typed, from a test.

``async with FakeZaloOa.start(oa_limit=100) as fake:`` gives a server on a free port that ends with the block, and
also when the test program dies.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.fakes.zalo_oa.clock import DAY, HOUR
from tests.fakes.zalo_oa.grants import challenge_of
from tests.fakes.zalo_oa.journal import Act, CallMade, DeliveryAttempt, TokenCall
from tests.fakes.zalo_oa.launch import FakeZaloOaError, launch, start_program, stop_program

__all__ = [
    "DAY",
    "HOUR",
    "Act",
    "CallMade",
    "Counts",
    "DeliveryAttempt",
    "FakeZaloOa",
    "FakeZaloOaError",
    "Pushed",
    "TokenCall",
    "WebhookSaved",
    "challenge_of",
    "launch",
    "resident",
]

FIRST_RESIDENT = 2_468_458_000_000_000_000


def resident(number: int) -> str:
    """The id of the ``number``-th resident: as large as the real ones, which a float cannot hold."""
    return str(FIRST_RESIDENT + number)


@dataclass(frozen=True, slots=True)
class Pushed:
    """The number of an event, by which the journal names it, and the id of its message (None: it has none).

    ``event`` is None too for an act of which the platform tells nothing, such as the tap on a link.
    """

    event: int | None
    message_id: str | None


@dataclass(frozen=True, slots=True)
class WebhookSaved:
    """Whether the console saved an address, and what its look at it was answered."""

    saved: bool
    status: int | str


@dataclass(frozen=True, slots=True)
class Counts:
    """Sums; ``answers`` is keyed "name error", with 0 for success: "cs 0", "refresh -14014".

    ``undelivered``: events given up; ``unheard``: events without a webhook, or switched off.
    """

    sends: int
    recipients: int
    unanswered: int
    delivery_attempts: int
    undelivered: int
    unheard: int
    hangups: int
    answers: dict[str, int]


def _decoded(body: bytes) -> Any:
    return json.loads(body) if body else None


class FakeZaloOa:
    """A running fake; every method is one order to it or one question."""

    def __init__(self, said: dict[str, str], session: aiohttp.ClientSession) -> None:
        self.url = said["url"]  # plays openapi, oauth and business alike
        self.oa_id = said["oa_id"]
        self.app_id = said["app_id"]
        self.app_secret = said["app_secret"]
        self.oa_secret = said["oa_secret"]
        self.access_token = said["access_token"]  # of the first pair
        self.refresh_token = said["refresh_token"]
        self._session = session

    @classmethod
    @asynccontextmanager
    async def start(cls, *, port: int = 0, **options: Any) -> AsyncIterator[FakeZaloOa]:
        """Run the program; ``options`` are fields of Settings. Raises FakeZaloOaError when it does not come up."""
        program, said = await asyncio.to_thread(start_program, {"port": port, **options})
        try:
            async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None)) as session:
                yield cls(said, session)
        finally:
            await asyncio.to_thread(stop_program, program)

    @classmethod
    @asynccontextmanager
    async def attach(cls, said: dict[str, str]) -> AsyncIterator[FakeZaloOa]:
        """Use a fake that runs already (see ``launch``), made new by a reset."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None)) as session:
            fake = cls(said, session)
            await fake.reset()
            yield fake

    async def order(self, verb: str, **order: Any) -> Any:
        """One call of the control interface; raises FakeZaloOaError with its words when it refuses."""
        async with self._session.post(f"{self.url}/_control/{verb}", json=order) as answer:
            said = await answer.json()
            if answer.status != 200:
                raise FakeZaloOaError(f"{verb}: {said['error']}")
            return said["result"]

    # -- calls as any application makes them

    async def post(self, path: str, body: Any, *, token: str = "", **headers: str) -> Any:
        """A POST with JSON, with the first access token or another; the decoded answer, None for an empty one."""
        given = {"access_token": token or self.access_token, **headers}
        async with self._session.post(f"{self.url}{path}", json=body, headers=given) as answer:
            return _decoded(await answer.read())

    async def get(self, path: str, wanted: Any = None, *, token: str = "", **plain: str) -> Any:
        """A GET; ``wanted`` goes into the one parameter ``data``, ``plain`` are parameters of their own."""
        parameters = plain if wanted is None else {"data": json.dumps(wanted)}
        given = {"access_token": token or self.access_token}
        async with self._session.get(f"{self.url}{path}", params=parameters, headers=given) as answer:
            return _decoded(await answer.read())

    async def upload(self, kind: str, file_name: str, content: bytes, *, token: str = "") -> Any:
        """``kind``: image, gif or file."""
        form = aiohttp.FormData()
        form.add_field("file", content, filename=file_name)
        given = {"access_token": token or self.access_token}
        async with self._session.post(f"{self.url}/v2.0/oa/upload/{kind}", data=form, headers=given) as answer:
            return _decoded(await answer.read())

    async def ask_tokens(self, *, secret: str = "", **form: str) -> Any:
        """A call for tokens; ``app_id`` is filled in. The decoded answer, None for an empty one."""
        filled = {"app_id": self.app_id, **form}
        given = {"secret_key": secret or self.app_secret}
        async with self._session.post(f"{self.url}/v4/oa/access_token", data=filled, headers=given) as answer:
            return _decoded(await answer.read())

    async def write_to(self, resident_id: str, text: str, *, token: str = "") -> Any:
        """A consultation text."""
        body = {"recipient": {"user_id": resident_id}, "message": {"text": text}}
        return await self.post("/v3.0/oa/message/cs", body, token=token)

    # -- what residents do

    async def push(self, kind: str, resident_id: str | None = None, **order: Any) -> Pushed:
        """One act of any kind the fake knows; the methods below are this with names."""
        whose = {} if resident_id is None else {"resident_id": resident_id}
        [made] = await self.order("events", events=[{"kind": kind, **whose, **order}])
        return Pushed(**made)

    async def say(self, resident_id: str, text: str, **more: Any) -> Pushed:
        """A resident writes ``text``; ``quote`` (a message id), ``age`` (seconds), ``no_id=True`` may follow."""
        return await self.push("text", resident_id, text=text, **more)

    async def tap(self, resident_id: str, button: str | int) -> Pushed:
        """Tap a button, by its title or its place from 0, of the newest message with buttons."""
        return await self.push("tap", resident_id, button=button)

    async def send_media(self, resident_id: str, kind: str, **more: Any) -> Pushed:
        """image, audio, video, sticker, location, file, link, gif or business_card; ``text`` is a caption."""
        return await self.push(kind, resident_id, **more)

    async def follow(self, resident_id: str, **more: Any) -> Pushed:
        return await self.push("follow", resident_id, **more)

    async def unfollow(self, resident_id: str, **more: Any) -> Pushed:
        return await self.push("unfollow", resident_id, **more)

    async def withdraw(self, resident_id: str) -> Pushed:
        """The resident asks that everything about them be erased."""
        return await self.push("withdraw", resident_id)

    async def submit_info(self, resident_id: str, **more: Any) -> Pushed:
        return await self.push("submit_info", resident_id, **more)

    async def receive(self, resident_id: str, message_id: str | None = None) -> Pushed:
        """The resident's phone tells that it got a message (default: the newest)."""
        return await self.push("received", resident_id, **({"message_id": message_id} if message_id else {}))

    async def see(self, resident_id: str, *message_ids: str) -> Pushed:
        return await self.push("seen", resident_id, message_ids=list(message_ids))

    async def unknown_event(self, name: str, **members: Any) -> Pushed:
        """An event of any name, with members of its own."""
        return await self.push("event", event_name=name, members=members)

    async def push_raw(self, body: Any, **more: Any) -> Pushed:
        """A body as it is given, signed; ``lane`` may follow. ``push("raw", text=…)`` is for what is no JSON."""
        return await self.push("raw", body=body, **more)

    async def bulk(
        self, people: int, texts: list[str], *, first: int = FIRST_RESIDENT, each: int = 1, rate: float = 0.0
    ) -> None:
        """So many residents write, ``each`` times; at ``rate`` messages/s this returns at once."""
        await self.order("bulk", people=people, texts=texts, first=first, each=each, rate=rate)

    # -- the console and the world

    async def set_webhook(self, url: str) -> WebhookSaved:
        """Save an address; the console looks at it first and keeps it only when it answers 200."""
        return WebhookSaved(**await self.order("webhook", url=url))

    async def consent(self, code_challenge: str, redirect_uri: str, **more: Any) -> str:
        """The administrator agrees; gives the code. Raises FakeZaloOaError when the link is refused."""
        parameters = {"app_id": self.app_id, "code_challenge": code_challenge, "redirect_uri": redirect_uri, **more}
        code: str = (await self.order("consent", **parameters))["code"]
        return code

    async def grant(self) -> dict[str, Any]:
        """A fresh pair without a consent: ``number``, ``access_token``, ``refresh_token``."""
        pair: dict[str, Any] = await self.order("grant")
        return pair

    async def revoke(self) -> None:
        """The grant is void; only a new consent or ``grant`` helps."""
        await self.order("revoke")

    async def set_clock(self, at: float, *, still: bool = True) -> None:
        """Make it ``at`` (seconds since 1970); ``still``: and let no time pass."""
        await self.order("clock", set=at, still=still)

    async def advance(self, seconds: float) -> float:
        """Let so much time pass; gives the time it is then."""
        now: float = (await self.order("clock", advance=seconds))["now"]
        return now

    async def set_resident(self, resident_id: str, **changes: Any) -> None:
        """Members of Resident, and ``interacted_ago``: seconds since the last interaction, None for never."""
        await self.order("residents", residents=[{"resident_id": resident_id, **changes}])

    async def know(self, people: int, *, first: int = FIRST_RESIDENT, interacted_ago: float | None = 0.0) -> None:
        """So many residents exist and wrote that long ago."""
        await self.order("crowd", people=people, first=first, changes={"interacted_ago": interacted_ago})

    async def set_template(self, template_id: str, **members: Any) -> None:
        await self.order("templates", templates=[{"template_id": template_id, **members}])

    async def set_group(self, group_id: str, **members: Any) -> None:
        await self.order("groups", groups=[{"group_id": group_id, **members}])

    async def set_settings(self, **settings: Any) -> None:
        await self.order("settings", **settings)

    async def mute(self, *names: str) -> None:
        """Switch these events off in the console, and all others on."""
        await self.order("mute", names=list(names))

    async def fault(self, kind: str, **script: Any) -> None:
        """Add a fault; see ``Fault`` for kinds and members."""
        await self.order("faults", faults=[{"kind": kind, **script}])

    async def clear_faults(self) -> list[dict[str, Any]]:
        """End all faults; gives kind and hits of each."""
        hits: list[dict[str, Any]] = await self.order("clear_faults")
        return hits

    async def redeliver(self, event: int) -> None:
        await self.order("redeliver", event=event)

    async def duplicate_next(self, count: int) -> None:
        """Deliver each of the next ``count`` events twice."""
        await self.order("duplicates", count=count)

    async def reset(self) -> None:
        """As it was at the start: no residents, log, faults, webhook; the first settings, tokens and time."""
        await self.order("reset")

    # -- what happened

    async def sends(self, recipient: str | None = None, since: int = 0) -> list[Act]:
        """Accepted sends (to them) in order, from the ``since``-th on."""
        return [Act(**row) for row in await self.order("sends", recipient=recipient, since=since)]

    async def calls(self) -> list[CallMade]:
        """Every call in order, refused ones too."""
        return [CallMade(**row) for row in await self.order("calls")]

    async def token_calls(self) -> list[TokenCall]:
        return [TokenCall(**row) for row in await self.order("token_calls")]

    async def deliveries(self) -> list[DeliveryAttempt]:
        return [DeliveryAttempt(**row) for row in await self.order("deliveries")]

    async def counts(self) -> Counts:
        return Counts(**await self.order("counts"))

    async def state(self) -> dict[str, Any]:
        """The time, the webhook, the tokens in force (None: void), the wallet (VND), the uploads."""
        state: dict[str, Any] = await self.order("state")
        return state

    async def wait_for(self, sends: int, patience: float = 10.0, recipient: str | None = None) -> list[Act]:
        """The accepted sends once there are that many (to them); raises TimeoutError after ``patience`` seconds."""
        outcome = await self.order("wait", count=sends, timeout=patience, recipient=recipient)
        if not outcome["reached"]:
            raise TimeoutError(f"waited {patience} s for {sends} sends, there are {outcome['sends']}")
        return await self.sends(recipient)

    async def wait_for_deliveries(self, count: int, patience: float = 10.0) -> list[DeliveryAttempt]:
        """The attempts to deliver once there are that many; raises TimeoutError."""
        if not (await self.order("wait_deliveries", count=count, timeout=patience))["reached"]:
            raise TimeoutError(f"waited {patience} s for {count} deliveries")
        return await self.deliveries()

    async def wait_until_idle(self, patience: float = 10.0) -> None:
        """Until no event is being posted or waits for another try; raises TimeoutError."""
        if not (await self.order("wait_idle", timeout=patience))["reached"]:
            raise TimeoutError(f"events are still waiting after {patience} s")
