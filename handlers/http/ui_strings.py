"""The words of the public pages themselves, in Vietnamese, Khmer (draft) and English; the bot's sentences are not here.

Keys ``js_…`` go to the page's script; keys ``mark_…`` are the beginnings by which the script knows a kind of line.
"""

from __future__ import annotations

from collections.abc import Mapping

from content.entries import LANGUAGES
from handlers.http.answer_strings import ANSWERS
from handlers.http.privacy_strings import PRIVACY

# Each row: vi, km, en.
PAGE: Mapping[str, tuple[str, str, str]] = {
    "page_title": (
        "Cột Mốc – hỏi đáp về biên giới, biển, giấy tờ",
        "Cột Mốc – សំណួរចម្លើយអំពីព្រំដែន សមុទ្រ និងឯកសារ",
        "Cột Mốc – questions on the border, the sea and papers",
    ),
    "page_description": (
        "Hỏi về biên giới, cửa khẩu, biển, đi làm nước ngoài, giấy tờ. Trả lời tự động, có ghi nguồn.",
        "សួរអំពីព្រំដែន ច្រកទ្វារព្រំដែន សមុទ្រ ការងារនៅក្រៅប្រទេស និងឯកសារ។ ឆ្លើយដោយស្វ័យប្រវត្តិ មានប្រភព។",
        "Ask about the border, border gates, the sea, working abroad or papers. Automatic replies with their source.",
    ),
    "languages": ("Chọn tiếng", "ជ្រើសរើសភាសា", "Language"),
    "larger": ("chữ to hơn", "អក្សរធំជាង", "larger text"),
    "smaller": ("chữ thường", "អក្សរធម្មតា", "normal text"),
    "owner_line": ("Kênh thông tin của {owner}.", "សេវាព័ត៌មានរបស់ {owner}។", "Information service of {owner}."),
    "draft_note": (
        "",
        "សេចក្តីព្រាងបកប្រែ។ អត្ថបទភាសាវៀតណាមមានតម្លៃជាផ្លូវការ។",
        "Draft translation. The Vietnamese text prevails.",
    ),
    "conversation": ("Cuộc trò chuyện", "ការសន្ទនា", "Conversation"),
    "connecting": ("Đang nối…", "កំពុងភ្ជាប់…", "Connecting…"),
    "field": ("Câu hỏi của bà con", "សំណួររបស់បងប្អូន", "Your question"),
    "placeholder": ("Gõ câu hỏi…", "វាយសំណួរ…", "Question…"),
    "send": ("Gửi", "ផ្ញើ", "Send"),
    "menu": ("Menu", "ម៉ឺនុយ", "Menu"),
    "notices": ("Tin khẩn đang có", "ដំណឹងបន្ទាន់បច្ចុប្បន្ន", "Live urgent notices"),
    "notices_title": ("Tin khẩn", "ដំណឹងបន្ទាន់", "Urgent notices"),
    "notices_none": ("Hiện không có tin khẩn.", "បច្ចុប្បន្នគ្មានដំណឹងបន្ទាន់ទេ។", "There are no urgent notices now."),
    "notices_silent": (
        "Chưa đọc được tin khẩn lúc này. Bà con nghe đài, loa truyền thanh. Nguy cấp gọi 112.",
        "ពេលនេះមិនអាចអានដំណឹងបន្ទាន់បានទេ។ សូមស្តាប់វិទ្យុ និងមេក្រូឃុំ។ គ្រោះថ្នាក់ ហៅ 112។",
        "Urgent notices cannot be read just now. Listen to the radio and the commune loudspeaker. In danger call 112.",
    ),
    "notices_offline": (
        "Đang mất mạng. Tin dưới đây có thể đã cũ.",
        "គ្មានអ៊ីនធឺណិត។ ដំណឹងខាងក្រោមអាចចាស់ហើយ។",
        "No connection. What is below may be out of date.",
    ),
    "notices_not_in": (
        "Tin này chỉ có bản tiếng Việt đã ký.",
        "ដំណឹងនេះមានតែអត្ថបទភាសាវៀតណាមដែលបានចុះហត្ថលេខា។",
        "Only the Vietnamese text of this notice is signed.",
    ),
    "notices_one": ("xem đủ", "មើលទាំងអស់", "in full"),
    "notices_earlier": ("Các bản trước ({n})", "កំណែមុនៗ ({n})", "Earlier versions ({n})"),
    "notices_earlier_note": (
        "Những bản này không còn hiệu lực.",
        "កំណែទាំងនេះលែងមានសុពលភាពហើយ។",
        "These are no longer in force.",
    ),
    "notices_all": ("Mọi tin khẩn đang có", "ដំណឹងបន្ទាន់ទាំងអស់", "All live notices"),
    "notices_more": (
        "Còn {n} tin khẩn nữa đang có hiệu lực",
        "នៅមានដំណឹងបន្ទាន់ {n} ទៀត",
        "{n} more urgent notices are in force",
    ),
    "privacy": ("Quyền riêng tư", "ឯកជនភាព", "Privacy"),
    "clear_chat": ("Xoá đoạn chat", "លុបការសន្ទនា", "Delete this chat"),
    "clear_sure": (
        "Xoá hết đoạn chat trên máy này?",
        "លុបការសន្ទនាទាំងអស់នៅក្នុងទូរស័ព្ទនេះ?",
        "Delete the whole chat on this device?",
    ),
    "clear_yes": ("Xoá", "លុប", "Delete"),
    "clear_no": ("Không", "ទេ", "No"),
    "emergency": ("Việc khẩn cấp, gọi:", "ករណីបន្ទាន់ សូមហៅ៖", "In an emergency, call:"),
    "call_112": ("cứu nạn", "សង្គ្រោះ", "rescue"),
    "call_113": ("công an", "ប៉ូលីស", "police"),
    "call_114": ("cháy, cứu hộ", "អគ្គិភ័យ", "fire, rescue"),
    "call_115": ("cấp cứu", "សង្គ្រោះវេជ្ជសាស្ត្រ", "ambulance"),
    "no_script": (
        "Khung chat cần JavaScript, mà trình duyệt này đang tắt.",
        "ប្រអប់សន្ទនាត្រូវការ JavaScript ប៉ុន្តែកម្មវិធីរុករកនេះបានបិទវា។",
        "The chat needs JavaScript, which is switched off in this browser.",
    ),
    "js_bot": ("Cột Mốc:", "Cột Mốc៖", "Cột Mốc:"),
    "js_own": ("Bà con:", "បងប្អូន៖", "You:"),
    "js_typing": ("Đang tìm câu trả lời…", "កំពុងរកចម្លើយ…", "Looking for the answer…"),
    "js_offline": ("Đang mất mạng.", "គ្មានអ៊ីនធឺណិត។", "No connection."),
    "js_offline_unsent": (
        "Đang mất mạng, tin chưa gửi.",
        "គ្មានអ៊ីនធឺណិត សារមិនទាន់បានផ្ញើទេ។",
        "No connection; your message is not sent yet.",
    ),
    "js_unsent": ("Chưa gửi", "មិនទាន់បានផ្ញើ", "Not sent yet"),
    "js_menu": ("Menu", "ម៉ឺនុយ", "Menu"),
    "js_choices": ("Chọn một:", "ជ្រើសរើសមួយ៖", "Choose one:"),
    "js_newer": ("Có tin mới ở dưới", "មានសារថ្មីខាងក្រោម", "New message below"),
    "js_near": (
        "Sắp hết chỗ: còn khoảng {n} chữ cái.",
        "ជិតពេញហើយ៖ នៅសល់ប្រហែល {n} តួអក្សរ។",
        "Almost full: about {n} letters left.",
    ),
    "js_over": (
        "Tin dài quá {n} chữ cái. Bà con tách thành từng câu ngắn giúp.",
        "សារវែងពេក លើស {n} តួអក្សរ។ សូមបំបែកជាប្រយោគខ្លីៗ។",
        "Too long by {n} letters. Please send short questions.",
    ),
    "js_file": ("Tải tệp:", "ទាញយកឯកសារ៖", "Download:"),
    "js_file_gone": (
        "Tệp không còn trong máy. Bà con hỏi lại để lấy.",
        "ឯកសារលែងមានក្នុងទូរស័ព្ទហើយ។ សូមសួរម្តងទៀត។",
        "The file is no longer on this device. Please ask again.",
    ),
    "js_cleared": ("Đã xoá đoạn chat trên máy này.", "បានលុបការសន្ទនានៅក្នុងទូរស័ព្ទនេះ។", "This chat is deleted here."),
    "js_expired": ("[HẾT HIỆU LỰC]", "[ផុតសុពលភាព]", "[EXPIRED]"),
    # Before a number in running text; what follows becomes a number to tap.
    "mark_call": ("gọi ", "ហៅ ", "call "),
    # Beginnings of lines, as the bot's sentences write them.
    "mark_legal_basis": ("Căn cứ:", "មូលដ្ឋានច្បាប់៖", "Legal basis:"),
    "mark_legal_asof": ("Tính đến:", "គិតត្រឹមថ្ងៃទី", "As of:"),
    "mark_legal_source": ("Nguồn:", "ប្រភព៖", "Source:"),
    "mark_draft_trial": ("Bản thử nghiệm –", "កំណែសាកល្បង –", "Trial version –"),
    "mark_draft_translation": ("Bản dịch nháp.", "សេចក្តីព្រាងបកប្រែ។", "Draft translation."),
    "mark_head_urgent": ("[TIN KHẨN]", "[ដំណឹងបន្ទាន់]", "[URGENT]"),
    "mark_head_update": ("[CẬP NHẬT LẦN", "[បន្ថែមព័ត៌មាន លើកទី", "[UPDATE"),
    "mark_head_clear": ("[ĐÃ AN TOÀN]", "[មានសុវត្ថិភាពហើយ]", "[ALL CLEAR]"),
    "mark_head_cancelled": ("[HUỶ TIN]", "[លុបចោលដំណឹង]", "[CANCELLED]"),
    "mark_head_withdrawn": ("[THU HỒI]", "[ដកវិញ]", "[WITHDRAWN]"),
    "mark_head_expired": ("[HẾT HIỆU LỰC]", "[ផុតសុពលភាព]", "[EXPIRED]"),
    "mark_head_correction": ("[ĐÍNH CHÍNH]", "[កែតម្រូវ]", "[CORRECTION]"),
    "mark_head_repeat": ("[GỬI LẠI]", "[ផ្ញើម្តងទៀត]", "[REPEAT]"),
    "mark_head_test": ("[THỬ]", "[សាកល្បង]", "[TEST]"),
    "mark_head_drill": ("[DIỄN TẬP]", "[ហ្វឹកហាត់]", "[DRILL]"),
}


def _by_language(*tables: Mapping[str, tuple[str, str, str]]) -> dict[str, dict[str, str]]:
    return {
        language: {key: row[column] for table in tables for key, row in table.items()}
        for column, language in enumerate(("vi", "km", "en"))
    }


UI: Mapping[str, Mapping[str, str]] = _by_language(PAGE, PRIVACY, ANSWERS)
"""language -> key -> text; every language has every key."""
assert set(UI) == set(LANGUAGES)
