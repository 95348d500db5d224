"""A customer and the application that leads from an import to a decision."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from sharing.models import Partner

# Stored when Sumsub carried no address, so that the application stays loadable. ISO 3166-1
# reserves ZZ for users; submitting such an application is refused until the address is real.
PLACEHOLDER_COUNTRY = "ZZ"
# How many applicants may serve as positive control: one that was deleted must not stop lookups.
CONTROLS = 20


class KycStatus(models.TextChoices):
    """How far a customer's verification is with us (Dakota's words)."""

    NOT_STARTED = "not_started", "Not started"
    PENDING = "pending", "Pending"
    IN_REVIEW = "in_review", "In review"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Rejected"
    EXPIRED = "expired", "Expired"


class ApplicationStatus(models.TextChoices):
    """How far an application is; `pending` is the draft (Dakota's words)."""

    PENDING = "pending", "Draft"
    SUBMITTED = "submitted", "Submitted"
    UNDER_REVIEW = "under_review", "Under review"
    REQUEST_FOR_INFORMATION = "request_for_information", "Information requested"
    APPROVED = "approved", "Approved"
    DECLINED = "declined", "Declined"


class CustomerQuerySet(models.QuerySet["Customer"]):
    """Questions about many customers."""

    def found_by(self, words: str, *, by_name: bool = True) -> "CustomerQuerySet":
        """Customers whose name, e-mail, external id or Sumsub applicant id matches `words`.

        Without `by_name` ids alone are looked at: who may not see names must not find them either.
        """
        words = words.strip()
        found = Q(external_id__icontains=words) | Q(application__provider_applicant_id=words)
        if by_name:
            found |= Q(name__icontains=words) | Q(email__icontains=words)
        return self.filter(found)

    def added_since(self, moment: datetime) -> "CustomerQuerySet":
        """Customers added at `moment` or later."""
        return self.filter(created_at__gte=moment)

    def never_compared(self) -> "CustomerQuerySet":
        """Customers with a birth date that nothing is kept of to find their duplicates by."""
        return self.filter(person_keys__isnull=True, date_of_birth__isnull=False)

    def older_than(self, moment: datetime, customer_id: uuid.UUID) -> "CustomerQuerySet":
        """Customers that come after this one in the order of the list."""
        return self.filter(Q(created_at__lt=moment) | Q(created_at=moment, pk__lt=customer_id))


class Customer(models.Model):
    """A person we onboard. Identity fields come from Sumsub and may be edited by staff."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    customer_type = models.CharField(max_length=12, default="individual")
    name = models.CharField(max_length=256)
    first_name = models.CharField(max_length=120, blank=True)
    middle_name = models.CharField(max_length=120, blank=True)
    last_name = models.CharField(max_length=120, blank=True)
    date_of_birth = models.DateField(null=True, blank=True)
    nationality = models.CharField(max_length=3, blank=True)
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    tax_id = models.CharField(max_length=40, blank=True)
    street = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=120, blank=True)
    region = models.CharField(max_length=120, blank=True)
    postal_code = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=3, default=PLACEHOLDER_COUNTRY)
    external_id = models.CharField(max_length=256, blank=True, db_index=True)
    kyc_status = models.CharField(
        max_length=12, choices=KycStatus.choices, default=KycStatus.PENDING
    )
    partner = models.ForeignKey(Partner, models.PROTECT, null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")

    def __str__(self) -> str:
        return self.name or "Unnamed customer"

    @property
    def address_is_placeholder(self) -> bool:
        """True while the country only stands in for an address that Sumsub did not carry."""
        return self.country == PLACEHOLDER_COUNTRY


class ApplicationQuerySet(models.QuerySet["Application"]):
    """Questions about many applications."""

    def drafts(self) -> "ApplicationQuerySet":
        """Applications that somebody is still to complete."""
        return self.filter(status=ApplicationStatus.PENDING)

    def of_import(self, import_id: int) -> "ApplicationQuerySet":
        """Applications that an import made."""
        return self.filter(rows__import_ref=import_id)

    def applicant_ids_among(self, applicant_ids: Sequence[str]) -> set[str]:
        """Those of the Sumsub applicants that have an application already."""
        found = self.filter(provider_applicant_id__in=applicant_ids)
        return set(found.values_list("provider_applicant_id", flat=True))

    def known_external_user_ids(self) -> list[str]:
        """Ids under which Sumsub should have an applicant of ours, some of the newest."""
        known = self.exclude(external_user_id="").exclude(provider_applicant_id="")
        newest = known.order_by("-created_at").values_list("external_user_id", flat=True)
        return list(newest[:CONTROLS])

    def next_reading(self) -> datetime | None:
        """When the next review is to be read; None when none is."""
        planned = self.filter(review_check_at__isnull=False).order_by("review_check_at")
        return planned.values_list("review_check_at", flat=True).first()

    def due_for_review_refresh(self, now: datetime) -> "ApplicationQuerySet":
        """Applications whose review status at Sumsub is to be read at `now`."""
        return self.filter(review_check_at__lte=now)


class Application(models.Model):
    """The way of one customer from a draft to a decision, beside Sumsub's own review of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    customer = models.OneToOneField(Customer, models.PROTECT, related_name="application")
    status = models.CharField(
        max_length=24, choices=ApplicationStatus.choices, default=ApplicationStatus.PENDING
    )
    provider_applicant_id = models.CharField(max_length=64, blank=True)
    external_user_id = models.CharField(max_length=256, blank=True, db_index=True)
    level_name = models.CharField(max_length=256, blank=True)
    inherited_review = models.BooleanField(
        default=False, help_text="copied without checks: its approval is the donor's, not ours"
    )
    has_questionnaire = models.BooleanField(default=False, db_default=False)
    source_applicant_id = models.CharField(
        max_length=64, default="", db_default="", blank=True, help_text="the donor's applicant"
    )
    sumsub_review_status = models.CharField(max_length=40, blank=True)
    sumsub_review_answer = models.CharField(max_length=10, blank=True)
    sumsub_reject_type = models.CharField(max_length=10, blank=True)
    sumsub_reject_labels = models.JSONField(default=list, blank=True)
    steps = models.JSONField(default=list, blank=True)
    documents = models.JSONField(default=list, blank=True)
    review_seen_at = models.DateTimeField(null=True)
    review_check_at = models.DateTimeField(null=True, db_index=True)
    review_checks = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["provider_applicant_id"],
                condition=~Q(provider_applicant_id=""),
                name="application_applicant_once",
            )
        ]

    def __str__(self) -> str:
        return f"application of {self.customer}"


class ReviewChange(models.Model):
    """One change of Sumsub's review status as we saw it: the history of an application."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="review_changes")
    at = models.DateTimeField(default=timezone.now)
    status = models.CharField(max_length=40)
    answer = models.CharField(max_length=10, blank=True)
    reject_type = models.CharField(max_length=10, blank=True)
    source = models.CharField(max_length=10)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.status} {self.answer}".strip()
