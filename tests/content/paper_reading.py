"""What a reader of the paper gets: its words as they can be copied, and what a telephone reads in its QR codes."""

from __future__ import annotations

import re

import pypdfium2
import zxingcpp

_SIGHT = 3.0  # dots a point: about what a telephone sees of a sheet


def pages(pdf: bytes) -> list[str]:
    """The words of each page, one line."""
    return [re.sub(r"\s+", " ", page.get_textpage().get_text_bounded()) for page in pypdfium2.PdfDocument(pdf)]


def letters(text: str) -> str:
    """The text without anything that may change at the end of a line."""
    return re.sub("[\\s\u200b]+", "", text)


def codes(pdf: bytes) -> list[str]:
    """What the QR codes say, page by page as they are drawn, in no certain order on a page."""
    pictures = [page.render(scale=_SIGHT).to_pil() for page in pypdfium2.PdfDocument(pdf)]
    return [found.text for each in pictures for found in zxingcpp.read_barcodes(each)]
