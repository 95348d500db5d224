"""Links for people who are not signed in: the secret in their path, and what keeps it one.

The secret is 256 random bits, kept as its SHA-256. It is in the path because in the fragment it
would never reach a server, and the page then needed JavaScript. No log keeps the path
(`config.redaction`), and no page behind such a link tells it to anybody as a referrer.
"""

import hashlib
import secrets
from typing import Final

from django.core.cache import cache
from django.http import HttpResponse

SECRET_BYTES: Final = 32


def new_secret() -> str:
    """A secret for a path: 256 random bits in letters that need no quoting."""
    return secrets.token_urlsafe(SECRET_BYTES)


def digest_of(secret: str) -> str:
    """What is kept of a secret: hex SHA-256. It opens nothing."""
    return hashlib.sha256(secret.encode()).hexdigest()


def keep_private(response: HttpResponse) -> HttpResponse:
    """Keep an answer behind a secret link from caches, referrers and search engines."""
    response.headers["Cache-Control"] = "no-store, private"
    # The address holds a secret: nothing that this page leads to may learn its path. Without any
    # referrer the browser would withhold the origin too, which the check against forgery needs.
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def within_limit(what: str, most: int, seconds: int) -> bool:
    """Count one more of `what`; False beyond `most` of them in so many seconds.

    Without a cache nobody is stopped: whatever must never happen is held by the database.
    """
    tries = int(cache.get(what, 0)) + 1
    cache.set(what, tries, seconds)
    return tries <= most
