"""Short questions that go on from the last answer: how to tell them, and which entries are near to it (pure)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from content.match_values import MatchSource

MOST_WORDS = 6  # a longer question stands for itself
KIN = (1.0, 1.25, 1.6)  # by how much an entry counts more for each part of its id shared with the running one,
SAID_ALREADY = 0.85  # and the running one itself less: whoever asks on asks something else

# "còn hồ sơ?", "vậy trẻ em thì sao", "what about children"; without marks "con" may be a child too.
_CONTINUES = re.compile(
    r"^(?:còn|vậy|thế|rồi|nếu|vay con|the con|con|vay|the|roi|neu|and|but|then|what about|how about|ចុះ)(?!\w)"
    r"|(?:thì sao|thi sao|nữa|nua)\W*$"
    r"|វិញ\W*$|^ចុះ"
)


def continues(cleaned: str) -> bool:
    """Whether a short cleaned message has the shape of a question that goes on from something."""
    return _CONTINUES.search(cleaned) is not None


def kinship(sources: Sequence[MatchSource], topic: str) -> dict[int, float]:
    """Entry number to factor. ``topic``: a topic, or better the id of the entry shown last."""
    running = next((source.topic for source in sources if source.id == topic), topic)
    parts = set(topic.split("."))
    found = {}
    for number, source in enumerate(sources):
        if source.id == topic:
            found[number] = SAID_ALREADY
            continue
        shared = len(parts.intersection(source.id.split(".")))
        if shared or (running and source.topic == running):
            found[number] = KIN[min(max(shared, 1), len(KIN) - 1)]
    return found
