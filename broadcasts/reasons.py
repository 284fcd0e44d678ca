"""Why somebody did not get a message, in words that an official reads (pure)."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    # never attempted
    "blocked": "người nhận đã chặn",
    "gone": "không còn tài khoản",
    "invalid": "địa chỉ không dùng được",
    "refused": "người nhận tắt loại tin này",
    "language": "chưa có bản ngôn ngữ được ký",
    "cap": "đã đủ số tin trong tuần",
    "stopped": "đã nhắn STOP",
    "erased": "đã yêu cầu xoá dữ liệu",
    "unfollowed": "đã bỏ theo dõi",
    "placeholder": "không rõ xã, tỉnh để điền vào chỗ trống",
    "length": "chữ dài quá một tin của kênh",
    "file": "tệp đính kèm không còn",
    "post-only": "chỉ tới được bằng bài đăng",
    "never-wrote": "chưa từng nhắn cho kênh",
    "window": "đã quá thời hạn kênh cho gửi",
    "campaigns-off": "tin thường kỳ trên kênh này đang tắt",
    "quota": "hết hạn mức tin tính phí của kênh",
    "paid-off": "cần tin tính phí, đang tắt",
    "cancelled": "đợt gửi bị huỷ",
    "withdrawn": "đợt gửi bị thu hồi",
    "changed": "nội dung đổi, đợt này thôi",
    "expired": "hết hiệu lực trước khi tới lượt",
    "over": "đợt đã xong trước khi tới lượt",
    "updated": "đã có bản cập nhật thay",
    "clear": "đã báo hết nguy hiểm",
    "drill": "diễn tập không đăng công khai",
    "drill-mark": "lẫn giữa diễn tập và tin thật, giữ lại",
    # attempted
    "content": "kênh không nhận nội dung",
    "not-accepted": "kênh không nhận sau nhiều lần",
    "no-answer": "kênh không trả lời, có thể đã tới",
    "interrupted": "máy dừng giữa chừng, có thể đã tới",
    "not-ready": "kênh không dựng xong bài viết",
    # taken back, or not
    "deleted": "đã xoá",
    "edited": "quá 48 giờ, đã thay bằng một dòng",
    "not-there": "tin không còn ở đó",
    "kept": "kênh từ chối thu hồi",
    "channel": "kênh này không cho thu hồi",
    "moved": "nhóm đã đổi mã",
    "no-id": "không có mã tin",
}

# Why a run was held or missed, or ended otherwise than by itself.
WHY_STOPPED: Mapping[str, str] = {
    "changed": "nội dung đổi sau khi duyệt",
    "entry": "câu trả lời gắn kèm đã hết hiệu lực",
    "entry-changed": "câu trả lời gắn kèm đã đổi từ khi trình",
    "post": "nơi đăng không còn trong cài đặt",
    "not-approved": "chưa được duyệt",
    "content": "kênh không nhận nội dung này",
    "too-late": "quá trễ",
    "skip": "máy tắt lúc đó",
    "ask": "máy tắt lúc đó",
}


def in_words(reason: str) -> str:
    """One that is not known here stands for itself."""
    return WORDS.get(reason, reason)
