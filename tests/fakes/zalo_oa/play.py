"""Be a resident by hand, with plain text: one address for each person, to write to and to read from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from aiohttp import web

from tests.fakes.zalo_oa.actions import MEDIA, Actions
from tests.fakes.zalo_oa.residents import id_of_name

if TYPE_CHECKING:
    from tests.fakes.zalo_oa.journal import Act
    from tests.fakes.zalo_oa.state import Account

PAUSE = 0.4  # seconds without another answer after which no more is expected
PLAIN = frozenset({"follow", "unfollow", "chatnow", "withdraw", "submit_info", "received", "seen", *MEDIA})


class Play:
    """``/_play/<name>``: POST a text and get the answers; GET shows what came since the last look.

    ``/_play/<name>/<act>`` does something else: follow, unfollow, tap (the body is the title or the place of a
    button, from 1), sticker, image, location and so on.
    """

    def __init__(self, account: Account, actions: Actions) -> None:
        self._account = account
        self._actions = actions

    async def serve(self, request: web.BaseRequest, path: str) -> web.Response:
        name, _, act = unquote(path).partition("/")
        who = name if name.isdecimal() else id_of_name(name)
        said = (await request.read()).decode("utf-8", "replace").strip()
        seen = self._account.shown.get(who, 0)
        if request.method == "POST":
            try:
                self._actions.act(_order(who, act, said))
            except (ValueError, KeyError) as error:
                return web.Response(status=400, text=f"{error}\n")
            await self._wait_for_answers(who)
        acts = self._account.journal.sends_to(who)
        self._account.shown[who] = len(acts)
        return web.Response(text="".join(render(each) for each in acts[seen:]))

    async def _wait_for_answers(self, who: str) -> None:
        journal = self._account.journal
        count = len(journal.sends_to(who))
        wait = self._account.settings.play_patience
        while await journal.wait_for_sends(count + 1, who, wait):
            count, wait = len(journal.sends_to(who)), PAUSE


def _order(who: str, act: str, said: str) -> dict[str, Any]:
    if not act:
        return {"kind": "text", "resident_id": who, "text": said}
    if act == "tap":
        return {"kind": "tap", "resident_id": who, "button": int(said) - 1 if said.isdecimal() else said}
    if act in PLAIN:
        return {"kind": act, "resident_id": who} | ({"text": said} if said else {})
    raise ValueError(f"no such act: {act}")


def render(act: Act) -> str:
    """A message as a phone would show it, for a terminal."""
    lines = [act.text] if act.text else []
    attachment = (act.message or {}).get("attachment", {})
    payload = attachment.get("payload", {}) if isinstance(attachment, dict) else {}
    if act.content not in ("text", "buttons"):
        lines.append(f"({act.content})")
    lines += [str(each.get("title", "")) for each in payload.get("elements", ()) if each.get("title")]
    lines += [f"[{place}] {each['title']}" for place, each in enumerate(payload.get("buttons", ()), start=1)]
    return "\n".join(lines) + "\n\n"
