"""A webhook's body, written as Sumsub writes it (Sumsub: user verification webhooks)."""

from __future__ import annotations

import json
import os

from sumsub.sandbox.answers import inspection_id, review_result
from sumsub.sandbox.clock import with_millis, with_offset
from sumsub.sandbox.records import Applicant, ReviewStatus

TYPE_OF_STATUS = {
    ReviewStatus.INIT: "applicantCreated",
    ReviewStatus.PENDING: "applicantPending",
    ReviewStatus.QUEUED: "applicantPrechecked",
    ReviewStatus.ON_HOLD: "applicantOnHold",
    ReviewStatus.AWAITING_USER: "applicantAwaitingUser",
    ReviewStatus.COMPLETED: "applicantReviewed",
}


def payload(
    applicant: Applicant,
    kind: str,
    now_ms: int,
    *,
    status: ReviewStatus | None = None,
    reuse_scope: str = "",
    previous_level: str = "",
    test_mode: bool = False,
    sandbox: bool = True,
) -> dict[str, object]:
    """The fields in the order of Sumsub's samples; conditional ones only where they apply.

    ``reviewMode`` and ``applicantMemberOf`` never apply here: no test of ours changes the mode of
    a review, and nobody is a beneficiary of a company.
    """
    stands = status or applicant.review.status
    result = review_result(applicant.review) if stands is ReviewStatus.COMPLETED else None
    fields: dict[str, object] = {
        "applicantId": applicant.id,
        "inspectionId": inspection_id(applicant),
        "applicantType": applicant_type(applicant),
        "correlationId": os.urandom(16).hex(),
        "levelName": applicant.level,
        "previousLevelName": previous_level or None,
        "sourceKey": applicant.source_key or None,
        "externalUserId": applicant.external_user_id,
        "type": kind,
        "sandboxMode": sandbox,
        "testMode": test_mode or None,
        "reviewResult": result,
        "reviewStatus": stands.value,
        "reuseScope": reuse_scope or None,
        "createdAt": with_offset(now_ms),
        "createdAtMs": with_millis(now_ms),
        "clientId": applicant.client_id,
    }
    # Sumsub's sample writes a missing source key out, as null.
    return {key: it for key, it in fields.items() if it is not None or key == "sourceKey"}


def applicant_type(applicant: Applicant) -> str:
    """``company`` or ``individual``."""
    return "company" if applicant.profile.company else "individual"


def written(value: object, margin: str = "") -> str:
    """JSON in the manner of Sumsub's Java: two spaces, `` : `` and lists on one line."""
    if isinstance(value, dict):
        if not value:
            return "{ }"
        inner = margin + "  "
        lines = [f"{inner}{_scalar(k)} : {written(v, inner)}" for k, v in value.items()]
        return "{\n" + ",\n".join(lines) + f"\n{margin}}}"
    if isinstance(value, list | tuple):
        items = ", ".join(written(item, margin) for item in value)
        return f"[ {items} ]" if items else "[ ]"
    return _scalar(value)


def _scalar(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
