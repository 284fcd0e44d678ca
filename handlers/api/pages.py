"""/api/openapi.json and /api/docs: the document, and the same as a page that needs no script."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp_jinja2
from aiohttp import web

from handlers.api.answering import BASE
from handlers.api.document import ALWAYS, GROUPS, document, problems_only_of
from handlers.api.operations import File, Operation
from handlers.api.problem_kinds import KINDS

_HEADERS = {"Cache-Control": "no-cache"}


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a JSON object, or one parameter, in words."""

    name: str
    kind: str
    required: bool
    says: str


@dataclass(frozen=True, slots=True)
class Shown:
    """An operation as the page shows it. ``answer``: the name of the shape, empty where it is no JSON."""

    name: str
    method: str
    address: str
    scope: str
    summary: str
    parameters: Sequence[Member]
    body: str
    media: str
    answer: str
    answers: str
    problems: Sequence[tuple[int, str]]


class Pages:
    def __init__(self, operations: Sequence[Operation], version: str) -> None:
        """``version``: of the program, for the addresses of static files."""
        self._document = document(operations, BASE)
        self._raw = json.dumps(self._document, ensure_ascii=False, indent=1).encode()
        self._version = version
        self._groups = [
            (says, [_shown(each, self._document) for each in operations if each.group == name])
            for name, says in GROUPS.items()
        ]

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/api/openapi.json", self._machine), web.get("/api/docs", self._person)]

    async def _machine(self, request: web.Request) -> web.StreamResponse:
        tag = hashlib.sha256(self._raw).hexdigest()[:20]
        asked: Sequence[object] = [each.value for each in request.if_none_match or ()]
        if tag in asked:
            response = web.Response(status=304, headers=_HEADERS)
        else:
            response = web.Response(body=self._raw, content_type="application/json", headers=_HEADERS)
            response.enable_compression()
        response.etag = tag
        return response

    async def _person(self, request: web.Request) -> web.StreamResponse:
        schemas = self._document["components"]["schemas"]
        context = {
            "version": self._version,
            "about": self._document["info"]["description"],
            "groups": self._groups,
            "shapes": [(name, raw.get("description", ""), members(raw)) for name, raw in sorted(schemas.items())],
            "problems": list(KINDS.values()),
            "always": _listed(ALWAYS),
        }
        response = aiohttp_jinja2.render_template("api_docs.html", request, context)
        response.enable_compression()
        return response


def _shown(operation: Operation, whole: Mapping[str, Any]) -> Shown:
    raw = whole["paths"][operation.path][operation.method.lower()]
    body = operation.body
    return Shown(
        name=operation.name,
        method=operation.method,
        address=f"{BASE}{operation.path}",
        scope=operation.scope,
        summary=operation.summary,
        parameters=[_parameter(each) for each in raw.get("parameters", ())],
        body=body.__name__ if isinstance(body, type) else "",
        media=", ".join(body.media) if isinstance(body, File) else "",
        answer=operation.answer.__name__ if operation.answer is not None else "",
        answers=", ".join(operation.media),
        problems=_listed(problems_only_of(operation)),
    )


def _listed(names: Sequence[str]) -> list[tuple[int, str]]:
    """With the status of each."""
    return sorted((KINDS[name].status, name) for name in names)


def _parameter(raw: Mapping[str, Any]) -> Member:
    name = f"{raw['name']} ({_PLACES[raw['in']]})"
    return Member(name, kind_of(raw["schema"]), raw["required"], raw.get("description", ""))


_PLACES = {"path": "đường dẫn", "query": "truy vấn", "header": "tiêu đề"}


def members(raw: Mapping[str, Any]) -> list[Member]:
    """Those of an object's schema."""
    required = raw.get("required", ())
    return [
        Member(name, kind_of(each), name in required, each.get("description", ""))
        for name, each in raw.get("properties", {}).items()
    ]


def kind_of(schema: Mapping[str, Any]) -> str:
    """A schema in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    for word in ("anyOf", "oneOf"):
        if word in schema:
            return " | ".join(dict.fromkeys(kind_of(each) for each in schema[word]))
    if "enum" in schema:
        return " | ".join(json.dumps(each, ensure_ascii=False) for each in schema["enum"])
    if "const" in schema:
        return json.dumps(schema["const"], ensure_ascii=False)
    kind = str(schema.get("type", "any"))
    if kind == "array":
        return f"[{kind_of(schema.get('items', {}))}]"
    if kind == "object":
        inner = schema.get("additionalProperties")
        return f"{{…: {kind_of(inner)}}}" if isinstance(inner, dict) else "object"
    bounds = [f"{sign} {schema[name]}" for name, sign in _BOUNDS if name in schema]
    more = [str(schema["format"])] if "format" in schema else []
    return " ".join([kind, *more, *bounds])


_BOUNDS = (("minimum", "≥"), ("maximum", "≤"), ("minLength", "dài ≥"), ("maxLength", "dài ≤"))
