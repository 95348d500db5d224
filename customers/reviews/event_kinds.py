"""The kinds of Sumsub's webhooks and what each may mean to an application ("Sumsub: webhooks")."""

from customers.models import Standing

# The review stands as the webhook says.
TELL_STATUS = frozenset(
    {
        "applicantCreated",
        "applicantPending",
        "applicantPrechecked",
        "applicantReviewed",
        "applicantOnHold",
        "applicantAwaitingUser",
        "applicantAwaitingService",
        "applicantReset",
        "applicantLevelChanged",
    }
)
# Statuses of a review that goes on by itself.
UNDER_WAY = frozenset({"pending", "prechecked", "queued", "awaitingService"})
# The applicant stands, or does not any more.
TELL_STANDING = {
    "applicantActivated": Standing.ACTIVE,
    "applicantDeactivated": Standing.DEACTIVATED,
    "applicantDeleted": Standing.DELETED,
    "applicantPersonalDataDeleted": Standing.DATA_DELETED,
}
# The event that brings a standing about: what a reading found is told in the same words.
EVENT_OF_STANDING = {standing.value: event for event, standing in TELL_STANDING.items()}
# Worth a line in the application's history, whatever the status.
NOTEWORTHY = frozenset(
    {"applicantReset", "applicantStepsReset", "applicantLevelChanged"}
    | {"applicantPersonalInfoChanged", "applicantWorkflowFailed"}
)
# Known, and without a meaning for a review.
NOT_USED = frozenset(
    {
        "applicantTagsChanged",
        "applicantActionPending",
        "applicantActionReviewed",
        "applicantActionOnHold",
        "applicantActionLevelChanged",
        "videoIdentStatusChanged",
        "videoIdentCompositionCompleted",
        "applicantVerificationLinkOpened",
    }
)
