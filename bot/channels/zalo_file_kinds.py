"""What a file is, by its content, and whether an Official Account may send it (pure).

developers.zalo.me, upload APIs: png and jpg up to 1 MB, gif up to 5 MB, pdf, doc, docx and csv up to 5 MB. Whether a
MB has a million bytes or some more is not said; a million is right either way.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.errors import ContentRejected
from bot.messages import Attachment

MEGABYTE = 1_000_000
_LONGEST_NAME = 80
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # Word before 2007, and other programs of its time
_WORD_STREAM = "WordDocument".encode("utf-16-le")


@dataclass(frozen=True, slots=True)
class FileKind:
    """``endings``: what the name may end in, the usual one first. ``family`` is image, gif or file."""

    family: str
    mime: str
    endings: tuple[str, ...]
    largest: int

    @property
    def path(self) -> str:
        return f"/v2.0/oa/upload/{self.family}"


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file that the platform holds: ``family`` is image, gif or file; ``reference`` its attachment_id or token."""

    family: str
    reference: str


PNG = FileKind("image", "image/png", (".png",), MEGABYTE)
JPG = FileKind("image", "image/jpeg", (".jpg", ".jpeg"), MEGABYTE)
GIF = FileKind("gif", "image/gif", (".gif",), 5 * MEGABYTE)
PDF = FileKind("file", "application/pdf", (".pdf",), 5 * MEGABYTE)
DOC = FileKind("file", "application/msword", (".doc",), 5 * MEGABYTE)
DOCX = FileKind(
    "file", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", (".docx",), 5 * MEGABYTE
)
CSV = FileKind("file", "text/csv", (".csv",), 5 * MEGABYTE)
MIMES = frozenset(kind.mime for kind in (PNG, JPG, GIF, PDF, DOC, DOCX, CSV))


def kind_of(attachment: Attachment) -> FileKind | None:
    """By its first bytes; only a table of plain text has none, and is known by its name and by being readable."""
    content = attachment.content
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content.startswith(b"\xff\xd8\xff"):
        return JPG
    if content.startswith((b"GIF87a", b"GIF89a")):
        return GIF
    if content.startswith(b"%PDF-"):
        return PDF
    if content.startswith(_OLE):
        return DOC if _WORD_STREAM in content else None
    if content.startswith(b"PK\x03\x04"):
        return DOCX if b"word/document.xml" in content else None
    called_table = attachment.name.lower().endswith(".csv") or attachment.mime.partition(";")[0].strip() == CSV.mime
    return CSV if called_table and _readable(content) else None


def checked(attachment: Attachment) -> FileKind:
    """Raises ContentRejected, before anything is sent, for a file that the platform would refuse."""
    kind = kind_of(attachment)
    if kind is None:
        raise ContentRejected("Zalo OA chỉ nhận tệp png, jpg, gif, pdf, doc, docx, csv")
    if not attachment.content or len(attachment.content) > kind.largest:
        raise ContentRejected(f"tệp lớn hơn {kind.largest // MEGABYTE} MB, Zalo OA không nhận")
    if kind is GIF and 0 in gif_size(attachment.content):
        raise ContentRejected("tệp gif không có kích thước")
    return kind


def named(attachment: Attachment, kind: FileKind) -> str:
    """The file's name with the ending of what it is; without what has no place in a header."""
    plain = "".join(sign for sign in attachment.name if sign.isprintable() and sign not in '"\\/:*?<>|').strip(" .")
    stem, dot, ending = plain.rpartition(".")
    if dot and f".{ending.lower()}" in kind.endings and stem:
        return f"{stem[:_LONGEST_NAME]}.{ending.lower()}"
    return f"{(plain or 'tep')[:_LONGEST_NAME]}{kind.endings[0]}"


def gif_size(content: bytes) -> tuple[int, int]:
    """Width and height in pixels, from the head of a GIF; zeros when it is cut off."""
    return int.from_bytes(content[6:8], "little"), int.from_bytes(content[8:10], "little")


def _readable(content: bytes) -> bool:
    try:
        return "\x00" not in content.decode("utf-8-sig") and bool(content.strip())
    except UnicodeDecodeError:
        return False
