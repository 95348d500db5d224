"""The ground on which the rows are checked: one sandbox, one receiver, and people built on it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from sumsub.sandbox.process import Sandbox
from tests.sandbox.caller import Caller, Reply, send, until
from tests.sandbox.forms import upload
from tests.sandbox.receiver import Received

APPLICANTS = "/resources/applicants"
LEVELS = f"{APPLICANTS}/-/levels"
COUNT = f"{APPLICANTS}/-/count"
MINT = "/resources/accessTokens/shareToken"
REUSE = "/resources/api/reusableIdentity/reuse"
IMPORT = f"{APPLICANTS}/-/import"
HOOKS = "/resources/api/clientWebhooks"
HOOK_WRITES = "/resources/api/agent/clientWebhooks"
CREATE = f"{APPLICANTS}?levelName=id-only"

# What the rows find in force; a row that wants another scenario puts this one back.
QUICK = {
    "review_delay_ms": 100,
    "webhook_retry_scale": 0.00002,
    "webhook_disable_after": 0,
}
PASSPORT = {
    "idDocType": "PASSPORT",
    "country": "FRA",
    "idDocSubType": "FRONT_SIDE",
    "number": "19XX00000",
    "issuedDate": "2021-08-31",
    "validUntil": (date.today() + timedelta(days=2000)).isoformat(),
    "firstName": "Ada",
    "lastName": "Moreau",
    "dob": "1990-04-12",
}
SELFIE = {"idDocType": "SELFIE"}
GREEN = {"reviewAnswer": "GREEN"}
RED = {
    "reviewAnswer": "RED",
    "rejectLabels": ["UNSATISFACTORY_PHOTOS"],
    "reviewRejectType": "RETRY",
    "clientComment": "internal text",
    "moderationComment": "text for the user",
}


@dataclass
class Ground:
    """A running sandbox whose recipient tells ``received`` of everything that happens."""

    sandbox: Sandbox
    received: Received

    @cached_property
    def donor(self) -> Caller:
        return self.caller("donor")

    @cached_property
    def recipient(self) -> Caller:
        return self.caller("recipient")

    def caller(self, workspace: str) -> Caller:
        """A caller with the credentials of that workspace."""
        return Caller(self.sandbox, self.sandbox.workspace(workspace))

    @cached_property
    def people(self) -> dict[str, dict[str, str]]:
        """The demo applicants of all workspaces but production, by external id."""
        return {one["external_user_id"]: one for one in self.sandbox.applicants()}

    @cached_property
    def approved(self) -> str:
        """The id of a donor's applicant with passport, selfie and GREEN; rows do not change it."""
        return self.built(self.donor)

    @cached_property
    def rejected(self) -> dict[str, Any]:
        """A donor's applicant with all that a caller can say, RED, as ``/one`` shows it."""
        body: dict[str, Any] = {
            "externalUserId": new_id(),
            "sourceKey": "web-eu",
            "email": "ada@example.test",
            "phone": "+33100000000",
            "lang": "fr",
            "type": "individual",
            "fixedInfo": {"firstName": "Ada", "lastName": "Moreau", "dob": "1990-04-12",
                          "gender": "F", "country": "FRA", "tin": "0000000000000",
                          "addresses": [{"country": "FRA", "town": "Lyon", "street": "1 Rue X",
                                         "postCode": "69000"}]},
            "questionnaires": [
                {"id": "sourceOfFunds", "sections": {"main": {"items": {"q1": {"value": "x"}}}}}
            ],
            "metadata": [{"key": "crmId", "value": "C-1"}],
            "notes": [{"note": "imported"}],
            "tags": ["vip"],
        }  # fmt: skip
        made = self.created(self.donor, **body)
        self.sent(self.donor, made, **PASSPORT)
        self.sent(self.donor, made, **SELFIE)
        self.decided(self.donor, made, **RED)
        return self.one(self.donor, made)

    # building

    def created(self, caller: Caller, level: str = "id-only", **body: Any) -> str:
        """The id of a new applicant."""
        made = caller.post(f"{APPLICANTS}?levelName={level}", body)
        assert made.status == 201, made.body
        return str(made.json["id"])

    def sent(self, caller: Caller, applicant_id: str, **document: str) -> None:
        """Upload a fresh picture."""
        reply = upload(caller, applicant_id, **document)
        assert reply.status == 200, reply.body

    def decided(self, caller: Caller, applicant_id: str, **verdict: Any) -> None:
        """Set the verdict by hand."""
        path = f"{APPLICANTS}/{applicant_id}/status/testCompleted"
        assert caller.post(path, verdict).json == {"ok": 1}

    def built(
        self, caller: Caller, *documents: dict[str, str], level: str = "id-only", **body: Any
    ) -> str:
        """The id of an approved applicant, by default with a passport and a live selfie."""
        made = self.created(caller, level, **body)
        for document in documents or (PASSPORT, SELFIE):
            self.sent(caller, made, **document)
        self.decided(caller, made, **GREEN)
        return made

    # sharing

    def token(self, applicant_id: str = "", caller: Caller | None = None) -> str:
        """A share token for the recipient; by default for somebody who will be approved."""
        minter = caller or self.donor
        return minter.mint(applicant_id or self.approved, self.recipient.workspace.client_id)

    def reused(self, applicant_id: str = "", level: str = "id-only") -> dict[str, Any]:
        """The recipient's new applicant."""
        reply = self.recipient.reuse(self.token(applicant_id), "", level)
        assert reply.status == 200, reply.body
        found: dict[str, Any] = reply.json
        return found

    def demo_token(self, external_id: str) -> str:
        """A share token of a demo applicant, whichever workspace that is in."""
        person = self.people[external_id]
        owner = next(one for one in self.sandbox.workspaces if one.client_id == person["client_id"])
        return self.token(person["applicant_id"], Caller(self.sandbox, owner))

    # reading

    def one(self, caller: Caller, applicant_id: str) -> dict[str, Any]:
        """The applicant object."""
        reply = caller.get(f"{APPLICANTS}/{applicant_id}/one")
        assert reply.status == 200, reply.body
        found: dict[str, Any] = reply.json
        return found

    def review(self, caller: Caller, applicant_id: str) -> dict[str, Any]:
        """The review object."""
        found: dict[str, Any] = caller.get(f"{APPLICANTS}/{applicant_id}/status").json
        return found

    def told(self, applicant_id: str, kind: str) -> dict[str, Any]:
        """The webhook of that kind about a recipient's applicant, once it has come."""

        def found() -> dict[str, Any] | None:
            events = self.received.about(applicant_id)
            return next((event for event in events if event["type"] == kind), None)

        event: dict[str, Any] = until(found, 20)
        return event

    def deliveries(self, webhook_id: str) -> list[dict[str, Any]]:
        """Every attempt to deliver to a webhook."""
        lines = send(self.sandbox.url, "GET", "/_sandbox/deliveries.jsonl").body.splitlines()
        every = [json.loads(line) for line in lines]
        return [one for one in every if one["webhook_id"] == webhook_id]

    # changing the rules for a while

    @contextmanager
    def faults(self, **scenario: Any) -> Iterator[None]:
        """Another scenario beside the quick one."""
        self.sandbox.set_faults({**QUICK, **scenario})
        try:
            yield
        finally:
            self.sandbox.set_faults(QUICK)

    @contextmanager
    def settings(self, workspace: str, before: dict[str, Any], **changed: Any) -> Iterator[Caller]:
        """Other settings of a workspace, and ``before`` again at the end."""
        self.sandbox.set_workspace(workspace, changed)
        try:
            yield self.caller(workspace)
        finally:
            self.sandbox.set_workspace(workspace, before)


def new_id() -> str:
    """An external id that nobody has yet."""
    return f"contract-{uuid.uuid4()}"


def patch(caller: Caller, target: str, value: Any = None) -> Reply:
    """A PATCH with a JSON body, or without any."""
    return caller.call("PATCH", target, b"" if value is None else json.dumps(value).encode())


def refused(reply: Reply, status: int, code: int | None = None, name: str = "") -> str:
    """Check a refusal in Sumsub's error shape; returns its description."""
    assert reply.status == status, reply.body
    body = reply.json
    assert body["code"] == status
    assert body.get("errorCode") == code
    assert ("errorName" in body) is (code is not None)
    if name:
        assert body["errorName"] == name
    description = body["description"]
    assert isinstance(description, str)
    assert description
    return description
