"""The exception tree: one class per different reaction; the docstring is the sentence that is said.

CotMocError
├── SettingError          stop the start, name the setting
├── AlreadyRunning        stop the start, name the other one
├── StoreUnavailable      answer 503, acknowledge nothing
├── Forged                answer 403
├── Malformed             answer 400
└── ChannelError          a message did not get through, and …
    ├── NotSent           … surely was not sent: trying again is safe
    │   ├── Throttled     … the channel asked us to wait
    │   ├── QuotaUsedUp   … nothing more can be sent before a later period
    │   └── ChannelDown   … the channel said it is broken
    ├── OutcomeUnknown    … may have been sent: trying again may double it
    ├── RecipientGone     … this recipient cannot be reached (blocked, gone, invalid, window, refused)
    ├── RecipientMoved    … this recipient has a new address
    ├── ContentRejected   … no recipient would get this text
    ├── CannotBeWithdrawn … it is there, and stays there
    ├── AccountRejected   … our token is wrong: stop everything, call a person
    └── Conflict          … somebody else reads this account's updates
"""

from __future__ import annotations


class CotMocError(Exception):
    """Cột Mốc gặp lỗi."""

    def __str__(self) -> str:
        return super().__str__() or (self.__doc__ or "")


class SettingError(CotMocError):
    """Một cài đặt thiếu hoặc sai."""


class AlreadyRunning(CotMocError):
    """Đã có một tiến trình Cột Mốc khác đang dùng cơ sở dữ liệu này."""


class StoreUnavailable(CotMocError):
    """Chưa ghi được vào cơ sở dữ liệu."""


class Forged(CotMocError):
    """The request does not carry the secret of this account."""


class Malformed(CotMocError):
    """The request is not what this channel sends."""


class ChannelError(CotMocError):
    """The channel did not take the message."""


class NotSent(ChannelError):
    """The message did not leave this machine."""


class Throttled(NotSent):
    """The channel asks to wait ``retry_after`` seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"throttled for {retry_after:g} s")
        self.retry_after = retry_after


class ChannelDown(NotSent):
    """The channel answered that it is out of order."""


class QuotaUsedUp(NotSent):
    """The account's quota for this period is used up; a person should know."""


class OutcomeUnknown(ChannelError):
    """The request left this machine and no usable answer came back."""


class RecipientGone(ChannelError):
    """The recipient cannot be reached: ``reason`` is blocked, gone or invalid; window (too long since they wrote, on
    a channel that forbids more: they come back by writing) or refused (they restricted this type of message)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class RecipientMoved(ChannelError):
    """The recipient's chat has the new id ``external_id``."""

    def __init__(self, external_id: str) -> None:
        super().__init__("moved")
        self.external_id = external_id


class ContentRejected(ChannelError):
    """The channel refuses this text for everybody."""


class CannotBeWithdrawn(ChannelError):
    """The channel does not take this message back."""


class AccountRejected(ChannelError):
    """The channel refuses our token."""


class Conflict(ChannelError):
    """Another program is reading the updates of this account."""
