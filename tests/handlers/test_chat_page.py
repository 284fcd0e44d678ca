"""The public pages: every language complete, nothing inline or foreign, and lines known by the bot's own words."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from importlib.resources import files

import jinja2
import pytest

from bot.retention import KEPT
from content.entries import LANGUAGES
from content.files import shipped_phrases
from handlers.http.notice_views import Earlier, Line, Shown
from handlers.http.ui_strings import UI

HTTP = files("handlers.http")
MARKUP = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function")
SCRIPTS = ("bubbles", "chat", "composer", "elements", "lines", "memory", "notices", "size", "socket")
PAGES = ("chat.html", "privacy.html", "notices.html", "notice.html")
NOTICE = Shown(
    1,
    "TK-0001",
    "urgent",
    "xã Thường Phước",
    "[TIN KHẨN]",
    (Line("Sạt lở <b>", "vi"), Line("Phát: 9:00", "vi")),
    until="2026-11-20T12:00:00+00:00",
    over="[HẾT HIỆU LỰC] lúc 19:00",
    earlier=(Earlier("9:00", Line("Sạt lở <b>", "vi")),),
)
FIRST_PAGE = 150_000  # bytes, uncompressed, all fonts counted


def page(name: str, language: str, **context: object) -> str:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(str(HTTP / "templates")),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    ui = UI[language]
    retention = [(ui[f"kept_{each.table.name}"], ui[f"why_{each.purpose}"], ui[f"until_{each.until}"]) for each in KEPT]
    given: dict[str, object] = {
        "lang": language,
        "ui": ui,
        "ui_all": UI,
        "owner": "",
        "trial": "thử",
        "version": "1",
        "live": [{"text": "[TIN KHẨN] Sạt lở", "lang": "vi", "until": "2026-11-20T12:00:00+00:00"}],
        "places": [("xã Thường Phước", [NOTICE])],
        "notice": NOTICE,
        "retention": retention,
        "privacy_contact": "",
    }
    return environment.get_template(name).render(given | context)


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def script_values(language: str) -> tuple[dict[str, str], dict[str, list[object]]]:
    for _, attributes in Tags(page("chat.html", language)).found:
        if "data-strings" in attributes:
            return json.loads(attributes["data-strings"] or ""), json.loads(attributes["data-marks"] or "")
    raise AssertionError("the page gives its script no words")


def static(name: str) -> str:
    return (HTTP / "static" / name).read_text(encoding="utf-8")


def test_every_language_has_every_sentence() -> None:
    assert set(UI) == set(LANGUAGES)
    for language in LANGUAGES:
        assert set(UI[language]) == set(UI["vi"])
        empty = {key for key, text in UI[language].items() if not text}
        assert empty <= {"draft_note"}
    assert UI["km"]["draft_note"]
    assert not UI["vi"]["draft_note"]


def test_no_key_hides_behind_a_method_of_dict() -> None:
    # Jinja reads ui.clear as the method of the dictionary, and would print it.
    assert not set(UI["vi"]) & set(dir(dict))


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_inline_and_nothing_from_outside(name: str, language: str) -> None:
    for tag, attributes in Tags(page(name, language)).found:
        assert tag not in ("style", "iframe", "img")
        assert not [each for each in attributes if each == "style" or each.startswith("on")]
        if tag == "script":
            assert attributes.get("src", "")
        for address in (attributes.get("src"), attributes.get("href")):
            assert address is None or address.startswith(("/", "#", "?", "tel:")), address


@pytest.mark.parametrize("name", PAGES)
def test_owner_and_contact_are_escaped(name: str) -> None:
    text = page(name, "vi", owner="<b>&'\"", privacy_contact="<i>")
    assert "<b>" not in text
    assert "<i>" not in text
    assert "&lt;b&gt;" in text


def test_without_an_owner_no_agency_is_named() -> None:
    chat = page("chat.html", "vi")
    assert 'class="owner"' not in chat
    assert UI["vi"]["privacy_owner_none"] in page("privacy.html", "vi")
    assert "UBND X" in page("chat.html", "vi", owner="UBND X")


def test_the_trial_line_goes_with_the_trial() -> None:
    assert 'class="trial"' in page("chat.html", "vi")
    assert 'class="trial"' not in page("chat.html", "vi", trial="")


def test_scripts_hold_no_words_of_their_own_and_read_nothing_as_markup() -> None:
    for name in SCRIPTS:
        code = static(f"{name}.js")
        assert code.isascii(), name
        assert not MARKUP.search(code), name


def test_every_word_a_script_asks_for_is_given() -> None:
    code = "".join(static(f"{name}.js") for name in SCRIPTS)
    asked = set(re.findall(r"\bstrings\.(\w+)", code))
    for language in LANGUAGES:
        given, _ = script_values(language)
        assert asked == set(given)


def test_lines_are_known_by_the_beginnings_the_bot_writes() -> None:
    phrases = shipped_phrases()
    _, marks = script_values("vi")
    fields: dict[str, str | int] = {"law": "¤", "article": "¤", "date": "¤", "source": "¤", "time": "¤", "n": 1}

    def begins(key: str, known: list[object]) -> None:
        for language in LANGUAGES:
            said = phrases.say(key, language, **fields)
            assert any(said.startswith(str(each)) for each in known), (key, language, said)

    for key in ("answer.basis", "answer.asof", "answer.source"):
        begins(key, marks["legal"])
    for key in ("trial.unsigned", "lang.draft"):
        begins(key, marks["draft"])
    heads = [each[0] for each in marks["heads"] if isinstance(each, list)]
    for key in sorted(each for each in phrases.keys() if each.startswith("head.")):  # noqa: SIM118
        begins(key, heads)


def test_the_first_page_is_light() -> None:
    names = ("theme.css", "chat.css", "icon.svg", *(f"{each}.js" for each in SCRIPTS))
    parts = [HTTP / "static" / name for name in names]
    fonts = sorted((HTTP / "static" / "fonts").iterdir(), key=str)
    latin = [each for each in fonts if each.name == "noto-sans-400.woff2"]
    woff2 = [each for each in fonts if each.name.endswith(".woff2")]
    assert len(woff2) == 4

    def weigh(paths: list) -> int:  # type: ignore[type-arg]
        return sum(len(each.read_bytes()) for each in paths)

    for language in LANGUAGES:
        html = len(page("chat.html", language).encode())
        assert html + weigh(parts) + weigh(woff2) <= FIRST_PAGE
        assert html + weigh(parts) + weigh(latin) <= 75_000
