"""The arguments of ``cotmoc officer …``, and which command each of them calls."""

from __future__ import annotations

import argparse

from bot.settings import Settings
from bot.staff.roles import Role

ROLES = [role.value for role in Role]


def define(officer: argparse.ArgumentParser) -> None:
    """Every ``cotmoc officer`` command and what it takes."""
    kinds = officer.add_subparsers(required=True, metavar="VIỆC", dest="what")

    def add(name: str, help_text: str, *, named: bool = False, role: bool = False) -> argparse.ArgumentParser:
        sub = kinds.add_parser(name, help=help_text, description=help_text)
        if named:
            sub.add_argument("name", metavar="TÊN")
        if role:
            sub.add_argument("--role", required=True, choices=ROLES)
            sub.add_argument("--area", default="", help="mã hoặc tên nơi; trống: mọi nơi")
        if name != "list":
            sub.add_argument(
                "--as", dest="by", default="", metavar="TÊN", help="ai làm; hỏi mật khẩu và mã của người ấy"
            )
        sub.add_argument("--json", action="store_true")
        return sub

    def chooses(sub: argparse.ArgumentParser) -> None:
        sub.add_argument("--password", action="store_true", help="hỏi mật khẩu mới thay vì tự tạo")

    chooses(add("add", "thêm cán bộ (hai quản trị đầu tiên có ngay, sau đó là đề nghị)", named=True, role=True))
    add("list", "mọi cán bộ và các đề nghị đang chờ")
    add("grant", "đề nghị giao thêm vai trò", named=True, role=True)
    add("revoke", "đề nghị thôi giao một vai trò", named=True, role=True)
    add("disable", "đề nghị cho ngừng hoạt động", named=True)
    deputy = add("deputy", "đề nghị: việc chờ cán bộ này thì báo cả người thay (không thêm quyền nào)", named=True)
    whom = deputy.add_mutually_exclusive_group(required=True)
    whom.add_argument("--is", dest="other", default="", metavar="NGƯỜI_THAY")
    whom.add_argument("--none", action="store_true", help="không báo ai thay nữa")
    for name, help_text in (("confirm", "xác nhận đề nghị của quản trị khác"), ("refuse", "từ chối, hoặc rút đề nghị")):
        decided = add(name, help_text)
        decided.add_argument("number", type=int, metavar="ĐỀ_NGHỊ")
        if name == "confirm":
            chooses(decided)
    chooses(add("reset", "cấp lại mật khẩu và mã; 24 giờ chưa được duyệt, báo mọi quản trị", named=True))
    add("password", "đổi mật khẩu của chính mình")
    link = add("link", "mã một lần để nối điện thoại của chính mình")
    calendar = add("calendar", "địa chỉ lịch riêng (.ics) của chính mình: giờ gửi và tên chiến dịch")
    calendar.add_argument("name", nargs="?", default="", metavar="TÊN")
    calendar.add_argument("--revoke", action="store_true", help="huỷ địa chỉ; quản trị huỷ được của người khác")
    token = add("token", "mã truy cập cho chương trình của chính mình: chỉ soạn và đọc")
    token.add_argument("--scope", action="append", choices=("draft", "read"), help="mặc định: draft và read")
    token.add_argument("--days", type=int, default=30, help="hạn, nhiều nhất 90 ngày")
    for sub in (link, token):
        sub.add_argument("--end", action="store_true", help="ngắt mọi cái đang có")


def call(given: argparse.Namespace, loaded: Settings) -> int:
    """Run the command that was given; what it needs is imported now, so that other commands start quickly."""
    from bot.staff.changes import Kind
    from handlers.commands import officer
    from handlers.commands.acting import Front

    front = Front(loaded)
    what, as_json = given.what, given.json
    if what == "list":
        return officer.show(front, as_json=as_json)
    if what == "add":
        return officer.add(
            front, given.name, given.role, given.area, given.by, own_password=given.password, as_json=as_json
        )
    if what in ("grant", "revoke"):
        kind = Kind.GRANT if what == "grant" else Kind.REVOKE
        return officer.change(front, kind, given.name, given.role, given.area, given.by, as_json=as_json)
    if what == "disable":
        return officer.change(front, Kind.DISABLE, given.name, "", "", given.by, as_json=as_json)
    if what == "deputy":
        return officer.deputy(front, given.name, given.other, given.by, as_json=as_json)
    if what == "calendar":
        return officer.calendar(front, given.name, given.by, revoke=given.revoke, as_json=as_json)
    if what == "confirm":
        return officer.confirm(front, given.number, given.by, own_password=given.password, as_json=as_json)
    if what == "refuse":
        return officer.refuse(front, given.number, given.by, as_json=as_json)
    if what == "reset":
        return officer.reset(front, given.name, given.by, own_password=given.password, as_json=as_json)
    if what == "password":
        return officer.password(front, given.by, as_json=as_json)
    if what == "link":
        return officer.link(front, given.by, end=given.end, as_json=as_json)
    scopes = tuple(given.scope or ("draft", "read"))
    return officer.token(front, given.by, scopes, given.days, end=given.end, as_json=as_json)
