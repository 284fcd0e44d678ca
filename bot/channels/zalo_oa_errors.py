"""What every refusal of the Official Account API means to us: one code, one reaction, one of our errors (pure).

Codes: developers.zalo.me, "Error codes" of the OA API, and those of ZBS templates (zalo.cloud/zns). They come
with HTTP 200. A code in neither list says nothing about whether the message went out nor whose fault it was: of a send
the outcome is unknown (it is not repeated, and holds nothing up); anything else is a question that this platform does
not answer as it is put.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from bot import errors
from bot.channels.zalo_oa_times import NIGHT_ENDS_WITH, seconds_to_morning, seconds_to_next_minute

_LONGEST_WORDS = 80
_SECRET = re.compile(r"\d{6,}|\S{32,}")  # an id or a token, should the platform ever quote one


class Reaction(StrEnum):
    NEW_TOKEN = "new token, then once more"
    NEXT_MINUTE = "wait for the next minute of the clock"
    UPLOAD_AGAIN = "upload the file again, then once more"
    ONCE_MORE = "once more after a moment; then nobody knows"
    NOT_READY = "ask again later"
    MORNING = "not at night"
    WINDOW = "nothing to this resident before they write again"
    RESTRICTED = "nothing of this kind to this resident"
    GONE = "this recipient is no more"
    INVALID = "there is no such recipient"
    CONTENT = "nobody would get this"
    QUOTA = "nothing more of this before the next period; a person should know"
    FEATURE = "the account may not do this; a person has to look"
    ACCOUNT = "the account is shut; a person has to look"
    UNKNOWN = "nobody knows what this is"


class Refused(Exception):
    """The platform answered no. Not one of our errors yet: some refusals are tried once more by who asked."""

    def __init__(self, code: int, words: str = "") -> None:
        super().__init__(f"{code} {_SECRET.sub('…', words)[:_LONGEST_WORDS]}".strip())
        self.code = code
        self.reaction = reaction(code, words)


_OPENAPI = {
    -32: Reaction.NEXT_MINUTE,
    -100: Reaction.UPLOAD_AGAIN,
    -200: Reaction.ONCE_MORE,
    -201: Reaction.CONTENT,  # unless the field it names is the recipient
    -204: Reaction.ACCOUNT,
    -205: Reaction.ACCOUNT,
    -209: Reaction.FEATURE,
    -210: Reaction.CONTENT,
    -211: Reaction.QUOTA,
    -212: Reaction.FEATURE,
    -213: Reaction.WINDOW,  # a follower is asked for; who follows has written to us too
    -214: Reaction.NOT_READY,
    -216: Reaction.NEW_TOKEN,
    -217: Reaction.RESTRICTED,
    -218: Reaction.WINDOW,
    -219: Reaction.ACCOUNT,
    -220: Reaction.NEW_TOKEN,
    -221: Reaction.FEATURE,
    -223: Reaction.FEATURE,  # unless its words speak of the quota of articles
    -224: Reaction.FEATURE,
    -227: Reaction.GONE,
    -230: Reaction.WINDOW,
    -232: Reaction.WINDOW,
    -233: Reaction.CONTENT,
    -234: Reaction.MORNING,
    -235: Reaction.FEATURE,
    -237: Reaction.GONE,
    -238: Reaction.CONTENT,
    -240: Reaction.CONTENT,
    -241: Reaction.CONTENT,
    -242: Reaction.ACCOUNT,
    -244: Reaction.RESTRICTED,
    -248: Reaction.CONTENT,
    -249: Reaction.CONTENT,
    -320: Reaction.QUOTA,  # only what costs money is refused: whoever just wrote is still answered
    -321: Reaction.QUOTA,
    -403: Reaction.GONE,
    -1340: Reaction.CONTENT,
    -1341: Reaction.CONTENT,
}
_BUSINESS = {
    -108: Reaction.INVALID,
    -114: Reaction.GONE,
    -115: Reaction.QUOTA,
    -118: Reaction.GONE,
    -119: Reaction.GONE,
    -124: Reaction.NEW_TOKEN,
    -131: Reaction.CONTENT,
    -133: Reaction.MORNING,
    -139: Reaction.RESTRICTED,
    -140: Reaction.RESTRICTED,
    -141: Reaction.RESTRICTED,
    -144: Reaction.QUOTA,
    -146: Reaction.CONTENT,
    -147: Reaction.QUOTA,
    -1441: Reaction.WINDOW,
    -1471: Reaction.WINDOW,
    -1472: Reaction.WINDOW,
}
REACTIONS: Mapping[int, Reaction] = _OPENAPI | _BUSINESS


def reaction(code: int, words: str = "") -> Reaction:
    """The one reaction to a code; ``words`` are looked at only where the platform gives a code two meanings."""
    said = words.lower()
    if code == -201 and ("user_id" in said or "recipient" in said):
        return Reaction.INVALID
    if code == -223 and "limit quota" in said:
        return Reaction.QUOTA
    return REACTIONS.get(code, Reaction.UNKNOWN)


class Purpose(StrEnum):
    """What was asked for: the same refusal means something else to each."""

    MESSAGE = "a plain message to one resident"
    TEMPLATE = "an approved template to one resident"
    POST = "an article, or a message to a group"
    QUESTION = "anything that may be asked twice: an upload, a look"


def error_for(refused: Refused, purpose: Purpose, now: datetime, jitter: float) -> errors.ChannelError:
    """The refusal as one of our errors, where nothing is left to be tried.

    ``jitter``: seconds added to a wait, so that not everything comes back at once.
    """
    words = str(refused)
    match refused.reaction:
        case Reaction.NEXT_MINUTE:
            return errors.Throttled(seconds_to_next_minute(now) + jitter)
        case Reaction.MORNING if purpose is Purpose.POST:
            # A message to one resident is not held back: whoever waits for the account waits with it, and only
            # templates that promote are refused at night. Such a run was planned wrongly, and is better stopped.
            return errors.Throttled((seconds_to_morning(now) or NIGHT_ENDS_WITH.total_seconds()) + jitter)
        case Reaction.NOT_READY:
            return errors.NotSent(words)
        case Reaction.QUOTA:
            return errors.QuotaUsedUp(words)
        case Reaction.NEW_TOKEN | Reaction.ACCOUNT:
            return errors.AccountRejected(words)
        case Reaction.FEATURE if purpose is Purpose.MESSAGE:
            return errors.AccountRejected(words)  # what the account lives from; the rest it can do without
        case Reaction.WINDOW:
            return errors.RecipientGone("window")
        case Reaction.RESTRICTED:
            return errors.RecipientGone("refused")
        case Reaction.GONE:
            return errors.RecipientGone("gone")
        case Reaction.INVALID:
            return errors.RecipientGone("invalid")
        case Reaction.ONCE_MORE | Reaction.UNKNOWN if purpose is not Purpose.QUESTION:
            return errors.OutcomeUnknown(words)
    return errors.ContentRejected(words)
