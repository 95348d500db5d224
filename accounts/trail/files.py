"""The audit trail as a file: CSV that no spreadsheet runs, or JSON; newest first."""

import json
from collections.abc import Iterator

from accounts.models import AuditEvent, AuditEventQuerySet
from accounts.models.trail import as_utc_text
from accounts.safe_csv import written
from accounts.trail.deeds import words_of

COLUMNS = (
    "number",
    "at",
    "who",
    "deed",
    "what",
    "about",
    "outcome",
    "details",
    "source",
    "address",
    "request_id",
    "seal_number",
    "previous_hash",
    "hash",
)
PAGE = 1000


def trail_csv(events: AuditEventQuerySet) -> Iterator[str]:
    """The file in pieces (UTF-8 once encoded, no mark); details are JSON within a cell."""
    yield written([COLUMNS])
    for page in _pages(events):
        yield written([_cells(event) for event in page])


def trail_json(events: AuditEventQuerySet) -> Iterator[str]:
    """One JSON object in pieces; events are named by the columns of the CSV, details are whole."""
    yield '{"events": ['
    between = "\n"
    for page in _pages(events):
        for event in page:
            told = dict(zip(COLUMNS, _cells(event), strict=True)) | {
                "details": event.details,
                "address": event.address,
                "seal_number": event.seq,
                "previous_hash": event.previous_hash,
                "hash": event.hash,
            }
            yield between + json.dumps(told, ensure_ascii=False, default=str)
            between = ",\n"
    yield "\n]}\n"


def _pages(events: AuditEventQuerySet) -> Iterator[list[AuditEvent]]:
    newest_first = events.order_by("-pk")
    page = list(newest_first[:PAGE])
    while page:
        yield page
        page = list(newest_first.before(page[-1])[:PAGE])


def _cells(event: AuditEvent) -> tuple[object, ...]:
    return (
        event.pk,
        as_utc_text(event.at),
        event.actor_label,
        event.deed,
        words_of(event.deed),
        event.subject,
        event.outcome,
        json.dumps(event.details, ensure_ascii=False, sort_keys=True),
        event.source,
        event.address or "",
        event.request_id,
        event.seq or "",
        event.previous_hash or "",
        event.hash or "",
    )
