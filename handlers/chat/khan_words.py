"""What the duty officer's chat says: in Vietnamese, the language in which warnings are commanded here (pure)."""

from __future__ import annotations

# --- choosing -------------------------------------------------------------------------------------------------------
WHAT = "Việc gì?"
WHAT_DRILL = "DIỄN TẬP. Việc gì?"
NONE_SIGNED = "Chưa có mẫu tin nào được chỉ huy ký, nên chỉ diễn tập được."
NO_SUCH_HAZARD = "Không có mẫu tin “{typed}”. Chọn mẫu bên dưới, hoặc gõ: khan satlo thuong phuoc 6h"
WHERE = "Ở đâu? Chọn, hoặc gõ tên xã, phường, cửa khẩu. Nhiều nơi thì cách nhau bằng dấu phẩy."
NO_PLACE = "Không tìm thấy nơi “{typed}”. Gõ lại tên xã, phường, cửa khẩu."
WHICH_PLACE = "Nơi nào? Chọn một, hoặc gõ lại kèm tên tỉnh."
OUTSIDE = "{place} không nằm trong khu vực anh/chị được phát tin lúc này."
WHOLE = "Tin sẽ tới cả {place}. Nếu đúng vậy, gõ: CA TINH"
BLANK_DEFAULT = "{label} Gõ vào đây, hoặc bấm chữ có sẵn."
HOW_LONG = "Tin có hiệu lực mấy giờ, tính từ lúc gửi?"
MEND = "Sửa chỗ nào?"
# --- the preview ----------------------------------------------------------------------------------------------------
WILL_SEND = "SẼ GỬI {reachable} người, hết hiệu lực lúc {until} (sau {hours})."
WILL_DRILL = "DIỄN TẬP: SẼ GỬI {reachable} cán bộ trong danh sách diễn tập, hết hiệu lực lúc {until} (sau {hours})."
UNREACHED = "Không tới được {count} người ({why})."
POST_ONLY = "{count} người chỉ thấy tin ở nơi đăng công khai."
NOBODY = "Không tới được ai qua chat lúc này: báo bằng loa, điện thoại."
COST = "Chi phí: {cost} đồng."
LANGUAGES = "Gửi bằng: {names}."
ALIKE = "LƯU Ý: đã có {name} cùng loại ở nơi này, do {by} phát lúc {at}. Nếu là một việc, bấm Tham gia, đừng gửi nữa."
TYPE_CODE = "Gõ mã 6 số để gửi."
# --- issuing --------------------------------------------------------------------------------------------------------
SENDING = "ĐANG GỬI {name}, {at}. Đã gửi {sent}/{total}. Cần người thứ hai xác nhận trước {by}."
FATE_HOLD = (
    "Quá giờ: gọi chỉ huy kế tiếp. Không ai xác nhận thì tin vẫn giữ đến {until} và ghi rõ là chưa được xác nhận."
)
FATE_WITHDRAW = "Quá giờ: gọi chỉ huy kế tiếp. Không ai xác nhận thì tin tự thu hồi."
LATE = "Tin này tới trễ {minutes} phút nên không gửi. Xem lại rồi gõ mã mới."
WAITED = "Chưa gửi: đã lâu từ lúc xem tin. Xem lại rồi gõ mã mới."
AGAIN = "Nút hoặc mã này đã dùng hoặc đã cũ. Xem lại rồi gõ mã mới."
ISSUED_ALREADY = "Tin này đã phát rồi, không gửi thêm lần nữa."
USED = "Nút này đã dùng hoặc đã cũ. Xem lại: /khan"
UPDATING = "ĐANG GỬI bản cập nhật của {name}, {at}. Đã gửi {sent}/{total}."
ENDING_CLEAR = "ĐANG BÁO hết nguy hiểm của {name}, {at}, tới {total} người đã nhận tin."
ENDING_CANCEL = "ĐANG BÁO huỷ {name}, {at}, tới {total} người đã nhận tin."
DROPPED = "Đã bỏ bản nháp. Chưa gửi cho ai."
JOINED = "Anh/chị đã tham gia {name}; có gì mới sẽ được báo."
# --- a notice in force ----------------------------------------------------------------------------------------------
ASK_NEWS = "Có gì mới ở {name}? Gõ một câu."
PREVIEW_UPDATE = (
    "SẼ CẬP NHẬT {name}, hết hiệu lực lúc {until}. Người đã nhận bản trước đọc như sau; người chưa nhận đọc toàn văn:"
)
PREVIEW_CLEAR = "SẼ BÁO HẾT NGUY HIỂM cho người đã nhận {name}:"
PREVIEW_CANCEL = "SẼ HUỶ {name} (chỉ khi tin bị nhầm), báo cho người đã nhận:"
ASK_CONFIRM = "Xác nhận {name} là đúng? Gõ mã 6 số của ứng dụng."
ASK_REJECT = "{name} không đúng, thu hồi ngay? Gõ mã 6 số của ứng dụng."
CONFIRMED = "Đã xác nhận {name} lúc {at}."
REJECTED = "Đã thu hồi {name} lúc {at}. Đang báo cho người đã nhận."
ACKNOWLEDGED = "Đã ghi: anh/chị đã nhận {name}."
ACKNOWLEDGED_BEFORE = "{name}: việc này đã ghi rồi."
STATES = {
    "pending": "chờ người thứ hai xác nhận",
    "confirmed": "đã xác nhận",
    "held": "chưa ai xác nhận, vẫn giữ",
    "cleared": "đã báo hết nguy hiểm",
    "cancelled": "đã huỷ",
    "withdrawn": "đã thu hồi",
    "expired": "đã hết hiệu lực",
}
UNTIL = "hiệu lực đến {until}"
COUNT_SENT = "Đã gửi {sent}/{total}"
COUNT_WAITING = "chờ {count}"
COUNT_FAILED = "lỗi {count}"
COUNT_UNKNOWN = "không rõ {count}"
COUNT_STOPPED = "thôi gửi {count}"
COUNT_UNREACHED = "không tới được {count} ({why})"
COUNT_UNDERSTOOD = "Đã rõ {count}"
COUNT_HELP = "Cần giúp {count}"
CALLED = "Đã nhận: {answered}/{called} người được gọi."
SILENT = "Chưa ai bấm ở: {places}."
ONLY_OLD = "Chỉ có bản cũ: {places}."
SHOWN_PLACES = 10
MORE_PLACES = " và {n} nơi nữa"
ELSEWHERE = "nơi khác"
# --- told unasked ---------------------------------------------------------------------------------------------------
CALL = "{name} do {by} phát lúc {at}:\n{text}\nĐúng không?"
CALL_UPDATE = "{name} do {by} cập nhật lúc {at}:\n{text}\nĐúng không?"
CALL_HOW = "Không thấy nút thì gõ: /khan {number}"
SAID_CONFIRM = "{name}: {by} đã xác nhận lúc {at}."
SAID_REJECT = "{name}: {by} báo không đúng lúc {at}. Tin đã thu hồi, đang báo cho người đã nhận."
SAID_RUNG = "{name}: quá giờ chưa ai xác nhận. Lúc {at} đang gọi thêm {called}."
SAID_HOLD = "{name}: không ai xác nhận. Tin vẫn giữ đến {until} và ghi rõ là chưa được xác nhận. Gọi điện cho chỉ huy."
SAID_WITHDRAW = "{name}: không ai xác nhận nên tin đã tự thu hồi lúc {at}."
SAID_EXPIRE = "{name} hết hiệu lực lúc {at}. Còn nguy hiểm thì phát tin mới: /khan"
SAID_UPDATE = "{name}: {by} đã cập nhật lúc {at}. Xem: /khan {number}"
SAID_CLEAR = "{name}: {by} đã báo hết nguy hiểm lúc {at}."
SAID_CANCEL = "{name}: {by} đã huỷ tin lúc {at}."
SAID_JOIN = "{name}: {by} đã tham gia lúc {at}."
# --- buttons --------------------------------------------------------------------------------------------------------
B_BEGIN = "Tin khẩn"
B_RESUME = "Soạn tiếp: {what} ({at})"
B_DRILL = "DIỄN TẬP"
B_REAL = "Thôi diễn tập"
B_MORE = "Khác…"
B_ALL = "Cả tuyến"
B_HOURS = "{n} giờ"
B_LENGTH = "Đổi giờ"
B_MEND = "Sửa chỗ điền"
B_DROP = "Bỏ"
B_PLACE = "Nơi nhận"
B_JOIN = "Tham gia {name}"
B_PROGRESS = "Tiến độ"
B_UPDATE = "Cập nhật"
B_CLEAR = "Hết nguy hiểm"
B_CANCEL = "Huỷ tin"
B_CONFIRM = "Xác nhận"
B_REJECT = "Không đúng, thu hồi"
B_ACK = "Đã nhận"
LANGUAGE_NAMES = {"vi": "tiếng Việt", "km": "tiếng Khmer", "en": "tiếng Anh"}
# --- the one-line form ----------------------------------------------------------------------------------------------
LINE_NO_PLACE = "Thiếu nơi nhận, nên chưa gửi."
LINE_BLANK = "Mẫu “{title}” còn thiếu: {label}, nên chưa gửi."
LINE_HOURS = "Số giờ phải từ 1h đến 24h, nên chưa gửi."
LINE_ALIKE = "Chưa gửi vì đã có tin giống."
