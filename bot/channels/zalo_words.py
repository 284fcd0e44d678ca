"""What residents write on Zalo by habit, in the words the rest of the house knows: #hoi, #stop, #xa, buttons (pure).

An account may be set to pass on only what begins with "#", so that anything at all may come with it. A button has no
channel of its own either: its payload comes back as a text, and ours begins with "#=" so that nobody types it.
"""

from __future__ import annotations

import unicodedata

PRESSED = "#="
PLACE = "/khuvuc"  # the one command that takes a word after it
LONGEST_VALUE = 64  # bytes: what a button of ours may carry on every channel

# Spellings with and without marks; a word that is not here is the beginning of what was asked.
_QUESTION = frozenset(("hoi", "hỏi"))
_COMMANDS = {
    spelling: command
    for command, spellings in {
        "/start": "start|batdau|bắtđầu",
        "/menu": "menu|danhmuc|danhmục",
        "/help": "help|trogiup|trợgiúp|huongdan|hướngdẫn",
        "/stop": "stop|huy|huỷ|hủy|dung|dừng|tuchoi|từchối",
        PLACE: "xa|xã|phuong|phường|khuvuc|khuvực",
        "/dangky": "dangky|đăngký|dangki|đăngkí",
        "/ngonngu": "ngonngu|ngônngữ",
        "/chude": "chude|chủđề",
        "/thongbao": "thongbao|thôngbáo",
        "/nguoitruc": "nguoitruc|ngườitrực",
        "/dulieu": "dulieu|dữliệu",
        "/xoa": "xoa|xoá|xóa",
        "/gopy": "gopy|gópý",
    }.items()
    for spelling in spellings.split("|")
}


def button_value(text: str) -> str:
    """The value of a button of ours, if this is one; empty otherwise."""
    value = text.strip().removeprefix(PRESSED)
    ours = text.strip().startswith(PRESSED) and 0 < len(value.encode()) <= LONGEST_VALUE
    return value if ours else ""


def spoken(text: str) -> str:
    """``#hoi giá vé`` is the question "giá vé", ``#xa Tân Thành`` is /khuvuc, ``#1`` is 1; others as they are.

    What changes something is a command only when it is the whole message: "#dừng xe ở đâu" is a question.
    """
    stripped = unicodedata.normalize("NFC", text).strip()
    if not stripped.startswith("#"):
        return text
    said = stripped.lstrip("#").strip()
    words = said.split()
    if not words:
        return "/menu"
    whole = _COMMANDS.get("".join(words).casefold())  # also in two words: #đăng ký
    if whole is not None:
        return whole
    head, rest = words[0].casefold(), said[len(words[0]) :].strip()
    if head in _QUESTION:
        return rest or "/menu"
    return f"{PLACE} {rest}" if _COMMANDS.get(head) == PLACE else said
