"""What people read about webhooks: what Sumsub told, what we did, why one was turned away."""

from dataclasses import dataclass

from customers.models import Reaction, Refusal, SumsubEvent
from sumsub.review import Review, review_word

# Sumsub's names for what happened, in words ("Sumsub: user verification webhooks").
_TITLES = {
    "applicantCreated": "Applicant created",
    "applicantPending": "Checks started",
    "applicantPrechecked": "Prechecked",
    "applicantReviewed": "Reviewed",
    "applicantOnHold": "Requires action",
    "applicantAwaitingUser": "Awaiting user",
    "applicantAwaitingService": "Awaiting service",
    "applicantReset": "Documents requested anew",
    "applicantStepsReset": "Some steps requested anew",
    "applicantLevelChanged": "Level changed",
    "applicantActivated": "Activated again",
    "applicantDeactivated": "Deactivated",
    "applicantDeleted": "Deleted",
    "applicantPersonalDataDeleted": "Personal data deleted",
    "applicantPersonalInfoChanged": "Personal data changed",
    "applicantTagsChanged": "Tags changed",
    "applicantActionPending": "Action: checks started",
    "applicantActionReviewed": "Action: reviewed",
    "applicantActionOnHold": "Action: requires action",
    "applicantActionLevelChanged": "Action: level changed",
    "applicantWorkflowCompleted": "Workflow completed",
    "applicantWorkflowFailed": "Workflow failed",
    "videoIdentStatusChanged": "Video identification changed",
    "videoIdentCompositionCompleted": "Video identification recorded",
    "applicantVerificationLinkOpened": "Verification link opened",
    "unreadable": "Not readable",
}
# A state of the look, and a sentence, by what we did.
_REACTIONS: dict[str, tuple[str, str]] = {
    Reaction.UPDATED: ("imported", "Shown at once; Sumsub is asked to confirm it."),
    Reaction.ASKED: ("imported", "Sumsub itself is asked; its answer counts."),
    Reaction.NOTED: ("imported", "Written into the history."),
    Reaction.APPLICANT: ("imported", "Noted with the applicant, whom we may share."),
    Reaction.OUTDATED: ("duplicate", "Something newer had been told before."),
    Reaction.ROW_ASKED: ("checking", "The row of this applicant is being looked up."),
    Reaction.HELD: ("pending", "No application has this applicant yet. Kept for 48 hours."),
    Reaction.NOT_OURS: ("duplicate", "No import brought this applicant within 48 hours."),
    Reaction.NOT_USED: ("duplicate", "Nothing here depends on it."),
    Reaction.UNREADABLE: ("needs_person", "Genuine, but not in Sumsub's form."),
    Reaction.BROKEN: ("needs_person", "Something of ours went wrong; it is tried again hourly."),
    Reaction.TEST: ("imported", "Sent by hand from Sumsub's dashboard. The webhook works."),
}
_REFUSALS: dict[str, str] = {
    Refusal.NO_SECRET: "no webhook secret is set. Whoever runs the server sets "
    "SUMSUB_WEBHOOK_SECRET.",
    Refusal.FORGED: "its signature was not made with our secret. If Sumsub sent it, the secrets "
    "differ.",
    Refusal.TOO_LARGE: "it was larger than 64 KiB, which no webhook of Sumsub is.",
    Refusal.OTHER_CLIENT: "it was for another client id: that webhook belongs to another "
    "workspace.",
    Refusal.OTHER_ENVIRONMENT: "it was for the other environment, sandbox or production.",
    Refusal.AHEAD: "it was dated more than 5 minutes ahead. Compare the clock of this server.",
}


@dataclass(frozen=True)
class EventWords:
    """An event: what happened, how the review stood, and what we did about it."""

    title: str
    status: str
    state: str
    label: str
    sentence: str


def event_title(kind: str) -> str:
    """What happened, in words; a kind that Sumsub does not document keeps its name."""
    return _TITLES.get(kind, kind)


def history_title(kind: str) -> str:
    """A line of an application's history about more than a new status; empty for none."""
    return f"At Sumsub: {event_title(kind).lower()}" if kind else ""


def event_words(event: SumsubEvent) -> EventWords:
    """An event as people read it."""
    if not event.reaction:
        return EventWords(
            event_title(event.type), _status(event), "pending", "Received", "Is looked at soon."
        )
    state, sentence = _REACTIONS[event.reaction]
    label = event.get_reaction_display()
    return EventWords(event_title(event.type), _status(event), state, label, sentence)


def refusal_words(refusal: str) -> str:
    """Why the last delivery was turned away, as the end of a sentence."""
    return _REFUSALS.get(refusal, "")


def _status(event: SumsubEvent) -> str:
    if not event.review_status:
        return ""
    review = Review(
        status=event.review_status,
        answer=event.review_answer or None,
        reject_type=event.reject_type or None,
    )
    return review_word(review).value
