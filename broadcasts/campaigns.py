"""Campaign and run: their states, and which move leads where (pure).

A campaign is what is approved; a run is one release of it at one planned time. A move that is not in the tables is
refused here, whoever asks for it.
"""

from __future__ import annotations

from enum import StrEnum

from bot.errors import CotMocError


class CampaignState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"  # with a reason
    APPROVED = "approved"
    SCHEDULED = "scheduled"  # with a recurrence, until the last run
    DONE = "done"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class RunState(StrEnum):
    SCHEDULED = "scheduled"
    SENDING = "sending"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    MISSED = "missed"  # the service was down at the time, and it is too late now
    HELD = "held"  # something changed since approval, or the content was refused; its owner is told


class Event(StrEnum):
    """What can happen to a campaign or a run; the same word means the same in both."""

    SUBMIT = "submit"
    RETURN = "return"
    APPROVE = "approve"
    SCHEDULE = "schedule"
    CHANGE = "change"  # of a text, file, audience or time: voids the approval
    FINISH = "finish"
    CANCEL = "cancel"
    EXPIRE = "expire"
    RELEASE = "release"
    PAUSE = "pause"
    RESUME = "resume"
    MISS = "miss"
    HOLD = "hold"


# What is possible instead, for whoever tried something else.
_INSTEAD: dict[CampaignState, str] = {
    CampaignState.DRAFT: "Chiến dịch còn đang soạn; hãy trình duyệt trước.",
    CampaignState.SUBMITTED: "Chiến dịch đang chờ duyệt; chờ duyệt hoặc trả lại; muốn sửa thì sửa rồi trình lại.",
    CampaignState.RETURNED: "Chiến dịch bị trả lại; sửa theo lý do rồi mới trình lại được.",
    CampaignState.APPROVED: "Chiến dịch đã được duyệt; việc tiếp theo là đặt lịch gửi.",
    CampaignState.SCHEDULED: "Chiến dịch đã đặt lịch; muốn đổi thì sửa rồi trình lại, hoặc huỷ.",
    CampaignState.DONE: "Chiến dịch đã xong; muốn gửi nữa thì sao chép thành bản nháp mới.",
    CampaignState.CANCELLED: "Chiến dịch đã huỷ; muốn gửi thì sao chép thành bản nháp mới.",
    CampaignState.EXPIRED: "Chiến dịch đã hết hiệu lực; muốn gửi thì sao chép thành bản nháp mới.",
}
_INSTEAD_OF_RUN: dict[RunState, str] = {
    RunState.SCHEDULED: "Đợt này chưa tới giờ gửi; muốn thôi thì huỷ chiến dịch.",
    RunState.SENDING: "Đợt này đang gửi; chỉ tạm dừng hoặc huỷ được.",
    RunState.PAUSED: "Đợt này đang tạm dừng; chạy tiếp hoặc huỷ.",
    RunState.DONE: "Đợt này đã gửi xong; nếu có chỗ sai thì làm bản đính chính.",
    RunState.CANCELLED: "Đợt này đã huỷ; muốn gửi thì sao chép chiến dịch thành bản nháp mới.",
    RunState.EXPIRED: "Đợt này đã hết hiệu lực; muốn gửi thì sao chép chiến dịch thành bản nháp mới.",
    RunState.MISSED: "Đợt này đã lỡ giờ; còn nên gửi thì cho gửi ngay, không thì huỷ.",
    RunState.HELD: "Đợt này đang bị giữ lại; xem vì sao, rồi cho gửi ngay hoặc huỷ.",
}


class IllegalMove(CotMocError):
    """Việc này không làm được ở trạng thái hiện tại."""

    def __init__(self, state: CampaignState | RunState, event: Event) -> None:
        super().__init__(_INSTEAD[state] if isinstance(state, CampaignState) else _INSTEAD_OF_RUN[state])
        self.state = state
        self.event = event


_C, _R = CampaignState, RunState
CAMPAIGN_MOVES: dict[tuple[CampaignState, Event], CampaignState] = {
    (_C.DRAFT, Event.CHANGE): _C.DRAFT,
    (_C.DRAFT, Event.SUBMIT): _C.SUBMITTED,
    (_C.DRAFT, Event.CANCEL): _C.CANCELLED,
    (_C.SUBMITTED, Event.CHANGE): _C.DRAFT,
    (_C.SUBMITTED, Event.RETURN): _C.RETURNED,
    (_C.SUBMITTED, Event.APPROVE): _C.APPROVED,
    (_C.SUBMITTED, Event.CANCEL): _C.CANCELLED,
    (_C.SUBMITTED, Event.EXPIRE): _C.EXPIRED,
    (_C.RETURNED, Event.CHANGE): _C.DRAFT,
    (_C.RETURNED, Event.CANCEL): _C.CANCELLED,
    (_C.APPROVED, Event.CHANGE): _C.DRAFT,
    (_C.APPROVED, Event.RETURN): _C.RETURNED,
    (_C.APPROVED, Event.SCHEDULE): _C.SCHEDULED,
    (_C.APPROVED, Event.CANCEL): _C.CANCELLED,
    (_C.APPROVED, Event.EXPIRE): _C.EXPIRED,
    (_C.SCHEDULED, Event.CHANGE): _C.DRAFT,
    (_C.SCHEDULED, Event.FINISH): _C.DONE,
    (_C.SCHEDULED, Event.CANCEL): _C.CANCELLED,
    (_C.SCHEDULED, Event.EXPIRE): _C.EXPIRED,
}
RUN_MOVES: dict[tuple[RunState, Event], RunState] = {
    (_R.SCHEDULED, Event.RELEASE): _R.SENDING,
    (_R.SCHEDULED, Event.HOLD): _R.HELD,
    (_R.SCHEDULED, Event.MISS): _R.MISSED,
    (_R.SCHEDULED, Event.CANCEL): _R.CANCELLED,
    (_R.SCHEDULED, Event.EXPIRE): _R.EXPIRED,
    (_R.SENDING, Event.PAUSE): _R.PAUSED,
    (_R.SENDING, Event.HOLD): _R.HELD,
    (_R.SENDING, Event.FINISH): _R.DONE,
    (_R.SENDING, Event.CANCEL): _R.CANCELLED,
    (_R.SENDING, Event.EXPIRE): _R.EXPIRED,
    (_R.PAUSED, Event.RESUME): _R.SENDING,
    (_R.PAUSED, Event.CANCEL): _R.CANCELLED,
    (_R.PAUSED, Event.EXPIRE): _R.EXPIRED,
    (_R.HELD, Event.SCHEDULE): _R.SCHEDULED,
    (_R.HELD, Event.CANCEL): _R.CANCELLED,
    (_R.HELD, Event.EXPIRE): _R.EXPIRED,
    (_R.MISSED, Event.SCHEDULE): _R.SCHEDULED,  # "ask": an officer says that it may still go out
    (_R.MISSED, Event.CANCEL): _R.CANCELLED,
}
FINAL_RUN = frozenset((_R.DONE, _R.CANCELLED, _R.EXPIRED))


def move_campaign(state: CampaignState, event: Event) -> CampaignState:
    """The state after the event. Raises IllegalMove."""
    after = CAMPAIGN_MOVES.get((state, event))
    if after is None:
        raise IllegalMove(state, event)
    return after


def move_run(state: RunState, event: Event) -> RunState:
    """The state after the event. Raises IllegalMove."""
    after = RUN_MOVES.get((state, event))
    if after is None:
        raise IllegalMove(state, event)
    return after
