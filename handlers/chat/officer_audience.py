"""For whom a draft is, chosen by buttons or by the name of a commune; then its topic, then when it goes out."""

from __future__ import annotations

from dataclasses import replace

from bot.places import Exact, label, named
from bot.staff.roles import Action
from broadcasts import audience
from broadcasts.store import Campaign
from handlers.chat import officer_times
from handlers.chat.context import Reply
from handlers.chat.officer_cards import card, name_of
from handlers.chat.officer_sitting import Choice, Sitting
from handlers.chat.subscriptions import SUBSCRIBABLE_TOPICS

MOST_SHOWN = 6  # places of one name
EVERYWHERE, BORDER, COAST, PROVINCE, KEEP = "all", "border", "coast", "province", "keep"


async def whom(sitting: Sitting, subject: str) -> Reply:
    campaign = await sitting.service.campaign(sitting.officer, int(subject))
    lines = [sitting.say("officer.draft", code=name_of(campaign.id), what=_languages(sitting, campaign))]
    rows = []
    kept = len(campaign.audience.get("places", ()))
    if kept:
        rows.append((Choice(sitting.say("officer.b_keep", n=kept), "aim", f"{subject}:{KEEP}"),))
    for which, key in ((BORDER, "officer.b_border"), (COAST, "officer.b_coast")):
        places = _places(sitting, which)
        if places:
            rows.append((Choice(sitting.say(key, n=len(places)), "aim", f"{subject}:{which}"),))
    province = sitting.staff.office.gazetteer.get(f"p-{sitting.turn.desk.settings.province}")
    if province is not None:
        rows.append((Choice(province.name[0].upper() + province.name[1:], "aim", f"{subject}:{PROVINCE}"),))
    if sitting.may(Action.DRAFT, ()):
        rows.append((Choice(sitting.say("officer.b_everywhere"), "aim", f"{subject}:{EVERYWHERE}"),))
    rows.append((Choice(sitting.say("officer.b_pick"), "pick", subject),))
    return await sitting.reply("\n".join([*lines, sitting.say("officer.whom")]), *rows)


def _languages(sitting: Sitting, campaign: Campaign) -> str:
    return ", ".join(sitting.language_name(each.language) for each in campaign.texts)


def _places(sitting: Sitting, which: str) -> tuple[str, ...]:
    home, gazetteer = sitting.turn.desk.settings.province, sitting.staff.office.gazetteer
    match which:
        case "border":
            return tuple(each.code for each in gazetteer.communes(home) if each.land_border)
        case "coast":
            return tuple(each.code for each in gazetteer.communes(home) if each.coastal)
        case "province":
            return (f"p-{home}",)
        case "all":
            return ()
    return (which,)


async def aim(sitting: Sitting, subject: str) -> Reply:
    number, which = subject.split(":")
    if which != KEEP:
        campaign = await sitting.service.campaign(sitting.officer, int(number))
        rule = replace(audience.from_json(campaign.audience), places=_places(sitting, which), exclusions=())
        await sitting.service.aim(sitting.officer, int(number), rule)
    return await _what_about(sitting, number)


async def pick(sitting: Sitting, subject: str) -> Reply:
    """The name of a commune is the next message."""
    return await sitting.reply(sitting.say("officer.type_place"), step=f"place:{subject}")


async def on_place(sitting: Sitting, subject: str, text: str) -> Reply:
    gazetteer, home = sitting.staff.office.gazetteer, sitting.turn.desk.settings.province
    read = gazetteer.find(text, home_province=home)
    if isinstance(read, Exact) and read.certain and not read.also:
        return await aim(sitting, f"{subject}:{read.place.code}")
    found = named(read)
    if not found:
        return await sitting.reply(sitting.say("officer.no_place"), step=f"place:{subject}")
    language = sitting.turn.language
    rows = [(Choice(label(each, language), "aim", f"{subject}:{each.code}"),) for each in found[:MOST_SHOWN]]
    return await sitting.reply(sitting.say("officer.which_place"), *rows)


async def _what_about(sitting: Sitting, number: str) -> Reply:
    """The topic, for a text that no template gave one."""
    campaign = await sitting.service.campaign(sitting.officer, int(number))
    if campaign.template_id or "topics" in campaign.audience:
        return await _onward(sitting, campaign)
    rows = [(Choice(sitting.say("what.all_topics"), "topic", f"{number}:"),)]
    rows += [(Choice(sitting.say(f"topic.{each}"), "topic", f"{number}:{each}"),) for each in SUBSCRIBABLE_TOPICS]
    return await sitting.reply(sitting.say("officer.topic"), *rows)


async def topic(sitting: Sitting, subject: str) -> Reply:
    number, chosen = subject.split(":")
    campaign = await sitting.service.campaign(sitting.officer, int(number))
    if chosen:
        rule = replace(audience.from_json(campaign.audience), topics=(chosen,))
        await sitting.service.aim(sitting.officer, campaign.id, rule)
    return await _onward(sitting, campaign)


async def _onward(sitting: Sitting, campaign: Campaign) -> Reply:
    if not campaign.schedule:
        return await officer_times.when(sitting, str(campaign.id))
    return await card(sitting, campaign.id)
