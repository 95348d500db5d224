"""How far an application is, and whose turn it is."""

from django.db import models


class ApplicationStatus(models.TextChoices):
    """How far an application is; `pending` is the draft (Dakota's words)."""

    PENDING = "pending", "Draft"
    SUBMITTED = "submitted", "Submitted"
    UNDER_REVIEW = "under_review", "Under review"
    REQUEST_FOR_INFORMATION = "request_for_information", "Information requested"
    APPROVED = "approved", "Approved"
    DECLINED = "declined", "Declined"


class Standing(models.TextChoices):
    """Whether Sumsub's applicant is still there; apart from the status of its review."""

    ACTIVE = "", "Active"
    DEACTIVATED = "deactivated", "Deactivated"
    DELETED = "deleted", "Deleted"
    DATA_DELETED = "data_deleted", "Personal data deleted"


class Waiting(models.TextChoices):
    """Whose the next step is."""

    US = "us", "Us"
    APPLICANT = "applicant", "The applicant"
    SUMSUB = "sumsub", "Sumsub"
    DONOR = "donor", "The donor"
    NOBODY = "", "Nobody"


_S = ApplicationStatus
# Which status may follow which; a trigger of the database holds the same table (migration 0011).
TRANSITIONS: dict[ApplicationStatus, frozenset[ApplicationStatus]] = {
    _S.PENDING: frozenset({_S.SUBMITTED, _S.DECLINED}),
    _S.SUBMITTED: frozenset({_S.UNDER_REVIEW}),
    _S.UNDER_REVIEW: frozenset({_S.REQUEST_FOR_INFORMATION, _S.APPROVED, _S.DECLINED}),
    _S.REQUEST_FOR_INFORMATION: frozenset({_S.SUBMITTED, _S.DECLINED}),
    _S.APPROVED: frozenset({_S.UNDER_REVIEW}),
    _S.DECLINED: frozenset({_S.UNDER_REVIEW, _S.PENDING}),
}
# Something may be entered while the application is in one of these.
COMPLETABLE = frozenset({_S.PENDING, _S.REQUEST_FOR_INFORMATION})
IN_REVIEW = frozenset({_S.SUBMITTED, _S.UNDER_REVIEW})
DECIDED = frozenset({_S.APPROVED, _S.DECLINED})
