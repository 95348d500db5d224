"""Who is calling: app token, clock and signature (Sumsub: authentication)."""

from __future__ import annotations

import hmac
import re

from sumsub.sandbox.problems import Code, Problem
from sumsub.sandbox.wire import Request
from sumsub.sandbox.workspaces import Directory, Workspace
from sumsub.signing import sign

WINDOW_SECONDS = 60
_TOKEN = re.compile(r"(?:(?:sbx|prd):)?[A-Za-z0-9]{24}\.[A-Za-z0-9]{32}")
_DIGITS = re.compile(r"[0-9]{1,15}")


def authenticate(request: Request, directory: Directory, now: int) -> Workspace:
    """The workspace whose app token signed this request.

    Raises Problem 401 with 4000 to 4006, in the order: headers present, token's form, token
    known, its second half, timestamp's form, clock, signature. ``now`` is Unix seconds.
    """
    headers = request.headers
    token = headers.get("x-app-token", "")
    stamp = headers.get("x-app-access-ts", "")
    signature = headers.get("x-app-access-sig", "")
    if not (token and stamp and signature):
        raise _refusal(Code.HEADERS_MISSING, "Not all authentication parameters are provided")
    workspace = _owner(token, directory)
    if not _DIGITS.fullmatch(stamp):
        raise _refusal(Code.HEADER_VALUE, "Invalid value of X-App-Access-Ts")
    if abs(now - int(stamp)) > WINDOW_SECONDS:
        raise _refusal(Code.CLOCK, "Request expired")
    wanted = sign(workspace.secret_key, int(stamp), request.method, request.target, request.body)
    if not hmac.compare_digest(wanted.encode(), signature.encode()):
        raise _refusal(Code.SIGNATURE, "Request signature mismatch")
    return workspace


def _owner(token: str, directory: Directory) -> Workspace:
    if not _TOKEN.fullmatch(token):
        raise _refusal(Code.TOKEN_FORMAT, "Invalid app token format")
    workspace = directory.by_public_half.get(token.partition(".")[0])
    if workspace is None:
        raise _refusal(Code.TOKEN_UNKNOWN, "App token is not found")
    if not hmac.compare_digest(workspace.app_token, token):
        raise _refusal(Code.TOKEN_SECOND_HALF, "App token private part mismatch")
    return workspace


def _refusal(code: Code, text: str) -> Problem:
    return Problem(401, text, code)
