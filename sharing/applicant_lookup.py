"""Asking Sumsub about one applicant of ours, and keeping what it says."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts import audit
from accounts.models import User
from sharing import gateway
from sharing.gateway import BudgetedClient
from sharing.lists_in_columns import joined
from sharing.models import Applicant, ApplicantSource
from sharing.profile import holds_step, profile_of
from sumsub import calls, fields
from sumsub.calls import Call
from sumsub.errors import NotFound
from sumsub.records import Applicant as SumsubApplicant
from sumsub.records import StepStatus

# Sumsub's own samples hold letters beyond hex, so 24 of any letters and digits count as an id.
_SUMSUB_ID = re.compile(r"[0-9A-Za-z]{24}")

SUBJECT = "applicant"
# What a lookup always brings is no change of the applicant.
_UNTOLD = ("looked_up_at", "missing_since", "deleted_at", "unconfirmed")


@dataclass(frozen=True)
class LookedUp:
    """What a lookup did: the stored applicant, whether it is new here, and what changed."""

    applicant: Applicant
    is_new: bool
    changed: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """What Sumsub says about one applicant."""

    record: SumsubApplicant
    deactivated: bool
    steps: tuple[StepStatus, ...] = ()
    asked_at: datetime = field(default_factory=timezone.now)


def look_up(text: str, *, by: User | None, request: HttpRequest | None = None) -> LookedUp:
    """Find an applicant of our workspace by Sumsub's id or by our own, and store it.

    Raises NotFound when neither knows it, else what `sumsub.errors` names. Not inside a
    transaction: it calls Sumsub.
    """
    # Taken before the calls: what a webhook tells from here on is newer than their answers.
    asked_at = timezone.now()
    with gateway.client() as client:
        found = _find(client, text)
        steps = client.send(calls.steps(found.record.id))
    found = replace(found, steps=steps, asked_at=asked_at)
    return keep(found, by=by, request=request)


def look_up_again(applicant: Applicant, *, by: User, request: HttpRequest) -> LookedUp:
    """Read a known applicant afresh.

    Raises what `sumsub.errors` names; NotFound is noted, as `missing_since` of the applicant.
    """
    try:
        return look_up(applicant.applicant_id, by=by, request=request)
    except NotFound:
        _note_missing(applicant, by, request)
        raise


@transaction.atomic
def _note_missing(applicant: Applicant, by: User, request: HttpRequest) -> None:
    unnoted = Applicant.objects.filter(pk=applicant.pk, missing_since=None)
    unnoted.update(missing_since=timezone.now())
    audit.record(
        "applicant.looked_up",
        actor=by,
        subject=f"{SUBJECT}:{applicant.pk}",
        request=request,
        outcome="missing",
    )


def _find(client: BudgetedClient, text: str) -> Found:
    by_id, by_external_id = calls.applicant, calls.applicant_by_external_id
    ways = (by_id, by_external_id) if _SUMSUB_ID.fullmatch(text) else (by_external_id, by_id)
    try:
        return client.send(with_presence(ways[0], text))
    except NotFound:
        return client.send(with_presence(ways[1], text))


def with_presence(way: Callable[[str], Call[SumsubApplicant]], text: str) -> Call[Found]:
    """The call, reading also whether the applicant is deactivated ("Sumsub: presence")."""
    call = way(text)

    def parse(value: object) -> Found:
        return Found(call.parse(value), fields.flag(fields.document(value), "deleted"))

    return Call(call.name, call.method, call.target, call.body, parse)


@transaction.atomic
def keep(found: Found, *, by: User | None, request: HttpRequest | None = None) -> LookedUp:
    """Store what Sumsub said, with its audit event."""
    values = _columns(found)
    applicant, is_new = Applicant.objects.get_or_create(
        applicant_id=found.record.id,
        defaults={**values, "source": ApplicantSource.LOOKUP},
    )
    changed = () if is_new else _differences(applicant, values)
    if not is_new:
        Applicant.objects.filter(pk=applicant.pk).update(**values)
        applicant.refresh_from_db()
    audit.record(
        "applicant.looked_up",
        actor=by,
        subject=f"{SUBJECT}:{applicant.pk}",
        request=request,
        outcome="found" if is_new else "changed" if changed else "unchanged",
        fields=", ".join(changed),
    )
    return LookedUp(applicant, is_new, changed)


def _columns(found: Found) -> dict[str, Any]:
    record = found.record
    return {
        "external_user_id": record.external_user_id[:256],
        "name": record.display_name[:256],
        "email": record.email[:254],
        "country": record.identity.country[:3],
        "level_name": record.level_name[:256],
        "review_status": record.review.status[:40],
        "review_answer": (record.review.answer or "")[:10],
        "review_reject_type": (record.review.reject_type or "")[:10],
        "review_labels": joined(record.review.reject_labels),
        "reviewed_at": record.review.reviewed_at,
        "unconfirmed": False,
        "deactivated": found.deactivated,
        "applicant_type": record.type[:20],
        "has_identity": holds_step(found.steps, "IDENTITY"),
        "has_selfie": holds_step(found.steps, "SELFIE"),
        "phone": record.phone[:64],
        "tags": joined(record.tags),
        "profile": profile_of(record, found.steps),
        "created_at_sumsub": record.created_at,
        "looked_up_at": found.asked_at,
        "missing_since": None,
        "deleted_at": None,
    }


def _differences(applicant: Applicant, values: dict[str, Any]) -> tuple[str, ...]:
    return tuple(
        name.replace("_", " ")
        for name, value in values.items()
        if name not in _UNTOLD and getattr(applicant, name) != value
    )
