"""The words of the pages of stored answers, and of shared links, in Vietnamese, Khmer (draft) and English."""

from __future__ import annotations

from collections.abc import Mapping

# Each row: vi, km, en.
ANSWERS: Mapping[str, tuple[str, str, str]] = {
    "answer_signed": (
        "Bản này đã được cán bộ ký duyệt.",
        "អត្ថបទនេះមានមន្ត្រីចុះហត្ថលេខាអនុម័តហើយ។",
        "An officer has signed this text.",
    ),
    "answer_links": ("Mở nguồn", "បើកប្រភព", "Open the sources"),
    "answer_files": ("Tệp kèm theo", "ឯកសារភ្ជាប់", "Files"),
    "answer_leaflet": ("Tờ rơi A5 (PDF)", "ខិត្តប័ណ្ណ A5 (PDF)", "Leaflet, A5 (PDF)"),
    "answer_script": ("Bản đọc loa (PDF)", "អត្ថបទអានតាមមេក្រូ (PDF)", "Loudspeaker script (PDF)"),
    "answer_print": ("In trang này", "បោះពុម្ពទំព័រនេះ", "Print this page"),
    "answer_scan": (
        "Quét mã để đọc bản mới nhất và hỏi thêm:",
        "ស្កេនកូដ ដើម្បីអានអត្ថបទថ្មីបំផុត និងសួរបន្ថែម៖",
        "Scan to read the newest text and to ask more:",
    ),
    "answer_qr": ("Mã QR của trang này", "កូដ QR របស់ទំព័រនេះ", "QR code of this page"),
    "answer_ask": ("Hỏi câu khác", "សួរសំណួរផ្សេង", "Ask something else"),
    "answer_missing_title": ("Không có câu trả lời này", "គ្មានចម្លើយនេះទេ", "There is no such answer"),
    "answer_missing": (
        "Địa chỉ này không có câu trả lời nào, hoặc câu trả lời đã được rút lại.",
        "អាសយដ្ឋាននេះគ្មានចម្លើយទេ ឬចម្លើយត្រូវបានដកវិញហើយ។",
        "Nothing is at this address, or the answer has been taken back.",
    ),
    "answer_missing_ask": ("Về trang chủ để hỏi", "ទៅទំព័រដើមដើម្បីសួរ", "To the start page, to ask"),
    "notices_about": (
        "Tin khẩn đang có hiệu lực, theo từng nơi.",
        "ដំណឹងបន្ទាន់ដែលនៅមានសុពលភាព តាមទីកន្លែង។",
        "Urgent notices in force, by place.",
    ),
    "share_image": (
        "Cột Mốc – hỏi đáp về biên giới, biển, giấy tờ",
        "Cột Mốc – សំណួរចម្លើយអំពីព្រំដែន សមុទ្រ និងឯកសារ",
        "Cột Mốc – questions on the border, the sea and papers",
    ),
    "js_answer_page": ("Mở trang của câu này", "បើកទំព័រនៃចម្លើយនេះ", "Open the page of this answer"),
}
