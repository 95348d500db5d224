"""A caller that shares no code with the sandbox: standard library only, its own signature."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from sumsub.sandbox.process import Sandbox, SandboxWorkspace
from tests.parts.waiting import PATIENCE


@dataclass(frozen=True)
class Reply:
    """An HTTP answer, read to its end."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> int | None:
        """Sumsub's errorCode."""
        found: int | None = self.json.get("errorCode")
        return found


def signature(secret: str, ts: str, method: str, target: str, body: bytes) -> str:
    text = f"{ts}{method}{target}".encode() + body
    return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()


def send(
    url: str, method: str, target: str, body: bytes = b"", headers: dict[str, str] | None = None
) -> Reply:
    """One request on a connection of its own; raises what http.client raises."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE)
    try:
        connection.putrequest(method, target, skip_accept_encoding=True)
        for name, value in (headers or {}).items():
            connection.putheader(name, value)
        connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body or None)
        answer = connection.getresponse()
        data = answer.read()
        return Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, data)
    finally:
        connection.close()


class Caller:
    """Signs and sends as one workspace."""

    def __init__(self, sandbox: Sandbox, workspace: SandboxWorkspace) -> None:
        self.sandbox = sandbox
        self.workspace = workspace

    def headers(self, method: str, target: str, body: bytes, ts: str = "") -> dict[str, str]:
        stamp = ts or str(int(time.time()))
        return {
            "X-App-Token": self.workspace.app_token,
            "X-App-Access-Ts": stamp,
            "X-App-Access-Sig": signature(self.workspace.secret_key, stamp, method, target, body),
        }

    def call(
        self, method: str, target: str, body: bytes = b"", ts: str = "", **extra: str
    ) -> Reply:
        """``extra`` are further headers, their names written with underscores."""
        headers = self.headers(method, target, body, ts)
        headers |= {name.replace("_", "-"): value for name, value in extra.items()}
        return send(self.sandbox.url, method, target, body, headers)

    def get(self, target: str, **extra: str) -> Reply:
        return self.call("GET", target, b"", "", **extra)

    def post(self, target: str, value: Any = None, **extra: str) -> Reply:
        body = b"" if value is None else json.dumps(value).encode()
        return self.call("POST", target, body, "", **extra)

    def mint(self, applicant_id: str, for_client_id: str, ttl: int | str | None = None) -> str:
        wanted: dict[str, Any] = {"applicantId": applicant_id, "forClientId": for_client_id}
        if ttl is not None:
            wanted["ttlInSecs"] = ttl
        reply = self.post("/resources/accessTokens/shareToken", wanted)
        assert reply.status == 200, reply.body
        token: str = reply.json["token"]
        return token

    def reuse(self, token: str, user_id: str = "", level: str = "id-only", **extra: str) -> Reply:
        return self.post(reuse_target(token, user_id, level), None, **extra)

    def lookup(self, external_id: str, **extra: str) -> Reply:
        target = f"/resources/applicants/-/byExternalUserId/{quote(external_id, safe='')}"
        return self.get(target, **extra)


def reuse_target(token: str, user_id: str = "", level: str = "id-only") -> str:
    user = f"&userId={quote(user_id)}" if user_id else ""
    return (
        f"/resources/api/reusableIdentity/reuse?shareToken={token}&levelName={quote(level)}{user}"
    )


def sha256(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def until(check: Callable[[], Any], seconds: float = PATIENCE) -> Any:
    """Ask again until the answer is true; fails with the last answer after ``seconds``."""
    deadline = time.monotonic() + seconds
    while True:
        answer = check()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"still {answer!r} after {seconds} s"
        time.sleep(0.02)
