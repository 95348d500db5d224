"""Building up an applicant by calls, step by step, as an integrator does."""

from __future__ import annotations

import json
from typing import Any

from tests.sandbox.caller import Caller, Reply
from tests.sandbox.forms import upload
from tests.sandbox.test_uploads import PASSPORT, create, finish, steps

People = dict[str, dict[str, str]]
SELFIE = {"idDocType": "SELFIE", "country": "FRA"}


def built(caller: Caller, level: str = "id-only", **body: Any) -> str:
    """An approved applicant with a passport, and a selfie where the level asks for one."""
    made = create(caller, level, **body)
    assert upload(caller, made, **PASSPORT).status == 200
    if "SELFIE" in steps(caller, made):
        assert upload(caller, made, **SELFIE).status == 200
    finish(caller, made, reviewAnswer="GREEN")
    return made


def one(caller: Caller, applicant_id: str) -> dict[str, Any]:
    found: dict[str, Any] = caller.get(f"/resources/applicants/{applicant_id}/one").json
    return found


def patch(caller: Caller, **body: Any) -> Reply:
    return caller.call("PATCH", "/resources/applicants", json.dumps(body).encode())


def completed(caller: Caller, applicant_id: str) -> bool:
    status = caller.get(f"/resources/applicants/{applicant_id}/status").json
    return bool(status["reviewStatus"] == "completed")
