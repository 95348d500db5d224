"""Verifying the chain of the audit trail in short parts; the result is kept and audited."""

import time

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts import audit
from accounts.models import AuditEvent, ChainCheck, User
from accounts.sealing import MISSING, verify_part

# How long one part walks: a request answers soon after.
PART_SECONDS = 1.0


def begin(*, by: User, request: HttpRequest | None = None) -> ChainCheck:
    """Start a check of everything that is sealed now, and walk its first part."""
    check = ChainCheck.objects.create(
        started_by=by,
        upto=AuditEvent.objects.last_seq(),
        unsealed=AuditEvent.objects.unsealed().count(),
    )
    return go_on(check.pk, by=by, request=request)


@transaction.atomic
def go_on(
    check_id: int, *, by: User, request: HttpRequest | None = None, seconds: float = PART_SECONDS
) -> ChainCheck:
    """Walk the next part of a check; one that is over stays as it is.

    Raises ChainCheck.DoesNotExist.
    """
    check = ChainCheck.objects.select_for_update(of=("self",)).get(pk=check_id)
    if check.is_over:
        return check
    began = time.monotonic()
    part = verify_part(check.reached, upto=check.upto, seconds=seconds)
    check.seconds += time.monotonic() - began
    check.reached, check.bad_seq, check.problem = part.reached, part.bad_seq, part.problem
    if part.is_over:
        _finish(check, by, request)
    check.save()
    return check


def _finish(check: ChainCheck, by: User, request: HttpRequest | None) -> None:
    """Note the result. An end that an earlier check saw beyond was cut off since."""
    end = min(check.upto, check.reached)
    if check.bad_seq is None and end < max(check.upto, ChainCheck.objects.furthest()):
        check.bad_seq, check.problem = end + 1, MISSING
    check.finished_at = timezone.now()
    audit.record(
        "audit.verified",
        actor=by,
        subject="audit",
        outcome="holds" if check.bad_seq is None else "broken",
        request=request,
        sealed=check.reached,
        bad_seq=check.bad_seq,
    )
