"""Which way a message takes to a contact of the Official Account: exact borders, switches, nights, prices."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import SettingError
from bot.settings import Settings
from broadcasts.zalo_routes import (
    FREE_FOR,
    OPEN_FOR,
    POSTS,
    Contact,
    MessageClass,
    Route,
    RouteKind,
    Rules,
    route,
    rules_of,
)
from broadcasts.zalo_templates import Hours, Template, parse_templates

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=ZONE).astimezone(UTC)
NIGHT = datetime(2026, 11, 21, 23, 30, tzinfo=ZONE).astimezone(UTC)
TICK = timedelta(microseconds=1)
REPLY, ROUTINE, URGENT = MessageClass.REPLY, MessageClass.ROUTINE, MessageClass.URGENT
FREE, PAID, TEMPLATE, ARTICLE, GROUP, NONE = RouteKind
CARE = Template("care", 2, 200, ("urgent",))
PROMO = Template("promo", 3, 150, ("urgent", "routine"), hours=Hours())
ALL_ON = Rules(ZONE, cs_campaigns=True, allow_paid=True, templates=(CARE, PROMO), article=True, group=True)
BARE = Rules(ZONE)


def wrote(ago: timedelta | None, at: datetime = NOON, **more: object) -> Contact:
    return Contact(None if ago is None else at - ago, **more)  # type: ignore[arg-type]


# --- borders -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("age", "kind", "price"),
    [
        (-timedelta(seconds=3), FREE, 0),  # two clocks
        (timedelta(0), FREE, 0),
        (FREE_FOR, FREE, 0),
        (FREE_FOR + TICK, PAID, 55),
        (OPEN_FOR, PAID, 55),
        (OPEN_FOR + TICK, NONE, 0),
        (None, NONE, 0),
    ],
)
@pytest.mark.parametrize("message_class", MessageClass)
def test_borders(age: timedelta | None, kind: RouteKind, price: int, message_class: MessageClass) -> None:
    rules = replace(BARE, cs_campaigns=True, allow_paid=True)
    found = route(wrote(age), message_class, NOON, rules)
    assert (found.kind, found.price, found.not_before) == (kind, price, None)


@pytest.mark.parametrize(
    ("message_class", "age_hours", "changes", "kind", "reason"),
    [
        # Routine campaigns use consultation messages only with the switch.
        (ROUTINE, 1, {}, NONE, "campaigns-off"),
        (ROUTINE, 1, {"cs_campaigns": True}, FREE, "within-48h"),
        (ROUTINE, 60, {"cs_campaigns": True}, NONE, "paid-off"),
        (ROUTINE, 60, {"cs_campaigns": True, "allow_paid": True}, PAID, "within-7d"),
        (ROUTINE, 60, {"allow_paid": True}, NONE, "campaigns-off"),
        # Urgent ones always may, and have a switch of their own for what costs.
        (URGENT, 1, {}, FREE, "within-48h"),
        (URGENT, 60, {}, PAID, "within-7d"),
        (URGENT, 60, {"allow_paid_urgent": False, "allow_paid": True}, NONE, "paid-off"),
        (REPLY, 1, {}, FREE, "within-48h"),
        (REPLY, 60, {}, NONE, "paid-off"),
        (REPLY, 60, {"allow_paid": True}, PAID, "within-7d"),
        (REPLY, 200, {"allow_paid": True, "templates": (CARE,), "article": True}, NONE, "window"),
        # Older contacts.
        (URGENT, 200, {}, NONE, "window"),
        (URGENT, 200, {"templates": (CARE,)}, TEMPLATE, "template"),
        (URGENT, 200, {"templates": (CARE,), "allow_paid_urgent": False}, NONE, "paid-off"),
        (ROUTINE, 200, {"templates": (CARE,), "allow_paid": True}, NONE, "window"),  # not for this class
        (ROUTINE, 200, {"templates": (PROMO,)}, NONE, "paid-off"),
        (ROUTINE, 200, {"templates": (PROMO,), "allow_paid": True}, TEMPLATE, "template"),
        # A personal way comes before a post, a post before nothing.
        (ROUTINE, 1, {"article": True}, ARTICLE, "follower"),
        (ROUTINE, 1, {"article": True, "cs_campaigns": True}, FREE, "within-48h"),
        (ROUTINE, 200, {"article": True, "group": True}, ARTICLE, "follower"),
        (ROUTINE, 200, {"group": True}, GROUP, "group-member"),
        (URGENT, 200, {"article": True, "templates": (CARE,)}, TEMPLATE, "template"),
    ],
)
def test_switches(
    message_class: MessageClass, age_hours: int, changes: dict[str, object], kind: RouteKind, reason: str
) -> None:
    contact = wrote(timedelta(hours=age_hours), follower=True, in_group=True)
    found = route(contact, message_class, NOON, replace(BARE, **changes))  # type: ignore[arg-type]
    assert (found.kind, found.reason) == (kind, reason)


@pytest.mark.parametrize("reason", ["blocked", "gone", "invalid", "refused"])
def test_who_cannot_be_reached(reason: str) -> None:
    contact = wrote(timedelta(hours=1), follower=True, in_group=True, reachable=reason)
    assert route(contact, URGENT, NOON, ALL_ON) == Route(NONE, reason)


def test_zalo_knows_better_that_the_window_is_shut() -> None:
    contact = wrote(timedelta(hours=1), reachable="window")
    assert route(contact, URGENT, NOON, BARE) == Route(NONE, "window")
    assert route(contact, URGENT, NOON, ALL_ON).kind is TEMPLATE


@pytest.mark.parametrize("follower", [None, False])
def test_followers_only(follower: bool | None) -> None:
    contact = wrote(timedelta(days=30), follower=follower)
    rules = replace(ALL_ON, templates=(PROMO,))
    assert route(contact, ROUTINE, NOON, rules).kind is NONE
    assert route(replace(contact, follower=True), ROUTINE, NOON, rules).template_id == "promo"
    assert route(contact, URGENT, NOON, ALL_ON).template_id == "care"


def test_the_cheapest_template_that_fits() -> None:
    contact = wrote(timedelta(days=30), follower=True)
    assert route(contact, URGENT, NOON, ALL_ON).template_id == "promo"
    assert route(contact, URGENT, NIGHT, ALL_ON).template_id == "care"  # the other one has to wait


def test_both_readings_of_how_old_a_contact_may_be_for_a_template() -> None:
    year = replace(ALL_ON, template_within=timedelta(days=365), article=False, group=False)
    old = wrote(timedelta(days=365) + TICK)
    assert route(old, URGENT, NOON, replace(year, template_within=None)).kind is TEMPLATE
    assert route(old, URGENT, NOON, year) == Route(NONE, "window")
    assert route(wrote(timedelta(days=365)), URGENT, NOON, year).kind is TEMPLATE
    assert route(wrote(None), URGENT, NOON, year) == Route(NONE, "never-wrote")


# --- nights --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-11-21 05:59:59.999999", "2026-11-21 06:00"),
        ("2026-11-21 06:00:00", None),
        ("2026-11-21 21:59:59.999999", None),
        ("2026-11-21 22:00:00", "2026-11-22 06:00"),
        ("2026-12-31 23:00:00", "2027-01-01 06:00"),
        ("2026-11-21 00:00:00", "2026-11-21 06:00"),
    ],
)
def test_articles_and_promotion_wait_for_the_morning(at: str, opens: str | None) -> None:
    now = datetime.fromisoformat(at).replace(tzinfo=ZONE).astimezone(UTC)
    wanted = datetime.fromisoformat(opens).replace(tzinfo=ZONE) if opens else None
    contact = wrote(timedelta(days=30), now, follower=True)
    by_article = route(contact, ROUTINE, now, replace(BARE, article=True))
    by_template = route(contact, ROUTINE, now, replace(BARE, templates=(PROMO,), allow_paid=True))
    assert (by_article.kind, by_article.not_before) == (ARTICLE, wanted)
    assert (by_template.kind, by_template.not_before) == (TEMPLATE, wanted)


def test_at_night_a_way_that_is_open_comes_before_one_that_opens_later() -> None:
    contact = wrote(timedelta(days=30), NIGHT, follower=True, in_group=True)
    rules = replace(ALL_ON, templates=(PROMO,))
    assert route(contact, URGENT, NIGHT, rules).kind is GROUP
    assert route(replace(contact, in_group=False), URGENT, NIGHT, rules).kind is TEMPLATE
    assert route(wrote(timedelta(hours=1), NIGHT), URGENT, NIGHT, rules).kind is FREE  # consultation knows no night


# --- whatever is asked ---------------------------------------------------------------------------------------

contacts = st.builds(
    Contact,
    last_interaction_at=st.none()
    | st.one_of(
        st.timedeltas(-timedelta(minutes=1), timedelta(days=800)),
        st.sampled_from([FREE_FOR, FREE_FOR + TICK, OPEN_FOR, OPEN_FOR + TICK]),
    ).map(lambda age: NOON - age),
    follower=st.none() | st.booleans(),
    reachable=st.sampled_from(["ok", "ok", "ok", "window", "blocked", "refused"]),
    in_group=st.booleans(),
)
templates = st.builds(
    Template,
    id=st.sampled_from("abc"),
    tag=st.sampled_from([1, 2, 3]),
    price=st.integers(0, 500),
    classes=st.sampled_from([("urgent",), ("routine",), ("routine", "urgent")]),
    hours=st.none() | st.just(Hours()) | st.just(Hours(time(8), time(20))),
)
rule_sets = st.builds(
    Rules,
    zone=st.just(ZONE),
    cs_campaigns=st.booleans(),
    allow_paid=st.booleans(),
    allow_paid_urgent=st.booleans(),
    templates=st.lists(templates, max_size=3).map(tuple),
    template_within=st.none() | st.just(timedelta(days=365)),
    article=st.booleans(),
    group=st.booleans(),
)
times = st.timedeltas(timedelta(0), timedelta(hours=24)).map(lambda later: NOON + later)


@given(contacts, st.sampled_from(MessageClass), times, rule_sets)
def test_what_always_holds(contact: Contact, message_class: MessageClass, at: datetime, rules: Rules) -> None:
    found = route(contact, message_class, at, rules)
    age = None if contact.last_interaction_at is None else at - contact.last_interaction_at
    assert found.reason
    assert len(found.reason) <= 20  # as wide as its column
    if found.price:
        assert found.kind in (PAID, TEMPLATE)
        assert rules.pays(message_class)
    if found.kind in (FREE, PAID):
        assert age is not None
        assert age <= OPEN_FOR
        assert (found.kind is FREE) == (age <= FREE_FOR)
        assert found.not_before is None
        assert message_class is not ROUTINE or rules.cs_campaigns
    if found.kind in POSTS | {TEMPLATE}:
        assert message_class is not REPLY
    if found.kind is ARTICLE:
        assert contact.follower
    if contact.reachable not in ("ok", "window"):
        assert found == Route(NONE, contact.reachable)
    elif message_class is URGENT and age is not None and age <= FREE_FOR and contact.reachable == "ok":
        assert found.kind is FREE  # whatever the switches say
    if found.not_before is not None:
        assert found.not_before > at
        assert found.kind in (TEMPLATE, ARTICLE)
        then = route(contact, message_class, found.not_before, rules)
        assert then.kind is not NONE or rules.template_within is not None  # it is really open then
        assert then.not_before is None or rules.template_within is not None


@given(contacts, times, rule_sets)
def test_urgent_is_never_worse_off_than_routine(contact: Contact, at: datetime, rules: Rules) -> None:
    fair = replace(
        rules,
        allow_paid_urgent=True,
        templates=tuple(replace(each, classes=("routine", "urgent")) for each in rules.templates),
    )
    order = list(RouteKind)
    urgent, routine = route(contact, URGENT, at, fair), route(contact, ROUTINE, at, fair)
    if routine.kind in (FREE, PAID, TEMPLATE) and routine.not_before is None:
        assert order.index(urgent.kind) <= order.index(routine.kind)
    assert urgent.kind is not NONE or routine.kind is NONE


@given(contacts, st.sampled_from(MessageClass), times, rule_sets)
def test_the_same_question_has_the_same_answer(
    contact: Contact, message_class: MessageClass, at: datetime, rules: Rules
) -> None:
    elsewhere = at.astimezone(ZoneInfo("America/New_York"))
    assert route(contact, message_class, at, rules) == route(contact, message_class, elsewhere, rules)


# --- configuration -------------------------------------------------------------------------------------------

FILE = """
[[telegram.accounts]]
name = "other"

[[zalo.templates]]
id = "7895417a7d3f9461cd2e"
tag = 2
price = 200
classes = ["urgent"]
fields = { noi_dung = "text", dia_ban = "place" }

[[zalo.templates]]
id = "b"
account = "second"
tag = 3
price = 0
classes = ["routine", "urgent"]
"""


def test_templates_in_the_accounts_file() -> None:
    first, second = parse_templates(FILE)
    assert (first.id, first.tag, first.price, first.classes) == ("7895417a7d3f9461cd2e", 2, 200, ("urgent",))
    assert dict(first.fields) == {"noi_dung": "text", "dia_ban": "place"}
    assert (first.hours, second.hours) == (None, Hours())
    assert (first.account, second.account) == ("main", "second")
    assert parse_templates("") == parse_templates("[zalo]\noa = 1") == ()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("tag = 2", "tag = 4", "mẫu tin thứ 1 (7895417a7d3f9461cd2e): tag phải là 1"),
        ("tag = 2", "tag = true", "tag phải là 1"),
        ("tag = 2\n", "", "tag phải là 1"),
        ("price = 200", "price = -1", "price phải là số đồng"),
        ("price = 200", 'price = "200"', "price phải là số đồng"),
        ('id = "7895417a7d3f9461cd2e"', "id = 7895417", "thiếu id"),
        ('id = "7895417a7d3f9461cd2e"\n', "", "mẫu tin thứ 1 (chưa có id): thiếu id"),
        ('classes = ["urgent"]', 'classes = "urgent"', "classes phải là danh sách"),
        ('classes = ["urgent"]', 'classes = ["reply"]', "classes phải là danh sách"),
        ('classes = ["urgent"]', "classes = []", "classes phải là danh sách"),
        ('"place"', '"phone"', "fields.dia_ban phải là một trong text"),
        ("price = 200", "price = 200\ncost = 3", "không có mục cost"),
        ("price = 200", 'price = 200\nhours = "6h-22h"', "hours phải có dạng"),
        ("price = 200", 'price = 200\nhours = "22:00-06:00"', "hours phải nằm trong một ngày"),
        ("price = 0", 'price = 0\nhours = "05:59-22:00"', "mẫu tin thứ 2 (b): tag 3 chỉ được gửi"),
        ("price = 0", 'price = 0\nhours = "any"', "hours phải có dạng"),
        ('id = "b"\naccount = "second"', 'id = "7895417a7d3f9461cd2e"', "được khai hai lần"),
        ("[[zalo.templates]]\nid", "[zalo.templates]\nid", "không phải TOML đúng"),
        ("tag = 2", "tag =", "không phải TOML đúng"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(old: str, new: str, said: str) -> None:
    assert old in FILE
    with pytest.raises(SettingError) as caught:
        parse_templates(FILE.replace(old, new, 1), file="accounts.toml")
    assert str(caught.value).startswith("accounts.toml: ")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["zalo = 3", "[zalo]\ntemplates = 3", "[zalo]\ntemplates = [1]", "[zalo.templates]"])
def test_templates_that_are_no_list(text: str) -> None:
    with pytest.raises(SettingError, match=r"zalo\.templates"):
        parse_templates(text)


def test_the_rules_of_the_settings() -> None:
    settings = Settings(_env_file=None, zalo_cs_campaigns=True)  # type: ignore[call-arg]
    rules = rules_of(settings, parse_templates(FILE))
    assert (rules.cs_campaigns, rules.allow_paid, rules.allow_paid_urgent) == (True, False, True)
    assert [each.id for each in rules.templates] == ["7895417a7d3f9461cd2e"]
    assert rules.zone == ZONE
