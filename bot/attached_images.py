"""Draws an image anew, smaller and with nothing but its pixels: no place, no camera, no name, no comment."""

from __future__ import annotations

from io import BytesIO
from typing import Literal

from PIL import Image, ImageOps

from bot.attachment_errors import BadAttachment

LONGEST_SIDE = 2560  # pixels
MOST_PIXELS = 40_000_000  # 160 MB when decoded with transparency; looked at in the header, before anything is decoded
LIGHT = 1_000_000  # bytes that an Official Account of Zalo takes at most (developers.zalo.me, upload of images)
_QUALITIES = (85, 75, 65)
_PNG_MODES = ("1", "L", "LA", "P", "PA", "RGB", "RGBA")


def redrawn(content: bytes, kind: Literal["JPEG", "PNG"]) -> bytes:
    """Raises BadAttachment."""
    try:
        with Image.open(BytesIO(content), formats=(kind,)) as image:
            width, height = image.size
            if width * height > MOST_PIXELS:
                raise BadAttachment(f"Ảnh quá {MOST_PIXELS // 1_000_000} triệu điểm; hãy thu nhỏ rồi đính kèm lại.")
            return _jpeg(image) if kind == "JPEG" else _png(image)
    except BadAttachment:
        raise
    except Exception as error:  # whatever a broken or hostile file makes the decoder do, it is not attached
        raise BadAttachment("Ảnh hỏng hoặc không đọc được; hãy lưu lại rồi đính kèm lại.") from error


def _jpeg(image: Image.Image) -> bytes:
    picture = _smaller(image)
    if picture.mode not in ("L", "RGB"):
        picture = picture.convert("RGB")
    picture.info.clear()
    written = b""
    for quality in _QUALITIES:
        buffer = BytesIO()
        picture.save(buffer, "JPEG", quality=quality, optimize=True)
        written = buffer.getvalue()
        if len(written) <= LIGHT:
            break
    return written


def _png(image: Image.Image) -> bytes:
    if image.mode not in _PNG_MODES:
        raise BadAttachment("Ảnh PNG này có 16 bit màu; hãy lưu lại 8 bit rồi đính kèm lại.")
    if image.has_transparency_data:
        image = image.convert("RGBA")
    elif image.mode in ("1", "P") and max(image.size) > LONGEST_SIDE:
        image = image.convert("RGB")  # a palette cannot be made smaller smoothly
    picture = _smaller(image)
    picture.info.clear()
    buffer = BytesIO()
    picture.save(buffer, "PNG")  # to squeeze it harder takes ten times as long
    return buffer.getvalue()


def _smaller(image: Image.Image) -> Image.Image:
    """A copy that is not too long, and upright: the camera's note on which side is up goes with all its other notes.

    What a format writes beside the pixels comes from ``info``, which is for the caller to clear.
    """
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    return ImageOps.exif_transpose(image)
