"""The arguments of ``cotmoc campaign …``, and which command each of them calls."""

from __future__ import annotations

import argparse

from bot.settings import Settings

LANGUAGES = ("vi", "km", "en")


def define(campaign: argparse.ArgumentParser) -> None:
    """Every ``cotmoc campaign`` command and what it takes."""
    kinds = campaign.add_subparsers(required=True, metavar="VIỆC", dest="what")

    def add(name: str, help_text: str, *, number: str = "SỐ", by: bool = True) -> argparse.ArgumentParser:
        sub = kinds.add_parser(name, help=help_text, description=help_text)
        if number:
            sub.add_argument("number", type=int, metavar=number)
        sub.add_argument("--json", action="store_true")
        if by:
            sub.add_argument("--as", dest="by", default="", metavar="TÊN", help="ai làm; hỏi mật khẩu và mã")
        return sub

    add("draft", "bản nháp mới", number="").add_argument("title", metavar="TÊN_CHIẾN_DỊCH")
    write = add("write", "chữ của một ngôn ngữ; trống thì bỏ ngôn ngữ ấy")
    write.add_argument("language", choices=LANGUAGES)
    write.add_argument("text", help="chữ, hoặc @tệp")
    aim = add("aim", "gửi cho ai")
    for name, help_text in (
        ("place", "mã nơi"),
        ("topic", "chủ đề"),
        ("language", "ngôn ngữ"),
        ("channel", "kênh"),
        ("without", "trừ nơi"),
        ("post", "đăng thêm ở nơi công khai này (tên trong tệp tài khoản)"),
    ):
        aim.add_argument(f"--{name}", action="append", default=[], help=help_text)
    time = add("time", "gửi lúc nào (giờ địa phương, ví dụ 2026-11-22T07:30)")
    time.add_argument("at")
    time.add_argument("--rule", default="", help="lặp lại: RRULE, ví dụ FREQ=WEEKLY;BYDAY=MO")
    time.add_argument("--until", default="", help="ngày cuối, ví dụ 2027-06-30")
    time.add_argument("--except", dest="except_on", action="append", default=[], metavar="NGÀY")
    time.add_argument("--missed", choices=("send", "skip", "ask"), default="ask", help="lỡ giờ vì máy tắt thì sao")
    time.add_argument("--too-late-after", type=int, default=24 * 60, metavar="PHÚT")
    link = add("link", "câu trả lời mà nội dung dựa vào, và ngày hết hiệu lực")
    link.add_argument("entries", nargs="*", metavar="MÃ")
    link.add_argument("--expires", default="", help="giờ địa phương")
    add("submit", "trình duyệt")
    add("sign", "ký một ngôn ngữ (không phải người gõ)").add_argument("language", choices=LANGUAGES)
    add("check", "dấu và những gì người duyệt phải đánh dấu")
    approve = add("approve", "duyệt đúng bản đã xem")
    approve.add_argument("--digest", required=True, help="dấu đầy đủ, xem ở check")
    approve.add_argument("--tick", action="append", default=[], help="mỗi điều một lần, đúng chữ ở check")
    add("return", "trả lại").add_argument("reason")
    add("schedule", "đặt lịch bản đã duyệt")
    for name, help_text in (("pause", "tạm dừng"), ("resume", "chạy tiếp"), ("release", "vẫn gửi đợt lỡ hoặc bị giữ")):
        add(name, f"{help_text} một đợt gửi", number="ĐỢT")
    add("cancel", "huỷ chiến dịch và mọi đợt chưa xong")
    add("withdraw", "thu hồi những gì một đợt đã gửi, ở kênh nào làm được", number="ĐỢT")
    add("correct", "đính chính: nháp mới cho đúng những người đã nhận đợt này", number="ĐỢT").add_argument("title")
    add("status", "xem một chiến dịch")
    add("list", "các chiến dịch mới nhất", number="")
    period = add("period", "mọi thứ đã phát giữa hai ngày: báo cáo theo kế hoạch", number="")
    period.add_argument("--from", dest="first", required=True, metavar="NGÀY")
    period.add_argument("--to", dest="last", required=True, metavar="NGÀY", help="kể cả ngày này")
    report = add("report", "kết quả: gửi, chờ, không được, bỏ qua, không rõ; dự báo và thực tế; chi phí")
    for sub in (report, period):
        sub.add_argument("--csv", default="", metavar="TỆP")
        sub.add_argument("--xlsx", default="", metavar="TỆP")
    for sub in (report, period, add("deadlines", "hạn báo cáo theo năm kế hoạch, số liệu đã phát", number="")):
        sub.add_argument("--leaflet-price", type=_price, metavar="ĐỒNG", help="giá một tờ rơi, để so sánh")
        sub.add_argument("--sms-price", type=_price, metavar="ĐỒNG", help="giá một tin SMS, để so sánh")
    calendar = add("calendar", "lịch gửi của một tháng", number="")
    calendar.add_argument("--month", default="", metavar="NĂM-THÁNG", help="ví dụ 2026-12; trống: tháng này")
    add("unknown", "những lượt gửi không rõ kết quả của một đợt", number="ĐỢT")


def _price(typed: str) -> int:
    """Raises ValueError, which argparse says."""
    price = int(typed)
    if price < 0:
        raise ValueError(typed)
    return price


def call(given: argparse.Namespace, loaded: Settings) -> int:
    """Run the command that was given; what it needs is imported now, so that other commands start quickly."""
    from handlers.commands import campaign
    from handlers.commands.acting import Front

    return campaign.run(Front(loaded), given)
