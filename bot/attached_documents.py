"""Whether a PDF is only pages: nothing that runs, opens, sends or hides, and nothing locked.

ISO 32000-2: actions 12.6.4, embedded files 7.11.4, encryption 7.6, names with # escapes 7.3.5.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject, NameObject

from bot.attachment_errors import BadAttachment

MOST_OBJECTS = 20_000  # a leaflet has some hundreds

RUNS = "Tệp PDF có mã tự chạy; hãy xuất lại PDF không có mã rồi đính kèm."
OPENS = "Tệp PDF có lệnh mở chương trình, mở tệp khác hoặc gửi đi; hãy xuất lại PDF không có lệnh đó."
HIDES = "Tệp PDF có tệp, phim hoặc âm thanh bên trong; hãy xuất lại PDF chỉ có trang chữ và hình."
LOCKED = "Tệp PDF bị khoá; hãy bỏ mật khẩu rồi đính kèm lại."
BROKEN = "Tệp PDF hỏng hoặc không đọc được; hãy xuất lại rồi đính kèm."
LARGE = "Tệp PDF có quá nhiều thành phần; hãy xuất lại bản gọn hơn."

# Names that stand for something by themselves, wherever they are.
_NAMES = {
    "/JavaScript": RUNS, "/JS": RUNS, "/XFA": RUNS,
    "/Launch": OPENS, "/SubmitForm": OPENS, "/ImportData": OPENS, "/GoToR": OPENS, "/GoToE": OPENS,
    "/EmbeddedFile": HIDES, "/EmbeddedFiles": HIDES, "/EF": HIDES, "/FileAttachment": HIDES, "/RichMedia": HIDES,
    "/Collection": HIDES, "/Movie": HIDES, "/Sound": HIDES, "/Rendition": HIDES, "/3D": HIDES,
    "/Encrypt": LOCKED,
}  # fmt: skip
# In the bytes, too: an object that no table lists may be found by a reader that repairs the file. Only names so long
# that compressed pictures do not hold them by chance.
_LEAST_LETTERS = 6
_IN_BYTES = re.compile(
    rb"/(" + b"|".join(name[1:].encode() for name in _NAMES if len(name) > _LEAST_LETTERS) + rb")(?![A-Za-z0-9_])"
)
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")


def check_pdf(content: bytes) -> None:
    """Raises BadAttachment."""
    plain = _ESCAPED.sub(lambda found: bytes((int(found[1], 16),)), content)
    found = _IN_BYTES.search(plain)
    if found:
        raise BadAttachment(_NAMES[f"/{found[1].decode()}"])
    try:
        _check_objects(PdfReader(BytesIO(content)))
    except BadAttachment:
        raise
    except Exception as error:  # whatever a broken or hostile file makes the reader do, it is not attached
        raise BadAttachment(BROKEN) from error


def _check_objects(reader: PdfReader) -> None:
    if reader.is_encrypted:
        raise BadAttachment(LOCKED)
    places = [(number, generation) for generation, numbers in reader.xref.items() for number in numbers]
    places += [(number, 0) for number in reader.xref_objStm]
    if len(places) > MOST_OBJECTS:
        raise BadAttachment(LARGE)
    for number, generation in places:
        for name in _names(reader.get_object(IndirectObject(number, generation, reader))):
            if name in _NAMES:
                raise BadAttachment(_NAMES[name])
    if not reader.pages:
        raise BadAttachment("Tệp PDF không có trang nào.")


def _names(found: Any) -> Iterator[str]:
    """Every key and every name in an object, not following what it refers to: that is visited for itself."""
    waiting = [found]
    while waiting:
        each = waiting.pop()
        if isinstance(each, DictionaryObject):
            yield from map(str, each)
            waiting.extend(each.raw_get(key) for key in each)  # not by items(), which fetches what is referred to
        elif isinstance(each, list):
            waiting.extend(list.__iter__(each))
        elif isinstance(each, NameObject):
            yield str(each)
