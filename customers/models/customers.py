"""A customer: the person we onboard."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.ids import uuid7
from customers.models.person_search import PersonSearch
from sharing.models import Partner

# Stored when Sumsub carried no address, so that the application stays loadable. ISO 3166-1
# reserves ZZ for users; submitting such an application is refused until the address is real.
PLACEHOLDER_COUNTRY = "ZZ"


class KycStatus(models.TextChoices):
    """How far a customer's verification is with us (Dakota's words)."""

    NOT_STARTED = "not_started", "Not started"
    PENDING = "pending", "Pending"
    IN_REVIEW = "in_review", "In review"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Rejected"
    EXPIRED = "expired", "Expired"


class CustomerQuerySet(PersonSearch):
    """Questions about many customers."""

    def added_since(self, moment: datetime) -> "CustomerQuerySet":
        """Customers added at `moment` or later."""
        return self.filter(created_at__gte=moment)

    def never_compared(self) -> "CustomerQuerySet":
        """Customers with a birth date that nothing is kept of to find their duplicates by."""
        return self.filter(person_keys__isnull=True, date_of_birth__isnull=False)

    def older_than(self, moment: datetime, customer_id: UUID) -> "CustomerQuerySet":
        """Customers that come after this one in the order of the list."""
        beyond = Q(created_at__lt=moment) | Q(created_at=moment, pk__lt=customer_id)
        # The first condition is where an index begins to read.
        return self.filter(Q(created_at__lte=moment) & beyond)


class Customer(models.Model):
    """A person we onboard. Identity fields come from Sumsub and may be edited by staff."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
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
        # Those that find people by words stand in the migration 0020_people_by_index.
        indexes = [models.Index(fields=["kyc_status", "created_at", "id"], name="customer_kyc")]

    def __str__(self) -> str:
        return self.name or "Unnamed customer"

    @property
    def address_is_placeholder(self) -> bool:
        """True while the country only stands in for an address that Sumsub did not carry."""
        return self.country == PLACEHOLDER_COUNTRY
