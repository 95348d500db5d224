"""Problem documents (RFC 9457): one shape for whatever goes wrong, and never an error of Python's.

Nothing of a request's body is said back: a value in it may be a share token.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import OperationalError
from django.http import Http404, HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.urls import reverse
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from accounts.api.codes import Code
from accounts.audit import present_request_id
from accounts.permissions import RightMissing

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
BUSY_SECONDS = 2


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field: where (`tokens[3].label`), in words, and as a word."""

    field: str
    message: str
    code: str = "invalid"


class Problem(Exception):
    """What went wrong, as one of the table's codes. `version`: the present one, for OVERTAKEN."""

    def __init__(
        self,
        code: Code,
        detail: str = "",
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        version: int | None = None,
    ) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail or code.about.meaning
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        self.version = version


def invalid(*errors: FieldError) -> Problem:
    """The request has faults; the sentence counts them."""
    faults = "1 field is" if len(errors) == 1 else f"{len(errors)} fields are"
    return Problem(Code.INVALID_REQUEST, f"{faults} not valid. Nothing was done.", errors=errors)


def document(problem: Problem, request: HttpRequest) -> dict[str, Any]:
    """The body of the answer."""
    about = problem.code.about
    page = request.build_absolute_uri(reverse("api_errors"))
    found: dict[str, Any] = {
        "type": f"{page}#{problem.code}",
        "title": about.title,
        "status": int(about.status),
        "detail": problem.detail,
        "instance": request.path,
        "code": problem.code.value,
        "request_id": present_request_id(),
    }
    if problem.errors:
        found["errors"] = [
            {"field": one.field, "message": one.message, "code": one.code} for one in problem.errors
        ]
    if problem.version is not None:
        found["version"] = problem.version
    return found


def answer(error: Exception, context: Mapping[str, Any]) -> Response:
    """REST framework's handler of exceptions: whatever it was, a problem document."""
    set_rollback()
    problem = error if isinstance(error, Problem) else _problem_of(error)
    return Response(
        document(problem, context["request"]._request),
        status=problem.code.about.status,
        content_type=MEDIA_TYPE,
        headers=problem.headers,
    )


def say(error: Exception, response: Response, request: HttpRequest) -> None:
    """Make an answer that was to follow say what went wrong instead."""
    problem = error if isinstance(error, Problem) else _problem_of(error)
    response.status_code = problem.code.about.status
    response.data = document(problem, request)
    response.content_type = MEDIA_TYPE
    for name, value in problem.headers.items():
        response[name] = value


def _problem_of(error: Exception) -> Problem:
    """Any exception as a problem; one that nobody expected is logged, and is our error."""
    for kinds, told in _KNOWN:
        if isinstance(error, kinds):
            return told(error)
    if isinstance(error, exceptions.APIException):
        return _by_status(error)
    logger.exception("an API call ended in an error", exc_info=error)
    return Problem(Code.SERVER_ERROR)


def _by_status(error: exceptions.APIException) -> Problem:
    if error.status_code == HTTPStatus.UNSUPPORTED_MEDIA_TYPE:
        return Problem(Code.UNSUPPORTED_MEDIA_TYPE)
    return Problem(Code.INVALID_REQUEST)


def _busy(error: Exception) -> Problem:
    logger.warning("the database kept an API call waiting: %s", type(error.__cause__).__name__)
    return Problem(Code.BUSY, headers={"Retry-After": str(BUSY_SECONDS)})


def _missing(error: Exception) -> Problem:
    return Problem(Code.NOT_FOUND)


def _forbidden(error: Exception) -> Problem:
    rights = ", ".join(error.rights) if isinstance(error, RightMissing) else ""
    return Problem(
        Code.SCOPE_MISSING, f"One of these rights is needed: {rights}." if rights else ""
    )


def _unreadable(error: Exception) -> Problem:
    return Problem(Code.INVALID_REQUEST, "The form could not be read.")


_KNOWN: tuple[tuple[tuple[type[Exception], ...], Callable[[Exception], Problem]], ...] = (
    ((OperationalError,), _busy),
    ((Http404, exceptions.NotFound), _missing),
    ((PermissionDenied, exceptions.PermissionDenied), _forbidden),
    ((RequestDataTooBig,), lambda error: Problem(Code.TOO_LARGE)),
    ((exceptions.MethodNotAllowed,), lambda error: Problem(Code.METHOD_NOT_ALLOWED)),
    (
        (
            MultiPartParserError,
            exceptions.ParseError,
            TooManyFieldsSent,
            TooManyFilesSent,
            SuspiciousOperation,
        ),
        _unreadable,
    ),
)
