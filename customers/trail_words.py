"""What this room's deeds and objects are called in the audit trail."""

from collections.abc import Iterable, Mapping

from django.db.models import Q
from django.urls import reverse

from accounts.look.figures import thousands
from accounts.rights import Right
from accounts.trail.deeds import Family
from accounts.trail.objects import Details, ObjectKind, page_of
from customers.import_history import ROW_DEEDS

Family(
    "import",
    "Imports",
    {
        "import.created": "Import created",
        "import.started": "Import started",
        "import.paused": "Import paused",
        "import.resumed": "Import resumed",
        "import.cancelled": "Import cancelled",
        "import.look_started": "Look at Sumsub’s preview begun",
        "import.looked": "Look at Sumsub’s preview finished",
        "import.look_stopped": "Look at Sumsub’s preview stopped",
        "import.look_ended": "Look ended: the rest is sent without being asked about",
        "import.level_changed": "Rows to be looked at again at another level",
        "import.rows_retried": "Refused rows sent again together",
        "import.new_tokens_asked": "List for new share tokens taken",
        "import.renewed": "New share tokens for rows brought in",
        "import.exported": "Outcomes of an import taken as a file",
        "import.reported": "Report of an import opened",
    },
    takes=("import.exported", "import.new_tokens_asked"),
)
Family(
    "row",
    "Rows",
    {
        "row.imported": "Row imported",
        "row.refused": "Row refused by Sumsub",
        "row.not_imported": "Row not imported: nothing was created",
        "row.expired": "Row too late: its share token died",
        "row.cancelled": "Row given up unsent",
        "row.needs_person": "Row needs a person",
        "row.retried": "Row sent again",
        "row.asked_again": "Sumsub asked again about a row",
        "row.closed": "Row closed by a person",
    },
)
Family(
    "hold",
    "What holds imports back",
    {
        "gate.closed": "Gate closed: rows wait",
        "gate.opened": "Gate opened: rows go on",
        "breaker.opened": "Sending stopped: Sumsub does not answer",
        "breaker.closed": "Sending goes on: Sumsub answers again",
    },
)
Family(
    "application",
    "Applications",
    {
        "application.completed": "Application filled in",
        "application.attested": "Attestation recorded",
        "application.document_added": "Document added to an application",
        "application.document_removed": "Document removed from an application",
        "application.document_downloaded": "Document of an application downloaded",
        "application.check_recorded": "Check by hand recorded",
        "application.link_made": "Link for the applicant made",
        "application.link_mailed": "Link sent to the applicant by e-mail",
        "application.link_opened": "Link opened by the applicant",
        "application.link_revoked": "Link for the applicant revoked",
        "application.link_taken_over": "Taken over from the applicant",
        "application.link_expired": "Link for the applicant expired",
        "application.answered": "Answered by the applicant",
        "application.sent": "Sent by the applicant",
        "application.submitted": "Application submitted",
        "application.taken": "Application taken into review",
        "application.approved": "Application approved",
        "application.declined": "Application declined",
        "application.information_requested": "Information requested",
        "application.reopened": "Application opened again",
        "application.standing_changed": "Applicant’s standing at Sumsub changed",
    },
    takes=("application.document_downloaded",),
)
Family(
    "customer",
    "Customers",
    {
        "customer.created": "Customer entered by hand",
        "customer.linked": "Two customers marked as the same person",
        "customer.told_apart": "Two customers told apart",
        "customer.likeness_reopened": "Likeness of two customers open again",
    },
)
Family(
    "endpoint",
    "Webhooks to own systems",
    {
        "endpoint.added": "Webhook endpoint added",
        "endpoint.changed": "Webhook endpoint changed",
        "endpoint.paused": "Webhook endpoint paused",
        "endpoint.activated": "Webhook endpoint activated",
        "endpoint.rotated": "Secret of a webhook endpoint changed",
        "endpoint.removed": "Webhook endpoint removed",
        "endpoint.tested": "Test webhook sent",
        "endpoint.stopped": "Webhook endpoint stopped by itself",
        "delivery.replayed": "Webhooks sent again",
    },
)
Family(
    "work",
    "Work queue",
    {
        "work.assigned": "Task given to a person",
        "work.given_back": "Task given back",
        "work.due_set": "Day set for a task",
        "work.due_removed": "Day of a task removed",
        "work.put_off": "Task put off",
        "work.taken_up": "Task taken up again",
        "work.noted": "Note written",
        "work.note_taken_back": "Note taken back",
    },
)
Family("database", "Database", {"database.restored": "Database restored from a backup"})


def _row(object_id: str, details: Details) -> str | None:
    """A row's page is found by its import and line, which its events tell."""
    place = _place(details)
    return reverse("customers:row", args=place) if place else None


def _row_name(details: Details) -> str:
    place = _place(details)
    return f"Import {place[0]}, line {thousands(place[1])}" if place else ""


def _place(details: Details) -> tuple[int, int] | None:
    import_id, line = details.get("import_id"), details.get("line")
    if not isinstance(import_id, int) or not isinstance(line, int):
        return None
    return import_id, line


def _gates(ids: Iterable[str]) -> Mapping[str, str]:
    return {scope: f"Gate of {scope.replace(':', ' ')}" for scope in ids}


def _whole_import(object_id: str) -> Q:
    """An import's own events, its gate's, and what people did about its rows."""
    found = Q(subject=f"gate:import:{object_id}")
    if object_id.isascii() and object_id.isdecimal():
        found |= Q(deed__in=ROW_DEEDS, details__import_id=int(object_id))
    return found


ObjectKind(
    "import",
    "Import",
    (Right.VIEW_IMPORTS,),
    address=page_of("customers:import"),
    whole=_whole_import,
)
ObjectKind("row", "Row", (Right.VIEW_IMPORTS,), address=_row, called=_row_name)
ObjectKind("rows", "All rows")
ObjectKind("gate", "Gate", names=_gates)
ObjectKind(
    "customer",
    "Customer",
    (Right.VIEW_CUSTOMERS,),
    address=page_of("customers:customer"),
)
ObjectKind(
    "application",
    "Application",
    (Right.VIEW_CUSTOMERS,),
    address=page_of("customers:application"),
)
ObjectKind(
    "endpoint",
    "Webhook endpoint",
    (Right.MANAGE_CONNECTION,),
    address=page_of("customers:endpoint"),
)
