"""A chat as it looks on a phone: bubbles, buttons, the button that was pressed; and a photograph of it."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image, ImageChops

WIDTH, TALLEST, SHARPNESS = 360, 4000, 1.5  # CSS pixels, CSS pixels, device pixels to one of them
COLOURS = 16
LARGEST = 60_000  # bytes
PAPER = (255, 255, 255)


@dataclass(slots=True)
class Bubble:
    """``rows``: the labels of its buttons; ``pressed``: which of them was; ``at``: the time, as a phone shows it."""

    text: str
    at: str
    mine: bool = False
    rows: tuple[tuple[str, ...], ...] = ()
    pressed: str = ""


def page(owner: str, warning: str, bubbles: Sequence[Bubble]) -> str:
    """HTML that loads nothing. ``owner``: whose phone it is; ``warning``: that it is an example."""
    said = "\n".join(_bubble(each) for each in bubbles)
    return _PAGE.format(width=WIDTH, owner=escape(owner), warning=escape(warning), said=said)


def photograph(browser: str, html: str, picture: Path) -> None:
    """A PNG of at most ``LARGEST`` bytes. Raises CalledProcessError, ValueError."""
    with TemporaryDirectory() as folder:
        source, shot = Path(folder) / "chat.html", Path(folder) / "chat.png"
        source.write_text(html, encoding="utf-8")
        window = f"--window-size={WIDTH * 2},{TALLEST}"
        quiet = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={folder}/kept")
        scale = f"--force-device-scale-factor={SHARPNESS}"
        command = [browser, *quiet, scale, window, f"--screenshot={shot}", source.as_uri()]
        subprocess.run(command, check=True, capture_output=True, timeout=60)
        with Image.open(shot) as whole:
            seen = whole.convert("RGB").crop((0, 0, round(WIDTH * SHARPNESS), whole.height))
    filled = ImageChops.difference(seen, Image.new("RGB", seen.size, PAPER)).getbbox()
    if filled is None:
        raise ValueError("an empty page")
    seen.crop((0, 0, seen.width, filled[3])).quantize(COLOURS).save(picture, optimize=True)
    if picture.stat().st_size > LARGEST:
        raise ValueError(f"{picture.name}: {picture.stat().st_size} bytes")


def _bubble(bubble: Bubble) -> str:
    side = "mine" if bubble.mine else "theirs"
    text = escape(bubble.text).replace("\n", "<br>")
    rows = "".join(f'<div class="row">{"".join(_button(each, bubble) for each in row)}</div>' for row in bubble.rows)
    return f'<div class="{side}"><p>{text}<time>{bubble.at}</time></p>{rows}</div>'


def _button(label: str, bubble: Bubble) -> str:
    tag = "b" if label == bubble.pressed else "span"
    return f"<{tag}>{escape(label)}</{tag}>"


_PAGE = """<!doctype html>
<html lang="vi">
<meta charset="utf-8">
<style>
body {{ margin: 0; width: {width}px; background: #fff; font: 15px/1.38 "Noto Sans", "DejaVu Sans", sans-serif; }}
main {{ background: #e4e9e4; padding-bottom: 12px; overflow: hidden; }}
header {{ background: #24503c; color: #fff; padding: 9px 12px 8px; font-weight: 600; }}
header small {{ display: block; font-size: 12px; font-weight: 400; color: #dbe9e1; }}
.theirs, .mine {{ margin: 10px 10px 0; max-width: 316px; }}
.mine {{ margin-left: auto; width: fit-content; max-width: 270px; }}
p {{ margin: 0; padding: 7px 10px 6px; border-radius: 12px; background: #fff; color: #111; overflow-wrap: anywhere; }}
.mine p {{ background: #cfeac2; }}
time {{ font-size: 11px; color: #5f6b64; margin-left: 8px; float: right; padding-top: 5px; }}
p::after {{ content: ""; display: block; clear: both; }}
.row {{ display: flex; gap: 4px; margin-top: 4px; }}
.row > * {{ flex: 1; display: flex; align-items: center; justify-content: center; text-align: center;
  padding: 6px 4px; border-radius: 9px; font-size: 14px; font-weight: 500; background: #fff; color: #24503c;
  border: 1px solid #a9b9ae; }}
.row > b {{ background: #24503c; color: #fff; border-color: #24503c; font-weight: 700; }}
.row > b::before {{ content: "☞"; margin-right: 5px; font-family: "DejaVu Sans"; }}
</style>
<main>
<header>{owner}<small>{warning}</small></header>
{said}
</main>
</html>
"""
