"""Start-up checks: everything missing or weak is listed at once, before anything is served."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured

from accounts.keyring import keyring
from sharing.limits import parse_limit
from sumsub.transport import origin

TAG = "installation"
REQUIRED_IN_PRODUCTION = ("SECRET_KEY", "RELAY_KEYS", "SUMSUB_APP_TOKEN", "SUMSUB_SECRET_KEY")

# Pages that applicants are led to.
APPLICANT_ADDRESSES = (
    "APPLICANT_VERIFICATION_URL",
    "APPLICANT_TERMS_URL",
    "APPLICANT_PRIVACY_URL",
)


@register(TAG)
def check_installation(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Name every setting that an installation open to others lacks, and an unusable key ring."""
    problems: list[CheckMessage] = []
    if settings.PRODUCTION:
        problems += [
            Error(
                f"{name} is not set.",
                hint=f"Give {name}, or the path of a file that holds it as {name}_FILE.",
                id="relay.E001",
            )
            for name in REQUIRED_IN_PRODUCTION
            if not getattr(settings, name)
        ]
        if settings.DEBUG:
            problems.append(
                Error("DEBUG is on in an installation open to others.", id="relay.E002")
            )
    return problems + [Error(text, id=id_) for id_, text in _unusable()]


def _unusable() -> Iterator[tuple[str, str]]:
    """Settings that are there and cannot be used, each with the number of its error."""
    try:
        keyring()
    except ImproperlyConfigured as error:
        yield "relay.E003", str(error)
    try:
        origin(settings.SUMSUB_BASE_URL)
    except ValueError as error:
        yield "relay.E004", f"SUMSUB_BASE_URL: {error}."
    for name in ("SUMSUB_POST_LIMIT", "SUMSUB_GET_LIMIT"):
        try:
            parse_limit(getattr(settings, name))
        except ImproperlyConfigured as error:
            yield "relay.E005", f"{name}: {error}"
    for name in APPLICANT_ADDRESSES:
        address = getattr(settings, name)
        if address and not address.startswith(("https://", "http://")[: 2 - settings.PRODUCTION]):
            yield "relay.E007", f"{name} is no address that begins with https://."
    if settings.SUMSUB_PREVIEW_METHOD not in ("GET", "POST"):
        yield "relay.E006", "SUMSUB_PREVIEW_METHOD is neither GET nor POST."
