"""XML of strangers read without harm: no entities, no files, no network, and no more than a set amount of anything.

Their bytes are decoded here and the parser sees UTF-8 only, so that no encoding hides what is looked for. A document
type is refused in every form: CAP needs none, and entities come by no other way.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Any

from lxml import etree

from bot.errors import CotMocError

XINCLUDE = "http://www.w3.org/2001/XInclude"
MOST_BYTES = 512 * 1024  # of one CAP message
LONGEST_NAME = 400  # with its namespace, which is written again with every element that is kept
DEEPEST = 32  # a signature with its certificates needs about 12
_DECLARED = re.compile(r"\A\s*<\?xml\s([^>]*?)\?>")
_ENCODING = re.compile(r"""encoding\s*=\s*(["'])([A-Za-z0-9._-]{1,40})\1""")
_ATTRIBUTE = re.compile(r"""=\s*["']""")
# Every one of these is read by Python's own decoder, strictly.
_ENCODINGS = {"utf-8", "utf-16", "ascii", "iso8859-1", "cp1252"}


class CapRefused(CotMocError):
    """Không đọc được bản tin CAP này."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """How much one document may hold: ``size`` in bytes, ``elements`` and ``attributes`` (namespaces too) in all."""

    size: int = MOST_BYTES
    elements: int = 20_000
    attributes: int = 2_000


CAP_MESSAGE = Amounts()
INDEX = Amounts(size=2 * 1024 * 1024, elements=60_000, attributes=60_000)


def decode(body: bytes, most: int = MOST_BYTES) -> str:
    """The text, without the XML declaration. Raises CapRefused."""
    if len(body) > most:
        raise CapRefused(f"Tệp quá lớn: nhiều nhất {most // 1024} KB.")
    encoding = "utf-8"
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif not body.startswith(codecs.BOM_UTF8):
        found = _ENCODING.search(body[:200].decode("latin-1").partition("?>")[0])
        if found is not None and body.lstrip()[:5] == b"<?xml":
            encoding = found[2]
    try:
        encoding = codecs.lookup(encoding).name
        if encoding not in _ENCODINGS:
            raise CapRefused("Bảng mã của tệp không được hỗ trợ; hãy dùng UTF-8.")
        text = body.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except (LookupError, UnicodeDecodeError):
        raise CapRefused("Chữ trong tệp không đúng bảng mã đã khai; hãy dùng UTF-8.") from None
    return _DECLARED.sub("", text.lstrip("\ufeff"), count=1)  # its line break stays: lines keep their numbers


def parse(text: str, amounts: Amounts = CAP_MESSAGE) -> Any:
    """The root element, comments and processing instructions left out. Raises CapRefused."""
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise CapRefused("Tệp có phần khai báo DOCTYPE hoặc ENTITY, không được phép.")
    # Counted before the parser sees them: comparing attributes with one another is what costs it most.
    if len(_ATTRIBUTE.findall(text)) > amounts.attributes or text.count("<") > 2 * amounts.elements + 2:
        raise CapRefused("Tệp có quá nhiều phần tử hoặc thuộc tính.")
    try:
        root = etree.fromstring(text.encode(), _parser())
    except (etree.XMLSyntaxError, UnicodeEncodeError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        raise CapRefused(f"Dòng {line}: tệp không phải XML đúng.") from None
    _measure(root, amounts)
    return root


def fragment(text: str) -> Any:
    """An element that was kept, as it is put back. Raises CapRefused."""
    return parse(text)


def _parser() -> Any:
    # A parser of its own for each document: they are cheap, and one that failed is not used again.
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        no_network=True,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
        strip_cdata=True,
    )


def _measure(root: Any, amounts: Amounts) -> None:
    depth = count = 0
    for happened, element in etree.iterwalk(root, events=("start", "end")):
        if happened == "end":
            depth -= 1
            continue
        depth, count = depth + 1, count + 1
        if depth > DEEPEST:
            raise CapRefused("Tệp có quá nhiều tầng lồng nhau.")
        if count > amounts.elements:
            raise CapRefused("Tệp có quá nhiều phần tử.")
        if any(len(name) > LONGEST_NAME for name in (str(element.tag), *element.attrib)):
            raise CapRefused("Tệp có tên phần tử hoặc tên miền tên (namespace) quá dài.")
        if isinstance(element.tag, str) and element.tag.startswith("{" + XINCLUDE + "}"):
            raise CapRefused("Tệp đòi chèn tệp khác (XInclude), không được phép.")
