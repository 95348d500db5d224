"""API clients: programs that act here, each with keys of its own.

A client has an account of its own among people: a row that nobody can sign in with. So whatever a
person can be named for (a deed in the trail, an import, a customer) a program can be named for
too, and no table needs a second column for it.
"""

import ipaddress
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models.people import User
from accounts.scopes import Scope, rights_of


class ApiClientQuerySet(models.QuerySet["ApiClient"]):
    """Questions about many clients."""

    def in_use(self) -> Self:
        """Clients that were not revoked."""
        return self.filter(revoked_at=None)

    def for_list(self) -> Self:
        """Each with its keys and who made it; those in use first, by name."""
        found = self.select_related("created_by").prefetch_related("keys")
        return found.order_by(models.F("revoked_at").asc(nulls_first=True), "name")

    def numbered(self, numbers: Iterable[str]) -> Self:
        """Clients with these numbers."""
        return self.filter(pk__in=list(numbers))

    def named(self, name: str) -> Self:
        """Clients with this name, whatever its case."""
        return self.filter(name__iexact=name)


class ApiClient(models.Model):
    """A program with its own name, scopes, addresses and rate. Revoked for good, never deleted."""

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="api_client"
    )
    name = models.CharField(max_length=80, unique=True)
    scopes = models.JSONField(default=list)
    addresses = models.JSONField(
        default=list, help_text="networks it may call from (CIDR); none = from anywhere"
    )
    calls_per_minute = models.PositiveIntegerField(default=600)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True)

    objects = ApiClientQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name

    @property
    def granted(self) -> list[Scope]:
        """Its scopes in the order of the enum."""
        return [scope for scope in Scope if scope.value in self.scopes]

    @property
    def is_revoked(self) -> bool:
        """True once an admin took it out of use."""
        return self.revoked_at is not None

    @property
    def valid_keys(self) -> "list[ApiKey]":
        """The keys that are let in now, the newest first."""
        now = timezone.now()
        keys = sorted(self.keys.all(), key=lambda key: key.pk, reverse=True)
        return [key for key in keys if not self.is_revoked and key.is_valid_at(now)]

    @property
    def last_used_at(self) -> datetime | None:
        """When any of its keys was used last, to the minute; None before the first time."""
        return max((key.last_used_at for key in self.keys.all() if key.last_used_at), default=None)

    def may_call_from(self, address: str | None) -> bool:
        """Whether a call from `address` is let in; without a list, from anywhere."""
        if not self.addresses:
            return True
        try:
            caller = ipaddress.ip_address(address or "")
        except ValueError:
            return False
        return any(caller in ipaddress.ip_network(network) for network in self.addresses)

    def acting(self) -> User:
        """Its account, holding what its scopes mean, as the deeds take it."""
        account: User = self.account
        account.acts_with = rights_of(self.scopes)
        return account


class KeyState(StrEnum):
    """Whether a key is let in."""

    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    """Questions about many keys."""

    def with_digest(self, digest: str) -> Self:
        """The key with this SHA-256, with its client and the client's account."""
        return self.filter(digest=digest).select_related("client__account")

    def valid_at(self, moment: datetime) -> Self:
        """Keys neither expired nor revoked."""
        return self.filter(revoked_at=None, expires_at__gt=moment)

    def running_out(self, now: datetime, by: datetime) -> Self:
        """Valid keys that expire until `by`, of clients in use that have none for longer."""
        longer = ApiKey.objects.filter(
            client=OuterRef("client"), revoked_at=None, expires_at__gt=by
        )
        soon = self.valid_at(now).filter(expires_at__lte=by, client__revoked_at=None)
        return soon.exclude(Exists(longer)).select_related("client").order_by("expires_at")

    def numbered(self, number: int) -> Self:
        """The key with this number."""
        return self.filter(pk=number)

    def note_use(self, key: "ApiKey", now: datetime, every: float) -> None:
        """Remember that the key was used, at most once in `every` seconds: no write per call."""
        earlier = datetime.fromtimestamp(now.timestamp() - every, tz=now.tzinfo)
        fits = Q(last_used_at=None) | Q(last_used_at__lt=earlier)
        self.filter(fits, pk=key.pk).update(last_used_at=now)


class ApiKey(models.Model):
    """A key of a client. Only its SHA-256 is kept: of 256 random bits that is enough."""

    client = models.ForeignKey(ApiClient, models.PROTECT, related_name="keys")
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=24, help_text="its beginning and end, to tell it by")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.hint

    def is_valid_at(self, moment: datetime) -> bool:
        """True when it is let in at `moment`, as far as the key itself goes."""
        return self.revoked_at is None and self.expires_at > moment

    @property
    def state(self) -> KeyState:
        """Whether it is let in now; that its client is in use, too, is another question."""
        if self.revoked_at is not None:
            return KeyState.REVOKED
        return KeyState.ACTIVE if self.expires_at > timezone.now() else KeyState.EXPIRED
