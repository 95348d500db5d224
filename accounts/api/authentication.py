"""Who calls: the client whose key the request carries. Cookies count for nothing here."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from accounts import audit
from accounts.api.codes import Code
from accounts.api.problems import Problem
from accounts.api_keys import digest_of
from accounts.compiled import Compiled
from accounts.models import ApiClient, ApiKey, User

REALM = 'Bearer realm="KYC Relay"'
CHALLENGE = {"WWW-Authenticate": REALM}
# The last use is written no more often than this (seconds).
NOTE_EVERY = 60.0
LONGEST_KEY = 200


@dataclass(frozen=True)
class Caller:
    """The client that calls and the key it showed, as `request.auth`."""

    client: ApiClient
    key: ApiKey


class KeyAuthentication(BaseAuthentication):
    """`X-Api-Key: kr_…` or `Authorization: Bearer kr_…`."""

    def authenticate(self, request: Request) -> tuple[User, Caller]:
        """The client's account and the caller. Raises Problem for whoever is not let in."""
        key = self._key(request._request)
        client = key.client
        now = timezone.now()
        if key.revoked_at is not None or client.is_revoked:
            raise Problem(Code.KEY_REVOKED, headers=CHALLENGE)
        if key.expires_at <= now:
            raise Problem(Code.KEY_EXPIRED, headers=CHALLENGE)
        if not client.may_call_from(audit.client_address(request._request)):
            raise Problem(Code.ADDRESS_NOT_ALLOWED)
        if key.last_used_at is None or (now - key.last_used_at).total_seconds() > NOTE_EVERY:
            ApiKey.objects.all().note_use(key, now, NOTE_EVERY)
        setattr(request._request, audit.DOOR, "api")
        return client.acting(), Caller(client, key)

    def authenticate_header(self, request: Request) -> str:
        """What a 401 says about how to come in."""
        return REALM

    @staticmethod
    def _key(request: HttpRequest) -> ApiKey:
        text = presented(request)
        if not text:
            raise Problem(Code.KEY_MISSING, headers=CHALLENGE)
        found: ApiKey | None = None
        if len(text) <= LONGEST_KEY:
            found = _WITH_DIGEST.first(digest=digest_of(text))
        if found is None:
            raise Problem(Code.KEY_UNKNOWN, headers=CHALLENGE)
        return found


_WITH_DIGEST = Compiled(lambda digest: ApiKey.objects.with_digest(digest), digest=str)


def presented(request: HttpRequest) -> str:
    """The key that a request carries; X-Api-Key counts before Authorization."""
    if own := request.headers.get("X-Api-Key", "").strip():
        return own
    kind, _, key = request.headers.get("Authorization", "").partition(" ")
    return key.strip() if kind.lower() == "bearer" else ""


def caller(request: Request) -> Caller:
    """Who calls; for views behind KeyAuthentication."""
    assert isinstance(request.auth, Caller)
    return request.auth


def acting(request: Request) -> User:
    """The account that the deeds of this call are done by."""
    assert isinstance(request.user, User)
    return request.user
