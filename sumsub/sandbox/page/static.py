"""The page's own style sheet, script and icon, and the policy that allows nothing else."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path

from sumsub.sandbox.problems import Problem
from sumsub.sandbox.wire import Answer

_FOLDER = Path(__file__).resolve().parent.parent / "static"
FILES = {
    "page.css": "text/css; charset=utf-8",
    "page.js": "text/javascript; charset=utf-8",
    "ledger.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
HEADERS = (
    (
        "Content-Security-Policy",
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self';"
        " img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)


def answer(name: str) -> Answer:
    """One of our files; raises Problem 404."""
    if name not in FILES:
        raise Problem(404, "The local sandbox has no such address")
    body = (_FOLDER / name).read_bytes()
    return Answer(
        HTTPStatus.OK, body, FILES[name], headers=(("Cache-Control", "no-cache"), *HEADERS)
    )
