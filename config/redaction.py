"""What never leaves the process in a log: share tokens, credentials, keys, sessions.

Redaction works on the finished line, so it holds for messages, arguments, bound values, exception
texts and tracebacks alike, whoever logged them (docs/security.md, "Redaction").
"""

import re
from collections.abc import Mapping
from typing import Any

REMOVED = "[removed]"

# `\\*"` lets a pattern match JSON that stands inside a JSON string, where quotes are escaped.
_QUOTE = r"""\\*["']"""
_START = "(?<![A-Za-z0-9])"
_SECRET_NAMES = (
    r"x-app-token|x-app-access-sig|x-payload-digest|authorization|proxy-authorization|"
    r"x-api-key|x-csrftoken|cookie|set-cookie"
)
_SECRET_FIELDS = (
    r"share_?token|token|secret_?key|app_?token|api_?key|password|webhook_?secret|relay_keys|"
    r"passphrase|csrfmiddlewaretoken|sessionid|__host-sessionid|csrftoken|__host-csrftoken"
)

_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    # Share tokens in every shape seen, plain or percent-encoded.
    (re.compile(r"_act-[\w.~+/=%-]+"), REMOVED),
    (re.compile(r"eyJ[\w~+/=%-]{4,}(?:\.[\w~+/=%-]*)*"), REMOVED),
    # App tokens: sbx:<24>.<32> and prd:<24>.<32>.
    (re.compile(r"\b(sbx|prd)(:|%3A)[\w.~+/=-]{8,}", re.IGNORECASE), REMOVED),
    # Keys of our own API.
    (re.compile(r"\bkr_(live|test)_[\w-]{16,}"), REMOVED),
    # Header: value, as a line, a dict entry or a pair of byte strings.
    (
        re.compile(
            rf"(?P<name>\b(?:{_SECRET_NAMES})(?:{_QUOTE})?\s*[:=,]\s*b?(?:{_QUOTE})?)"
            rf"""(?P<value>[^"'\\\r\n]+)""",
            re.IGNORECASE,
        ),
        rf"\g<name>{REMOVED}",
    ),
    # "field": "value" and field='value'.
    (
        re.compile(
            rf"(?P<name>{_START}(?:{_SECRET_FIELDS})(?:{_QUOTE})?\s*[:=]\s*b?{_QUOTE})"
            rf"""(?P<value>[^"'\\]+)""",
            re.IGNORECASE,
        ),
        rf"\g<name>{REMOVED}",
    ),
    # field=value in a query, a form body or a cookie.
    (
        re.compile(rf"""(?P<name>{_START}(?:{_SECRET_FIELDS})=)[^\s&;"'\\]+""", re.IGNORECASE),
        rf"\g<name>{REMOVED}",
    ),
    # The password in an address: scheme://user:password@host.
    (re.compile(r"(?P<name>\b[a-z][a-z0-9+.-]*://[^\s:/@]*:)[^\s/@]+(?=@)"), rf"\g<name>{REMOVED}"),
    # The secret of a hand-over's or an applicant's link, in a path, a referrer, a JSON string.
    (
        re.compile(
            r"(?P<name>(?:/|%2F)(?:hand-over|apply)(?:/|%2F))[^/%\s\"'?#\\]+", re.IGNORECASE
        ),
        rf"\g<name>{REMOVED}",
    ),
    # Our own keys: name:<32 bytes in base64>.
    (
        re.compile(r"(?P<name>\b(?:encryption-\d+|fingerprint|external-id|audit):)[\w+/-]{43}=?"),
        rf"\g<name>{REMOVED}",
    ),
)
_SECRET_KEY = re.compile(
    rf"(?:\w+_)?(?:{_SECRET_NAMES}|{_SECRET_FIELDS})".replace("-", "[-_]"), re.IGNORECASE
)


def redact(text: str) -> str:
    """The text with every secret that has a known shape or stands behind a known name removed."""
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


def redact_values(logger: Any, method: str, event: Mapping[str, Any]) -> dict[str, Any]:
    """A structlog processor: a value bound under a secret's name goes, whatever its shape."""
    return {key: REMOVED if _SECRET_KEY.fullmatch(key) else value for key, value in event.items()}
