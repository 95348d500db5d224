"""API clients: made, given keys, changed, taken out of use. Every deed is audited.

A key is `kr_live_` or `kr_test_` and 256 random bits. It exists in the answer to the one who made
it and nowhere else; what is kept is its SHA-256, which for so many random bits needs no salt and
no slow hash.
"""

import hashlib
import ipaddress
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts import audit
from accounts.models import ApiClient, ApiKey, User
from accounts.plain_refusals import PlainRefusal
from accounts.scopes import Scope
from sumsub.signing import environment

KEY_BYTES = 32
LONGEST_LIFE = timedelta(days=365)
MOST_VALID_KEYS = 2
# How much of a key stays readable: its kind, and four characters at either end.
_SHOWN = 4
# Accounts of clients need an address that is nobody's (RFC 2606).
_NOBODYS = "clients.invalid"
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class KeyRefused(PlainRefusal):
    """What was asked for is not possible; `sentence` says why and what to do."""


@dataclass(frozen=True)
class Made:
    """A fresh key: the only moment at which its text exists."""

    key: ApiKey
    text: str = field(repr=False)


def digest_of(text: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def key_prefix() -> str:
    """`kr_live_` where Sumsub is production, `kr_test_` everywhere else."""
    local = urlsplit(settings.SUMSUB_BASE_URL).hostname in _LOOPBACK
    token = settings.SUMSUB_APP_TOKEN
    test = local or not token or environment(token) == "sandbox"
    return "kr_test_" if test else "kr_live_"


@transaction.atomic
def add_client(
    name: str,
    scopes: Sequence[Scope],
    *,
    addresses: Sequence[str] = (),
    calls_per_minute: int,
    lives: timedelta,
    by: User | None,
    request: HttpRequest | None = None,
    source: str = "",
) -> Made:
    """Store a client with its account and its first key. Raises KeyRefused for a name in use."""
    if ApiClient.objects.named(name).exists():
        raise KeyRefused(f"There is a client named {name} already. Names stay taken for good.")
    client = ApiClient.objects.create(
        account=_account(name),
        name=name,
        scopes=_in_order(scopes),
        addresses=list(addresses),
        calls_per_minute=calls_per_minute,
        created_by=by,
    )
    made = _new_key(client, timezone.now() + lives, by)
    audit.record(
        "api_client.added",
        actor=by,
        subject=_subject(client),
        request=request,
        source=source,
        name=name,
        scopes=" ".join(client.scopes),
        addresses=" ".join(addresses),
        key=made.key.hint,
    )
    return made


@transaction.atomic
def change_client(
    client_id: int,
    scopes: Sequence[Scope],
    *,
    addresses: Sequence[str],
    calls_per_minute: int,
    by: User,
    request: HttpRequest | None = None,
) -> ApiClient:
    """Change what a client may do and from where; at once. Raises KeyRefused when it is revoked."""
    client = _locked(client_id)
    before = " ".join(client.scopes)
    client.scopes, client.addresses = _in_order(scopes), list(addresses)
    client.calls_per_minute = calls_per_minute
    client.save(update_fields=["scopes", "addresses", "calls_per_minute"])
    audit.record(
        "api_client.changed",
        actor=by,
        subject=_subject(client),
        request=request,
        scopes_before=before,
        scopes=" ".join(client.scopes),
        addresses=" ".join(client.addresses),
        calls_per_minute=calls_per_minute,
    )
    return client


@transaction.atomic
def rotate(
    client_id: int,
    *,
    lives: timedelta,
    overlap: timedelta,
    by: User,
    request: HttpRequest | None = None,
) -> Made:
    """Make a second key; the one before stays valid for `overlap`, so that nobody has to hurry.

    Raises KeyRefused when the client is revoked, or has two valid keys already.
    """
    client = _locked(client_id)
    now = timezone.now()
    valid = list(client.keys.valid_at(now))
    if len(valid) >= MOST_VALID_KEYS:
        raise KeyRefused("Two keys are valid already. Revoke the older one first.")
    for key in valid:
        key.expires_at = min(key.expires_at, now + overlap)
        key.save(update_fields=["expires_at"])
    made = _new_key(client, now + lives, by)
    audit.record(
        "api_key.added",
        actor=by,
        subject=_subject(client),
        request=request,
        key=made.key.hint,
        overlap_seconds=int(overlap.total_seconds()),
    )
    return made


@transaction.atomic
def revoke_key(key_id: int, *, by: User, request: HttpRequest | None = None) -> ApiKey:
    """End one key at once. A second time changes nothing. Raises ApiKey.DoesNotExist."""
    key = ApiKey.objects.select_for_update(of=("self",)).select_related("client").get(pk=key_id)
    if key.revoked_at is None:
        key.revoked_at = timezone.now()
        key.save(update_fields=["revoked_at"])
        audit.record(
            "api_key.revoked", actor=by, subject=_subject(key.client), request=request, key=key.hint
        )
    return key


@transaction.atomic
def revoke_client(client_id: int, *, by: User, request: HttpRequest | None = None) -> ApiClient:
    """Take a client out of use for good, with all its keys, at once."""
    client = ApiClient.objects.select_for_update(of=("self",)).get(pk=client_id)
    if client.revoked_at is None:
        client.revoked_at = timezone.now()
        client.save(update_fields=["revoked_at"])
        audit.record("api_client.revoked", actor=by, subject=_subject(client), request=request)
    return client


def network_of(text: str) -> str:
    """One address or network in its usual form. Raises ValueError for anything else."""
    return str(ipaddress.ip_network(text.strip(), strict=False))


def _locked(client_id: int) -> ApiClient:
    client = ApiClient.objects.select_for_update(of=("self",)).get(pk=client_id)
    if client.is_revoked:
        raise KeyRefused(f"{client.name} is revoked for good. Add another client.")
    return client


def _account(name: str) -> User:
    """A row among people that nobody can sign in with: no password, not active, no role."""
    address = f"{secrets.token_hex(8)}@{_NOBODYS}"
    account = User.objects.create_user(address, name=f"{name} (API client)")
    account.is_active = False
    account.save(update_fields=["is_active"])
    return account


def _new_key(client: ApiClient, expires_at: datetime, by: User | None) -> Made:
    latest = timezone.now() + LONGEST_LIFE
    prefix, secret = key_prefix(), secrets.token_urlsafe(KEY_BYTES)
    key = ApiKey.objects.create(
        client=client,
        digest=digest_of(prefix + secret),
        hint=f"{prefix}{secret[:_SHOWN]}…{secret[-_SHOWN:]}",
        created_by=by,
        expires_at=min(expires_at, latest),
    )
    return Made(key, prefix + secret)


def _in_order(scopes: Sequence[Scope]) -> list[str]:
    return [scope.value for scope in Scope if scope in scopes]


def _subject(client: ApiClient) -> str:
    return f"api_client:{client.pk}"
