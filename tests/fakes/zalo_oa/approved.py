"""Approved templates: their fields, prices and tags."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.fakes.zalo_oa.refusals import invalid, too_much

TRANSACTION, CARE, PROMOTION = 1, 2, 3  # the tags


@dataclass(slots=True)
class Template:
    """A template as reviewed: ``fields`` with the most characters each may have, prices in VND.

    ``status``: ENABLE, PENDING_REVIEW, REJECT or DISABLE. Old and one-time-code templates are not ``by_uid``.
    """

    template_id: str
    name: str = "Thông báo"
    tag: int = TRANSACTION
    fields: dict[str, int] = field(default_factory=dict)
    price_uid: int = 200
    price_phone: int = 300
    by_uid: bool = True
    status: str = "ENABLE"


def first_templates() -> dict[str, Template]:
    """What every account of the fake begins with."""
    made = [
        Template("100001", "Thông báo khẩn", TRANSACTION, {"title": 100, "content": 400}),
        Template("100002", "Trả lời câu hỏi", CARE, {"customer": 30, "content": 200}),
        Template("100003", "Chiến dịch tuyên truyền", PROMOTION, {"title": 100}),
        Template("100004", "Mã một lần", TRANSACTION, {"otp": 10}, by_uid=False),
        Template("100005", "Chưa duyệt", TRANSACTION, {"title": 100}, status="PENDING_REVIEW"),
    ]
    return {each.template_id: each for each in made}


def check_fields(template: Template, given: Any) -> None:
    """Every field of the template and no other, each as text or number and not too long; raises Refusal."""
    if not isinstance(given, dict):
        raise invalid("template_data")
    for name in sorted(given.keys() ^ template.fields.keys()):
        raise invalid(name)
    for name, value in given.items():
        if not isinstance(value, str | int) or isinstance(value, bool) or not str(value).strip():
            raise invalid(name)
        if len(str(value)) > template.fields[name]:
            raise too_much()
