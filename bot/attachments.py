"""What may be attached to a message, cleaned: what a file is by its content, its size, its name, nothing hidden in it.

Decoding takes a while and much memory: call it off the event loop. Images: ``bot.attached_images``; documents:
``bot.attached_documents``.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

from bot.attached_images import redrawn
from bot.attachment_errors import BadAttachment
from bot.messages import Attachment

__all__ = ["MEGABYTE", "BadAttachment", "cleaned"]

MEGABYTE = 1_000_000
LARGEST_IMAGE = 20 * MEGABYTE  # before it is drawn anew, smaller
# developers.zalo.me, upload of files to an Official Account: pdf up to 5 MB.
LARGEST_PDF = 5 * MEGABYTE
LARGEST_VOICE = 5 * MEGABYTE  # five minutes at 128 kbit/s; a spot lasts one
LONGEST_NAME = 80

JPEG, PNG, PDF, OGG, MP3, M4A = "image/jpeg", "image/png", "application/pdf", "audio/ogg", "audio/mpeg", "audio/mp4"
_ENDINGS = {
    JPEG: (".jpg", ".jpeg"), PNG: (".png",), PDF: (".pdf",), OGG: (".ogg", ".oga", ".opus"), MP3: (".mp3",),
    M4A: (".m4a",),
}  # fmt: skip
_LARGEST = {JPEG: LARGEST_IMAGE, PNG: LARGEST_IMAGE, PDF: LARGEST_PDF} | dict.fromkeys((OGG, MP3, M4A), LARGEST_VOICE)
_M4A_BRANDS = (b"M4A ", b"M4B ", b"mp42", b"isom", b"iso2")
_SPACES = re.compile(r"\s+")


def cleaned(name: str, content: bytes) -> Attachment:
    """The file as it may be attached. ``name``: as it was uploaded; what it claims to be does not count.

    Images are drawn anew, at most 2560 pixels long and without anything but the picture; documents and recordings
    stay as they are. Raises BadAttachment with one sentence that says what to do.
    """
    mime = kind_of(content)
    if mime is None:
        raise BadAttachment("Chỉ đính kèm được ảnh JPEG, PNG, tệp PDF, hoặc ghi âm ogg, mp3, m4a.")
    if len(content) > _LARGEST[mime]:
        raise BadAttachment(f"Tệp lớn hơn {_LARGEST[mime] // MEGABYTE} MB; hãy thu nhỏ rồi đính kèm lại.")
    if mime in (JPEG, PNG):
        content = redrawn(content, "JPEG" if mime == JPEG else "PNG")
    elif mime == PDF:
        # Its reader takes long to load, and most services never see a PDF.
        from bot.attached_documents import check_pdf

        check_pdf(content)
    return Attachment(clean_name(name, mime), mime, content)


def kind_of(content: bytes) -> str | None:
    """The type by the first bytes; None for what may not be attached."""
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content.startswith(b"%PDF-"):
        return PDF
    if content.startswith(b"OggS"):
        return OGG
    if content[4:8] == b"ftyp":
        return M4A if content[8:12] in _M4A_BRANDS else None
    return MP3 if content.startswith(b"ID3") or _mpeg_frame(content) else None


def _mpeg_frame(content: bytes) -> bool:
    """Whether an MPEG audio frame of layer III begins here (ISO/IEC 11172-3, 2.4.1.3): eleven bits set, a version and
    a layer that exist, a bit rate and a sampling rate that are not forbidden."""
    if len(content) < 4 or content[0] != 0xFF or content[1] & 0xE0 != 0xE0:
        return False
    version, layer = content[1] >> 3 & 3, content[1] >> 1 & 3
    return version != 1 and layer == 1 and content[2] >> 4 not in (0, 15) and content[2] >> 2 & 3 != 3


def clean_name(name: str, mime: str) -> str:
    """The last part of the name without what cannot be seen, at most 80 characters, ending in what the file is."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    seen = "".join(" " if letter.isspace() else letter for letter in last if _shown(letter))
    stem, ending = PurePosixPath(_SPACES.sub(" ", seen).strip(" .")).stem, _ENDINGS[mime][0]
    return (stem.strip(" .")[: LONGEST_NAME - len(ending)] or "tep") + ending


def _shown(letter: str) -> bool:
    """Not a control or format sign: a name that runs backwards would show another ending."""
    return letter.isspace() or unicodedata.category(letter)[0] != "C"
