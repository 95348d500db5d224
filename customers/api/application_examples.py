"""Examples of applications for the contract."""

from typing import Any

from customers.api.document_shapes import DOCUMENT_EXAMPLE

LISTED_EXAMPLE: dict[str, Any] = {
    "id": "app_9a8b7c6d5e4f40318293a4b5c6d7e8f9",
    "customer_id": "cus_3f2c9b1e5d7a4c6e8f10a2b3c4d5e6f7",
    "status": "pending",
    "version": 7,
    "waiting_on": "us",
    "waiting_since": "2026-11-29T09:15:02.402000Z",
    "missing": [
        {
            "item": "source_of_wealth",
            "title": "Source of wealth",
            "why": "A share token never carries it.",
            "who": "applicant",
            "fields": ["source_of_wealth"],
        }
    ],
    "level": "id-only",
    "provider_applicant_id": "66f0c2a4e19b7d3500000001",
    "external_user_id": "kr-0f8a2b",
    "inherited_review": False,
    "sumsub_review_status": "completed",
    "sumsub_review_answer": "GREEN",
    "sumsub_reject_type": "",
    "sumsub_reject_labels": [],
    "sumsub_standing": "",
    "created_at": "2026-11-29T09:15:02.402000Z",
    "updated_at": "2026-11-29T09:15:07.118000Z",
}
APPLICATION_EXAMPLE: dict[str, Any] = LISTED_EXAMPLE | {
    "entered": {
        "employment_status": "employed",
        "purpose_of_account": ["investing"],
        "source_of_wealth": [],
        "ssn": "",
    },
    "attestations": [
        {"kind": "e_sign", "at": "2026-11-29T09:20:00.000000Z", "name": "Ada Mercer"},
        {"kind": "terms_of_service", "at": None, "name": None},
        {"kind": "privacy_policy", "at": None, "name": None},
        {"kind": "information_accuracy", "at": None, "name": None},
    ],
    "documents": [DOCUMENT_EXAMPLE],
    "checks": [],
    "hindrances": [],
    "requested": None,
    "decision": None,
    "decision_at": None,
    "decision_by": None,
    "decision_reason": None,
    "reviews": [
        {
            "at": "2026-11-29T09:15:07.118000Z",
            "status": "completed",
            "answer": "GREEN",
            "reject_type": "",
            "source": "lookup",
        }
    ],
}
