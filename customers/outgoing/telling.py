"""What an event says, type by type: ids with a prefix, statuses, counts.

No name, birth, address, document or share token: a webhook passes through more hands than an API
call. Whoever is told asks for the object. `VERSION` stands in every message; fields are added
without a new one.
"""

import json
from typing import Any

from accounts.api.ids import Kind, shown_id
from customers.models import EventType, Import, OutgoingEvent, RowState
from customers.outgoing.outbox import Happened

VERSION = "2026-12-01"


def customer_created(
    customer: Any, application: Any, *, imported: Import | None = None
) -> Happened:
    """A customer was added, by an import or by hand. Takes drafts as well as stored ones."""
    return Happened(
        EventType.CUSTOMER_CREATED,
        {
            "customer_id": shown_id(Kind.CUSTOMER, customer.id),
            "application_id": shown_id(Kind.APPLICATION, application.id),
            "import_id": shown_id(Kind.IMPORT, imported.pk) if imported else None,
            "external_id": customer.external_id or None,
            "kyc_status": str(customer.kyc_status),
            "provider_applicant_id": application.provider_applicant_id or None,
            **_review(application),
        },
    )


def customer_updated(customer: Any, *, changed: list[str]) -> Happened:
    """A customer changed; `changed` names the columns, never their values."""
    return Happened(
        EventType.CUSTOMER_UPDATED,
        {
            "customer_id": shown_id(Kind.CUSTOMER, customer.id),
            "external_id": customer.external_id or None,
            "kyc_status": str(customer.kyc_status),
            "changed": sorted(changed),
        },
    )


def application_submitted(application: Any) -> Happened:
    """An application was submitted."""
    return Happened(EventType.APPLICATION_SUBMITTED, _application(application))


def application_decided(application: Any) -> Happened:
    """An application was approved, declined, or sent back for information."""
    return Happened(EventType.APPLICATION_DECIDED, _application(application))


def review_changed(application: Any) -> Happened:
    """Sumsub's review of an application reads otherwise than before."""
    said = _application(application) | {
        "provider_applicant_id": application.provider_applicant_id or None
    }
    return Happened(EventType.REVIEW_CHANGED, said | _review(application))


def import_finished(imported: Import) -> Happened:
    """An import ended: every row has its outcome, or it was cancelled and nothing is under way."""
    counts = {state.value: imported.count(state) for state in RowState if imported.count(state)}
    return Happened(
        EventType.IMPORT_FINISHED,
        {
            "import_id": shown_id(Kind.IMPORT, imported.pk),
            "state": str(imported.state),
            "total": imported.total_count,
            "counts": counts,
        },
    )


def body_of(event: OutgoingEvent) -> bytes:
    """The body of a message: the same bytes at every attempt and for every endpoint."""
    return json.dumps(_said(event), separators=(",", ":"), sort_keys=True).encode()


def readable(event: OutgoingEvent) -> str:
    """The same for people, over several lines."""
    return json.dumps(_said(event), indent=2)


def _said(event: OutgoingEvent) -> dict[str, Any]:
    return {
        "id": event.message_id,
        "type": event.type,
        "version": VERSION,
        "timestamp": event.created_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "data": event.data,
    }


def _application(application: Any) -> dict[str, Any]:
    return {
        "application_id": shown_id(Kind.APPLICATION, application.id),
        "customer_id": shown_id(Kind.CUSTOMER, application.customer_id),
        "status": str(application.status),
    }


def _review(application: Any) -> dict[str, Any]:
    return {
        "review_status": application.sumsub_review_status or None,
        "review_answer": application.sumsub_review_answer or None,
        "review_is_inherited": application.inherited_review,
    }
