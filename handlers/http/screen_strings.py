"""The words of a public screen itself, in Vietnamese, Khmer (draft) and English; stored answers are not here."""

from __future__ import annotations

from collections.abc import Mapping

# Each row: vi, km, en. All of them go to the script of the screen.
_WORDS: Mapping[str, tuple[str, str, str]] = {
    "updated": ("Cập nhật {time}", "ធ្វើបច្ចុប្បន្នភាព {time}", "Updated {time}"),
    "stale": ("Chưa cập nhật từ {time}", "មិនទាន់ធ្វើបច្ចុប្បន្នភាពតាំងពី {time}", "Not updated since {time}"),
    "never": ("Chưa nối được", "មិនទាន់ភ្ជាប់បាន", "No connection yet"),
    "scan": ("Quét để đọc đủ, hỏi thêm", "ស្កេនដើម្បីអានទាំងអស់ និងសួរ", "Scan to read all and ask"),
}
_WEEKDAYS: Mapping[str, tuple[str, ...]] = {  # Monday first
    "vi": ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"),
    "km": ("ថ្ងៃចន្ទ", "ថ្ងៃអង្គារ", "ថ្ងៃពុធ", "ថ្ងៃព្រហស្បតិ៍", "ថ្ងៃសុក្រ", "ថ្ងៃសៅរ៍", "ថ្ងៃអាទិត្យ"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}

SCREEN: Mapping[str, Mapping[str, str | tuple[str, ...]]] = {
    language: {key: row[column] for key, row in _WORDS.items()} | {"weekdays": _WEEKDAYS[language]}
    for column, language in enumerate(("vi", "km", "en"))
}
"""language -> key -> words."""
