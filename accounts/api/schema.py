"""The contract: what each operation takes and answers, said beside it, and gathered into OpenAPI.

`operation` describes one method of a view. What all of them share (the ways in, the limits, the
problems, the headers) is added here, so that no view repeats it and none forgets it.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, TypeVar

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
)
from rest_framework import serializers

from accounts.api.codes import Code
from accounts.api.ids import BY_UUID, Kind
from accounts.api.problems import MEDIA_TYPE
from accounts.api.reading import Body
from accounts.scopes import Scope

View = TypeVar("View", bound=Callable[..., Any])
IDEMPOTENCY = "X-Idempotency-Key"
_REQUEST_ID = "0b9d6f6e-7f5e-4f62-9a55-0d6f1c1a1f00"

_ALWAYS = (
    Code.KEY_MISSING,
    Code.KEY_UNKNOWN,
    Code.KEY_EXPIRED,
    Code.KEY_REVOKED,
    Code.ADDRESS_NOT_ALLOWED,
    Code.RATE_LIMITED,
    Code.SERVER_ERROR,
    Code.BUSY,
)
_WITH_BODY = (
    Code.INVALID_JSON,
    Code.INVALID_REQUEST,
    Code.TOO_LARGE,
    Code.UNSUPPORTED_MEDIA_TYPE,
)
_WITH_KEY = (
    Code.IDEMPOTENCY_KEY_INVALID,
    Code.STILL_RUNNING,
    Code.IDEMPOTENCY_KEY_REUSED,
)


class FieldErrorShown(serializers.Serializer[Any]):
    """One field at fault."""

    field = serializers.CharField(help_text="where it stands: `tokens[3].label`")
    message = serializers.CharField(help_text="what is wrong, in words")
    code = serializers.CharField(help_text="the same as a word")


class ProblemShown(serializers.Serializer[Any]):
    """A problem document (RFC 9457)."""

    type = serializers.URLField(help_text="the page that explains the code")
    title = serializers.CharField(help_text="the code in words")
    status = serializers.IntegerField(help_text="the status of the answer")
    detail = serializers.CharField(help_text="what happened this time")
    instance = serializers.CharField(help_text="the address that was called")
    code = serializers.ChoiceField(
        choices=[(code.value, code.about.title) for code in Code],
        help_text="stable: branch on it",
    )
    request_id = serializers.CharField(help_text="under which the log knows this call")
    errors = FieldErrorShown(many=True, required=False)  # type: ignore[assignment]
    version = serializers.IntegerField(
        required=False, help_text="with `overtaken`: the present version"
    )


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The two ways to show a key."""

    target_class = "accounts.api.authentication.KeyAuthentication"
    name = ["ApiKey", "Bearer"]

    def get_security_requirement(self, auto_schema: Any) -> list[dict[str, list[str]]]:
        """One of the two is enough."""
        return [{"ApiKey": []}, {"Bearer": []}]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, str]]:
        """For `components.securitySchemes`."""
        return [
            {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
            {"type": "http", "scheme": "bearer", "bearerFormat": "kr_live_…"},
        ]


def operation(
    name: str,
    summary: str,
    *,
    tag: str,
    scope: Scope | None,
    answers: Mapping[int | tuple[int, str], Any],
    description: str = "",
    body: Any = None,
    sample: Any = None,
    query: type[Body] | None = None,
    path: Mapping[str, Kind] | None = None,
    problems: Iterable[Code] = (),
    key: Literal["no", "optional", "required"] = "no",
    scope_missing: Code = Code.SCOPE_MISSING,
    parameters: Iterable[OpenApiParameter] = (),
) -> Callable[[View], View]:
    """Describe one method of a view: its name in clients, its words, and all that it answers."""
    given = [*parameters, *(_in_path(each, kind) for each, kind in (path or {}).items())]
    if key != "no":
        given.append(_idempotency(required=key == "required"))
    codes = [
        *_ALWAYS,
        *([scope_missing] if scope else []),
        *(_WITH_BODY if body is not None else []),
        *([Code.INVALID_REQUEST] if query else []),
        *([Code.NOT_FOUND] if path else []),
        *(_WITH_KEY if key != "no" else []),
        *([Code.IDEMPOTENCY_KEY_MISSING] if key == "required" else []),
        *problems,
    ]
    needs = f"Needs the scope `{scope}`." if scope else "Any key may ask."
    return extend_schema(
        operation_id=name,
        summary=summary,
        description="\n\n".join(filter(None, [description, needs])),
        tags=[tag],
        request=body,
        examples=[] if sample is None else [_sent(sample, body)],
        parameters=[*([query] if query else []), *given],
        responses={**answers, **_refusals(dict.fromkeys(codes))},
    )


def _sent(value: Any, body: Any) -> OpenApiExample:
    """An example of a body, as JSON where the operation takes it, else as what it takes."""
    kinds = body if isinstance(body, dict) else {"application/json": body}
    kind = "application/json" if "application/json" in kinds else next(iter(kinds))
    return OpenApiExample("example", value=value, request_only=True, media_type=kind)


def answered(shape: Any, words: str, value: Any = None) -> OpenApiResponse:
    """An answer with its example."""
    examples = [OpenApiExample("example", value=value, response_only=True)]
    return OpenApiResponse(
        response=shape, description=words, examples=[] if value is None else examples
    )


def _in_path(name: str, kind: Kind) -> OpenApiParameter:
    digits = "[0-9a-f]{32}" if kind in BY_UUID else "[1-9][0-9]{0,17}"
    sample = "0" * 31 + "1" if kind in BY_UUID else "48"
    return OpenApiParameter(
        name,
        str,
        OpenApiParameter.PATH,
        description=f"an id that begins with `{kind}_`",
        pattern=f"^{kind}_{digits}$",
        examples=[OpenApiExample("example", value=f"{kind}_{sample}")],
    )


def _idempotency(*, required: bool) -> OpenApiParameter:
    return OpenApiParameter(
        IDEMPOTENCY,
        str,
        OpenApiParameter.HEADER,
        required=required,
        description=(
            "A fresh UUID for each new request, and the same one for its retries: the deed is "
            "done once, and a retry gets the same answer with `Idempotency-Replayed: true`. "
            "`Idempotency-Key` is read alike."
        ),
        pattern="^[!-~]{1,255}$",
        examples=[OpenApiExample("example", value="6f1c4f0e-8b1a-4a2c-9d0f-2f6d6f1c4f0e")],
    )


def _refusals(codes: Iterable[Code]) -> dict[tuple[int, str], OpenApiResponse]:
    by_status: dict[int, list[Code]] = {}
    for code in codes:
        by_status.setdefault(int(code.about.status), []).append(code)
    return {
        (status, MEDIA_TYPE): OpenApiResponse(
            response=ProblemShown,
            description=" ".join(f"`{code}`: {code.about.title}." for code in found),
            examples=[_refusal(code) for code in found],
        )
        for status, found in sorted(by_status.items())
    }


def _refusal(code: Code) -> OpenApiExample:
    value: dict[str, Any] = {
        "type": f"https://relay.example/api/docs/errors/#{code}",
        "title": code.about.title,
        "status": int(code.about.status),
        "detail": code.about.meaning,
        "instance": "/api/v1/imports",
        "code": code.value,
        "request_id": _REQUEST_ID,
    }
    if code is Code.INVALID_REQUEST:
        value["errors"] = [
            {"field": "level", "message": "This field is required.", "code": "required"}
        ]
    if code is Code.OVERTAKEN:
        value["version"] = 8
    return OpenApiExample(code.value, value=value, response_only=True)


# ---- what is added to the whole -----------------------------------------------------------------

_HEADERS: dict[str, dict[str, Any]] = {
    "X-Request-Id": {
        "description": "under which the log knows this call",
        "schema": {"type": "string"},
        "example": _REQUEST_ID,
    },
    "RateLimit": {
        "description": "calls left of this minute, and seconds until it is whole again",
        "schema": {"type": "string"},
        "example": '"client";r=599;t=42',
    },
    "RateLimit-Policy": {
        "description": "calls of a minute",
        "schema": {"type": "string"},
        "example": '"client";q=600;w=60',
    },
    "Retry-After": {
        "description": "seconds after which to repeat the call",
        "schema": {"type": "integer"},
        "example": 2,
    },
    "WWW-Authenticate": {
        "description": "how to show a key",
        "schema": {"type": "string"},
        "example": 'Bearer realm="KYC Relay"',
    },
    "Location": {
        "description": "the address of what was made",
        "schema": {"type": "string"},
        "example": "/api/v1/imports/imp_48",
    },
    "Idempotency-Replayed": {
        "description": "`true` when this is the stored answer of an earlier call",
        "schema": {"type": "string", "enum": ["true"]},
        "example": "true",
    },
}
_BY_STATUS = {
    "201": ("Location",),
    "202": ("Location",),
    "401": ("WWW-Authenticate",),
    "409": ("Retry-After",),
    "429": ("Retry-After",),
    "502": ("Retry-After",),
    "503": ("Retry-After",),
}
_COUNTED = ("RateLimit", "RateLimit-Policy")


def finished(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Last hand on the contract: headers of every answer, and bodies that refuse unknown fields."""
    components = result.setdefault("components", {})
    components["headers"] = _HEADERS
    for path in result["paths"].values():
        for each in path.values():
            repeats = any(one["name"] == IDEMPOTENCY for one in each.get("parameters", []))
            for status, answer in each["responses"].items():
                names = ["X-Request-Id", *_BY_STATUS.get(status, ())]
                names += [] if status == "401" else _COUNTED
                names += ["Idempotency-Replayed"] if repeats and status[0] == "2" else []
                answer["headers"] = {
                    one: {"$ref": f"#/components/headers/{one}"} for one in sorted(names)
                }
    strict = {kind.__name__ for kind in _kinds(Body)}
    for name, shape in components["schemas"].items():
        # The generator calls the body of a PATCH so.
        if name.removeprefix("Patched") in strict:
            shape["additionalProperties"] = False
    return result


def ours(endpoints: list[Any], **_: Any) -> list[Any]:
    """The addresses that the contract speaks of: those with views of ours, each once."""
    return [one for one in endpoints if getattr(one[3].cls, "in_contract", False)]


def _kinds(kind: type[Any]) -> Iterable[type[Any]]:
    for each in kind.__subclasses__():
        yield each
        yield from _kinds(each)
