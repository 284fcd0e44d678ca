"""Files of messages on their way to an Official Account: checked, uploaded once, and uploaded again when expired.

An uploaded file lives for seven days and each kind may be uploaded 5 000 times a month (developers.zalo.me), so what
was uploaded is remembered by the digest of its content for a little less than that.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot import errors
from bot.channels.zalo_file_kinds import Uploaded, checked, named
from bot.channels.zalo_oa_client import FilePart, ZaloClient
from bot.channels.zalo_oa_errors import Purpose, Refused, error_for
from bot.clock import Clock
from bot.messages import Attachment

KEPT_FOR = timedelta(days=6, hours=12)
PREFIX = "upload:"


class UploadBook(Protocol):
    """What was uploaded before: a short text by a key of at most 40 characters."""

    async def look_up(self, key: str) -> str | None: ...

    async def note(self, key: str, value: str, before: datetime) -> None:
        """Keep it; what was noted before that time may be forgotten."""
        ...


class BookInMemory:
    """An UploadBook that lasts as long as its program."""

    def __init__(self) -> None:
        self.notes: dict[str, str] = {}

    async def look_up(self, key: str) -> str | None:
        return self.notes.get(key)

    async def note(self, key: str, value: str, before: datetime) -> None:
        self.notes[key] = value


class Uploads:
    """Many messages with one file upload it once, also when they are sent at the same time."""

    def __init__(self, client: ZaloClient, book: UploadBook, clock: Clock) -> None:
        self._client = client
        self._book = book
        self._clock = clock
        self._at_work: dict[str, asyncio.Lock] = {}

    async def reference(self, attachment: Attachment, *, instead_of: str = "") -> Uploaded:
        """What a message names this file by. ``instead_of``: the reference that has turned out to be expired.

        Raises ContentRejected for a file that Zalo would not take, before the network, or another ChannelError;
        no message has been sent then.
        """
        kind = checked(attachment)
        file = FilePart(named(attachment, kind), kind.mime, attachment.content)
        digest = hashlib.sha256(f"{kind.family}\n{file.name}\n".encode() + file.content)
        key = PREFIX + digest.hexdigest()[:32]
        lock = self._at_work.setdefault(key, asyncio.Lock())
        try:
            async with lock:
                known = await self._known(key)
                if not known or known == instead_of:
                    known = await self._upload(kind.path, file, key)
                return Uploaded(kind.family, known)
        finally:
            if not lock.locked() and self._at_work.get(key) is lock:
                del self._at_work[key]

    async def _upload(self, path: str, file: FilePart, key: str) -> str:
        now = self._clock.now()
        try:
            given = await self._client.upload(path, file)
        except Refused as refused:
            error = error_for(refused, Purpose.QUESTION, now, self._client.jitter())
            if isinstance(error, errors.QuotaUsedUp):  # of uploads only: what needs none goes on
                raise errors.ContentRejected(str(error)) from None
            raise error from None
        made = _reference(given)
        if not made:
            raise errors.ChannelDown("an upload without a reference")
        note = json.dumps({"at": now.timestamp(), "reference": made})
        with contextlib.suppress(errors.StoreUnavailable):  # then it is uploaded once more, which harms nobody
            await self._book.note(key, note, now - KEPT_FOR)
        return made

    async def _known(self, key: str) -> str:
        note = None
        with contextlib.suppress(errors.StoreUnavailable):
            note = await self._book.look_up(key)
        if note is None:
            return ""
        kept = json.loads(note)
        age = self._clock.now().timestamp() - kept["at"]
        return str(kept["reference"]) if 0 <= age < KEPT_FOR.total_seconds() else ""


def _reference(given: Any) -> str:
    """An image or gif has an attachment_id, a file has a token."""
    for name in ("attachment_id", "token"):
        found = given.get(name) if isinstance(given, dict) else None
        if isinstance(found, str | int) and not isinstance(found, bool) and str(found):
            return str(found)
    return ""
