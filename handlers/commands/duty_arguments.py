"""The arguments of ``cotmoc roster …`` and ``cotmoc drill …``."""

from __future__ import annotations

import argparse


def define_roster(roster: argparse.ArgumentParser) -> None:
    """Every ``cotmoc roster`` command and what it takes."""
    kinds = roster.add_subparsers(required=True, metavar="VIỆC", dest="what")
    put = _add(kinds, "import", "lịch trực từ tệp CSV hoặc XLSX, thay lịch từ bây giờ của các cán bộ trong tệp")
    put.add_argument("file", metavar="TỆP")
    put.add_argument("--dry-run", action="store_true", help="chỉ kiểm tra tệp")
    _add(kinds, "list", "ai đang trực, ai trực kế tiếp, giờ nào trong 7 ngày tới chưa có người", acts=False)
    clear = _add(kinds, "clear", "bỏ lịch trực từ bây giờ")
    clear.add_argument("names", nargs="*", metavar="TÊN", help="của ai; trống: của mọi người")


def define_drill(drill: argparse.ArgumentParser) -> None:
    """Every ``cotmoc drill`` command and what it takes."""
    kinds = drill.add_subparsers(required=True, metavar="VIỆC", dest="what")
    _add(kinds, "add", "thêm cán bộ vào danh sách diễn tập").add_argument("name", metavar="TÊN")
    _add(kinds, "remove", "đưa cán bộ ra khỏi danh sách diễn tập").add_argument("name", metavar="TÊN")
    _add(kinds, "list", "ai nhận tin diễn tập, ai chưa nối điện thoại", acts=False)


def _add(
    kinds: argparse._SubParsersAction[argparse.ArgumentParser], name: str, help_text: str, *, acts: bool = True
) -> argparse.ArgumentParser:
    sub = kinds.add_parser(name, help=help_text, description=help_text)
    if acts:
        sub.add_argument("--as", dest="by", default="", metavar="TÊN", help="ai làm; hỏi mật khẩu và mã")
    sub.add_argument("--json", action="store_true")
    return sub
