"""Zalo's routes as campaigns ask for them: once when an audience is frozen, and again when a message is sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.settings import Settings
from broadcasts.audience import Contact, Routing, Way
from broadcasts.claiming import Recipient
from broadcasts.deliveries import Priority
from broadcasts.zalo_routes import POSTS, MessageClass, Route, RouteKind, route, rules_of
from broadcasts.zalo_routes import Contact as ZaloContact
from broadcasts.zalo_templates import Template, parse_templates
from handlers.accounts_file import accounts_file

CHANNEL = "zalo-oa"


class ZaloWays:
    """The rules of the account as the settings say, with its approved templates."""

    def __init__(self, settings: Settings, templates: tuple[Template, ...] = ()) -> None:
        self._rules = rules_of(settings, templates)
        self._templates = {each.id: each for each in templates}

    def routings(self, message_class: MessageClass) -> Mapping[str, Routing]:
        """For freezing an audience."""

        def routing(contact: Contact, at: datetime) -> Way:
            found = route(ZaloContact(contact.last_wrote_at, contact.follower), message_class, at, self._rules)
            if found.kind is RouteKind.NONE:
                return Way("none", 0, found.reason)
            if found.kind in POSTS:
                return Way(str(found.kind), 0, "post-only")
            return Way(str(found.kind), found.price)

        return {CHANNEL: routing}

    def route(self, recipient: Recipient, at: datetime) -> Route:
        """At the moment of sending: a window may have closed while the message was waiting."""
        message_class = MessageClass.URGENT if recipient.priority == Priority.NOTICE else MessageClass.ROUTINE
        return route(ZaloContact(recipient.last_wrote_at, recipient.follower), message_class, at, self._rules)

    def template(self, template_id: str) -> Template:
        return self._templates[template_id]


def zalo_ways(settings: Settings) -> ZaloWays:
    """Raises SettingError when the accounts file cannot be read."""
    name, text = accounts_file(settings)
    return ZaloWays(settings, parse_templates(text, file=name))
