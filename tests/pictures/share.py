"""The picture beside a shared link: our own icon and words. ``python -m tests.pictures.share`` makes it anew."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

WIDTH, HEIGHT = 1200, 630
COLOURS = 32
PICTURE = Path(str(files("handlers.http"))) / "static" / "share.png"

_PAGE = """<!doctype html>
<html lang="vi">
<meta charset="utf-8">
<style>
body {{ margin: 0; width: {width}px; height: {height}px; display: flex; align-items: center; gap: 56px; padding: 0 64px;
  box-sizing: border-box; background: #fff; border-bottom: 24px solid #0B4F8A;
  font: 400 41px/1.5 "Noto Sans", "Noto Sans Khmer"; color: #1A1A1A; }}
svg {{ width: 300px; flex: none; }}
h1 {{ margin: 0 0 16px; font-size: 116px; line-height: 1.2; }}
p {{ margin: 0; }}
p + p {{ font-size: 38px; line-height: 1.8; color: #454F5B; }}
</style>
{icon}
<div><h1>Cột Mốc</h1><p>Hỏi đáp về biên giới, biển, giấy tờ</p><p>Tiếng Việt · ភាសាខ្មែរ · English</p></div>
</html>
"""


def draw(browser: str, picture: Path) -> None:
    """Raises CalledProcessError."""
    icon = (PICTURE.parent / "icon.svg").read_text(encoding="utf-8")
    with TemporaryDirectory() as folder:
        source, shot = Path(folder) / "share.html", Path(folder) / "share.png"
        source.write_text(_PAGE.format(width=WIDTH, height=HEIGHT, icon=icon), encoding="utf-8")
        quiet = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={folder}/kept")
        command = [browser, *quiet, f"--window-size={WIDTH},{HEIGHT + 200}", f"--screenshot={shot}", source.as_uri()]
        subprocess.run(command, check=True, capture_output=True, timeout=60)
        with Image.open(shot) as whole:
            whole.convert("RGB").crop((0, 0, WIDTH, HEIGHT)).quantize(COLOURS).save(picture, optimize=True)


if __name__ == "__main__":
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        sys.exit("Chromium is not here.")
    draw(found, PICTURE)
