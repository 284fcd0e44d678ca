"""By which way, when and at what price a message reaches one contact of the Official Account, or why not (pure).

Forecast and sender ask the same function. The rules are those of the reference sheet on Zalo (A4, A7, A8): free text
until 48 hours after the last interaction, paid until 7 days, then approved templates; articles for followers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import TYPE_CHECKING

from broadcasts.zalo_templates import PROMOTION, Hours, Template

if TYPE_CHECKING:
    from bot.settings import Settings

FREE_FOR = timedelta(hours=48)  # a border of price
OPEN_FOR = timedelta(days=7)  # a border of refusal (-230)
CONSULTATION_PRICE = 55  # VND, to be confirmed with a real account
ARTICLE_HOURS = Hours()  # broadcasts of articles are refused at night (-234)


class MessageClass(StrEnum):
    REPLY = "reply"  # to what the resident asked
    ROUTINE = "routine"
    URGENT = "urgent"  # a life-safety notice


class RouteKind(StrEnum):
    FREE = "free"  # consultation message
    PAID = "paid"  # consultation message
    TEMPLATE = "template"
    ARTICLE = "article"  # a post: who read it cannot be known
    GROUP = "group"  # a post
    NONE = "none"


POSTS = frozenset((RouteKind.ARTICLE, RouteKind.GROUP))


@dataclass(frozen=True, slots=True)
class Contact:
    """``last_interaction_at``: what opened the window last: a message, following, a tap; None: nothing known.

    ``follower`` None: not known. ``reachable``: ok, window (Zalo said that the window is closed), or why no message
    gets through (blocked, gone, invalid, refused). ``in_group``: in a group of the account that gets this message.
    """

    last_interaction_at: datetime | None = None
    follower: bool | None = None
    reachable: str = "ok"
    in_group: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """``article``, ``group``: whether this message is posted so, too. ``template_within``: how old the last
    interaction may be for a template by user id; None: any age (two readings exist, see docs/zalo.md)."""

    zone: tzinfo
    cs_campaigns: bool = False
    allow_paid: bool = False
    allow_paid_urgent: bool = True
    templates: tuple[Template, ...] = ()
    template_within: timedelta | None = None
    consultation_price: int = CONSULTATION_PRICE
    article: bool = False
    group: bool = False

    def pays(self, message_class: MessageClass) -> bool:
        return self.allow_paid_urgent if message_class is MessageClass.URGENT else self.allow_paid


@dataclass(frozen=True, slots=True)
class Route:
    """``price`` in VND. ``not_before``: it is night there; None: now. ``reason`` is one short word for the report."""

    kind: RouteKind
    reason: str
    price: int = 0
    template_id: str = ""
    not_before: datetime | None = None


def route(contact: Contact, message_class: MessageClass, at: datetime, rules: Rules) -> Route:
    """The best way open at ``at`` (aware), else the best one that opens later, else ``none`` with the reason.

    Ways that reach a person by name come before posts, free ones before paid ones.
    """
    if contact.reachable not in ("ok", "window"):
        return Route(RouteKind.NONE, contact.reachable)
    ways = list(_ways(contact, message_class, at, rules))
    for way in ways:
        if way.kind is not RouteKind.NONE and way.not_before is None:
            return way
    for way in ways:
        if way.kind is not RouteKind.NONE:
            return way
    # What money or a setting would open is worth more to an officer than what nothing opens.
    return max(ways, key=lambda way: _OBSTACLES.index(way.reason))


_OBSTACLES = ("never-wrote", "window", "campaigns-off", "paid-off")  # the later, the easier for an officer to remove


def _ways(contact: Contact, message_class: MessageClass, at: datetime, rules: Rules) -> Iterator[Route]:
    """In the order of preference; what is shut is there as ``none``."""
    yield _consultation(contact, message_class, at, rules)
    if message_class is MessageClass.REPLY:
        return
    template = _template(contact, message_class, at, rules)
    if template is not None:
        yield template if rules.pays(message_class) or not template.price else Route(RouteKind.NONE, "paid-off")
    if rules.article and contact.follower:
        yield Route(RouteKind.ARTICLE, "follower", not_before=ARTICLE_HOURS.opens(at, rules.zone))
    if rules.group and contact.in_group:
        yield Route(RouteKind.GROUP, "group-member")


def _consultation(contact: Contact, message_class: MessageClass, at: datetime, rules: Rules) -> Route:
    if contact.last_interaction_at is None:
        return Route(RouteKind.NONE, "never-wrote")
    age = at - contact.last_interaction_at
    if age > OPEN_FOR or contact.reachable == "window":
        return Route(RouteKind.NONE, "window")
    if message_class is MessageClass.ROUTINE and not rules.cs_campaigns:
        return Route(RouteKind.NONE, "campaigns-off")
    if age <= FREE_FOR:
        return Route(RouteKind.FREE, "within-48h")
    if not rules.pays(message_class):
        return Route(RouteKind.NONE, "paid-off")
    return Route(RouteKind.PAID, "within-7d", rules.consultation_price)


def _template(contact: Contact, message_class: MessageClass, at: datetime, rules: Rules) -> Route | None:
    """The cheapest that may go now, else the one that may go first."""
    if rules.template_within is not None and (
        contact.last_interaction_at is None or at - contact.last_interaction_at > rules.template_within
    ):
        return None
    fitting = [
        (opens or at, template.price, place, opens, template)
        for place, template in enumerate(rules.templates)
        if message_class.value in template.classes and (template.tag != PROMOTION or contact.follower)
        for opens in (template.hours.opens(at, rules.zone) if template.hours is not None else None,)
    ]
    if not fitting:
        return None
    *_, opens, template = min(fitting, key=lambda each: each[:3])
    return Route(RouteKind.TEMPLATE, "template", template.price, template.id, opens)


def rules_of(
    settings: Settings, templates: Iterable[Template] = (), *, account: str = "main", article: bool = False
) -> Rules:
    """The rules of one account as the settings say."""
    return Rules(
        zone=settings.zone,
        cs_campaigns=settings.zalo_cs_campaigns,
        allow_paid=settings.zalo_allow_paid,
        allow_paid_urgent=settings.zalo_allow_paid_urgent,
        templates=tuple(each for each in templates if each.account == account),
        article=article,
    )
