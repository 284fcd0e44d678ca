"""The arguments of ``cotmoc notice …``, and how a notice, its area and its hours are typed."""

from __future__ import annotations

import argparse
import re
import sys
from datetime import timedelta

from bot.errors import CotMocError
from bot.settings import Settings
from content.entries import LANGUAGES

_NUMBER = re.compile(r"(?:tk-?)?0*([1-9][0-9]{0,8})", re.IGNORECASE)
_HOURS = re.compile(r"(?:(\d{1,3})\s*(?:h|g|gio|giờ))?\s*(?:(\d{1,4})\s*(?:m|p|ph|phut|phút))?", re.IGNORECASE)


def number(typed: str) -> int:
    """TK-0413, 0413 or 413. Raises ArgumentTypeError."""
    found = _NUMBER.fullmatch(typed.strip())
    if found is None:
        raise argparse.ArgumentTypeError(f"“{typed[:40]}” không phải số của tin khẩn, ví dụ TK-0413")
    return int(found[1])


def lasting(typed: str) -> timedelta:
    """6h, 90p, 1h30p. Raises ArgumentTypeError."""
    found = _HOURS.fullmatch(typed.strip())
    if found is None or not (found[1] or found[2]):
        raise argparse.ArgumentTypeError(f"“{typed[:40]}” không phải khoảng giờ, ví dụ 6h, 90p, 1h30p")
    return timedelta(hours=int(found[1] or 0), minutes=int(found[2] or 0))


def define(notice: argparse.ArgumentParser) -> None:
    """Every ``cotmoc notice`` command and what it takes."""
    kinds = notice.add_subparsers(required=True, metavar="VIỆC", dest="what")
    _templates(kinds)
    _saying(kinds)
    _asking(kinds)
    cap = kinds.add_parser("cap", help="bản tin CAP: xuất ra, nhận vào, lập tin từ bản nháp")
    _cap(cap.add_subparsers(required=True, metavar="VIỆC", dest="cap"))


_Kinds = argparse._SubParsersAction


def _templates(kinds: _Kinds[argparse.ArgumentParser]) -> None:
    _add(kinds, "templates", "các mẫu tin: bản nào đã ký, ai ký", acts=False)
    sign = _add(kinds, "sign", "chỉ huy ký một bản của mẫu; chưa có --digest thì chỉ hiện toàn văn")
    sign.add_argument("template", metavar="MẪU")
    sign.add_argument("--language", choices=LANGUAGES, default="vi")
    sign.add_argument("--digest", default="", metavar="DẤU", help="dấu của chữ đã đọc")


def _saying(kinds: _Kinds[argparse.ArgumentParser]) -> None:
    for name, help_text in (("preview", "xem trước: chữ, số người, giờ hết hiệu lực"), ("issue", "phát tin khẩn ngay")):
        sub = _add(kinds, name, help_text)
        sub.add_argument("template", metavar="MẪU", help="mã hoặc tên tắt, xem ở templates")
        _area(sub)
        _filled(sub)
        sub.add_argument("--drill", action="store_true", help="diễn tập: chỉ tới danh sách diễn tập")
        sub.add_argument("--again", action="store_true", help="vẫn phát dù đang có tin cùng loại, cùng nơi")
    join = _add(kinds, "join", "theo dõi chung một tin thay vì phát thêm tin giống vậy")
    confirm = _add(kinds, "confirm", "người thứ hai xác nhận bản mới nhất là đúng")
    reject = _add(kinds, "reject", "người thứ hai nói không đúng: thu hồi ngay")
    update = _add(kinds, "update", "cập nhật: có gì mới")
    cancel = _add(kinds, "cancel", "huỷ: tin ấy là nhầm")
    clear = _add(kinds, "clear", "báo hết nguy hiểm")
    for sub in (join, confirm, reject, update, cancel, clear):
        sub.add_argument("number", type=number, metavar="SỐ")
    for sub in (confirm, reject):
        sub.add_argument("--version", type=int, default=None, metavar="BẢN", help="bản đã đọc, xem ở status")
    update.add_argument("--say", required=True, metavar="CÂU", help="có gì mới, bằng tiếng Việt")
    update.add_argument("--say-km", default="", metavar="CÂU", help="câu ấy bằng tiếng Khmer")
    update.add_argument("--say-en", default="", metavar="CÂU", help="câu ấy bằng tiếng Anh")
    _area(update)
    _filled(update)
    cancel.add_argument("--reason", required=True, metavar="LÝ_DO", help="ghi vào nhật ký, không gửi cho ai")


def _asking(kinds: _Kinds[argparse.ArgumentParser]) -> None:
    _add(kinds, "status", "một tin (hoặc mọi tin đang có hiệu lực): các bản, ai xác nhận, gửi tới đâu").add_argument(
        "number", type=number, nargs="?", default=0, metavar="SỐ"
    )
    _add(kinds, "list", "tin đang có hiệu lực").add_argument(
        "--all", action="store_true", help="cả tin đã kết thúc, 30 ngày gần nhất"
    )
    script = _add(kinds, "script", "tờ in cho lúc chat hỏng: ai trực, gọi ai, đọc gì", acts=False, json=False)
    script.add_argument("--area", default="", metavar="NƠI", help="trống: cả tỉnh")
    script.add_argument("file", nargs="?", default="", metavar="TỆP", help="tệp HTML; trống: in ra màn hình")


def _cap(kinds: _Kinds[argparse.ArgumentParser]) -> None:
    export = _add(kinds, "export", "viết một tin thành bản tin CAP 1.2", acts=False, json=False)
    export.add_argument("number", type=number, metavar="SỐ")
    export.add_argument("file", nargs="?", default="", metavar="TỆP", help="trống: in ra màn hình")
    export.add_argument("--version", type=int, default=None, metavar="BẢN", help="0 là lần phát; trống: bản mới nhất")
    brought = _add(kinds, "import", "nhận một bản tin CAP từ tệp, làm bản nháp")
    brought.add_argument("file", metavar="TỆP")
    brought.add_argument(
        "--sender", action="append", default=[], metavar="NGƯỜI_GỬI", help="đúng như mục sender, khi không thuộc nguồn"
    )
    drafts = _add(kinds, "drafts", "bản tin CAP đang chờ người đọc", acts=False)
    drafts.add_argument("draft", type=int, nargs="?", default=0, metavar="SỐ", help="xem toàn văn một bản")
    take = _add(kinds, "take", "lập tin khẩn từ một bản nháp")
    take.add_argument("--template", required=True, metavar="MẪU")
    _area(take)
    _filled(take)
    take.add_argument("--again", action="store_true", help="vẫn phát dù đang có tin cùng loại, cùng nơi")
    refuse = _add(kinds, "refuse", "đã đọc, không dùng")
    refuse.add_argument("--reason", required=True, metavar="LÝ_DO")
    for sub in (take, refuse):
        sub.add_argument("draft", type=int, metavar="SỐ")


def _area(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--area", action="append", default=[], metavar="NƠI", help="mã hoặc tên; nhiều nơi thì lặp lại")
    sub.add_argument("--whole-province", action="store_true", help="đúng là gửi cả tỉnh")


def _filled(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--blank", action="append", default=[], metavar="TÊN=CHỮ", help="một chỗ điền của mẫu")
    sub.add_argument("--for", dest="lasts_for", type=lasting, default=None, metavar="GIỜ", help="6h, 90p, 1h30p")


def _add(
    kinds: _Kinds[argparse.ArgumentParser], name: str, help_text: str, *, acts: bool = True, json: bool = True
) -> argparse.ArgumentParser:
    sub = kinds.add_parser(name, help=help_text, description=help_text)
    if acts:
        sub.add_argument("--as", dest="by", default="", metavar="TÊN", help="ai làm; hỏi mật khẩu và mã")
    if json:
        sub.add_argument("--json", action="store_true")
    return sub


def call(given: argparse.Namespace, loaded: Settings) -> int:
    """Run the command that was given; 1 and one sentence where it cannot be done."""
    from handlers.commands import notice
    from handlers.commands.acting import Front

    try:
        return notice.run(Front(loaded), given)
    except CotMocError as error:
        print(f"cotmoc: {error}", file=sys.stderr)
        return 1
