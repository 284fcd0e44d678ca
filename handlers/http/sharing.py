"""What others are told of a page: its own address, its languages, how a shared link looks, and the facts in it (pure).

A preview of a shared link is kept by whoever shows it, so what it says must stay true when the page has changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from content.entries import LANGUAGES, Entry

SERVICE = "Cột Mốc"
_LOCALES = {"vi": "vi_VN", "km": "km_KH", "en": "en_US"}


@dataclass(frozen=True, slots=True)
class Share:
    """``languages``: the address in every language. ``facts``: for machines, in the words of schema.org; None where
    nothing may be taken as a fact. ``indexed``: whether search engines may list it."""

    title: str
    description: str
    url: str
    languages: Mapping[str, str]
    locale: str
    image: str
    kind: str = "website"
    indexed: bool = True
    facts: Mapping[str, Any] | None = None


class Sharing:
    """``address``: of the service, as the world sees it."""

    def __init__(self, address: str, owner: str, version: str) -> None:
        self._address = address
        self._owner = owner
        self._version = version

    def url(self, path: str, language: str = "vi") -> str:
        """The address of a page in a language; Vietnamese has the plain one."""
        return f"{self._address}{path}" + ("" if language == "vi" else f"?lang={language}")

    def of(
        self,
        path: str,
        language: str,
        *,
        title: str,
        description: str,
        kind: str = "website",
        indexed: bool = True,
        facts: Mapping[str, Any] | None = None,
        languages: Sequence[str] = LANGUAGES,
    ) -> Share:
        return Share(
            title,
            description,
            self.url(path, language),
            {each: self.url(path, each) for each in languages},
            _LOCALES[language],
            f"{self._address}/static/share.png?v={self._version}",
            kind,
            indexed,
            None if facts is None else {"@context": "https://schema.org", **facts},
        )

    def site(self, language: str) -> dict[str, Any]:
        """The service itself; nobody publishes it while no owner is set."""
        return {"@type": "WebSite", "name": SERVICE, "url": self.url("/"), "inLanguage": language} | self._publisher()

    def answer(self, entry: Entry, language: str, question: str, text: str) -> dict[str, Any]:
        """A question with its one answer. ``language``: of the answer's text."""
        links = [each.url for each in entry.sources if is_link(each.url)]
        said: dict[str, Any] = {"@type": "Answer", "text": text, "inLanguage": language}
        asked = {"@type": "Question", "name": question, "acceptedAnswer": said}
        page: dict[str, Any] = {"@type": "FAQPage", "inLanguage": language, "dateModified": entry.as_of.isoformat()}
        based = {"isBasedOn": links} if links else {}
        until = {"expires": entry.valid_until.isoformat()} if entry.valid_until else {}
        return page | {"mainEntity": asked} | based | until | self._publisher()

    def notice(self, *, name: str, text: str, place: str, said_at: str, until: str) -> dict[str, Any]:
        """An urgent notice in force. Times as ISO 8601."""
        return {
            "@type": "SpecialAnnouncement",
            "name": name,
            "text": text,
            "datePosted": said_at,
            "expires": until,
            "spatialCoverage": {"@type": "AdministrativeArea", "name": place},
        } | self._publisher()

    def _publisher(self) -> dict[str, Any]:
        return {"publisher": {"@type": "Organization", "name": self._owner}} if self._owner else {}


def is_link(url: str) -> bool:
    """Whether an address of a source may be a link: the web, and nothing that runs."""
    return url.startswith(("https://", "http://"))
