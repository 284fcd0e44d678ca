"""What the pages of the answers call things: topics, kinds, states, fields, how a test question came out."""

from __future__ import annotations

from content.differences import COME, GONE
from content.drafts import DraftState
from content.effects import OFFERED, REFUSED, RIGHT, WRONG
from handlers.console.words import N_

TOPICS = {
    "crossing": N_("Qua lại biên giới"),
    "border-rules": N_("Quy định khu vực biên giới"),
    "border-treaties": N_("Đường biên, mốc giới"),
    "sea-sovereignty": N_("Biển, đảo"),
    "fishing": N_("Đánh bắt hải sản"),
    "labour-export": N_("Đi làm việc ở nước ngoài"),
    "safety": N_("An toàn, phòng lừa đảo"),
    "administration": N_("Sáp nhập, giấy tờ"),
    "service": N_("Về kênh này"),
}
KINDS = {
    "answer": N_("Trả lời"),
    "procedure": N_("Thủ tục, từng bước"),
    "contact": N_("Nơi liên hệ"),
    "position": N_("Lập trường chính thức"),
    "refer": N_("Chưa chắc, chỉ nói hỏi ai"),
}
LANGUAGES = {"vi": N_("Tiếng Việt"), "km": N_("Tiếng Khmer"), "en": N_("Tiếng Anh")}
# Each state: its word, and how it is marked.
STATES = {
    DraftState.DRAFT: (N_("đang soạn"), "draft"),
    DraftState.SUBMITTED: (N_("chờ duyệt"), "waiting"),
    DraftState.RETURNED: (N_("bị trả lại"), "bad"),
    DraftState.PUBLISHED: (N_("đã công bố"), "good"),
    DraftState.DROPPED: (N_("đã bỏ"), "draft"),
}
ORIGINS = {
    "release": N_("bản phát hành"),
    "officer": N_("cán bộ công bố"),
    "proposal": N_("bản phát hành đề nghị"),
}
FIELDS = {
    "title": N_("Nhãn nút"),
    "answer": N_("Câu trả lời"),
    "text_without_owner": N_("Câu trả lời khi chưa có cơ quan"),
    "phrasings": N_("Cách hỏi"),
    "who": N_("Ai biết rõ"),
    "position_by": N_("Lập trường của ai"),
    "kind": N_("Loại"),
    "topic": N_("Chủ đề"),
    "scope": N_("Dùng ở đâu"),
    "basis": N_("Căn cứ"),
    "sources": N_("Nguồn"),
    "facts": N_("Số sự kiện"),
    "own_facts": N_("Trích dẫn"),
    "as_of": N_("Tính đến"),
    "review_by": N_("Xem lại"),
    "valid_until": N_("Hết hiệu lực"),
    "owner": N_("Cơ quan phụ trách"),
    "related": N_("Câu liên quan"),
    "attachments": N_("Tệp kèm"),
}
GRADES = {
    RIGHT: N_("đúng"),
    OFFERED: N_("hỏi lại"),
    REFUSED: N_("không trả lời"),
    WRONG: N_("sai"),
}
DECISIONS = {"answered": N_("TRẢ LỜI"), "clarify": N_("HỎI LẠI"), "fallback": N_("CHƯA BIẾT")}
PIECES = {GONE: N_("bỏ"), COME: N_("thêm")}
FILTERS = {
    "": N_("Tất cả"),
    "drafts": N_("Đang có bản nháp"),
    "due": N_("Tới ngày xem lại"),
    "edited": N_("Cán bộ đã sửa"),
    "unsigned": N_("Tiếng Việt chưa ký"),
}
