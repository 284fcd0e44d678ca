"""What a message must keep to beyond its form, each broken rule told in one sentence (pure).

Sources: CAP-v1.2-os, 3.2, the rules in the column of definitions; what is longer than our tables keep is refused too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from broadcasts.cap import Alert, Area, Info, MsgType, Point, Scope

LONGEST_NAME = 200  # signs of a sender or an identifier
MOST_POINTS = 100  # of one polygon
MOST_SHAPES = 100  # polygons and circles of one message
MOST_REFERENCES = 200
LONGEST_LIFE = timedelta(days=366)
_NAME = re.compile(r"[^\s,<&]+")
_FOLLOWING = frozenset((MsgType.UPDATE, MsgType.CANCEL, MsgType.ACK, MsgType.ERROR))


def faults(alert: Alert) -> Iterator[str]:
    """One Vietnamese sentence for each rule that is broken; none: the message keeps to them all."""
    for what, name in (("identifier", alert.identifier), ("sender", alert.sender)):
        yield from _name(what, name)
    if alert.scope is Scope.RESTRICTED and not (alert.restriction or "").strip():
        yield "Bản tin có scope là Restricted phải ghi rõ hạn chế ở mục restriction."
    if alert.scope is Scope.PRIVATE and not (alert.addresses or "").strip():
        yield "Bản tin có scope là Private phải ghi người nhận ở mục addresses."
    yield from _references(alert)
    if alert.msg_type in (MsgType.ALERT, MsgType.UPDATE) and not alert.infos:
        yield f"Bản tin loại {alert.msg_type} phải có ít nhất một mục info."
    shapes = sum(len(area.polygons) + len(area.circles) for info in alert.infos for area in info.areas)
    if shapes > MOST_SHAPES:
        yield f"Bản tin có {shapes} hình vẽ khu vực; nhiều nhất {MOST_SHAPES}."
    for number, info in enumerate(alert.infos, 1):
        yield from (f"Mục info thứ {number}: {each}" for each in _info(alert, info))


def _name(what: str, name: str) -> Iterator[str]:
    if not _NAME.fullmatch(name):
        yield f"Mục {what} không được trống, không được có dấu cách, dấu phẩy, “<” hay “&”."
    elif len(name) > LONGEST_NAME:
        yield f"Mục {what} dài quá {LONGEST_NAME} ký tự."


def _references(alert: Alert) -> Iterator[str]:
    if alert.msg_type in _FOLLOWING and not alert.references:
        yield f"Bản tin loại {alert.msg_type} phải nêu bản tin trước ở mục references."
    if alert.msg_type is MsgType.ALERT and alert.references:
        yield "Bản tin loại Alert không được có mục references."
    if len(alert.references) > MOST_REFERENCES:
        yield f"Mục references nêu quá {MOST_REFERENCES} bản tin."
    if any(fault for each in alert.references for name in each.parts for fault in _name("references", name)):
        yield "Mục references có tên người gửi hoặc mã bản tin viết sai."
    if alert.name in alert.references:
        yield "Mục references nêu chính bản tin này."


def _info(alert: Alert, info: Info) -> Iterator[str]:
    if not info.event.strip():
        yield "mục event trống."
    if info.expires is not None:
        if info.expires <= alert.sent:
            yield "giờ hết hạn (expires) phải sau giờ gửi (sent)."
        elif info.expires - alert.sent > LONGEST_LIFE:
            yield f"giờ hết hạn (expires) xa hơn {LONGEST_LIFE.days} ngày."
        if info.effective is not None and info.effective >= info.expires:
            yield "giờ bắt đầu hiệu lực (effective) phải trước giờ hết hạn (expires)."
    for area in info.areas:
        yield from _area(area)


def _area(area: Area) -> Iterator[str]:
    if not area.area_desc.strip():
        yield "mục areaDesc trống."
    for polygon in area.polygons:
        if len(polygon) > MOST_POINTS:
            yield f"một đa giác có {len(polygon)} điểm; nhiều nhất {MOST_POINTS}."
        elif len(polygon) < 4 or polygon[0] != polygon[-1]:
            yield "một đa giác phải có ít nhất bốn điểm và điểm cuối trùng điểm đầu."
    points = [*(point for polygon in area.polygons for point in polygon), *(each.centre for each in area.circles)]
    if not all(map(_on_earth, points)):
        yield "một toạ độ nằm ngoài −90…90 độ vĩ hoặc −180…180 độ kinh."
    if any(each.radius < 0 for each in area.circles):
        yield "bán kính không được âm."
    if area.ceiling is not None and area.altitude is None:
        yield "mục ceiling chỉ dùng cùng với altitude."


def _on_earth(point: Point) -> bool:
    return abs(point[0]) <= Decimal(90) and abs(point[1]) <= Decimal(180)
