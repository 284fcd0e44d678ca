"""The OpenAPI 3.1 document, made from the very operations and shapes that answer (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from handlers.api.operations import JSON, File, Operation
from handlers.api.problem_kinds import KINDS
from handlers.api.problems import MEDIA, ProblemBody
from handlers.api.reading import ETAG_PATTERN, KEY_PATTERN
from handlers.api.shapes import LARGEST_ID, Shape

VERSION = "1.0.0"
ABOUT = """Cho chương trình của cơ quan: đọc, soạn và trình. Không có phép nào để ký, duyệt, xác nhận hay phát tin; \
những việc đó do cán bộ tự làm. Không có dữ liệu của người dân, chỉ có số đếm, không ô nào dưới năm. Mỗi yêu cầu gửi \
`Authorization: Bearer MÃ` (tạo bằng `cotmoc officer token`); mã làm được việc ở khu vực nào là theo vai của cán bộ."""
GROUPS = {
    "campaigns": "Chiến dịch: đọc, soạn, trình.",
    "reports": "Kết quả, JSON và CSV.",
    "notices": "Tin khẩn đã phát, và CAP vào ra.",
    "entries": "Câu trả lời đang có.",
    "audience": "Đếm người nhận.",
    "subscribers": "Tệp người đăng ký: xem trước và đề nghị.",
}
_LICENCE = {"name": "MIT", "identifier": "MIT"}
_REF = "#/components/schemas/{model}"
_ALWAYS = ("unauthorised", "forbidden", "not-acceptable", "malformed", "invalid", "too-large", "too-many")
_AT_LAST = ("broken", "unavailable")
_TEXT: dict[str, Any] = {"type": "string"}


def document(operations: Sequence[Operation], base: str) -> dict[str, Any]:
    """``base``: where the paths begin."""
    paths: dict[str, Any] = {}
    for each in operations:
        paths.setdefault(each.path, {})[each.method.lower()] = _operation(each)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Cột Mốc", "version": VERSION, "description": ABOUT, "license": _LICENCE},
        "servers": [{"url": base}],
        "tags": [{"name": name, "description": says} for name, says in GROUPS.items()],
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "description": "Phạm vi: read, draft."}},
            "schemas": _schemas(operations),
            "responses": {name: _problem(name) for name in KINDS},
        },
    }  # fmt: skip


ALWAYS = (*_ALWAYS, *_AT_LAST)


def problems_of(operation: Operation) -> tuple[str, ...]:
    """The names of all problems that it may answer with."""
    return tuple(dict.fromkeys((*_ALWAYS, *problems_only_of(operation), *_AT_LAST)))


def problems_only_of(operation: Operation) -> tuple[str, ...]:
    """Those that not every operation has."""
    own = list(operation.errors)
    if operation.body is not None:
        own.append("unsupported-media")
    if operation.once:
        own += ["key-missing", "key-reused", "in-doubt"]
    if operation.guarded:
        own.append("if-match-missing")
    return tuple(dict.fromkeys(own))


def _operation(operation: Operation) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [operation.group],
        "security": [{"bearer": [operation.scope]}],
        "parameters": [*_in_path(operation), *_in_query(operation), *_in_header(operation)],
        "responses": _responses(operation),
    }
    if isinstance(operation.body, File):
        binary = {media: {"schema": {"type": "string", "format": "binary"}} for media in operation.body.media}
        made["requestBody"] = {"required": True, "description": operation.body.description, "content": binary}
    elif operation.body is not None:
        made["requestBody"] = {"required": True, "content": {JSON: {"schema": _ref(operation.body)}}}
    return {name: value for name, value in made.items() if value}


def _in_path(operation: Operation) -> list[dict[str, Any]]:
    number = {"type": "integer", "minimum": 1, "maximum": LARGEST_ID}
    schemas = {
        "language": {"type": "string", "enum": ["vi", "km", "en"]},
        "entry_id": {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$"},
    }
    return [
        {"name": name, "in": "path", "required": True, "schema": schemas.get(name, number)}
        for name in operation.parameters
    ]


def _in_query(operation: Operation) -> list[dict[str, Any]]:
    if operation.query is None:
        return []
    schema = operation.query.model_json_schema()
    found = []
    for name, raw in schema["properties"].items():
        given = {key: value for key, value in raw.items() if key not in ("title", "description")}
        if "anyOf" in given:  # optional: absent rather than null
            given = next(each for each in given["anyOf"] if each.get("type") != "null")
        parameter = {"name": name, "in": "query", "required": name in schema.get("required", ()), "schema": given}
        found.append(parameter | ({"description": raw["description"]} if "description" in raw else {}))
    return found


def _in_header(operation: Operation) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if operation.once:
        says = (
            "Một khoá mới cho mỗi việc; gửi lại với cùng khoá và cùng thân trong 24 giờ thì được đúng câu trả lời cũ."
        )
        found.append(_header("Idempotency-Key", {"type": "string", "pattern": KEY_PATTERN}, says))
    if operation.guarded:
        says = "ETag của bản đã đọc; * là bản nào cũng được."
        found.append(_header("If-Match", {"type": "string", "pattern": ETAG_PATTERN}, says))
    return found


def _header(name: str, schema: dict[str, Any], says: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": True, "schema": schema, "description": says}


def _responses(operation: Operation) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for status in operation.statuses:
        content = {}
        for media in operation.media:
            schema = _ref(operation.answer) if media == JSON and operation.answer is not None else _TEXT
            content[media] = {"schema": schema}
        answer: dict[str, Any] = {"description": "Xong.", "content": content}
        headers: dict[str, Any] = {}
        if operation.tagged:
            headers["ETag"] = {"schema": _TEXT, "description": "Bản này; gửi lại trong If-Match khi sửa."}
        if operation.once:
            headers["Idempotency-Replayed"] = {"schema": _TEXT, "description": "true: câu trả lời của lần đầu."}
        if status == 201 and operation.tagged:
            headers["Location"] = {"schema": _TEXT}
        made[str(status)] = answer | ({"headers": headers} if headers else {})
    by_status: dict[int, list[str]] = {}
    for name in problems_of(operation):
        by_status.setdefault(KINDS[name].status, []).append(name)
    for number, names in sorted(by_status.items()):
        only = {"$ref": f"#/components/responses/{names[0]}"}
        made[str(number)] = only if len(names) == 1 else _problem(*names)
    return made


def _problem(*names: str) -> dict[str, Any]:
    kinds = [KINDS[name] for name in names]
    says = " / ".join(each.title[0] for each in kinds)
    made: dict[str, Any] = {"description": says, "content": {MEDIA: {"schema": _ref(ProblemBody)}}}
    if kinds[0].status in (429, 503):
        made["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "description": "giây"}}
    if kinds[0].status == 401:
        made["headers"] = {"WWW-Authenticate": {"schema": _TEXT}}
    return made


def _ref(shape: type[BaseModel]) -> dict[str, Any]:
    return {"$ref": _REF.format(model=shape.__name__)}


def _schemas(operations: Sequence[Operation]) -> dict[str, Any]:
    """Of all bodies and answers; a shape is used for one of both only, so that it has one form."""
    given = {each.body for each in operations if isinstance(each.body, type)}
    answered: set[type[Shape]] = {each.answer for each in operations if each.answer is not None} | {ProblemBody}
    wanted: list[tuple[type[BaseModel], Any]] = [
        *((shape, "validation") for shape in given),
        *((shape, "serialization") for shape in answered),
    ]
    wanted.sort(key=lambda each: each[0].__name__)
    _, found = models_json_schema(wanted, ref_template=_REF)
    schemas: dict[str, Any] = found["$defs"]
    return schemas
