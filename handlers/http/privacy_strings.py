"""The words of the privacy page, in Vietnamese, Khmer (draft) and English.

``kept_<table>``, ``why_<purpose>`` and ``until_<term>`` word the rows of ``bot.retention.KEPT``.
"""

from __future__ import annotations

from collections.abc import Mapping

# Each row: vi, km, en.
PRIVACY: Mapping[str, tuple[str, str, str]] = {
    "privacy_title": (
        "Cột Mốc giữ gì, và bà con xoá thế nào",
        "Cột Mốc រក្សាទុកអ្វី និងរបៀបលុប",
        "What Cột Mốc keeps, and how you erase it",
    ),
    "privacy_lead": (
        "Kênh này để bà con biết thông tin. Không ai chấm điểm hay lập danh sách người hỏi.",
        "សេវានេះសម្រាប់ផ្តល់ព័ត៌មាន។ គ្មាននរណាដាក់ពិន្ទុ ឬធ្វើបញ្ជីអ្នកសួរទេ។",
        "This service gives information. Nobody scores those who ask, or makes a list of them.",
    ),
    "privacy_kept": ("Giữ gì, để làm gì, bao lâu", "រក្សាទុកអ្វី ដើម្បីអ្វី រយៈពេលប៉ុន្មាន", "What is kept, why, and how long"),
    "privacy_kept_lead": (
        "Hết hạn thì máy tự xoá.",
        "ពេលផុតកំណត់ ម៉ាស៊ីនលុបដោយស្វ័យប្រវត្តិ។",
        "When the time is over, the machine erases it by itself.",
    ),
    "privacy_why": ("Để làm gì:", "ដើម្បីអ្វី៖", "Why:"),
    "privacy_how_long": ("Bao lâu:", "រយៈពេល៖", "How long:"),
    "kept_inbox": (
        "Tin nhắn vừa gửi và địa chỉ chat để trả lời",
        "សារដែលទើបផ្ញើ និងអាសយដ្ឋានឆាតសម្រាប់ឆ្លើយ",
        "The message just sent, and the chat address to answer to",
    ),
    "kept_residents": (
        "Địa chỉ chat, tiếng, xã phường, chủ đề, lịch sử đồng ý, ngày nhắn gần nhất (trên Zalo: cả giờ, phút)",
        "អាសយដ្ឋានឆាត ភាសា ឃុំសង្កាត់ ប្រធានបទ ប្រវត្តិនៃការយល់ព្រម ថ្ងៃផ្ញើសារចុងក្រោយ (នៅលើ Zalo៖ ទាំងម៉ោង នាទី)",
        "Chat address, language, commune, topics, consent history, the day you last wrote (on Zalo: the minute)",
    ),
    "kept_deliveries": (
        "Tin nào đã gửi tới chat nào: mã số của tin, giờ gửi, gửi được hay không",
        "សារណាបានផ្ញើទៅឆាតណា៖ លេខសារ ម៉ោងផ្ញើ ផ្ញើបានឬអត់",
        "Which message went to which chat: its number, when, and whether it got through",
    ),
    "kept_officer_chats": (
        "Địa chỉ chat của cán bộ dùng kênh này để làm việc",
        "អាសយដ្ឋានឆាតរបស់មន្ត្រីដែលប្រើសេវានេះសម្រាប់ការងារ",
        "Chat addresses of officers who use this service for their work",
    ),
    "kept_dialogues": (
        "Đang nói tới mục nào, vừa chọn nơi nào: chỉ mã số, không có chữ bà con gõ",
        "កំពុងនិយាយអំពីចំណុចណា ទើបជ្រើសរើសកន្លែងណា៖ តែលេខកូដប៉ុណ្ណោះ មិនមានអក្សរដែលបងប្អូនវាយទេ",
        "Where the conversation is and the place just chosen: codes only, none of your words",
    ),
    "kept_tell_me": (
        "Lời nhờ “Báo khi có trả lời”: địa chỉ chat và một mã của câu hỏi, không có chữ bà con gõ",
        "សំណើ “ជូនដំណឹងពេលមានចម្លើយ”៖ អាសយដ្ឋានឆាត និងលេខកូដនៃសំណួរ មិនមានអក្សរដែលបងប្អូនវាយទេ",
        "“Tell me when you know”: the chat address and a code of the question, none of your words",
    ),
    "kept_help_requests": (
        "Lời “Cần giúp” mà bà con bấm gửi cho cán bộ trực: địa chỉ chat và xã phường",
        "សំណើ “ត្រូវការជំនួយ” ដែលបងប្អូនចុចផ្ញើទៅមន្ត្រីប្រចាំការ៖ អាសយដ្ឋានឆាត និងឃុំសង្កាត់",
        "An “I need help” that you sent to the officers on duty: the chat address and the commune",
    ),
    "kept_help_words": (
        "Lời bà con ghi thêm cho cán bộ trực khi cần giúp",
        "ពាក្យដែលបងប្អូនសរសេរបន្ថែមជូនមន្ត្រីប្រចាំការពេលត្រូវការជំនួយ",
        "What you added for the officers on duty when you needed help",
    ),
    "kept_unanswered": (
        "Câu hỏi chưa trả lời được: không có địa chỉ, đã che số dài, thư điện tử và tên tài khoản",
        "សំណួរដែលមិនទាន់មានចម្លើយ៖ គ្មានអាសយដ្ឋាន បិទបាំងលេខវែង អ៊ីមែល និងឈ្មោះគណនី",
        "Questions without an answer: no address; long numbers, e-mails and account names are masked",
    ),
    "why_reply": ("trả lời bà con", "ដើម្បីឆ្លើយតប", "to answer you"),
    "why_subscription": (
        "gửi đúng những tin bà con đã đồng ý nhận",
        "ដើម្បីផ្ញើតែសារដែលបងប្អូនយល់ព្រមទទួល",
        "to send only what you agreed to receive",
    ),
    "why_conversation": (
        "hiểu câu hỏi nối tiếp và số trong menu",
        "ដើម្បីយល់សំណួរបន្ត និងលេខក្នុងម៉ឺនុយ",
        "to understand a follow-up question and menu numbers",
    ),
    "why_delivery": (
        "không gửi hai lần, và gửi đúng người khi phải đính chính",
        "កុំឱ្យផ្ញើពីរដង និងផ្ញើត្រូវមនុស្សពេលត្រូវកែតម្រូវ",
        "never to send twice, and to reach the right people with a correction",
    ),
    "why_officer": ("để cán bộ làm việc qua chat", "ដើម្បីឱ្យមន្ត្រីធ្វើការតាមឆាត", "for officers to work by chat"),
    "why_tell-me": ("báo lại một lần", "ដើម្បីជូនដំណឹងម្តង", "to tell you once"),
    "why_help": (
        "chuyển lời cần giúp cho cán bộ trực, chỉ khi bà con bấm gửi",
        "ដើម្បីបញ្ជូនសំណើសុំជំនួយទៅមន្ត្រីប្រចាំការ តែពេលបងប្អូនចុចផ្ញើប៉ុណ្ណោះ",
        "to pass your call for help to the officers on duty, only when you press send",
    ),
    "why_missing-answers": (
        "biết còn thiếu câu trả lời nào",
        "ដើម្បីដឹងថាខ្វះចម្លើយណា",
        "to see which answers are missing",
    ),
    "until_answered-or-24h": (
        "chữ bị xoá ngay khi đã trả lời; chưa trả lời được thì nhiều nhất 24 giờ",
        "អក្សរត្រូវលុបភ្លាមពេលឆ្លើយរួច បើមិនទាន់ឆ្លើយ យ៉ាងយូរ 24 ម៉ោង",
        "the words go as soon as they are answered; unanswered ones after 24 hours at most",
    ),
    "until_erased-or-never-agreed-30-days": (
        "tới khi bà con nhắn /xoa; chưa từng đồng ý nhận tin nào thì tự xoá 30 ngày sau tin nhắn gần nhất",
        "រហូតដល់បងប្អូនផ្ញើ /xoa បើមិនធ្លាប់យល់ព្រមទទួលសារណាទេ លុបដោយខ្លួនឯង 30 ថ្ងៃក្រោយសារចុងក្រោយ",
        "until you send /xoa; if you never agreed to any message, 30 days after you last wrote",
    ),
    "until_10-minutes": ("10 phút", "10 នាទី", "10 minutes"),
    "until_told-or-30-days": (
        "tới khi đã báo, nhiều nhất 30 ngày",
        "រហូតដល់ជូនដំណឹងរួច យ៉ាងយូរ 30 ថ្ងៃ",
        "until you are told, 30 days at most",
    ),
    "until_72h-after-notice": (
        "72 giờ sau khi tin khẩn kết thúc",
        "72 ម៉ោងក្រោយដំណឹងបន្ទាន់ចប់",
        "72 hours after the urgent notice has ended",
    ),
    "until_90-silent-days": (
        "tới khi hết nhiệm vụ, hoặc 90 ngày không dùng",
        "រហូតដល់ចប់តួនាទី ឬ 90 ថ្ងៃមិនប្រើ",
        "until the duty ends, or after 90 days without use",
    ),
    "until_90-days": ("90 ngày", "90 ថ្ងៃ", "90 days"),
    "privacy_not": ("Không giữ", "មិនរក្សាទុក", "What is not kept"),
    "privacy_not_name": (
        "Không hỏi tên, không hỏi số căn cước.",
        "មិនសួរឈ្មោះ មិនសួរលេខអត្តសញ្ញាណប័ណ្ណទេ។",
        "We do not ask for a name or an ID number.",
    ),
    "privacy_not_who": (
        "Không ghi ai đã hỏi gì, ai đã đọc gì.",
        "មិនកត់ត្រាថានរណាសួរអ្វី ឬអានអ្វីទេ។",
        "Nothing records who asked or who read what.",
    ),
    "privacy_not_photo": (
        "Ảnh, ghi âm, tệp gửi tới không được mở và không được giữ. Xin đừng gửi giấy tờ qua đây.",
        "រូបភាព សំឡេង និងឯកសារដែលផ្ញើមក មិនត្រូវបានបើក ឬរក្សាទុកទេ។ សូមកុំផ្ញើឯកសារផ្ទាល់ខ្លួនតាមនេះ។",
        "Pictures, recordings and files are not opened or kept. Please do not send papers here.",
    ),
    "privacy_not_distress": (
        "Câu hỏi cầu cứu, về an toàn hay mua bán người không bao giờ được lưu lại.",
        "សំណួរសុំជំនួយ អំពីសុវត្ថិភាព ឬការជួញដូរមនុស្ស មិនត្រូវបានរក្សាទុកឡើយ។",
        "Calls for help and questions on safety or trafficking are never stored.",
    ),
    "privacy_not_count": (
        "Số đếm chỉ theo ngày, không kèm địa chỉ chat.",
        "ចំនួនរាប់តែតាមថ្ងៃ មិនមានអាសយដ្ឋានឆាតទេ។",
        "Counts are by day and carry no chat address.",
    ),
    "privacy_web": ("Chat trên trang web", "ការសន្ទនានៅលើគេហទំព័រ", "The chat on this site"),
    "privacy_web_browser": (
        "Đoạn chat nằm trong trình duyệt này, nhiều nhất 20 tin, và mất khi đóng thẻ trang.",
        "ការសន្ទនាស្ថិតក្នុងកម្មវិធីរុករកនេះ យ៉ាងច្រើន 20 សារ ហើយបាត់ពេលបិទផ្ទាំង។",
        "The chat stays in this browser, 20 messages at most, and goes when the tab is closed.",
    ),
    "privacy_web_server": (
        "Khi rớt mạng, máy chủ nhớ tạm câu trả lời vài phút để gửi lại, không ghi ra đĩa.",
        "ពេលដាច់អ៊ីនធឺណិត ម៉ាស៊ីនមេចងចាំចម្លើយពីរបីនាទីដើម្បីផ្ញើម្តងទៀត មិនសរសេរលើថាសទេ។",
        "If the net drops, the server remembers replies for some minutes to send them again, not on disk.",
    ),
    "privacy_web_cookie": (
        "Một cookie ngẫu nhiên nối câu hỏi với câu trả lời. Không có cookie quảng cáo hay của nơi khác.",
        "ខូគីចៃដន្យមួយភ្ជាប់សំណួរនិងចម្លើយ។ គ្មានខូគីផ្សាយពាណិជ្ជកម្ម ឬរបស់អ្នកដទៃទេ។",
        "One random cookie ties a reply to its question. There are no cookies for advertising or of others.",
    ),
    "privacy_web_shared": (
        "Máy dùng chung: bấm “Xoá đoạn chat” trước khi rời đi.",
        "ម៉ាស៊ីនប្រើរួមគ្នា៖ ចុច “លុបការសន្ទនា” មុនពេលចាកចេញ។",
        "On a shared device, tap “Delete this chat” before you leave.",
    ),
    "privacy_see": ("Xem và xoá", "មើល និងលុប", "See and erase"),
    "privacy_see_how": (
        "Nhắn {command}: Cột Mốc cho xem và gửi tệp tất cả những gì đang giữ.",
        "ផ្ញើ {command}៖ Cột Mốc បង្ហាញ និងផ្ញើឯកសារនៃអ្វីទាំងអស់ដែលកំពុងរក្សាទុក។",
        "Send {command}: you see all that is kept, and get it as a file.",
    ),
    "privacy_erase_how": (
        "Nhắn {command}: xoá ngay, có biên nhận.",
        "ផ្ញើ {command}៖ លុបភ្លាម មានបង្កាន់ដៃ។",
        "Send {command}: it is erased at once, with a receipt.",
    ),
    "privacy_erase_backup": (
        "Để bản sao lưu không đưa dữ liệu trở lại, chỉ giữ một mã không đọc ngược ra địa chỉ được.",
        "ដើម្បីកុំឱ្យច្បាប់ចម្លងបម្រុងនាំទិន្នន័យត្រឡប់មកវិញ រក្សាទុកតែលេខកូដមួយដែលមិនអាចអានទៅជាអាសយដ្ឋានវិញបាន។",
        "So that a backup does not bring it back, only a code is kept that cannot be turned into an address.",
    ),
    "privacy_stop": ("Ngừng nhận tin", "ឈប់ទទួលសារ", "Stop messages"),
    "privacy_stop_how": (
        "Nhắn đúng một từ: STOP, DỪNG, HỦY hoặc ឈប់. Chữ hoa, chữ thường, có dấu hay không dấu đều được.",
        "ផ្ញើតែពាក្យមួយ៖ ឈប់, STOP, DỪNG ឬ HỦY។ អក្សរធំ អក្សរតូច មានសញ្ញា ឬគ្មានសញ្ញាក៏បាន។",
        "Send one word alone: STOP, DỪNG, HỦY or ឈប់. Capitals and tone marks do not matter.",
    ),
    "privacy_stop_all": (
        "Mọi tin ngừng ngay, kể cả tin khẩn. Muốn nhận lại, nhắn BATLAI.",
        "សារទាំងអស់ឈប់ភ្លាម រួមទាំងដំណឹងបន្ទាន់។ ចង់ទទួលវិញ សូមផ្ញើ START។",
        "All messages stop at once, urgent ones too. To receive again, send START.",
    ),
    "privacy_consent": (
        "Tin thường kỳ và tin khẩn được hỏi riêng. Bà con không đồng ý thì Cột Mốc không tự nhắn.",
        "សារជាប្រចាំ និងដំណឹងបន្ទាន់ត្រូវសួរដាច់ពីគ្នា។ បើបងប្អូនមិនយល់ព្រម Cột Mốc មិនផ្ញើសារមុនទេ។",
        "Regular messages and urgent notices are asked for separately. Without your yes, we send nothing first.",
    ),
    "privacy_apps": ("Telegram và Zalo", "Telegram និង Zalo", "Telegram and Zalo"),
    "privacy_apps_text": (
        "Đây là ứng dụng của công ty khác. Tin đi qua đó theo quy định của họ, ngoài tầm của Cột Mốc.",
        "ទាំងនេះជាកម្មវិធីរបស់ក្រុមហ៊ុនផ្សេង។ សារឆ្លងកាត់ទីនោះតាមវិធានរបស់ពួកគេ ដែល Cột Mốc មិនអាចគ្រប់គ្រងបានទេ។",
        "These belong to other companies. Messages pass through them under their rules, which we do not control.",
    ),
    "privacy_never": (
        "Cột Mốc không bao giờ hỏi mã OTP, mật khẩu, tiền, ảnh căn cước hay hộ chiếu.",
        "Cột Mốc មិនដែលសួរលេខកូដ OTP ពាក្យសម្ងាត់ លុយ រូបអត្តសញ្ញាណប័ណ្ណ ឬលិខិតឆ្លងដែនទេ។",
        "Cột Mốc never asks for an OTP, password, money, or a photo of an ID card or passport.",
    ),
    "privacy_contact_title": ("Hỏi về dữ liệu", "សួរអំពីទិន្នន័យ", "Questions about this"),
    "privacy_contact_none": (
        "Chưa có nơi liên hệ về dữ liệu được công bố.",
        "មិនទាន់មានកន្លែងទំនាក់ទំនងអំពីទិន្នន័យត្រូវបានប្រកាសទេ។",
        "No contact for these questions has been published yet.",
    ),
    "privacy_owner_none": (
        "Bản thử nghiệm, chưa có cơ quan nào quản lý.",
        "កំណែសាកល្បង មិនទាន់មានស្ថាប័នណាគ្រប់គ្រងទេ។",
        "This is a trial; no agency runs it yet.",
    ),
    "privacy_back": ("Về khung chat", "ត្រឡប់ទៅការសន្ទនា", "Back to the chat"),
    "version_line": ("Bản phần mềm {version}.", "កំណែកម្មវិធី {version}។", "Software version {version}."),
}
