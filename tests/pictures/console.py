"""Makes the pictures of docs/guide.md anew: ``make pictures``.

A day's work is done at the console by officers and for people who do not exist; each picture is the page as it was
then, in a window of a phone or of a desktop.
"""

from __future__ import annotations

import asyncio
import io
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.async_api import Browser as Chrome
from playwright.async_api import async_playwright

from tests.browser.conftest import FLAGS, chromium
from tests.console.browser import Browser
from tests.console.warning_bureau import WarningBureau
from tests.console.writing import aimed, approved, begun, residents_of, signed, timed

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
PHONE, DESKTOP = (360, 740), (1200, 800)
COLOURS = 64
LARGEST = 110_000  # bytes of a picture
OWNER = "Cơ quan ví dụ (không có thật)"


class Day:
    """``pictures``: what was taken, by name, as PNG."""

    def __init__(self, chrome: Chrome, desk: WarningBureau) -> None:
        self.chrome = chrome
        self.desk = desk
        self.bureau = desk.bureau
        self.pictures: dict[str, bytes] = {}

    async def take(self, name: str, plain: Browser, path: str, size: tuple[int, int], *, whole: bool = False) -> None:
        """The page as this officer sees it."""
        context = await self.chrome.new_context(viewport={"width": size[0], "height": size[1]}, locale="vi-VN")
        for cookie in plain.web.cookie_jar:
            await context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.bureau.root}])
        page = await context.new_page()
        await page.goto(self.bureau.root + path, wait_until="networkidle")
        if whole:  # the menu stands at the foot of the window, which is therefore made as long as the page
            height = await page.evaluate("document.documentElement.scrollHeight")
            await page.set_viewport_size({"width": size[0], "height": height})
        self.pictures[name] = await page.screenshot()
        await context.close()

    async def play(self) -> None:
        bureau, desk = self.bureau, self.desk
        await residents_of(bureau, 30)
        await residents_of(bureau, 6, "km", first=8000)
        chi, dung, giang = await bureau.sit("Chi"), await bureau.sit("Dung"), await bureau.sit("Giang")
        await self.take("console-sign-in", bureau.browser(), "/console/sign-in", PHONE)
        await begun(chi)
        await self.take("console-texts", chi, "/console/campaigns/1/texts", DESKTOP)
        await aimed(chi)
        await chi.send(await timed(chi), "Trình duyệt")
        await signed(bureau, dung)
        await self.take("console-approve", giang, "/console/campaigns/1/approve", PHONE)
        await self.take("console-home", giang, "/console/", PHONE)
        await approved(bureau, giang)
        await desk.people(24)
        hai, khanh = await desk.sit("Hải"), await desk.sit("Khánh")
        await self.take("console-urgent-home", hai, "/console/", PHONE)
        page = await desk.filled(hai)
        await self.take("console-urgent", hai, page.path, PHONE, whole=True)
        page = await hai.send(page, "GỬI NGAY", code=desk.code("Hải"))
        await desk.goes()
        await self.take("console-confirm", khanh, page.path, PHONE)
        await self.take("console-faq", chi, "/console/faq", DESKTOP)
        an = await bureau.sit("An")
        await self.take("console-roster", an, "/console/roster", DESKTOP)
        page = await chi.send(await chi.open("/console/simulator"), "Bắt đầu", place="xã Thường Phước")
        await chi.send(page, "Gửi", words="vo xa bien gioi co can giay phep ko")
        await self.take("console-simulator", chi, "/console/simulator", PHONE)


def small(picture: bytes) -> bytes:
    """The same with few colours."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(picture)) as opened:
        opened.convert("RGB").quantize(COLOURS).save(out, "PNG", optimize=True)
    return out.getvalue()


async def make() -> None:
    path = chromium()
    if path is None:
        sys.exit("Cần Chromium để chụp: cài gói chromium của Debian.")
    with TemporaryDirectory() as folder:
        desk = await WarningBureau.open(Path(folder), owner_name=OWNER, name="telegram")
        async with async_playwright() as playwright:
            chrome = await playwright.chromium.launch(executable_path=path, args=list(FLAGS))
            day = Day(chrome, desk)
            await day.play()
            await chrome.close()
        await desk.close()
    for name, picture in day.pictures.items():
        made = small(picture)
        if len(made) > LARGEST:
            raise ValueError(f"{name}: {len(made)} bytes")
        (FOLDER / f"{name}.png").write_bytes(made)
        print(f"{name}.png  {len(made)}")


if __name__ == "__main__":
    asyncio.run(make())
