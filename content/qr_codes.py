"""The QR code of a link: its squares for paper, or by itself as SVG for a page and PNG for a picture."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO

import segno

QUIET = 4  # modules of white around a code, which readers need


@lru_cache(maxsize=64)
def qr(link: str) -> segno.QRCode:
    """The code of a link, readable with a seventh of it dirty or torn."""
    return segno.make_qr(link, error="m")


def border(link: str, size: float) -> float:
    """How much white a code of ``size`` needs on every side, in the unit of ``size``."""
    return QUIET * size / len(qr(link).matrix)


def svg(link: str) -> bytes:
    """Black squares with their white border; no size of its own, so that a page decides; no style and no script."""
    out = BytesIO()
    qr(link).save(out, kind="svg", border=QUIET, dark="#000", light="#fff", omitsize=True, xmldecl=False)
    return out.getvalue()


def png(link: str) -> bytes:
    """Ten dots a module."""
    out = BytesIO()
    qr(link).save(out, kind="png", border=QUIET, scale=10, dark="#000", light="#fff")
    return out.getvalue()
