"""What is known about the rows of a batch before anything is minted. Burns nothing, asks nobody."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Max, OuterRef, Subquery

from sharing.models import (
    Applicant,
    Concern,
    IssuedToken,
    IssuedTokenQuerySet,
    MintBatch,
    MintRow,
    Partner,
)
from sharing.precheck import Verdict, problem_of

_UNKNOWN = "Not in our list of applicants, so nothing is known about it here."


def concern_of(applicant: Applicant | None) -> tuple[Concern, str]:
    """What there is to say about sharing an applicant, and in which words."""
    if applicant is None:
        return Concern.UNKNOWN, _UNKNOWN
    problem = problem_of(applicant)
    if problem is None:
        return Concern.NONE, ""
    bad = problem.verdict is Verdict.BAD
    return Concern.REFUSABLE if bad else Concern.LOOK, problem.sentence


def note_concern(row: MintRow) -> None:
    """Write into a row what is known about its applicant; the row is not stored."""
    row.concern, row.concern_sentence = concern_of(row.applicant)


def live_until(applicant_ids: Iterable[int], partner: Partner) -> dict[int, datetime]:
    """For those of these applicants that have a living share token for `partner`: until when."""
    alive = IssuedToken.objects.live().for_recipient(partner).filter(applicant__in=applicant_ids)
    return _longest(alive)


def note_live_tokens(batch: MintBatch) -> None:
    """Write into every row of a batch until when a share token for its applicant lives now."""
    rows = MintRow.objects.of(batch)
    rows.exclude(live_until=None).update(live_until=None)
    alive = IssuedToken.objects.live().for_recipient(batch.partner)
    theirs = alive.filter(applicant=OuterRef("applicant")).order_by("-expires_at")
    rows.exclude(applicant=None).update(live_until=Subquery(theirs.values("expires_at")[:1]))


def _longest(alive: IssuedTokenQuerySet) -> dict[int, datetime]:
    found = alive.order_by().values("applicant_id").annotate(until=Max("expires_at"))
    return {int(one["applicant_id"]): one["until"] for one in found}
