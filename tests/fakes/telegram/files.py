"""Files the fake keeps: uploaded by the bot or sent by residents, found again by file_id."""

from __future__ import annotations

import hashlib
import re
import struct
from dataclasses import dataclass
from typing import Any, Literal

from tests.fakes.telegram.parameters import Call, Upload
from tests.fakes.telegram.refusals import bad_request

FileKind = Literal["Photo", "Document", "Voice", "Sticker"]
PHOTO_LIMIT = 10 * 1024 * 1024  # Bot API, "Sending files": 10 MB for photos
_PREFIX = {"Photo": "AgAC", "Document": "BQAC", "Voice": "AwAC", "Sticker": "CAAC"}
_FOLDER = {"Photo": "photos", "Document": "documents", "Voice": "voice", "Sticker": "stickers"}


@dataclass(slots=True)
class StoredFile:
    file_id: str
    unique_id: str
    kind: FileKind
    name: str
    mime_type: str
    content: bytes
    width: int = 0
    height: int = 0
    duration: int = 0

    @property
    def path(self) -> str:
        return f"{_FOLDER[self.kind]}/{self.unique_id}"

    def identity(self) -> dict[str, Any]:
        return {"file_id": self.file_id, "file_unique_id": self.unique_id, "file_size": len(self.content)}


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG or JPEG, None for anything else."""
    if content.startswith(b"\x89PNG\r\n\x1a\n") and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return int(width), int(height)
    if content.startswith(b"\xff\xd8"):
        found = re.search(rb"\xff[\xc0\xc1\xc2]..\x08(....)", content, re.DOTALL)
        if found:
            height, width = struct.unpack(">HH", found.group(1))
            return int(width), int(height)
    return None


class FileStore:
    """All files of one bot by file_id and by download path."""

    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    def add(self, kind: FileKind, name: str, mime_type: str, content: bytes, **sizes: int) -> StoredFile:
        number = len(self._by_id) + 1
        unique_id = "AQAD" + hashlib.sha256(content + kind.encode()).hexdigest()[:12]
        file_id = f"{_PREFIX[kind]}AgQAAx0C{number:08d}AAI{unique_id}"
        stored = StoredFile(file_id, unique_id, kind, name, mime_type, content, **sizes)
        self._by_id[file_id] = self._by_path[stored.path] = stored
        return stored

    def find(self, file_id: str) -> StoredFile | None:
        return self._by_id.get(file_id)

    def at_path(self, path: str) -> StoredFile | None:
        return self._by_path.get(path)

    def from_call(self, call: Call, field: str, kind: FileKind) -> StoredFile:
        """The file a send names: an upload, an attach:// reference, a file_id or a URL; raises Refusal."""
        given = call.text(field)
        part = given.removeprefix("attach://") if given.startswith("attach://") else field
        upload = call.uploads.get(part)
        if upload is not None:
            return self._accept(upload, kind, call.integer("duration", 0, 0, 86_400))
        if not given:
            raise bad_request(f"there is no {kind.lower()} in the request")
        known = self._by_id.get(given)
        if known is not None:
            if known.kind != kind:
                raise bad_request(f"can't use file of type {known.kind} as {kind}")
            return known
        if given.startswith(("http://", "https://")):
            return self.add(kind, given.rsplit("/", 1)[-1], "application/octet-stream", given.encode())
        raise bad_request("wrong file identifier/HTTP URL specified")

    def _accept(self, upload: Upload, kind: FileKind, duration: int) -> StoredFile:
        size = len(upload.content)
        if size == 0:
            raise bad_request("file must be non-empty")
        width = height = 0
        if kind == "Photo":
            if size > PHOTO_LIMIT:
                limit = f"the maximum size is {PHOTO_LIMIT} bytes"
                raise bad_request(f"file of size {size} bytes is too big for a photo; {limit}")
            found = picture_size(upload.content)
            if found is None:
                raise bad_request("IMAGE_PROCESS_FAILED")
            width, height = found
            if width + height > 10_000 or max(width, height) > 20 * max(1, min(width, height)):
                raise bad_request("PHOTO_INVALID_DIMENSIONS")
        return self.add(
            kind,
            upload.file_name,
            upload.mime_type,
            upload.content,
            width=width,
            height=height,
            duration=duration,
        )


def describe(stored: StoredFile) -> tuple[str, Any]:
    """The member of a Message that shows this file: its name and its object."""
    shape = stored.identity()
    match stored.kind:
        case "Photo":
            width, height = stored.width or 640, stored.height or 480
            return "photo", [shape | {"width": width, "height": height}]
        case "Voice":
            return "voice", shape | {"duration": stored.duration, "mime_type": "audio/ogg"}
        case "Sticker":
            traits = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
            return "sticker", shape | traits
        case _:
            return "document", shape | {"file_name": stored.name, "mime_type": stored.mime_type}
