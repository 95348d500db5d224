"""The contract made ready to be read: chapters, operations, fields, examples, curl.

Everything on the page comes from the contract, so the two cannot differ.
"""

import json
import shlex
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator

from accounts.api.parts import written_out

METHODS = ("get", "post", "put", "patch", "delete")
# Types and formats by the words that the page has for them.
TYPES = {
    "string": "text",
    "email": "text",
    "date-time": "time",
    "binary": "file",
    "int64": "integer",
    "double": "number",
}
HOST = "https://relay.example"
# How a body is sent, where there is a choice.
SENT_AS = {"application/json": "JSON", "multipart/form-data": "form"}


@dataclass(frozen=True)
class Field:
    """One field or parameter: its name with the way to it, where it stands, type and words."""

    name: str
    where: str
    kind: str
    required: bool
    words: str


@dataclass(frozen=True)
class Shown:
    """One answer: status, words, content type and example."""

    status: str
    words: str
    media_type: str
    example: str
    fields: tuple[Field, ...]

    @property
    def is_good(self) -> bool:
        """True for what a client hopes for."""
        return self.status.startswith("2")


@dataclass(frozen=True)
class Operation:
    """One method of one address."""

    anchor: str
    method: str
    path: str
    summary: str
    paragraphs: tuple[str, ...]
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    answers: tuple[Shown, ...]
    curl: str

    @property
    def good_answers(self) -> list[Shown]:
        """What a client hopes for."""
        return [answer for answer in self.answers if answer.is_good]

    @property
    def refusals(self) -> list[Shown]:
        """Everything else; the page of problems explains each."""
        return [answer for answer in self.answers if not answer.is_good]


@dataclass(frozen=True)
class Chapter:
    """Operations that belong together."""

    anchor: str
    title: str
    words: str
    operations: tuple[Operation, ...]


@lru_cache(maxsize=1)
def contract() -> dict[str, Any]:
    """The OpenAPI document of this build."""
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    found: dict[str, Any] = generator.get_schema(public=True)  # type: ignore[no-untyped-call]
    plain: dict[str, Any] = json.loads(json.dumps(found, default=str))
    return plain


@lru_cache(maxsize=1)
def chapters() -> tuple[Chapter, ...]:
    """The whole reference, in the order of the contract's tags."""
    whole = contract()
    found: dict[str, list[Operation]] = {tag["name"]: [] for tag in whole["tags"]}
    for path, methods in whole["paths"].items():
        for method in METHODS:
            if method in methods:
                one = methods[method]
                found[one["tags"][0]].append(_operation(whole, path, method, one))
    return tuple(
        Chapter(_anchor(tag["name"]), tag["name"], tag["description"], tuple(found[tag["name"]]))
        for tag in whole["tags"]
        if found[tag["name"]]
    )


def introduction() -> list[str]:
    """The paragraphs before the chapters."""
    return _paragraphs(contract()["info"]["description"])


def _operation(
    whole: Mapping[str, Any], path: str, method: str, one: Mapping[str, Any]
) -> Operation:
    parameters = [written_out(whole, each) for each in one.get("parameters", [])]
    contents: Mapping[str, Any] = one.get("requestBody", {}).get("content", {})
    first = next(iter(contents), "")
    shape = contents.get(first, {}).get("schema", {})
    return Operation(
        anchor=one["operationId"],
        method=method.upper(),
        path=path,
        summary=one["summary"],
        paragraphs=tuple(_paragraphs(one.get("description", ""))),
        parameters=tuple(_parameter(whole, each) for each in parameters),
        body=tuple(_body(whole, contents)),
        answers=tuple(
            shown
            for status, answer in sorted(one["responses"].items())
            for shown in _answers(whole, status, written_out(whole, answer))
        ),
        curl=_curl(path, method, {**one, "parameters": parameters}, first, _files_of(whole, shape)),
    )


def _parameter(whole: Mapping[str, Any], one: Mapping[str, Any]) -> Field:
    where = {"path": "address", "query": "query", "header": "header"}[one["in"]]
    words = _words(one.get("description", ""), one["schema"])
    return Field(one["name"], where, _kind(whole, one["schema"]), one.get("required", False), words)


def _body(whole: Mapping[str, Any], contents: Mapping[str, Any]) -> Iterable[Field]:
    """The fields of a body. Where it may be JSON or a form, those of one of the two say so."""
    told = {kind: list(_fields(whole, one["schema"])) for kind, one in contents.items()}
    names = [{field.name for field in fields} for fields in told.values()]
    common = set.intersection(*names) if names else set()
    first = next(iter(told), "")
    for kind, fields in told.items():
        for field in fields:
            if field.name not in common:
                yield replace(field, where=SENT_AS[kind])
            elif kind == first:
                yield field


def _answers(whole: Mapping[str, Any], status: str, answer: Mapping[str, Any]) -> Iterable[Shown]:
    for media_type, content in answer.get("content", {}).items():
        examples = content.get("examples", {})
        value = next((written_out(whole, each)["value"] for each in examples.values()), None)
        good = status.startswith("2")
        yield Shown(
            status,
            answer.get("description", ""),
            media_type,
            value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False),
            tuple(_fields(whole, content.get("schema", {}))) if good else (),
        )


def _fields(
    whole: Mapping[str, Any], schema: Mapping[str, Any], way: str = "", depth: int = 0
) -> Iterable[Field]:
    """The fields of a shape, those within written out with the way to them."""
    shape = _with_fields(whole, schema)
    required = set(shape.get("required", []))
    for name, inner in shape.get("properties", {}).items():
        at = f"{way}{name}"
        plain = _resolved(whole, inner)
        words = inner.get("description") or (
            plain.get("description", "") if "enum" in plain else ""
        )
        kind = _kind(whole, inner)
        yield Field(at, "body", kind, name in required, _words(words, inner))
        if depth < 2:
            if plain.get("type") == "array":
                yield from _fields(whole, plain.get("items", {}), f"{at}[].", depth + 1)
            elif "properties" in plain:
                yield from _fields(whole, plain, f"{at}.", depth + 1)


def _resolved(whole: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" in schema:
        return _resolved(whole, written_out(whole, schema))
    for word in ("allOf", "oneOf"):
        found = [_resolved(whole, one) for one in schema.get(word, []) if one.get("type") != "null"]
        if (found and word == "allOf") or len(found) == 1:
            return {**found[0], "description": schema.get("description", "")}
        if found and all("enum" in one for one in found):
            words = [value for one in found for value in one["enum"]]
            return {"enum": words, "description": schema.get("description", "")}
    return schema


def _with_fields(whole: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The shape whose fields are told: where there is a choice, the one that has some."""
    shape = _resolved(whole, schema)
    choice = [_resolved(whole, one) for one in shape.get("oneOf", [])]
    return next((one for one in choice if "properties" in one), shape)


def _kind(whole: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """The type in a word or two: its values, what a list is of, and whether null may stand here."""
    plain = _resolved(whole, schema)
    words = [str(word) for word in plain.get("enum", []) if word not in ("", None)]
    if words:
        return " · ".join([*words, *(["null"] if _may_be_null(schema) else [])])
    return _type(whole, plain) + (" or null" if _may_be_null(schema) else "")


def _type(whole: Mapping[str, Any], plain: Mapping[str, Any]) -> str:
    if choice := plain.get("oneOf"):
        return " or ".join(dict.fromkeys(_type(whole, one) for one in choice))
    kind = plain["type"]
    kinds = [one for one in (kind if isinstance(kind, list) else [kind]) if one != "null"]
    name = plain.get("format") or (kinds[0] if kinds else "null")
    if name == "array":
        inner = _kind(whole, plain.get("items", {}))
        return "list" if inner == "object" else f"list of {inner}"
    return TYPES.get(name, str(name))


def _may_be_null(schema: Mapping[str, Any]) -> bool:
    choice = [one.get("type") for one in schema.get("oneOf", [])]
    return "null" in schema.get("type", ()) or "null" in choice or None in schema.get("enum", ())


def _files_of(whole: Mapping[str, Any], schema: Mapping[str, Any]) -> set[str]:
    """The fields of a form that take a file."""
    fields = _resolved(whole, schema).get("properties", {})
    return {name for name, one in fields.items() if one.get("format") == "binary"}


def _curl(
    path: str, method: str, one: Mapping[str, Any], media_type: str, files: Collection[str]
) -> str:
    address = path
    for each in one.get("parameters", []):
        if each["in"] == "path":
            value = next(iter(each.get("examples", {}).values()), {"value": "…"})["value"]
            address = address.replace(f"{{{each['name']}}}", value)
    verb = "" if method == "get" else f"-X {method.upper()} "
    parts = [f"curl {verb}{HOST}{address}", '-H "X-Api-Key: $RELAY_KEY"']
    if any(each["name"] == "X-Idempotency-Key" for each in one.get("parameters", [])):
        parts.append('-H "X-Idempotency-Key: $(uuidgen)"')
    examples = one.get("requestBody", {}).get("content", {}).get(media_type, {}).get("examples", {})
    value = next((each["value"] for each in examples.values()), {})
    if media_type.startswith("multipart/"):
        signs = {name: "=@" if name in files else "=" for name in value}
        fields = [f"-F {shlex.quote(name + signs[name] + value[name])}" for name in value]
        parts += fields or ['-F "file=@file"']
    elif media_type:
        parts.append("-H 'Content-Type: application/json'")
        parts.append(f"-d {shlex.quote(json.dumps(value, ensure_ascii=False))}")
    return " \\\n  ".join(parts)


def _paragraphs(text: str) -> list[str]:
    return [" ".join(part.split()) for part in text.split("\n\n") if part.strip()]


def _words(text: str, schema: Mapping[str, Any]) -> str:
    """What a field means, without the values that the generator lists, and with its default."""
    first = "" if text.startswith("* ") else " ".join(text.partition("\n\n")[0].split())
    default = schema.get("default", "")
    said = default if isinstance(default, str) else json.dumps(default)
    return "; ".join(filter(None, [first, f"`{said}` if not named" if said else ""]))


def _anchor(title: str) -> str:
    return title.lower().replace(" ", "-")
