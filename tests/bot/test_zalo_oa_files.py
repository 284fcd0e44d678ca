"""Which files an Official Account takes: judged by what is in them, before anything leaves this machine."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.zalo_file_kinds import CSV, DOC, DOCX, GIF, JPG, MEGABYTE, PDF, PNG, FileKind, checked, kind_of, named
from bot.errors import ContentRejected
from bot.messages import Attachment


def zipped(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return made.getvalue()


OLE = bytes.fromhex("d0cf11e0a1b11ae1")
PICTURE = b"\x89PNG\r\n\x1a\n" + b"\x00" * 30
ANIMATED = b"GIF89a\x78\x00\x50\x00" + b"\x00" * 20
WORD = zipped("[Content_Types].xml", "word/document.xml")


def file(content: bytes, name: str = "tep", mime: str = "application/octet-stream") -> Attachment:
    return Attachment(name, mime, content)


@pytest.mark.parametrize(
    ("attachment", "kind"),
    [
        (file(PICTURE, "a.pdf", "application/pdf"), PNG),
        (file(b"\xff\xd8\xff\xe0" + b"x" * 20), JPG),
        (file(ANIMATED), GIF),
        (file(b"%PDF-1.7 x"), PDF),
        (file(OLE + b"\x00" * 99 + "WordDocument".encode("utf-16-le")), DOC),
        (file(WORD), DOCX),
        (file("tên;giờ\nDinh Bà;6:00\n".encode(), "bang.csv"), CSV),
        (file(b"a,b\n", "bang", "text/csv; charset=utf-8"), CSV),
    ],
)
def test_a_file_is_what_is_in_it(attachment: Attachment, kind: FileKind) -> None:
    assert kind_of(attachment) is kind
    assert checked(attachment) is kind


@pytest.mark.parametrize(
    "attachment",
    [
        file(b""),
        file(b"", "a.csv"),
        file(b"{}", "cotmoc.json", "application/json"),
        file(b"MZ\x90\x00", "a.png", "image/png"),
        file(b"RIFFxxxxWEBP", "a.jpg"),
        file(OLE + b"\x00" * 99 + "Workbook".encode("utf-16-le"), "a.doc"),
        file(zipped("xl/workbook.xml"), "a.docx"),
        file(b"\xff\xfea\x00", "a.csv"),
        file(b"a\x00b", "a.csv"),
        file(b"GIF89a\x00\x00\x00\x00", "a.gif"),
        file(b"GIF89a", "a.gif"),
    ],
)
def test_what_is_not_taken(attachment: Attachment) -> None:
    with pytest.raises(ContentRejected):
        checked(attachment)


@pytest.mark.parametrize(
    ("head", "largest"), [(PICTURE, MEGABYTE), (ANIMATED, 5 * MEGABYTE), (b"%PDF-1.7", 5 * MEGABYTE)]
)
def test_sizes(head: bytes, largest: int) -> None:
    checked(file(head.ljust(largest, b"\x00")))
    with pytest.raises(ContentRejected):
        checked(file(head.ljust(largest + 1, b"\x00")))


@pytest.mark.parametrize(
    ("name", "kind", "result"),
    [
        ("lich.pdf", PDF, "lich.pdf"),
        ("ảnh.JPEG", JPG, "ảnh.jpeg"),
        ("ảnh.png", JPG, "ảnh.png.jpg"),
        ("", PDF, "tep.pdf"),
        (".pdf", PDF, "pdf.pdf"),
        ('../a"b\r\nc.pdf', PDF, "abc.pdf"),
    ],
)
def test_names(name: str, kind: FileKind, result: str) -> None:
    assert named(file(b"x", name), kind) == result


@given(st.text(), st.sampled_from([PNG, JPG, GIF, PDF, DOC, DOCX, CSV]))
def test_every_name_fits_into_a_header(name: str, kind: FileKind) -> None:
    made = named(file(b"x", name), kind)
    assert made.endswith(kind.endings)
    assert len(made) <= 90
    assert not set('"\\/\r\n') & set(made)
