"""Section 3.5 of the reference: every refusal of a reuse, out of data that calls have built.

Each code is checked in Sumsub's body, and to leave the token unspent (not documented: our guess).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from tests.sandbox.caller import Caller, Reply
from tests.sandbox.contract.ground import (
    APPLICANTS,
    COUNT,
    GREEN,
    LEVELS,
    PASSPORT,
    SELFIE,
    Ground,
    new_id,
    patch,
    refused,
)
from tests.sandbox.contract.rows import Row, Rows

CODES = Rows("3.5")
JAVA = "de.smtdp.commons.service.exceptions.ServiceException"
PROOF = {"idDocType": "UTILITY_BILL", "country": "FRA"}


def days(number: int) -> str:
    """The date so many days from today."""
    return (date.today() + timedelta(days=number)).isoformat()


# who is refused: each answers a share token


def demo(external_id: str, ground: Ground) -> str:
    return ground.demo_token(external_id)


def recorded_only(ground: Ground) -> str:
    target = f"{APPLICANTS}/-/ingestCompleted?levelName=id-only"
    body = {"info": {"idDocs": [{"idDocType": "PASSPORT", "country": "FRA"}]}}
    return ground.token(ground.donor.post(target, body).json["id"])


def a_company(ground: Ground) -> str:
    made = ground.created(ground.donor, type="company")
    ground.decided(ground.donor, made, **GREEN)
    return ground.token(made)


def not_decided(ground: Ground) -> str:
    made = ground.created(ground.donor)
    for document in (PASSPORT, SELFIE):
        ground.sent(ground.donor, made, **document)
    return ground.token(made)


def deactivated(ground: Ground) -> str:
    made = ground.built(ground.donor)
    assert patch(ground.donor, f"{APPLICANTS}/{made}/presence/deactivated").status == 200
    return ground.token(made)


def without_documents(ground: Ground) -> str:
    made = ground.created(ground.donor)
    ground.decided(ground.donor, made, **GREEN)
    return ground.token(made)


def with_documents(level: str, *documents: dict[str, str]) -> Callable[[Ground], str]:
    def build(ground: Ground) -> str:
        return ground.token(ground.built(ground.donor, *documents, level=level))

    return build


def empty_sumsub_id(ground: Ground) -> str:
    body = {
        "sumsubIdConnectToken": "sumsub-id:demo-10521-empty-sumsub-id",
        "forClientId": ground.recipient.workspace.client_id,
    }
    return str(ground.donor.post("/resources/accessTokens/sumsubIdShareToken", body).json["token"])


def with_contacts(theirs: dict[str, str], ours: dict[str, str], ground: Ground) -> str:
    """The donor's person has contacts that an applicant of the recipient half shares."""
    ground.created(ground.recipient, **ours)
    return ground.token(ground.built(ground.donor, **theirs))


def with_another_email(ground: Ground) -> str:
    phone = {"phone": "+33100000518"}
    theirs, ours = {"email": "new@example.test"}, {"email": "old@example.test"}
    return with_contacts(theirs | phone, ours | phone, ground)


def with_another_phone(ground: Ground) -> str:
    email = {"email": "same@example.test"}
    theirs, ours = {"phone": "+33100000001"}, {"phone": "+33100000002"}
    return with_contacts(theirs | email, ours | email, ground)


@dataclass(frozen=True)
class Refusal:
    """Who is refused and how; ``other`` is a level at which the same token serves."""

    code: int
    name: str
    who: Callable[[Ground], str]
    other: str = ""


_EXPIRED = {**PASSPORT, "validUntil": "2024-01-01", "issuedDate": "2014-01-01"}
_OLD = "reusable-kyc-not-actual"

REFUSALS = [
    Refusal(10501, "not-in-partners-list", partial(demo, "demo-10501-not-partners")),
    Refusal(10502, "invalid-partner-id", partial(demo, "demo-10502-partner-renamed")),
    Refusal(10503, "invalid-share-token", partial(demo, "demo-10503-erased")),
    Refusal(10504, "non-suitable-share-token", a_company),
    Refusal(10505, "reusable-kyc-disabled", partial(demo, "demo-10505-reuse-disabled")),
    Refusal(10506, "reusable-kyc-not-reusable", recorded_only),
    Refusal(10507, "reusable-kyc-not-approved-applicant", not_decided),
    Refusal(10508, "reusable-kyc-not-active-applicant", deactivated),
    Refusal(10509, "reusable-kyc-not-kyc-moderation-type", partial(demo, "demo-10509-aml-only")),
    Refusal(10510, "reusable-kyc-not-selfie-or-identity-doc", without_documents),
    Refusal(10511, "reusable-kyc-not-selfie-liveness",
            with_documents("id-only", {**SELFIE, "capture": "upload"}), "contract-still-selfie"),
    Refusal(10512, "reusable-kyc-not-req-doc-overlap",
            with_documents("address-only", {**PROOF, "issuedDate": days(-20)}), "id-and-poa"),
    Refusal(10513, "reusable-kyc-not-compatible-doc-type",
            with_documents("id-relaxed", {**PASSPORT, "idDocType": "ID_DOC_PHOTO"}), "id-relaxed"),
    Refusal(10514, f"{_OLD}-poi-date", with_documents("id-relaxed", _EXPIRED)),
    Refusal(10515, f"{_OLD}-poa-date",
            with_documents("address-only", {**PROOF, "issuedDate": days(-500)})),
    Refusal(10516, "reusable-kyc-not-acceptable-age",
            with_documents("id-only", {**PASSPORT, "dob": days(-16 * 365 - 30)}, SELFIE)),
    Refusal(10517, "reusable-kyc-incompatible-capture-settings",
            with_documents("id-relaxed", PASSPORT), "id-relaxed"),
    Refusal(10518, "reusable-kyc-email-mismatch", with_another_email),
    Refusal(10519, "reusable-kyc-phone-mismatch", with_another_phone),
    Refusal(10521, "reusable-kyc-inactive-sumsub-id-account", empty_sumsub_id),
]  # fmt: skip


def a_refusal_has_its_code(refusal: Refusal, ground: Ground) -> None:
    token, user_id = refusal.who(ground), new_id()
    replies = [ground.recipient.reuse(token, user_id), preview(ground, token),
               ground.recipient.reuse(token, user_id)]  # fmt: skip
    for reply in replies:
        refused(reply, 400, refusal.code, refusal.name)
        assert list(reply.json) == ["code", "errorCode", "errorName", "description", "type"]
        assert reply.json["type"] == JAVA
    assert ground.recipient.lookup(user_id).json == {"exists": False}
    if refusal.other:
        with_a_level_of_still_selfies(ground.recipient)
        assert ground.recipient.reuse(token, user_id, refusal.other).status == 200


def preview(ground: Ground, token: str) -> Reply:
    target = "/resources/api/reusableIdentity/reuse/preview"
    return ground.recipient.get(f"{target}?shareToken={token}&levelName=id-only")


def with_a_level_of_still_selfies(recipient: Caller) -> None:
    """A level that asks for a selfie but for no liveness; made when it is not there yet."""
    steps = [{"idDocSetType": "SELFIE", "types": ["SELFIE"], "videoRequired": "photoRequired"}]
    level = {"name": "contract-still-selfie", "requiredIdDocs": {"docSets": steps}}
    assert recipient.post(LEVELS, level).status in (200, 400)


for _refusal in REFUSALS:
    CODES.add(f"{_refusal.code} {_refusal.name}", partial(a_refusal_has_its_code, _refusal))


@CODES.row("10518 copy-applicant-disabled")
def the_same_number_means_something_else_on_a_copy(ground: Ground) -> None:
    token = ground.demo_token("demo-10505-reuse-disabled")
    reply = ground.recipient.post(f"{APPLICANTS}/-/import?shareToken={token}")
    text = refused(reply, 400, 10518, "copy-applicant-disabled")
    assert text == "Copying applicants is disabled for you"


@CODES.row("10520", guess=True)
def the_number_without_a_name_is_never_given(ground: Ground) -> None:
    """Among the demo people every other code of a reuse is met; this one by nobody."""
    outcomes = {person["outcome"] for person in ground.people.values()}
    met = {outcome for outcome in outcomes if outcome.startswith("refused:")}
    assert met == {f"refused:{code}" for code in range(10501, 10522) if code != 10520}


# the two layers


@CODES.row("401 body")
def an_expired_token_is_told_in_the_printed_words(ground: Ground) -> None:
    token = ground.donor.mint(ground.approved, ground.recipient.workspace.client_id, 1)
    reply = later(ground, token)
    assert list(reply) == ["code", "description", "type"]
    assert (reply["code"], reply["type"]) == (401, JAVA)
    assert reply["description"].startswith("Token is invalid: Token _act-")
    assert " is invalid now: created at " in reply["description"]
    assert " with ttl 1 but accessed at " in reply["description"]
    assert reply["description"].endswith(" [source: null]")


def later(ground: Ground, token: str) -> dict[str, Any]:
    """The refusal of a reuse by a sandbox whose clock is half a minute ahead."""
    with ground.faults(clock_offset_seconds=30):
        assert ground.donor.get(COUNT).status == 200
        reply = ground.recipient.reuse(token)
    assert reply.status == 401
    body: dict[str, Any] = reply.json
    return body


@CODES.row("401 text for a used or malformed token", guess=True)
def used_and_malformed_tokens_have_words_of_our_own(ground: Ground) -> None:
    used = ground.token()
    assert ground.recipient.reuse(used).status == 200
    texts = [refused(ground.recipient.reuse(token), 401) for token in (used, "nonsense", "a.b.c")]
    assert [text.split(" [")[0] for text in texts] == [
        "Token is invalid: Token has already been used",
        "Token is invalid: Token is malformed or unknown",
        "Token is invalid: Token is malformed or unknown",
    ]


@CODES.row("400 body")
def the_printed_refusal_is_met_to_the_letter(ground: Ground) -> None:
    odd = with_documents("id-relaxed", {**PASSPORT, "idDocType": "ID_DOC_PHOTO"})
    assert ground.recipient.reuse(odd(ground)).json == {
        "code": 400,
        "errorCode": 10513,
        "errorName": "reusable-kyc-not-compatible-doc-type",
        "description": "Not Reusable KYC for level: id-only",
        "type": JAVA,
    }


@CODES.row("Share token is not eligible for you", guess=True)
def a_token_for_somebody_else_has_the_real_text(ground: Ground) -> None:
    """The text was seen; that its code is 10502 is our guess."""
    token = ground.donor.mint(ground.approved, ground.caller("stranger").workspace.client_id)
    text = refused(ground.recipient.reuse(token), 400, 10502, "invalid-partner-id")
    assert text == "Share token is not eligible for you"


@CODES.row("whether a refused reuse spends the token", guess=True)
def a_refusal_spends_the_token_if_told_to(ground: Ground) -> None:
    token = not_decided(ground)
    refused(ground.recipient.reuse(token), 400, 10507)
    with ground.faults(spend_on_refusal=True):
        refused(ground.recipient.reuse(token), 400, 10507)
    refused(ground.recipient.reuse(token), 401)


@CODES.row("order in which rules are evaluated", guess=True)
def the_person_is_looked_at_before_the_documents(ground: Ground) -> None:
    """Feature, then activity, then approval, then documents."""
    made = ground.created(ground.donor)
    path = f"{APPLICANTS}/{made}/presence"
    patch(ground.donor, f"{path}/deactivated")
    token = ground.token(made)
    off: dict[str, Any] = {"reuse_enabled": True}
    with ground.settings("donor", off, reuse_enabled=False):
        refused(ground.recipient.reuse(token), 400, 10505)
    refused(ground.recipient.reuse(token), 400, 10508)
    patch(ground.donor, f"{path}/activated")
    refused(ground.recipient.reuse(token), 400, 10507)
    ground.decided(ground.donor, made, **GREEN)
    refused(ground.recipient.reuse(token), 400, 10510)


@pytest.mark.parametrize("row", [*CODES], ids=str)
def test_the_row_holds(ground: Ground, row: Row) -> None:
    row.check(ground)
