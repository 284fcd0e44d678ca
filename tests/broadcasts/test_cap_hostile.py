"""Files made to do harm: refused with one sentence, at once, and nothing outside the file is touched."""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadcasts.cap_reading import CapRefused, read_alert
from broadcasts.cap_writing import write_alert
from broadcasts.feed_index import read_index
from tests.broadcasts.cap_messages import sample

STORM = sample("storm.xml").decode()
NS = 'xmlns="urn:oasis:names:tc:emergency:cap:1.2"'
AT_ONCE = 3.0  # seconds, on a machine that others use too
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def refused(body: bytes) -> str:
    """The sentence. A file that is read, or that takes long, is the test's failure."""
    begun = time.monotonic()
    with pytest.raises(CapRefused) as told:
        read_alert(body)
    assert time.monotonic() - begun < AT_ONCE
    sentence = str(told.value)
    assert "\n" not in sentence
    assert sentence.endswith(".")
    assert len(sentence) < 200
    return sentence


def with_info(inside: str) -> bytes:
    return STORM.replace("</info>", inside + "</info>", 1).encode()


@pytest.mark.parametrize(
    "head",
    [
        f'<!DOCTYPE alert [<!ENTITY l0 "ha">{LAUGHS}]>',
        '<!DOCTYPE alert [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE alert SYSTEM "http://127.0.0.1:9/x.dtd">',
        '<!DOCTYPE alert [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p"> %p;]>',
        "<!DOCTYPE alert>",
    ],
)
def test_no_document_type_and_no_entity(head: str) -> None:
    body = STORM.replace("<alert", head + "<alert", 1).replace("Bão số 15", "&l9;&x;")
    assert "DOCTYPE" in refused(body.encode())
    assert "DOCTYPE" in refused(body.replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16"))


def test_an_entity_without_a_declaration() -> None:
    assert "không phải XML đúng" in refused(with_info("<description>&secret;</description>"))


def test_a_document_type_hidden_by_an_encoding_is_not_found_by_the_parser_either() -> None:
    hidden = '<!DOCTYPE alert [<!ENTITY x SYSTEM "file:///etc/passwd">]>'.encode("utf-7").decode("ascii")
    body = STORM.replace('encoding="UTF-8"', 'encoding="UTF-7"').replace("<alert", hidden + "<alert", 1)
    assert "Bảng mã" in refused(body.encode())


@pytest.mark.parametrize(
    "encoding", ["cp037", "utf-32", "gb18030", "idna", "unicode_escape", "rot13", "hex", "zlib", "x"]
)
def test_only_a_few_encodings(encoding: str) -> None:
    assert "UTF-8" in refused(STORM.replace('encoding="UTF-8"', f'encoding="{encoding}"').encode())


def test_bytes_that_are_not_what_they_claim() -> None:
    assert "UTF-8" in refused(STORM.encode("utf-16")[2:])
    assert "UTF-8" in refused(STORM.encode().replace("Bão".encode(), b"\xff\xfe\xff"))
    assert "XML" in refused(STORM.replace("Bão số 15", "\x00\x01").encode())
    assert "XML" in refused(STORM.replace("Bão số 15", "&#xD800;").encode())
    assert "XML" in refused(b"")
    assert "CAP 1.2" in refused(b"<alert/>")
    assert "CAP 1.2" in refused(STORM.replace("cap:1.2", "cap:1.1").encode())


def test_nothing_is_included() -> None:
    include = '<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="file:///etc/hostname" parse="text"/>'
    assert "XInclude" in refused(with_info(include))
    assert "XInclude" in refused(STORM.replace("</alert>", f'<x:a xmlns:x="urn:x">{include}</x:a></alert>').encode())


def test_a_part_that_cannot_be_kept() -> None:
    assert "không giữ lại được" in refused(with_info('<x:a xmlns:x="relative"/>'))
    assert "không giữ lại được" in refused(STORM.replace("<alert", '<alert xmlns:x="relative" x:a="1"', 1).encode())


def test_hints_to_other_files_are_not_followed(tmp_path: Path) -> None:
    """The schema's hints would make libxml2 open a file or a connection of their choice."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/evil.xsd"
        evil = tmp_path / "evil.xsd"
        evil.write_text("this is no schema")
        for place in (address, evil.as_uri()):
            hint = (
                f'<alert xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:x {place}" '
                f'xsi:noNamespaceSchemaLocation="{place}"'
            )
            assert read_alert(STORM.replace("<alert", hint, 1).encode()).identifier
        with pytest.raises(TimeoutError):
            server.accept()


@pytest.mark.parametrize(
    "body",
    [
        b"<a>" * 5_000,
        b"<a>" * 100_000,
        b"<a>" * 200 + b"</a>" * 200,
        with_info('<x:a xmlns:x="urn:x">' * 40 + "</x:a>" * 40),
        with_info("<x:a xmlns:x='urn:x'/>" * 15_000),
        with_info("<parameter><valueName/><value/></parameter>" * 10_000),
        STORM.replace("<alert", "<alert " + " ".join(f'a{n}="1"' for n in range(40_000)), 1).encode(),
        STORM.replace("<alert", "<alert " + " ".join(f'xmlns:a{n}="u{n}"' for n in range(25_000)), 1).encode(),
        STORM.replace("<alert", "<alert " + " ".join(f"a{n} \n=\n '1'" for n in range(30_000)), 1).encode(),
        # Little in the file, gigabytes once every element stands alone.
        STORM.replace("<alert", f'<alert xmlns:x="urn:{"x" * 100_000}"', 1)
        .replace("</info>", "<x:a/>" * 15_000 + "</info>", 1)
        .encode(),
        STORM.encode() + b" " * 1_000_000,
        b" " * 400_000,
        b"<" * 400_000,
        b"<!--" * 100_000,
        b"<?xml " + b" " * 400_000,
        b"<![CDATA[" * 50_000,
    ],
    ids=range(16),
)
def test_too_much_of_anything(body: bytes) -> None:
    refused(body)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("10.20,106.70 10.35", "10.20,106.70 " * 30_000 + "10.35"),
        ("10.20,106.70 10.35", "9" * 300_000 + ",1 10.35"),
        ("<size>120345<", f"<size>{'9' * 400_000}<"),
        ("<ceiling>3280.84<", f"<ceiling>{'9' * 400_000}<"),
        ("<ceiling>3280.84<", "<ceiling>1e999999<"),
        ("10.2500,106.8000 12.5", "10.2500,106.8000 1e999999999"),
        ("10.2500,106.8000 12.5", "NaN,Infinity 1"),
        ("<language>vi-VN", "<language>" + "a-" * 200_000),
        ("<sent>2026", "<sent>" + "2" * 400_000),
        ("<identifier>", "<identifier>" + "x" * 400_000),
        ("</note>", ""),
    ],
    ids=range(11),
)
def test_values_that_are_dear_to_read(old: str, new: str) -> None:
    assert old in STORM or old == "</note>"
    refused(STORM.replace(old, new, 1).encode() if old in STORM else STORM.replace("<note/>", "<note>").encode())


def test_a_long_address_is_read_at_once() -> None:
    """It is text to us: nothing is fetched from it."""
    for web in ("https://a.example/" + "%41" * 100_000, "http://" + "a." * 100_000, "?" * 200_000):
        body = STORM.replace("https://thoitiet.example/bao/15?ban=1&amp;tieng=vi", web).encode()
        begun = time.monotonic()
        with suppress(CapRefused):
            read_alert(body)
        assert time.monotonic() - begun < AT_ONCE


def test_many_shapes() -> None:
    shape = "<polygon>1,1 1,2 2,2 1,1</polygon>"
    body = STORM.replace("<polygon>", shape * 150 + "<polygon>", 1)
    assert "nhiều nhất 100" in refused(body.encode())
    points = " ".join(f"10.{n},106" for n in range(100))
    assert "101 điểm" in refused(
        STORM.replace("10.20,106.70 10.35", f"{points} 10.35", 1)
        .replace(" 10.35,106.85 10.15,106.95 10.20,106.70", " 10.0,106")
        .encode()
    )


@settings(max_examples=200)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    for reading in (read_alert, partial(read_index, url="https://a.example/")):
        with suppress(CapRefused):
            reading(body)


@settings(max_examples=300)
@given(
    st.lists(
        st.tuples(
            st.integers(0, len(STORM)),
            st.integers(0, 12),
            st.text(max_size=6)
            | st.sampled_from(("<", "</", "]]>", "&", "<info>", "<!--", "\x00", "-", "+07:00", "<area/>")),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_any_slip_in_a_message_is_read_or_refused(slips: list[tuple[int, int, str]]) -> None:
    text = STORM
    for at, length, other in slips:
        text = text[:at] + other + text[at + length :]
    comes_back(text.encode("utf-8", "surrogatepass"))


def comes_back(body: bytes) -> None:
    """Refused, or read, written and read as the same."""
    try:
        alert = read_alert(body)
    except CapRefused:
        return
    assert read_alert(write_alert(alert)) == alert


spaces = st.sampled_from(
    (
        *(
            "urn:x",
            "relative",
            "",
            "http://a.example/",
            "%",
            "urn:oasis:names:tc:emergency:cap:1.1",
            "://",
            "a b",
            "é:é",
        ),
        *("http://www.w3.org/2000/09/xmldsig#", "http://www.w3.org/1999/xhtml", "urn:oasis:names:tc:emergency:cap:1.2"),
        *("http://www.w3.org/2001/XMLSchema-instance", "http://www.w3.org/XML/1998/namespace"),
    )
)
prefixes = st.sampled_from(("", "x", "y", "cap", "ns0"))
inside_of = st.sampled_from(("</info>", "</area>", "</resource>", "</alert>", "<note/>"))


@st.composite
def strange_parts(draw: st.DrawFn) -> str:
    """Something of another namespace, or of none, with or without a declaration of its own."""
    prefix, space = draw(prefixes), draw(spaces)
    name = f"{prefix}:{draw(st.sampled_from(('a', 'event', 'info')))}" if prefix else "a"
    declared = draw(st.sampled_from(("", f'xmlns{":" + prefix if prefix else ""}="{space}"')))
    attribute = draw(st.sampled_from(("", "q='1'", f"{prefix or 'x'}:q='1'", "xml:lang='vi'")))
    inside = draw(
        st.sampled_from(("", "chữ", "<b xmlns='urn:b'/>", "<x:c xmlns:x='urn:c'>1</x:c>", "<!-- -->", "<?p?>"))
    )
    return f"<{name} {declared} {attribute}>{inside}</{name}>"


@settings(max_examples=300)
@given(
    st.lists(
        st.tuples(st.sampled_from(("</info>", "</area>", "</resource>", "</alert>", "<note/>")), strange_parts()),
        max_size=3,
    ),
    st.lists(st.tuples(prefixes.filter(bool), spaces), max_size=2, unique_by=lambda each: each[0]),
    st.booleans(),
)
def test_parts_of_anybody_are_kept_or_refused(
    parts: list[tuple[str, str]], declared: list[tuple[str, str]], hinted: bool
) -> None:
    text = STORM
    for place, part in parts:
        text = text.replace(place, part + place, 1)
    head = " ".join(f'xmlns:{prefix}="{space}"' for prefix, space in declared)
    hints = " ".join(f"{prefix}:hint='1'" for prefix, _ in declared) if hinted else ""
    comes_back(text.replace("<alert", f"<alert {head} {hints} ", 1).encode())
