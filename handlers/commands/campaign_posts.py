"""What ``cotmoc campaign`` says of posts, and of runs that are being taken back (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from broadcasts.posts import REACH, Line
from broadcasts.reasons import in_words
from broadcasts.withdrawals import Progress

UNPROVABLE = "tới bao nhiêu người: không chứng minh được"
_STATES = {
    "queued": "đang chờ",
    "attempting": "đang đăng",
    "sent": "đã đăng",
    "failed": "không đăng được",
    "skipped": "bỏ qua",
    "unknown": "không rõ đã đăng chưa",
    "withdrawn": "đã thu hồi",
}


def planned(posts: Iterable[tuple[str, str, str]]) -> list[str]:
    """Where it will be posted: name, channel, language."""
    return [f"  đăng {name} ({channel}, {language}); {UNPROVABLE}" for name, channel, language in posts]


def posted(lines: Sequence[Line]) -> list[str]:
    """What became of posts."""
    return [
        f"  đợt {each.run_id} · bài đăng {each.name} ({each.channel}, {each.language}): {_STATES[each.state]}"
        + (f" ({in_words(each.reason)})" if each.reason else "")
        + f"; {UNPROVABLE}"
        for each in lines
    ]


def posts_json(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """The names that scripts rely on."""
    return [
        {
            "run": each.run_id,
            "name": each.name,
            "channel": each.channel,
            "language": each.language,
            "state": each.state,
            "reason": each.reason,
            "reach": REACH,
        }
        for each in lines
    ]


def taking_back(going: Sequence[Progress]) -> list[str]:
    """How far it is, and what to do about what stays."""
    found = []
    for each in going:
        left = "" if each.done else f", còn {each.left}"
        found.append(f"  đợt {each.run_id} · thu hồi trên {each.channel}: {each.withdrawn} tin{left}")
        found += [f"    {count} tin không thu hồi được: {in_words(why)}" for why, count in each.stays.items()]
        if each.unknown:
            found.append(f"    {each.unknown} tin không rõ đã tới chưa, nên không thu hồi được")
        if each.stays or each.unknown:
            found.append(f'    Nên gửi đính chính: cotmoc campaign correct {each.run_id} "Đính chính"')
    return found


def withdrawals_json(going: Sequence[Progress]) -> list[dict[str, Any]]:
    """The names that scripts rely on."""
    return [
        {
            "run": each.run_id,
            "channel": each.channel,
            "account": each.account,
            "done": each.done,
            "withdrawn": each.withdrawn,
            "left": each.left,
            "unknown": each.unknown,
            "stays": each.stays,
        }
        for each in going
    ]
