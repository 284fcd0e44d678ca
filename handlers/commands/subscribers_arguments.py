"""The arguments of ``cotmoc subscribers …``."""

from __future__ import annotations

import argparse


def define(subscribers: argparse.ArgumentParser) -> None:
    """Every ``cotmoc subscribers`` command and what it takes."""
    kinds = subscribers.add_subparsers(required=True, metavar="VIỆC", dest="what")

    def add(name: str, help_text: str) -> argparse.ArgumentParser:
        sub = kinds.add_parser(name, help=help_text, description=help_text)
        sub.add_argument("--as", dest="by", default="", metavar="TÊN", help="ai làm; hỏi mật khẩu và mã")
        sub.add_argument("--json", action="store_true")
        return sub

    proposed = add("import", "kiểm tra tệp CSV hoặc XLSX, rồi đề nghị nhập")
    proposed.add_argument("file", metavar="TỆP")
    proposed.add_argument("--dry-run", action="store_true", help="chỉ kiểm tra tệp, không đề nghị gì")
    confirmed = add("confirm", "xác nhận đề nghị của người khác, với đúng tệp ấy")
    refused = add("refuse", "từ chối, hoặc rút đề nghị")
    for sub in (confirmed, refused):
        sub.add_argument("number", type=int, metavar="ĐỀ_NGHỊ")
    confirmed.add_argument("file", metavar="TỆP")
