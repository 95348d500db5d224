"""How often a client may call: so many calls in each minute, counted in the shared cache.

Every answer says what is left (draft-ietf-httpapi-ratelimit-headers). Where the cache is away
nobody is held up: the limit protects the house from a client that runs wild, not a secret.
"""

import time
from dataclasses import dataclass

from django.core.cache import cache
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from accounts.api.authentication import Caller
from accounts.api.codes import Code
from accounts.api.problems import Problem

WINDOW = 60
USED = "_calls_used"


@dataclass(frozen=True)
class Used:
    """What a client has used of this minute: its limit, what is left, seconds until it is whole."""

    limit: int
    left: int
    seconds: int

    @property
    def headers(self) -> dict[str, str]:
        """As the answer says it."""
        return {
            "RateLimit-Policy": f'"client";q={self.limit};w={WINDOW}',
            "RateLimit": f'"client";r={self.left};t={self.seconds}',
        }


class ClientRate(BaseThrottle):
    """Counts a call and refuses it with 429 when the minute's calls are used up."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        """True; raises Problem (429) past the limit."""
        if not isinstance(request.auth, Caller):
            return True
        used = _count(request.auth.client.pk, request.auth.client.calls_per_minute)
        if used is None:
            return True
        setattr(request._request, USED, used)
        if used.left < 0:
            headers = {"Retry-After": str(used.seconds)}
            raise Problem(Code.RATE_LIMITED, headers=headers)
        return True


def _count(client_id: int, limit: int) -> Used | None:
    """Count one call of the client; None while the cache is away."""
    now = time.time()
    window = int(now // WINDOW)
    name = f"api-calls:{client_id}:{window}"
    try:
        calls = _counted(name)
    except (RedisError, ValueError):
        return None
    return Used(limit, limit - calls, max(1, int((window + 1) * WINDOW - now)))


def _counted(name: str) -> int:
    """Count one more; almost always there is a count already."""
    try:
        return cache.incr(name)
    except ValueError:
        return 1 if cache.add(name, 1, 2 * WINDOW) else cache.incr(name)


def headers_of(request: Request) -> dict[str, str]:
    """The limit's headers for the answer to a request that was counted."""
    used: Used | None = getattr(request._request, USED, None)
    if used is None:
        return {}
    shown = Used(used.limit, max(0, used.left), used.seconds)
    return shown.headers
