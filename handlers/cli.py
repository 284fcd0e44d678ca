"""The command line: ``cotmoc COMMAND``; what it prints is for people, in Vietnamese, or JSON where asked."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

from bot import logs, settings
from bot.errors import CotMocError
from bot.settings import Settings
from handlers.commands import (
    campaign_arguments,
    duty_arguments,
    notice_arguments,
    officer_arguments,
    subscribers_arguments,
)

Command = Callable[[argparse.Namespace, Settings], int]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = _parser()
    given = parser.parse_args(arguments)
    try:
        loaded = settings.load()
        logs.configure(loaded.log_level, loaded.log_format)
        command: Command = given.command
        return command(given, loaded)
    except CotMocError as error:
        print(f"cotmoc: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="cotmoc", description="Cột Mốc – kênh thông tin biên giới, biển đảo")
    commands = parser.add_subparsers(required=True, metavar="LỆNH")

    def add(name: str, help_text: str, command: Command) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=help_text, description=help_text)
        sub.set_defaults(command=command)
        return sub

    serve = add("serve", "chạy dịch vụ", _serve)
    serve.add_argument("--only", default="http,sender,scheduler", help="vai trò: http,sender,scheduler")
    add("demo", "trình diễn một chiến dịch với cán bộ và người nhận hư cấu; không gửi cho ai", _demo)
    add("chat", "nói chuyện với Cột Mốc ngay trong cửa sổ lệnh", _chat)
    match = add("match", "mỗi dòng một câu hỏi, trả về JSON", _match)
    match.add_argument("--jsonl", action="store_true", help="(mặc định) mỗi dòng một JSON")
    evaluate = add("evaluate", "đo độ đúng trên một tệp câu hỏi có nhãn", _evaluate)
    evaluate.add_argument("file")
    evaluate.add_argument("--json", action="store_true")
    for sub in (match, evaluate):
        sub.add_argument("--place", default="", help="mã tỉnh, ví dụ dong-thap")
        sub.add_argument("--faq", default="", help="bộ câu hỏi khác: TSV id, lang, utterance")
    content = add("content", "kiểm tra, xuất nội dung; câu chưa có trả lời, và ghi là đã có", _content)
    content.add_argument("what", choices=("check", "export", "unanswered", "answered"))
    content.add_argument(
        "id", nargs="?", default="", help="(answered) số nhóm hoặc số câu hỏi; trống: xem đã báo tới đâu"
    )
    content.add_argument("--entry", default="", help="(answered) mã câu trả lời")
    content.add_argument("--json", action="store_true", help="(unanswered, answered)")
    add("migrate", "đưa cơ sở dữ liệu lên bản này", _migrate)
    inbox = add("inbox", "tin đã nhận mà chưa xong", _inbox)
    inbox.add_argument("--json", action="store_true")
    purge = add("purge", "xoá dữ liệu hết hạn lưu", _purge)
    purge.add_argument("--dry-run", action="store_true", help="chỉ đếm, không xoá")
    zalo = add("zalo", "đăng nhập Zalo OA (login), xem token còn tốt không (status)", _zalo)
    zalo.add_argument("what", choices=("login", "status"))
    zalo.add_argument(
        "--callback",
        default="",
        help="(login) địa chỉ callback đã khai ở developers.zalo.me; trống: trang đầu của dịch vụ",
    )
    add("doctor", "kiểm tra cài đặt và kết nối", _doctor)
    officer_arguments.define(add("officer", "cán bộ: thêm, liệt kê, đổi vai trò, cấp lại, nối chat", _officer))
    duty_arguments.define_roster(add("roster", "lịch trực: nhập, xem, bỏ", _roster))
    duty_arguments.define_drill(add("drill", "danh sách diễn tập: ai nhận tin diễn tập", _drill))
    subscribers_arguments.define(
        add("subscribers", "nhập người nhận tin từ tệp: kiểm tra, đề nghị, xác nhận", _subscribers)
    )
    audit = add("audit", "nhật ký việc của cán bộ: kiểm tra, xem", _audit)
    audit.add_argument("what", choices=("verify", "list"))
    audit.add_argument("--head", default="", help="(verify) dấu đã ghi ở nơi khác")
    audit.add_argument("--count", type=int, default=20, help="(list) số dòng mới nhất")
    audit.add_argument("--json", action="store_true")
    campaign_arguments.define(add("campaign", "chiến dịch: soạn, ký, duyệt, đặt lịch, gửi, xem kết quả", _campaign))
    notice_arguments.define(add("notice", "tin khẩn: mẫu, phát, xác nhận, cập nhật, huỷ, hết nguy hiểm, CAP", _notice))
    qr = add("qr", "tờ A4 có mã QR để dán ở cửa khẩu, UBND xã; hoặc riêng mã QR (.svg, .png)", _qr)
    qr.add_argument("place", nargs="?", default="", help="tên hoặc mã nơi dán, ví dụ “Dinh Bà”, g-dinh-ba, c-29938")
    qr.add_argument("--url", default="", help="mã mở địa chỉ này, thay cho trang hỏi đáp")
    qr.add_argument("--out", default="", metavar="TỆP", help="tệp .pdf, .svg hoặc .png; trống: tự đặt tên .pdf")
    bench = add("bench", "đo tốc độ (chỉ trong thư mục mã nguồn)", _bench)
    bench.add_argument("name")
    bench.add_argument("--json", action="store_true")
    bench.add_argument("--full", action="store_true")
    return parser


# Each command is imported when it is called, so that a quick one starts quickly.


def _serve(given: argparse.Namespace, loaded: Settings) -> int:
    from handlers.commands import serve

    return serve.run(loaded, given.only)


def _chat(_given: argparse.Namespace, loaded: Settings) -> int:
    from handlers.commands import chat

    return chat.run(loaded)


def _demo(_given: argparse.Namespace, loaded: Settings) -> int:
    from handlers.commands import demo

    return demo.run(loaded)


def _match(given: argparse.Namespace, loaded: Settings) -> int:
    from handlers.commands import matching

    return matching.match(loaded, place=given.place, faq=given.faq)


def _evaluate(given: argparse.Namespace, loaded: Settings) -> int:
    from handlers.commands import matching

    return matching.evaluate(loaded, given.file, place=given.place, faq=given.faq, as_json=given.json)


def _content(given: argparse.Namespace, loaded: Settings) -> int:
    from handlers.commands import contents

    if given.what == "check":
        return contents.check(loaded)
    if given.what == "export":
        return contents.export(loaded)
    from handlers.commands import unanswered

    if given.what == "unanswered":
        return unanswered.show(loaded, as_json=given.json)
    if not given.id:
        return unanswered.progress(loaded, as_json=given.json)
    return unanswered.answer(loaded, given.id, given.entry, as_json=given.json)


def _migrate(_given: argparse.Namespace, loaded: Settings) -> int:
    from handlers.commands import upkeep

    return upkeep.migrate_database(loaded)


def _inbox(given: argparse.Namespace, loaded: Settings) -> int:
    from handlers.commands import upkeep

    return upkeep.show_inbox(loaded, as_json=given.json)


def _purge(given: argparse.Namespace, loaded: Settings) -> int:
    from handlers.commands import upkeep

    return upkeep.purge(loaded, dry_run=given.dry_run)


def _zalo(given: argparse.Namespace, loaded: Settings) -> int:
    from handlers.commands import zalo

    return zalo.login(loaded, callback=given.callback) if given.what == "login" else zalo.status(loaded)


def _doctor(_given: argparse.Namespace, loaded: Settings) -> int:
    from handlers.commands import doctor

    return doctor.run(loaded)


def _qr(given: argparse.Namespace, loaded: Settings) -> int:
    from handlers.commands import qr

    return qr.make(loaded, place=given.place, url=given.url, out=given.out)


def _bench(given: argparse.Namespace, loaded: Settings) -> int:
    from handlers.commands import bench

    return bench.run(given.name, as_json=given.json, full=given.full)


def _officer(given: argparse.Namespace, loaded: Settings) -> int:
    return officer_arguments.call(given, loaded)


def _roster(given: argparse.Namespace, loaded: Settings) -> int:
    from handlers.commands import roster
    from handlers.commands.acting import Front

    return roster.call(Front(loaded), given)


def _drill(given: argparse.Namespace, loaded: Settings) -> int:
    from handlers.commands import drill
    from handlers.commands.acting import Front

    return drill.call(Front(loaded), given)


def _campaign(given: argparse.Namespace, loaded: Settings) -> int:
    return campaign_arguments.call(given, loaded)


def _notice(given: argparse.Namespace, loaded: Settings) -> int:
    return notice_arguments.call(given, loaded)


def _audit(given: argparse.Namespace, loaded: Settings) -> int:
    from handlers.commands import audit

    if given.what == "list":
        return audit.show(loaded, given.count, as_json=given.json)
    return audit.verify(loaded, given.head, as_json=given.json)


def _subscribers(given: argparse.Namespace, loaded: Settings) -> int:
    from handlers.commands import subscribers
    from handlers.commands.acting import Front

    return subscribers.call(Front(loaded), given)
