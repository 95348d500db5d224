"""Secrets of endpoints: sealed at rest, shown once, two of them while one takes over."""

from datetime import datetime, timedelta

from customers.models import Endpoint
from outward.signing import fresh_secret
from sharing.sealing import open_sealed, seal


def give_first(endpoint: Endpoint, now: datetime) -> str:
    """Give a new endpoint its secret, and return it for the one time that it is shown."""
    secret = fresh_secret()
    endpoint.secret_sealed = seal(secret, context=endpoint.context)
    endpoint.secret_made_at = now
    return secret


def rotate(endpoint: Endpoint, now: datetime, overlap: timedelta) -> str:
    """Give a new secret; the one before signs too for the time of `overlap`."""
    old = bytes(endpoint.secret_sealed)
    secret = give_first(endpoint, now)
    endpoint.old_secret_sealed, endpoint.old_secret_until = old, now + overlap
    return secret


def active(endpoint: Endpoint, now: datetime) -> list[str]:
    """The secrets that sign now, the newest first. Raises CannotOpen without the key."""
    sealed = [endpoint.secret_sealed]
    until = endpoint.old_secret_until
    if endpoint.old_secret_sealed is not None and until is not None and until > now:
        sealed.append(endpoint.old_secret_sealed)
    return [open_sealed(bytes(one), context=endpoint.context) for one in sealed]
