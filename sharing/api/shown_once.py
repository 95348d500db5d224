"""Answers that hold a secret: shown by the call that made it, and by its repetitions for minutes.

The row of the call (`KeptCall`) keeps the lasting part of the answer, as for any other call. The
secret is kept apart (`sharing.kept_secrets`), and a repetition that comes too late is a 410.
"""

import json
from collections.abc import Mapping

from django.views.decorators.debug import sensitive_variables
from rest_framework.response import Response

from accounts.api.codes import Code
from accounts.api.idempotency import Answer
from accounts.api.problems import Problem
from accounts.models import KeptCall
from sharing.kept_secrets import kept

NO_STORE = "no-store, private"


@sensitive_variables("secrets")
def with_secrets(answer: Answer, secrets: Mapping[str, str]) -> Answer:
    """The whole answer: what lasts, and the secret fields."""
    return Answer(answer.status, answer.body | dict(secrets), answer.location, answer.about)


@sensitive_variables("text")
def shown_again(call: KeptCall, answer: Answer, *, gone: str) -> Answer:
    """The whole answer of a call that is repeated. Raises Problem (410) with `gone` when its
    secret is shown no more."""
    text = kept(call)
    if text is None:
        raise Problem(Code.SHOWN_BEFORE, gone)
    return with_secrets(answer, json.loads(text))


def uncached(response: Response) -> Response:
    """No cache keeps an answer that holds a secret."""
    response["Cache-Control"] = NO_STORE
    return response
