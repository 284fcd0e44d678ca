"""Every kind of problem that the API answers with, in Vietnamese and English (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """``title`` and ``detail``: Vietnamese, English."""

    name: str
    status: int
    title: tuple[str, str]
    detail: tuple[str, str]


_KINDS = (
    Kind(
        "malformed",
        400,
        ("Yêu cầu hỏng", "Malformed request"),
        ("Không đọc được thân yêu cầu; gửi JSON hợp lệ, bảng mã UTF-8.", "The body is no valid JSON in UTF-8."),
    ),
    Kind(
        "key-missing",
        400,
        ("Thiếu Idempotency-Key", "Idempotency-Key is missing"),
        (
            "Việc này cần tiêu đề Idempotency-Key: từ 8 tới 100 chữ, số, gạch; mỗi việc một khoá mới.",
            "This needs the header Idempotency-Key: 8 to 100 letters, digits or dashes, a new one for each deed.",
        ),
    ),
    Kind(
        "unauthorised",
        401,
        ("Thiếu hoặc sai mã truy cập", "Token is missing or wrong"),
        (
            "Gửi Authorization: Bearer MÃ; tạo mã bằng cotmoc officer token. Mã thiếu, sai, hết hạn hoặc đã bị huỷ.",
            "Send Authorization: Bearer TOKEN, made by `cotmoc officer token`; it is missing, wrong, expired or ended.",
        ),
    ),
    Kind(
        "forbidden",
        403,
        ("Không có quyền", "Not allowed"),
        (
            "Mã này hoặc cán bộ của nó không có quyền làm việc đó ở khu vực này.",
            "This token, or its officer, may not do this in this area.",
        ),
    ),
    Kind(
        "not-found",
        404,
        ("Không có", "Not found"),
        ("Không có địa chỉ hoặc mục này.", "There is no such address or entry."),
    ),
    Kind(
        "method-not-allowed",
        405,
        ("Không làm được ở địa chỉ này", "Method not allowed"),
        ("Địa chỉ này không nhận phương thức đó; xem tiêu đề Allow.", "See the header Allow for what it takes."),
    ),
    Kind(
        "not-acceptable",
        406,
        ("Không trả được dạng này", "Not acceptable"),
        ("Không có dạng nào mà tiêu đề Accept nhận.", "Nothing that the header Accept takes can be given."),
    ),
    Kind(
        "wrong-state",
        409,
        ("Không làm được lúc này", "Not possible now"),
        (
            "Việc này không làm được ở trạng thái hiện tại.",
            "This cannot be done in the present state; `detail_vi` says what can.",
        ),
    ),
    Kind(
        "in-doubt",
        409,
        ("Yêu cầu này đang làm hoặc đã bị ngắt", "Being done, or broken off"),
        (
            "Yêu cầu với khoá này đang được làm, hoặc đã bị ngắt giữa chừng nên không rõ đã xong chưa. Chờ vài giây "
            "rồi gửi lại; vẫn vậy thì đọc lại bằng GET xem việc đã có chưa, rồi mới gửi với khoá mới.",
            "A call with this key is being done, or was broken off and may have been done. Repeat it in some seconds; "
            "if this stays, look with GET whether it was done before you send it with a new key.",
        ),
    ),
    Kind(
        "changed-meanwhile",
        412,
        ("Đã có người sửa", "Changed meanwhile"),
        (
            "Có người vừa sửa; đọc lại rồi gửi If-Match mới.",
            "It has changed since; read it again and send its new ETag.",
        ),
    ),
    Kind(
        "too-large",
        413,
        ("Quá lớn", "Too large"),
        ("Thân yêu cầu quá lớn.", "The body is too large."),
    ),
    Kind(
        "unsupported-media",
        415,
        ("Sai dạng nội dung", "Unsupported media type"),
        ("Content-Type này không được nhận ở đây.", "This Content-Type is not taken here."),
    ),
    Kind(
        "invalid",
        422,
        ("Nội dung chưa đúng", "Invalid content"),
        ("Nội dung chưa đúng; xem errors.", "The content is not valid; see `errors` or `detail_vi`."),
    ),
    Kind(
        "key-reused",
        422,
        ("Khoá đã dùng cho việc khác", "Key was used for something else"),
        (
            "Idempotency-Key này đã dùng cho một yêu cầu khác trong 24 giờ qua; dùng khoá mới.",
            "This Idempotency-Key was used for another request in the last 24 hours; use a new one.",
        ),
    ),
    Kind(
        "if-match-missing",
        428,
        ("Thiếu If-Match", "If-Match is missing"),
        (
            "Gửi If-Match với ETag của bản đã đọc, để không ghi đè người khác; * nếu bản nào cũng được.",
            "Send If-Match with the ETag of what was read, so that nobody is overwritten; * for any version.",
        ),
    ),
    Kind(
        "too-many",
        429,
        ("Quá nhiều yêu cầu", "Too many requests"),
        ("Mã này gửi quá nhanh; chờ như Retry-After ghi.", "This token asks too fast; wait as Retry-After says."),
    ),
    Kind(
        "broken",
        500,
        ("Cột Mốc đang trục trặc", "Something broke"),
        ("Cột Mốc đang trục trặc; lỗi đã được ghi lại.", "Something broke here, and has been noted."),
    ),
    Kind(
        "unavailable",
        503,
        ("Cơ sở dữ liệu chưa trả lời", "The database does not answer"),
        ("Chưa làm được vì cơ sở dữ liệu chưa trả lời; thử lại sau.", "The database does not answer; try again later."),
    ),
)
KINDS: Mapping[str, Kind] = {each.name: each for each in _KINDS}
