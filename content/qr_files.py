"""A QR code by itself, as SVG for a page or PNG for a picture."""

from __future__ import annotations

from io import BytesIO

from content.paper import QUIET, qr


def svg(link: str) -> bytes:
    """Black squares with their white border; no size of its own, so that a page decides; no style and no script."""
    out = BytesIO()
    qr(link).save(out, kind="svg", border=QUIET, dark="#000", light="#fff", omitsize=True, xmldecl=False, svgclass=None)
    return out.getvalue()


def png(link: str) -> bytes:
    """Ten dots a module."""
    out = BytesIO()
    qr(link).save(out, kind="png", border=QUIET, scale=10, dark="#000", light="#fff")
    return out.getvalue()
