"""Whether a message has the form of the standard's own schema, told in one sentence when it has not."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from importlib.resources import files
from typing import Any

from lxml import etree

from broadcasts.cap import NAMESPACE
from broadcasts.cap_xml import CapRefused

_OURS = "{" + NAMESPACE + "}"
SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"
_CONTAINERS = frozenset(f"{_OURS}{name}" for name in ("alert", "info", "resource", "area"))


def is_foreign(element: Any) -> bool:
    """Whether an element belongs to another namespace: none of CAP's, and kept as it is."""
    tag = str(element.tag)
    return tag.startswith("{") and not tag.startswith(_OURS)


def check_form(root: Any) -> None:
    """Raises CapRefused for what the schema does not allow; what is none of CAP's is not looked at.

    The schema is asked about a copy without foreign parts: it has no place for them, and among them are hints such as
    ``xsi:schemaLocation``, by which a library may look for other files.
    """
    bare = deepcopy(root)
    for element in list(bare.iter(etree.Element)):
        for name in [each for each in element.attrib if each.startswith("{")]:
            del element.attrib[name]
        if element.tag in _CONTAINERS:
            for child in [each for each in element if is_foreign(each)]:
                if (child.tail or "").strip():
                    raise CapRefused(f"Dòng {child.sourceline}: có chữ nằm ngoài các mục.")
                element.remove(child)
    # Made anew each time (about a millisecond): documents may be read in several threads at once.
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    schema = etree.XMLSchema(etree.fromstring(_schema(), parser))
    if not schema.validate(bare):
        raise CapRefused(_sentence(schema.error_log[0]))


@cache
def _schema() -> bytes:
    return (files("broadcasts.data") / "CAP-v1.2.xsd").read_bytes()


_SENTENCES = {
    "SCHEMAV_ELEMENT_CONTENT": "thừa, thiếu hoặc sai thứ tự các mục",
    "SCHEMAV_CVC_ENUMERATION_VALID": "không phải từ mà CAP cho phép",
    "SCHEMAV_CVC_PATTERN_VALID": "sai cách viết; giờ phải như 2026-11-21T19:30:00+07:00",
    "SCHEMAV_CVC_DATATYPE_VALID_1_2_1": "giá trị sai kiểu",
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_1": "có thuộc tính lạ",
    "SCHEMAV_CVC_COMPLEX_TYPE_2_3": "có chữ nằm ngoài các mục",
    "SCHEMAV_CVC_TYPE_3_1_1": "có thuộc tính lạ",
    "SCHEMAV_CVC_TYPE_3_1_2": "có thẻ lạ bên trong",
    "SCHEMAV_CVC_ELT_1": "không phải bản tin CAP 1.2",
}


def _sentence(entry: Any) -> str:
    """Where and what, without a word of the message: names of elements come from the schema or are left out."""
    # libxml2 begins each message with the name of the element it is about.
    name = str(entry.message).partition("'")[2].partition("'")[0]
    name = name.removeprefix(_OURS) if name.startswith(_OURS) else ""
    what = _SENTENCES.get(entry.type_name, "không đúng dạng CAP 1.2")
    where = f"mục {name}: " if name.isalpha() and len(name) <= 20 else ""
    return f"Dòng {entry.line}, {where}{what}." if where else f"Dòng {entry.line}: {what}."
