"""The words around a text on paper, in Vietnamese, Khmer (draft) and English; the texts themselves are not here."""

from __future__ import annotations

from collections.abc import Mapping

# Each row: vi, km, en.
PRINT: Mapping[str, tuple[str, str, str]] = {
    "imprint": ("Bản {version} · {date}", "កំណែ {version} · {date}", "Version {version} · {date}"),
    "ask": (
        "Hỏi thêm: quét mã này, hoặc mở địa chỉ dưới mã.",
        "សួរបន្ថែម៖ ស្កេនកូដនេះ ឬបើកអាសយដ្ឋាននៅក្រោមកូដ។",
        "Ask more: scan this code, or open the address below it.",
    ),
    "ask_channels": (
        "Hỏi thêm: quét mã này, hoặc nhắn cho kênh Cột Mốc trên {channels}.",
        "សួរបន្ថែម៖ ស្កេនកូដនេះ ឬផ្ញើសារទៅ Cột Mốc តាម {channels}។",
        "Ask more: scan this code, or write to Cột Mốc on {channels}.",
    ),
    "local": (
        "Địa chỉ thử: chỉ mở được trên máy đang chạy Cột Mốc. Không phát tờ này.",
        "អាសយដ្ឋានសាកល្បង៖ បើកបានតែនៅលើម៉ាស៊ីននេះ។ សូមកុំចែកចាយ។",
        "Test address: it opens only on the machine that runs Cột Mốc. Do not hand this out.",
    ),
    "not_approved": (
        "Bản nháp, chưa được duyệt: không phát, không đọc trên loa.",
        "សេចក្តីព្រាង មិនទាន់បានអនុម័ត៖ កុំចែកចាយ កុំអានតាមឧបករណ៍បំពងសំឡេង។",
        "Draft, not approved: do not hand out or read aloud.",
    ),
    "drill": ("[DIỄN TẬP] Không có sự việc thật.", "[ហ្វឹកហាត់] មិនមែនជាហេតុការណ៍ពិតទេ។", "[DRILL] No real event."),
    "script": ("BẢN ĐỌC LOA", "អត្ថបទសម្រាប់អានតាមឧបករណ៍បំពងសំឡេង", "LOUDSPEAKER SCRIPT"),
    "script_head": (
        "{script} · {version} · đọc trong {seconds} giây · đọc {times} lần, cách nhau {between} giây",
        "{script} · {version} · អាន {seconds} វិនាទី · អាន {times} ដង ឃ្លាតគ្នា {between} វិនាទី",
        "{script} · {version} · {seconds} seconds · read {times} times, {between} seconds apart",
    ),
    "script_signs": (
        "/ nghỉ ngắn · // nghỉ 1 giây · số viết bằng chữ · không đọc căn cứ, nguồn, đường dẫn",
        "/ ឈប់ខ្លី · // ឈប់ 1 វិនាទី · មិនអានមូលដ្ឋានច្បាប់ ប្រភព និងអាសយដ្ឋាន",
        "/ short pause · // pause of 1 second · basis, source and addresses are not read",
    ),
    "script_rate": (
        "Tính {rate} tiếng một phút. Cả {times} lần đọc: {whole} giây.",
        "គិត {rate} ចង្កោមអក្សរក្នុងមួយនាទី។ ទាំង {times} ដង៖ {whole} វិនាទី។",
        "At {rate} words a minute. All {times} readings: {whole} seconds.",
    ),
    "script_return": (
        "Đọc xong, ghi vào đây, ký và gửi lại cán bộ.",
        "អានរួច សូមបំពេញ ចុះហត្ថលេខា ហើយផ្ញើទៅមន្ត្រីវិញ។",
        "When it has been read, fill this in, sign it and send it back.",
    ),
    "script_opening": (
        "Mời bà con nghe thông tin của {owner}.",
        "សូមអញ្ជើញបងប្អូនស្តាប់ព័ត៌មានរបស់ {owner}។",
        "Please listen to information from {owner}.",
    ),
    "script_closing": (
        "Cần hỏi thêm, nhắn cho kênh Cột Mốc trên {channels}.",
        "ចង់សួរបន្ថែម សូមផ្ញើសារទៅ Cột Mốc តាម {channels}។",
        "To ask more, write to Cột Mốc on {channels}.",
    ),
    "script_unsigned": (
        "Chưa ký duyệt: không đọc trên loa.",
        "មិនទាន់បានអនុម័ត៖ កុំអានតាមឧបករណ៍បំពងសំឡេង។",
        "Not signed: do not read it aloud in public.",
    ),
    "blank_reader": ("Người đọc:", "អ្នកអាន៖", "Read by:"),
    "blank_time": ("Ngày, giờ đọc:", "ថ្ងៃ ម៉ោងអាន៖", "Day and hour:"),
    "blank_times": ("Số lần đã đọc:", "ចំនួនដង៖", "Times read:"),
    "blank_signature": ("Ký tên:", "ហត្ថលេខា៖", "Signature:"),
    "poster_sentence": (
        "Quét mã để hỏi về cửa khẩu, biên giới, giấy tờ; có trả lời ngay.",
        "ស្កេនកូដ ដើម្បីសួរអំពីច្រកទ្វារ ព្រំដែន និងឯកសារ ទទួលចម្លើយភ្លាម។",
        "Scan to ask about the gate, the border and papers; answers at once.",
    ),
    "and": (" và ", " និង ", " and "),
    "web": ("Trang web", "គេហទំព័រ", "Web page"),
}


def words(key: str, language: str, **fields: object) -> str:
    """One line of them. Raises KeyError for what there is not."""
    return PRINT[key][("vi", "km", "en").index(language)].format(**fields)
