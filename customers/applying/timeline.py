"""What people did about an application: decisions, changes, documents, each with who and when."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

from accounts.models import AuditEvent
from customers.applying.deeds import subject_of
from customers.applying.items import ABOUT, Item, field_words
from customers.models import (
    Application,
    ApplicationStatus,
    AttestationKind,
    CheckKind,
    PaperKind,
    StatusChange,
)
from customers.moments import Moment, Strand

MOST_EVENTS = 200
# Fields that one person fills one after the other are one moment.
_ONE_SITTING = timedelta(minutes=10)
_FILLED = "application.completed"


def timeline(application: Application) -> list[Moment]:
    """What people did about the application, the latest first; Sumsub's review stands apart."""
    moved = [_moved(change) for change in application.status_changes.all()]
    deeds = (_FILLED, *_DONE, *_LINKS)
    events = AuditEvent.objects.about(subject_of(application.pk)).of_deeds(*deeds)
    words = _words_of(application)
    done = [_done(event, words) for event in events[:MOST_EVENTS]]
    latest_first = sorted([*moved, *done], key=lambda one: one.at, reverse=True)
    return list(_in_sittings(latest_first))


def _moved(change: StatusChange) -> Moment:
    leaves, enters = ApplicationStatus(change.leaves), ApplicationStatus(change.enters)
    what, icon, tone = _MOVES[enters]
    if leaves in (ApplicationStatus.APPROVED, ApplicationStatus.DECLINED):
        what, icon, tone = f"Opened again: {enters.label.lower()}", "refresh", ""
    if asked := [ABOUT[Item(code)].title for code in change.asked_for]:
        what = f"{what}: {', '.join(asked)}"
    return Moment(
        change.at,
        what,
        icon,
        tone,
        change.by_label,
        change.reason,
        Strand.DECISION,
        change.by_id,
    )


def _done(event: AuditEvent, words: dict[str, str]) -> Moment:
    about = event.details
    if event.deed == _FILLED:
        fields = frozenset(str(about.get("fields", "")).split(", "))
        done = _moment(event, "", "edit", Strand.ENTRY)
        return replace(done, fields=fields)
    if event.deed in _LINKS:
        what, icon, tone = _LINKS[event.deed]
        said = words.get(f"{event.deed}:{about.get('link')}", "")
        return replace(_moment(event, what, icon, Strand.ENTRY), tone=tone, words=said)
    what, icon, strand, kinds = _DONE[event.deed]
    kind = str(about.get("kind", ""))
    label = kinds(kind).label if kind in kinds.values else kind
    said = words.get(f"{event.deed}:{about.get('document') or kind}", "")
    return replace(_moment(event, f"{what}: {label.lower()}", icon, strand), words=said)


def _moment(event: AuditEvent, what: str, icon: str, strand: Strand) -> Moment:
    return Moment(event.at, what, icon, by=event.actor_label, strand=strand, person=event.actor_id)


def _words_of(application: Application) -> dict[str, str]:
    """What people said about removals and checks, and in their answers, by deed and thing."""
    removed = {
        f"application.document_removed:{one.document_id}": one.removal_reason
        for one in application.papers.all()
        if one.removed_at
    }
    checked = {
        f"application.check_recorded:{one.kind}": one.words for one in application.hand_checks.all()
    }
    answered = {
        f"application.sent:{one.pk}": one.words for one in application.applicant_links.all()
    }
    return removed | checked | answered


def _in_sittings(latest_first: Iterable[Moment]) -> Iterator[Moment]:
    """Neighbouring changes of fields by one person within a sitting, as one moment."""
    held: Moment | None = None
    for moment in latest_first:
        if held and _same_sitting(held, moment):
            held = replace(held, fields=held.fields | moment.fields)
            continue
        if held:
            yield _told(held)
        held = moment
    if held:
        yield _told(held)


def _same_sitting(later: Moment, earlier: Moment) -> bool:
    filled = bool(later.fields and earlier.fields)
    return filled and later.by == earlier.by and later.at - earlier.at < _ONE_SITTING


def _told(moment: Moment) -> Moment:
    if not moment.fields:
        return moment
    words = field_words(", ".join(sorted(moment.fields)))
    return replace(moment, what=f"Changed: {words[:1].lower()}{words[1:]}")


_S = ApplicationStatus
_MOVES: dict[ApplicationStatus, tuple[str, str, str]] = {
    _S.PENDING: ("Back to the draft", "refresh", ""),
    _S.SUBMITTED: ("Submitted", "sending", ""),
    _S.UNDER_REVIEW: ("Taken into review", "checking", ""),
    _S.REQUEST_FOR_INFORMATION: ("Information requested", "help", ""),
    _S.APPROVED: ("Approved", "imported", "ok"),
    _S.DECLINED: ("Declined", "refused", "bad"),
}
_Kinds = type[AttestationKind] | type[PaperKind] | type[CheckKind]
_DONE: dict[str, tuple[str, str, Strand, _Kinds]] = {
    "application.attested": ("Attested", "check", Strand.ATTESTATION, AttestationKind),
    "application.document_added": ("Document added", "file", Strand.DOCUMENT, PaperKind),
    "application.document_removed": ("Document removed", "trash", Strand.DOCUMENT, PaperKind),
    "application.document_downloaded": (
        "Document downloaded",
        "download",
        Strand.DOCUMENT,
        PaperKind,
    ),
    "application.check_recorded": ("Checked by hand", "check", Strand.ATTESTATION, CheckKind),
}
_LINKS: dict[str, tuple[str, str, str]] = {
    "application.link_made": ("Link made for the applicant", "link", ""),
    "application.link_opened": ("Link opened", "phone", ""),
    "application.link_revoked": ("Link revoked", "cancelled", ""),
    "application.link_taken_over": ("Taken over from the applicant", "edit", ""),
    "application.link_expired": ("The applicant’s link expired unsent", "expired", ""),
    "application.sent": ("What was asked for was sent", "sending", "ok"),
}

# Deeds that the timeline tells, by the event or by what it left, and one that reviews tell.
TOLD = frozenset(
    {
        _FILLED,
        *_DONE,
        *_LINKS,
        "application.submitted",
        "application.taken",
        "application.approved",
        "application.declined",
        "application.information_requested",
        "application.reopened",
        "application.standing_changed",
    }
)
