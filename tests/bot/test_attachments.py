"""What may be attached: told by content, drawn anew or looked through, never by what a name claims."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, TextStringObject

from bot.attached_documents import HIDES, LOCKED, OPENS, RUNS
from bot.attached_images import LIGHT, LONGEST_SIDE, MOST_PIXELS
from bot.attachments import LONGEST_NAME, BadAttachment, clean_name, cleaned

PLACE = b"10 deg 23' 45 N"
SIDEWAYS = 6  # EXIF: turn by 90 degrees to see it upright


def drawn(kind: str, size: tuple[int, int] = (60, 40), mode: str = "RGB", **saved: object) -> bytes:
    buffer = BytesIO()
    Image.linear_gradient("L").resize(size).convert(mode).save(buffer, kind, **saved)
    return buffer.getvalue()


def photo(size: tuple[int, int] = (60, 40)) -> bytes:
    """As a phone takes it: with the place, its own name and which side is up."""
    notes = Image.Exif()
    notes[0x0112] = SIDEWAYS
    notes[0x010F] = "Phone of officer An"
    notes.get_ifd(0x8825)[0x001D] = PLACE.decode()
    return drawn("JPEG", size, exif=notes, comment=b"taken at the post")


# --- Images -------------------------------------------------------------------------------------------------------


def test_a_photo_keeps_its_pixels_upright_and_nothing_else() -> None:
    before = photo()
    assert PLACE in before
    assert b"officer An" in before
    after = cleaned("đồn.jpg", before)
    assert (after.name, after.mime) == ("đồn.jpg", "image/jpeg")
    for note in (PLACE, b"officer An", b"taken at", b"Exif"):
        assert note not in after.content
    image = Image.open(BytesIO(after.content))
    assert image.size == (40, 60)
    assert not image.getexif()


def test_a_png_loses_its_words_and_keeps_what_is_see_through() -> None:
    notes = Image.Exif()
    notes[0x010F] = "Phone of officer An"
    before = drawn("PNG", mode="RGBA", exif=notes, icc_profile=b"profile of a camera", dpi=(72, 72))
    assert b"officer An" in before
    after = cleaned("x.png", before)
    assert b"officer An" not in after.content
    for chunk in (b"eXIf", b"iCCP", b"tEXt", b"iTXt", b"zTXt", b"pHYs"):
        assert chunk not in after.content
    assert Image.open(BytesIO(after.content)).mode == "RGBA"
    clear = drawn("PNG", mode="P", transparency=0)
    assert Image.open(BytesIO(cleaned("x", clear).content)).has_transparency_data


@pytest.mark.parametrize(("kind", "mode"), [("JPEG", "RGB"), ("JPEG", "CMYK"), ("PNG", "P"), ("PNG", "1")])
def test_what_is_too_long_is_made_smaller(kind: str, mode: str) -> None:
    after = Image.open(BytesIO(cleaned("x", drawn(kind, (LONGEST_SIDE + 400, 100), mode)).content))
    assert max(after.size) == LONGEST_SIDE
    assert after.format == kind


def test_a_photo_with_much_in_it_still_fits_where_a_megabyte_is_the_most() -> None:
    noise = Image.effect_noise((1500, 1300), 90).convert("RGB")
    buffer = BytesIO()
    noise.save(buffer, "JPEG", quality=100)
    assert len(buffer.getvalue()) > LIGHT
    assert len(cleaned("x", buffer.getvalue()).content) <= LIGHT


def png_that_claims(width: int, height: int) -> bytes:
    """A header, and not the pixels it speaks of: whoever decoded it would say that it is broken."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [7_000, 12_000, 30_000])
def test_a_bomb_is_refused_by_its_header(side: int) -> None:
    assert side * side > MOST_PIXELS
    with pytest.raises(BadAttachment, match=r"triệu điểm|không đọc được"):
        cleaned("x.png", png_that_claims(side, side))


def test_too_many_pixels_are_counted_before_anything_is_decoded() -> None:
    with pytest.raises(BadAttachment, match="triệu điểm"):
        cleaned("x.png", png_that_claims(7_000, 7_000))
    with pytest.raises(BadAttachment, match="không đọc được"):
        cleaned("x.png", png_that_claims(700, 700))


def test_sixteen_bits_of_grey_are_refused_with_what_to_do() -> None:
    with pytest.raises(BadAttachment, match="8 bit"):
        cleaned("x.png", drawn("PNG", mode="I;16"))


# --- Documents ----------------------------------------------------------------------------------------------------


def pages() -> PdfWriter:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    return writer


def written(writer: PdfWriter) -> bytes:
    buffer = BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def with_action(**parts: str) -> bytes:
    """Pages that do something when they are opened."""
    writer = pages()
    action = DictionaryObject({NameObject(f"/{key}"): NameObject(value) for key, value in parts.items()})
    writer.root_object[NameObject("/OpenAction")] = writer._add_object(action)
    return written(writer)


def test_a_leaflet_goes_through_as_it_is_with_its_links_and_its_first_view() -> None:
    writer = pages()
    link = DictionaryObject({
        NameObject("/S"): NameObject("/URI"), NameObject("/URI"): TextStringObject("https://example.vn"),
    })  # fmt: skip
    writer.root_object[NameObject("/Metadata")] = writer._add_object(link)
    view = ArrayObject([writer.pages[0].indirect_reference, NameObject("/XYZ"), NumberObject(0)])
    writer.root_object[NameObject("/OpenAction")] = view
    leaflet = written(writer)
    after = cleaned("Tờ rơi.PDF", leaflet)
    assert (after.name, after.mime, after.content) == ("Tờ rơi.pdf", "application/pdf", leaflet)


def hidden() -> bytes:
    writer = pages()
    writer.add_attachment("note.txt", b"hidden")
    return written(writer)


def running() -> bytes:
    writer = pages()
    script = DictionaryObject({NameObject("/JS"): TextStringObject("app.alert(1)")})
    writer.root_object[NameObject("/AA")] = DictionaryObject({NameObject("/WC"): writer._add_object(script)})
    return written(writer)


def locked() -> bytes:
    writer = pages()
    writer.encrypt("secret", algorithm="RC4-128")
    return written(writer)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (running(), RUNS),
        (with_action(S="/JavaScript"), RUNS),
        (with_action(S="/Launch"), OPENS),
        (with_action(S="/SubmitForm"), OPENS),
        (with_action(S="/GoToR"), OPENS),
        (with_action(S="/GoToE"), OPENS),
        (with_action(S="/Rendition"), HIDES),
        (hidden(), HIDES),
        (locked(), LOCKED),
    ],
    ids=["javascript", "action", "launch", "submit", "other-file", "inner-file", "film", "hidden", "locked"],
)
def test_a_document_that_does_more_than_be_read_is_refused(content: bytes, why: str) -> None:
    with pytest.raises(BadAttachment) as refused:
        cleaned("x.pdf", content)
    assert str(refused.value) == why


def test_a_name_written_with_escapes_is_the_same_name() -> None:
    plain = with_action(S="/Launch")
    escaped = plain.replace(b"/Launch", b"/#4Caunch")
    assert escaped != plain
    with pytest.raises(BadAttachment, match="mở chương trình"):
        cleaned("x.pdf", escaped)


def packed(inner: bytes) -> bytes:
    """A file whose catalogue and action lie in a compressed object stream: no forbidden name stands in its bytes."""
    objects = [b"<</Type/Catalog/Pages 2 0 R/OpenAction 5 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", inner]
    offsets = [sum(len(each) + 1 for each in objects[:number]) for number in range(len(objects))]
    index = b" ".join(b"%d %d" % pair for pair in zip((1, 2, 5), offsets, strict=True)) + b" "
    stream = zlib.compress(index + b" ".join(objects))
    parts = [b"%PDF-1.5\n"]
    at = {}

    def add(number: int, body: bytes) -> None:
        at[number] = sum(map(len, parts))
        parts.append(b"%d 0 obj\n%b\nendobj\n" % (number, body))

    add(3, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>")
    head = b"<</Type/ObjStm/N 3/First %d/Filter/FlateDecode/Length %d>>" % (len(index), len(stream))
    add(4, head + b"\nstream\n" + stream + b"\nendstream")
    start = sum(map(len, parts))
    rows = [(0, 0, 0), (2, 4, 0), (2, 4, 1), (1, at[3], 0), (1, at[4], 0), (2, 4, 2), (1, start, 0)]
    table = b"".join(struct.pack(">BIB", *row) for row in rows)
    fields = b"<</Type/XRef/Size 7/Root 1 0 R/W[1 4 1]/Length %d>>" % len(table)
    add(6, fields + b"\nstream\n" + table + b"\nendstream")
    return b"".join(parts) + b"startxref\n%d\n%%%%EOF\n" % start


def test_what_lies_in_a_compressed_object_stream_is_found() -> None:
    harmless = packed(b"<</S/GoTo/D(top)>>")
    assert cleaned("x.pdf", harmless).content == harmless
    launching = packed(b"<</S/Launch/F(cmd.exe)>>")
    assert b"/Launch" not in launching
    with pytest.raises(BadAttachment, match="mở chương trình"):
        cleaned("x.pdf", launching)


def test_what_no_table_of_the_file_lists_is_found_in_its_bytes() -> None:
    with pytest.raises(BadAttachment, match="tự chạy"):
        cleaned("x.pdf", written(pages()) + b"\n9 0 obj <</S /JavaScript>> endobj\n")


@pytest.mark.parametrize("content", [b"%PDF-1.7\n", b"%PDF-1.7\n" + b"\0" * 900, written(PdfWriter())])
def test_a_document_without_pages_is_refused(content: bytes) -> None:
    with pytest.raises(BadAttachment):
        cleaned("x.pdf", content)


# --- Recordings, sizes, names -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "mime", "name"),
    [
        (b"OggS" + b"\0" * 40, "audio/ogg", "tin.ogg"),
        (b"ID3\x04" + b"\0" * 40, "audio/mpeg", "tin.mp3"),
        (b"\xff\xfb\x90\x64" + b"\0" * 40, "audio/mpeg", "tin.mp3"),
        (b"\0\0\0\x20ftypM4A " + b"\0" * 40, "audio/mp4", "tin.m4a"),
    ],
)
def test_recordings_by_their_first_bytes(content: bytes, mime: str, name: str) -> None:
    after = cleaned("tin.exe", content)
    assert (after.mime, after.name, after.content) == (mime, name, content)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"GIF89a" + b"\0" * 40, b"PK\x03\x04" + b"\0" * 40, b"MZ" + b"\0" * 40, b"<html>", b"\xff\xfe\x00\x00text",
        b"\0\0\0\x20ftypqt  " + b"\0" * 40, b"RIFF\0\0\0\0WEBP", b" %PDF-1.7", b"<svg onload=x>",
    ],
)  # fmt: skip
def test_anything_else_is_refused_whatever_it_is_called(content: bytes) -> None:
    with pytest.raises(BadAttachment, match="Chỉ đính kèm được"):
        cleaned("anh.jpg", content)


@pytest.mark.parametrize("start", [b"OggS", b"%PDF-1.7", b"\xff\xd8\xff\xe0"])
def test_too_large_is_said_before_anything_is_opened(start: bytes) -> None:
    with pytest.raises(BadAttachment, match="lớn hơn"):
        cleaned("x", start + b"\0" * 20_000_000)


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("C:\\Users\\An\\tờ rơi.jpg", "tờ rơi.png"),
        ("../../etc/passwd", "passwd.png"),
        ("anh\u202egnp.exe", "anhgnp.png"),
        ("a\r\nX: y.png", "a X: y.png"),
        ("", "tep.png"),
        (".png", "png.png"),
        ("x" * 300 + ".png", "x" * (LONGEST_NAME - 4) + ".png"),
    ],
)
def test_names(given_name: str, kept: str) -> None:
    assert clean_name(given_name, "image/png") == kept


@given(st.text(max_size=200))
def test_every_name_becomes_one_that_is_short_and_harmless(name: str) -> None:
    kept = clean_name(name, "application/pdf")
    assert kept.endswith(".pdf")
    assert 4 < len(kept) <= LONGEST_NAME
    assert kept.isprintable()
    assert not set(kept) & {"/", "\\"}
    assert clean_name(kept, "application/pdf") == kept


@given(st.binary(max_size=300), st.sampled_from([b"", b"%PDF-1.7\n", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"OggS"]))
def test_no_bytes_do_more_than_be_refused(content: bytes, start: bytes) -> None:
    try:
        cleaned("x", start + content)
    except BadAttachment as refused:
        sentence = str(refused)
        assert sentence.endswith(".")
        assert "\n" not in sentence
