"""Secrets of answers: who makes one for a call, keeping it for a repetition, and erasing it.

A program that lost the connection has lost the share token that Sumsub made for it. So its
repetition under the same idempotency key shows it once more, for KEPT at most, never longer than
the secret is of use, and sealed meanwhile like every share token that waits here.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import KeptCall
from sharing.models import KeptSecret
from sharing.sealing import CannotOpen, open_sealed, seal

KEPT: Final = timedelta(minutes=10)
# Longer than a permit, a connection and an answer may take, clock corrected and asked again.
LEASE: Final = timedelta(seconds=90)


class Overtaken(Exception):
    """Another call under the key took over meanwhile; what this one made is dropped."""


def claim(call: KeptCall) -> datetime | None:
    """Become the one who makes the secret of a call; returns the lease, None when another is it."""
    now = timezone.now()
    lease = now + LEASE
    try:
        with transaction.atomic():
            _, fresh = KeptSecret.objects.get_or_create(call=call, defaults={"lease_until": lease})
            if not fresh:
                fallen = KeptSecret.objects.of(call).let_fall(now)
                fresh = bool(fallen.update(lease_until=lease))
    except IntegrityError:
        # The first call came to nothing just now, and its row is gone.
        return None
    return lease if fresh else None


def keep(call: KeptCall, secret: str, until: datetime, *, lease: datetime | None = None) -> None:
    """Keep a secret sealed until `until` or for KEPT, whichever is sooner. In the deed's
    transaction. Raises Overtaken when `lease` is not the present holder's."""
    end = min(until, timezone.now() + KEPT)
    if lease is None:
        KeptSecret.objects.create(call=call)
        mine = KeptSecret.objects.of(call)
    else:
        mine = KeptSecret.objects.of(call).held_until(lease)
    sealed = seal(secret, context=KeptSecret(call=call).context)
    if not mine.update(sealed=sealed, until=end, lease_until=None):
        raise Overtaken


def kept(call: KeptCall) -> str | None:
    """The secret of a call while it may be shown, else None."""
    found = KeptSecret.objects.of(call).filter(until__gt=timezone.now()).first()
    if found is None or found.sealed is None:
        return None
    try:
        return open_sealed(bytes(found.sealed), context=found.context)
    except CannotOpen:
        return None


def give_up(call: KeptCall, lease: datetime) -> bool:
    """Let go of a claim; False when it is another's by now."""
    return bool(KeptSecret.objects.of(call).held_until(lease).delete()[0])


def erase_what_is_over() -> int:
    """Erase what is shown no more; returns how many."""
    return KeptSecret.objects.over(timezone.now()).update(sealed=None)
