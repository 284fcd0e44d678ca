"""``cotmoc qr``: a poster with QR codes for a gate, a commune or any link, or a code alone as a picture."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from bot.clock import Clock, SystemClock
from bot.errors import SettingError
from bot.place_files import load_gazetteer
from bot.places import Place
from bot.settings import Settings
from bot.staff.areas import NoSuchArea, area_code
from content.files import shipped_phrases
from content.gate_posters import poster_pdf
from content.qr_codes import png, svg
from handlers.posters import codes, poster

_LONGEST = 800  # letters of a link; a longer one makes a code that no telephone reads from a wall
_KINDS = (".pdf", ".svg", ".png")


def make(settings: Settings, *, place: str, url: str, out: str, clock: Clock | None = None) -> int:
    """Write the file and say what is in it. Raises SettingError, NoSuchArea."""
    if bool(place.strip()) == bool(url.strip()):
        raise SettingError("Hãy cho biết nơi dán (ví dụ: cotmoc qr “Dinh Bà”) hoặc --url ĐỊA_CHỈ, một trong hai.")
    where = _place(place) if place.strip() else None
    link = _link(url.strip()) if url.strip() else ""
    path = Path(out or f"cotmoc-qr-{where.code if where else 'link'}.pdf")
    if path.suffix.lower() not in _KINDS:
        raise SettingError(f"Tệp phải là .pdf, .svg hoặc .png; “{path.name}” không phải.")
    shown = [link] if link else [each.link for each in codes(settings, where)]
    if path.suffix.lower() == ".pdf":
        today = (clock or SystemClock()).now().astimezone(settings.zone).date()
        made = poster_pdf(poster(settings, shipped_phrases(), where, link, today))
    else:
        shown = shown[:1]  # a picture holds one code
        made = svg(shown[0]) if path.suffix.lower() == ".svg" else png(shown[0])
    try:
        path.write_bytes(made)
    except OSError:
        raise SettingError(f"Không ghi được tệp {path.name}.") from None
    print(f"Đã ghi {path.name}.")
    for each in shown:
        print(f"  {each}")
    if not link and not settings.public:
        print("COTMOC_PUBLIC_URL chưa phải địa chỉ công khai: mã chỉ mở được trên máy này. Đừng dán.")
    return 0


def _place(typed: str) -> Place:
    gazetteer = load_gazetteer()
    wanted = typed.strip()
    gate = gazetteer.get(f"g-{wanted.lower()}")
    place = gate or gazetteer.get(area_code(gazetteer, wanted))
    if place is None:
        raise NoSuchArea
    return place


def _link(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or len(url) > _LONGEST:
        raise SettingError("Địa chỉ sau --url phải bắt đầu bằng https:// và không quá dài.")
    return url
