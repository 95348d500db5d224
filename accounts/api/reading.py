"""Reading what a client sends: JSON taken at its word, fields known or refused, types as they are.

A program that sends something else than it means should learn it at once, so nothing is guessed:
no text is taken for a number, no field is passed over, and nothing is read twice.
"""

import codecs
import json
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, QueryDict
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.parsers import BaseParser, MultiPartParser

from accounts.api.codes import Code
from accounts.api.problems import FieldError, Problem, invalid

# A body without a list of share tokens needs no more.
SMALL_BODY = 64 * 1024
DEEPEST = 20
# Only what is plainly a name is said back: a client may have put a share token there.
_NAME = re.compile(r"[A-Za-z][A-Za-z_-]{0,39}")
_DIGITS = re.compile(r"[0-9]{1,18}")
UNNAMED = "(a name that is not shown)"
MOST_ERRORS = 50


class StrictJSONParser(BaseParser):
    """One JSON object in UTF-8, of a size that the view allows (`largest_body`)."""

    media_type = "application/json"

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Any = None
    ) -> dict[str, Any]:
        """The object. Raises Problem with the place of the fault, never with its text."""
        view, request = parser_context["view"], parser_context["request"]._request
        refuse_compressed(request)
        body = stream.read(largest_body(view) + 1)
        if len(body) > largest_body(view):
            raise too_large(largest_body(view))
        return _object(body)


class CappedMultiPartParser(MultiPartParser):
    """A form with a file, which the house's upload handler keeps in memory and under its cap."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        """The fields and files. Raises Problem for files over the cap, which the handler let go."""
        request = parser_context["request"]._request
        refuse_compressed(request)
        found = super().parse(stream, media_type, parser_context)
        if any(getattr(one, "is_over", False) for one in request.upload_handlers):
            raise too_large(settings.UPLOAD_MAX_BYTES)
        return found


def largest_body(view: Any) -> int:
    """Bytes that a view takes in a body (`body_bytes`); None is what an upload may have."""
    own: int | None = getattr(view, "body_bytes", SMALL_BODY)
    return settings.UPLOAD_MAX_BYTES if own is None else own


def too_large(limit: int) -> Problem:
    """More bytes than the address takes."""
    return Problem(Code.TOO_LARGE, f"The body has more than {limit} bytes, the limit here.")


def refuse_compressed(request: HttpRequest) -> None:
    """Raise Problem for a body with a Content-Encoding: a small one may unpack to any size."""
    if request.headers.get("Content-Encoding", "identity").lower() not in ("", "identity"):
        raise Problem(Code.UNSUPPORTED_MEDIA_TYPE, "Send the body without Content-Encoding.")


def _object(body: bytes) -> dict[str, Any]:
    try:
        text = body.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        raise _not_json(f"Byte {error.start} is not UTF-8.") from None
    try:
        found = json.loads(text, object_pairs_hook=_once_each, parse_constant=_no_constant)
    except RecursionError:
        raise _not_json("It is nested too deeply.") from None
    except json.JSONDecodeError as error:
        raise _not_json(f"It breaks off at line {error.lineno}, column {error.colno}.") from None
    except ValueError as error:
        known = isinstance(error, _Fault)
        raise _not_json(str(error) if known else "A number is too long.") from None
    if not isinstance(found, dict):
        raise _not_json("It must be an object.")
    if _depth(found) > DEEPEST:
        raise _not_json("It is nested too deeply.")
    return found


class _Fault(ValueError):
    """A fault in our own words."""


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Fault("A field is named twice.")
    return found


def _no_constant(word: str) -> Any:
    raise _Fault(f"{word} is no JSON.")


def _not_json(sentence: str) -> Problem:
    return Problem(Code.INVALID_JSON, f"The body is not one JSON object in UTF-8. {sentence}")


def _depth(value: Any) -> int:
    deepest, open_ = 0, [(value, 1)]
    while open_:
        one, depth = open_.pop()
        deepest = max(deepest, depth)
        if isinstance(one, dict | list) and depth <= DEEPEST:
            inner = one.values() if isinstance(one, dict) else one
            open_ += [(each, depth + 1) for each in inner if isinstance(each, dict | list)]
    return deepest


# ---- fields -------------------------------------------------------------------------------------


class Text(serializers.CharField):
    """A text: no number is taken for one, and no control character is in it."""

    def to_internal_value(self, data: Any) -> str:
        """The text. Raises ValidationError."""
        if not isinstance(data, str):
            self.fail("invalid")
        found = str(super().to_internal_value(data))
        if any(ord(sign) < 32 or ord(sign) == 127 for sign in found):
            raise serializers.ValidationError("Control characters are not allowed.")
        return found


class Truth(serializers.BooleanField):
    """true or false, and no word for it."""

    def to_internal_value(self, data: Any) -> bool:
        """The value. Raises ValidationError."""
        if not isinstance(data, bool):
            self.fail("invalid", input="this value")
        return bool(data)


class Whole(serializers.IntegerField):
    """A whole number in JSON; in an address, where all is text, REST framework's own reads one."""

    def to_internal_value(self, data: Any) -> int:
        """The number. Raises ValidationError for a text that looks like one, and for a fraction."""
        if isinstance(data, bool) or not isinstance(data, int | float) or data != data // 1:
            self.fail("invalid")
        return super().to_internal_value(data)


@extend_schema_field(OpenApiTypes.BINARY)
class FormFile(serializers.FileField):
    """A file that a form carries. Whether it can be used is said by whoever reads it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_empty_file=True, **options)


class OneOf(serializers.ChoiceField):
    """One of some words; which was sent is not said back."""

    default_error_messages = {"invalid_choice": "This is none of the values allowed."}

    def to_internal_value(self, data: Any) -> Any:
        """The word. Raises ValidationError."""
        if not isinstance(data, str) or data not in self.choices:
            words = ", ".join(str(choice) for choice in self.choices)
            raise serializers.ValidationError(f"Use one of: {words}.", code="invalid_choice")
        return data


class Body(serializers.Serializer[Any]):
    """The fields of a body or an address. One that is not known is refused by its name."""

    def to_internal_value(self, data: Any) -> Any:
        """The values. Raises ValidationError."""
        if isinstance(data, Mapping):
            unknown = [name for name in data if name not in self.fields]
            if unknown:
                raise serializers.ValidationError(
                    {shown(name): ["This field is not known here."] for name in unknown},
                    code="unknown",
                )
        return super().to_internal_value(data)


def shown(name: str) -> str:
    """The name of a field as an answer may say it."""
    return name if _NAME.fullmatch(name) else UNNAMED


def checked(kind: type[Body], data: Any) -> dict[str, Any]:
    """The values of a body, or of the parameters of an address. Raises Problem with all faults."""
    if isinstance(data, QueryDict):
        _refuse_repeated(data)
        data = data.dict()
    body = kind(data=data)
    if not body.is_valid():
        raise invalid(*list(faults(body.errors))[:MOST_ERRORS])
    found: dict[str, Any] = body.validated_data
    return found


def from_form(
    data: Any,
    *,
    truths: Iterable[str] = (),
    numbers: Iterable[str] = (),
    lists: Collection[str] = (),
) -> dict[str, Any]:
    """The fields of a form as JSON would have them. Raises Problem for one that is named twice.

    A list is named once for each value, or once with commas between them.
    """
    _refuse_repeated(data, lists)
    found: dict[str, Any] = data.dict()
    for name in truths:
        if found.get(name) in ("true", "false"):
            found[name] = found[name] == "true"
    for name in numbers:
        if _DIGITS.fullmatch(str(found.get(name, ""))):
            found[name] = int(found[name])
    for name in lists:
        given = data.getlist(name)
        if given and all(isinstance(one, str) for one in given):
            found[name] = [part for one in given for part in one.split(",") if part]
    return found


def _refuse_repeated(data: QueryDict, besides: Collection[str] = ()) -> None:
    twice = [name for name in data if len(data.getlist(name)) > 1 and name not in besides]
    if twice:
        raise invalid(*(FieldError(shown(name), "Name it once.", "repeated") for name in twice))


def faults(errors: Any, place: str = "") -> Iterable[FieldError]:
    """What REST framework found, one entry for each field, nested places written out."""
    if isinstance(errors, Mapping):
        for name, inner in errors.items():
            part = f"[{name}]" if isinstance(name, int) else name
            at = place if name == "non_field_errors" else _joined(place, part)
            yield from faults(inner, at)
    elif isinstance(errors, list) and any(isinstance(one, Mapping) for one in errors):
        for number, inner in enumerate(errors):
            if inner:
                yield from faults(inner, f"{place}[{number}]")
    else:
        for one in errors if isinstance(errors, list) else [errors]:
            yield FieldError(place, str(one), str(getattr(one, "code", "invalid")))


def _joined(place: str, name: str) -> str:
    if not place:
        return name
    return place + name if name.startswith("[") else f"{place}.{name}"
