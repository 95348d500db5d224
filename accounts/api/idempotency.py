"""Calls that are safe to repeat: under one key a deed is done once, and answered alike each time.

The key is stored in the transaction of the deed, so that after a crash there are both or neither.
A call that comes while the first one is in its transaction waits for it; one that comes while the
first one waits for rows joins that wait. Refusals are not kept: a call that did nothing may be
mended and sent again under its key.
"""

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from accounts.api.authentication import caller
from accounts.api.codes import Code
from accounts.api.problems import Problem
from accounts.compiled import Compiled
from accounts.keyring import keyring
from accounts.lock_waits import WaitedTooLong, short_wait
from accounts.models import KeptCall
from accounts.sealed import open_bytes, seal_bytes

HEADERS = ("X-Idempotency-Key", "Idempotency-Key")
REPLAYED = "Idempotency-Replayed"
LONGEST_KEY = 255
# How long a repetition waits for the transaction of the first call (milliseconds).
JOIN_MS = 10_000
RETRY_SECONDS = 2


@dataclass(frozen=True)
class Answer:
    """What a call is answered with; `about` names what it made (`import:48`)."""

    status: int
    body: Any = field(repr=False)
    location: str = ""
    about: str = ""

    def response(self, *, replayed: bool = False) -> Response:
        """For REST framework."""
        response = Response(self.body, status=self.status)
        if self.location:
            response["Location"] = self.location
        if replayed:
            response[REPLAYED] = "true"
        return response


@dataclass(frozen=True)
class Pending:
    """The deed is done, the answer is still to come: `about` names what it waits for."""

    about: str


@dataclass(frozen=True)
class Known:
    """A call under its key: as kept, and whether this is a repetition of it."""

    call: KeptCall
    replayed: bool

    @property
    def answer(self) -> Answer | None:
        """The answer given; None while it is to come."""
        return kept_answer(self.call)


Deed = Callable[[], Answer | Pending]
T = TypeVar("T")


def key_of(request: HttpRequest, *, required: bool) -> str:
    """The idempotency key of a request, empty without one.

    Raises Problem: missing where it is required, malformed, or two that differ.
    """
    given = {request.headers[name].strip() for name in HEADERS if name in request.headers}
    if not given:
        if required:
            raise Problem(Code.IDEMPOTENCY_KEY_MISSING)
        return ""
    key = given.pop()
    visible = all(33 <= ord(sign) <= 126 for sign in key)
    if given or not key or len(key) > LONGEST_KEY or not visible:
        raise Problem(Code.IDEMPOTENCY_KEY_INVALID)
    return key


def body_hash(content: Any) -> str:
    """The keyed hash by which two bodies are compared; spaces and the order of fields do not count.

    `content` is what JSON can say; of a file its SHA-256 stands for it.
    """
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), default=str)
    key = keyring().stable["fingerprint"]
    return hmac.new(key, b"body\n" + text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def once(request: Request, content: Any, deed: Deed) -> Response:
    """Do the deed of a creating call, once for its key; without a key, at each call."""
    key = key_of(request._request, required=False)
    if not key:
        with transaction.atomic():
            done = deed()
        assert isinstance(done, Answer)
        return done.response()
    known = under_key(request, key, content, deed)
    if (answer := known.answer) is None:
        raise still_running()
    return answer.response(replayed=known.replayed)


def once_with(
    request: Request, content: Any, ask: Callable[[], T], deed: Callable[[T], Answer]
) -> Response:
    """`once` for a deed that must ask over the network first, which no transaction may wait for.

    `ask` may happen more than once for a key, so it must do no harm twice. A repetition of a call
    that was answered asks nobody.
    """
    key = key_of(request._request, required=False)
    if key and (answer := _answered(_About.of(request, key, content))):
        return answer.response(replayed=True)
    return once(request, content, partial(deed, ask()))


def call_under_way(request: Request, key: str) -> KeptCall:
    """The row of this call's key, for a deed that keeps something beside it."""
    return KeptCall.objects.get(pk=_About.of(request, key, None).kept_number)


def let_go(call: KeptCall) -> None:
    """Free the key of a call that came to nothing, so that it may be mended and sent again."""
    KeptCall.objects.numbered(call.pk).unanswered().delete()


def under_key(request: Request, key: str, content: Any, deed: Deed) -> Known:
    """The call under this key: done now, or found as it was done before.

    Raises Problem: another body, or the first call did not come to its end in time; and what the
    deed raises, after which the key is free again.
    """
    about = _About.of(request, key, content)
    if found := about.found():
        return Known(_same(found, about), replayed=True)
    with transaction.atomic():
        call = about.inserted()
        if call is not None:
            done = deed()
            call.about = done.about
            if isinstance(done, Answer):
                _fill(call, done)
            call.save()
            return Known(call, replayed=False)
    found = about.found()
    if found is None:
        # The first call came to nothing just now.
        raise still_running()
    return Known(_same(found, about), replayed=True)


def keep_answer(call_id: int, answer: Answer) -> Answer:
    """Store the answer of a pending call, unless another process did; returns the one kept.

    So all who waited for it say the same.
    """
    call = KeptCall.objects.get(pk=call_id)
    _fill(call, answer)
    KeptCall.objects.numbered(call_id).unanswered().update(
        status=call.status, answer_sealed=call.answer_sealed, answered_at=call.answered_at
    )
    kept = kept_answer(KeptCall.objects.get(pk=call_id))
    assert kept is not None
    return kept


def kept_answer(call: KeptCall) -> Answer | None:
    """The stored answer; None while it is to come."""
    if call.status is None or call.answer_sealed is None:
        return None
    text = open_bytes(bytes(call.answer_sealed), context=_context(call))
    said = json.loads(text)
    return Answer(call.status, said["body"], said["location"], call.about)


def still_running() -> Problem:
    """The first call has not come to its end."""
    return Problem(Code.STILL_RUNNING, headers={"Retry-After": str(RETRY_SECONDS)})


@dataclass(frozen=True)
class _About:
    """Whose call, where, under which key, with what body."""

    request: Request
    key: str
    hash: str

    @classmethod
    def of(cls, request: Request, key: str, content: Any) -> "_About":
        return cls(request, key, body_hash(content))

    @property
    def _scope(self) -> tuple[int, str, str, str]:
        inner = self.request._request
        return caller(self.request).client.pk, inner.method or "", inner.path, self.key

    @property
    def kept_number(self) -> int:
        return KeptCall.objects.of(*self._scope).values_list("pk", flat=True).get()

    def found(self) -> KeptCall | None:
        client, method, path, key = self._scope
        call: KeptCall | None = _CALL.first(client=client, method=method, path=path, key=key)
        return call

    def inserted(self) -> KeptCall | None:
        """The key's row, stored now; None when another call stored it first.

        Waits for a transaction that is storing the same key. Raises Problem when that takes long.
        """
        client, method, path, key = self._scope
        call = KeptCall(client_id=client, method=method, path=path, key=key, body_hash=self.hash)
        try:
            with short_wait(JOIN_MS):
                call.save(force_insert=True)
        except IntegrityError:
            return None
        except WaitedTooLong:
            raise still_running() from None
        return call


_CALL = Compiled(
    lambda client, method, path, key: KeptCall.objects.of(client, method, path, key),
    client=int,
    method=str,
    path=str,
    key=str,
)


def _answered(about: _About) -> Answer | None:
    found = about.found()
    return None if found is None else kept_answer(_same(found, about))


def _same(call: KeptCall, about: _About) -> KeptCall:
    if not hmac.compare_digest(call.body_hash, about.hash):
        raise Problem(Code.IDEMPOTENCY_KEY_REUSED)
    return call


def _fill(call: KeptCall, answer: Answer) -> None:
    said = {"body": answer.body, "location": answer.location}
    text = json.dumps(said, ensure_ascii=False, cls=JSONEncoder).encode()
    call.status, call.answered_at = answer.status, timezone.now()
    call.answer_sealed = seal_bytes(text, context=_context(call))


def _context(call: KeptCall) -> str:
    return f"accounts_keptcall:{call.pk}"
