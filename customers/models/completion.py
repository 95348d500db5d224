"""What an application is completed with: answers, attestations, documents, checks, decisions."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from customers.models.application_states import ApplicationStatus
from customers.models.applications import Application
from sharing.models import StoredDocument


class EmploymentStatus(models.TextChoices):
    """How a person earns a living (Dakota's values, as the two below)."""

    EMPLOYED = "employed", "Employed"
    SELF_EMPLOYED = "self_employed", "Self-employed"
    UNEMPLOYED = "unemployed", "Unemployed"
    STUDENT = "student", "Student"
    RETIRED = "retired", "Retired"


class Purpose(models.TextChoices):
    """What a person wants the account for."""

    INVESTING = "investing", "Investing"
    PAYMENTS = "sending_and_receiving_payments", "Sending and receiving payments"
    STORAGE = "storage_of_funds_or_digital_assets", "Keeping funds or digital assets"
    ONLINE = "making_online_payments", "Paying online"
    TRADING = "trading_on_other_platforms", "Trading on other platforms"


class WealthSource(models.TextChoices):
    """Where a person's wealth comes from."""

    INVESTMENTS = "investments", "Investments"
    EMPLOYMENT = "employment", "Employment"
    COURT = "court_settlement", "Court settlement"
    LOTTERY = "lottery_winnings", "Lottery winnings"
    RETIREMENT = "retirement_income", "Retirement income"
    SAVINGS = "savings", "Savings"
    SALE = "sale_of_assets", "Sale of assets"
    FAMILY = "family_funds", "Family funds"
    GAMBLING = "gambling_winnings", "Gambling winnings"
    GIFT = "gift", "Gift"
    INHERITANCE = "inheritance", "Inheritance"
    INSURANCE = "insurance_claim", "Insurance claim"
    LOAN = "loan", "Loan"
    REDUNDANCY = "redundancy_severance", "Redundancy or severance pay"
    BENEFITS = "benefits", "Benefits"


class Completion(models.Model):
    """What a share token never carries. The SSN is sealed: it is shown by its last digits only."""

    application = models.OneToOneField(
        Application, models.PROTECT, primary_key=True, related_name="completion"
    )
    employment_status = models.CharField(
        max_length=20, choices=EmploymentStatus.choices, blank=True
    )
    purpose_of_account = models.JSONField(default=list, blank=True)
    source_of_wealth = models.JSONField(default=list, blank=True)
    ssn_sealed = models.BinaryField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"completion of {self.application_id}"

    @property
    def ssn_context(self) -> str:
        """The place that the sealed SSN is bound to."""
        return f"customers.ssn:{self.application_id}"


class AttestationKind(models.TextChoices):
    """What the customer puts their name to, in the order in which they must."""

    ESIGN = "e_sign", "Electronic signature"
    TERMS = "terms_of_service", "Terms of service"
    PRIVACY = "privacy_policy", "Privacy policy"
    ACCURACY = "information_accuracy", "Accuracy of the information"


class Attestation(models.Model):
    """The customer put their name to something. It lapses when what it covers is changed."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="attestations")
    kind = models.CharField(max_length=24, choices=AttestationKind.choices)
    name = models.CharField(max_length=256, help_text="of the person who attested")
    at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    lapsed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("id",)
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["application", "kind"],
                condition=Q(lapsed_at__isnull=True),
                name="attestation_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.application_id}"


class PaperKind(models.TextChoices):
    """What an uploaded document proves."""

    WEALTH = "source_of_wealth", "Source of wealth"
    IDENTITY = "identity", "Identity document"
    ADDRESS = "address_proof", "Proof of address"
    OTHER = "other", "Other"


class Paper(models.Model):
    """A document that was handed in for an application; a removed one keeps its name and why."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="papers")
    kind = models.CharField(max_length=20, choices=PaperKind.choices)
    document = models.OneToOneField(StoredDocument, models.PROTECT, related_name="+")
    link = models.ForeignKey(
        "customers.ApplicantLink",
        models.PROTECT,
        null=True,
        related_name="papers",
        help_text="by which the applicant handed it in",
    )
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    removal_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("id",)
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.kind} document of {self.application_id}"


class CheckKind(models.TextChoices):
    """What our officers check of a person whom Sumsub does not know."""

    IDENTITY = "identity", "Identity document compared with the person"
    ADDRESS = "address", "Proof of address looked at"
    SCREENING = "screening", "Sanctions and PEP lists searched"


class HandCheck(models.Model):
    """A check of a customer without Sumsub, recorded by whoever made it."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="hand_checks")
    kind = models.CharField(max_length=12, choices=CheckKind.choices)
    words = models.CharField(max_length=500)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("id",)
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["application", "kind"], name="hand_check_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} check of {self.application_id}"


class StatusChange(models.Model):
    """One step of an application: from which status to which, by whom, and in which words.

    A request for information names what is asked for (`asked_for`, values of
    `customers.applying.items.Item`); what came since is in `answered`. The words may hold personal
    data, which is why they are here and not in the audit trail.
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="status_changes")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    by_label = models.CharField(max_length=150)
    leaves = models.CharField(max_length=24, choices=ApplicationStatus.choices)
    enters = models.CharField(max_length=24, choices=ApplicationStatus.choices)
    reason = models.CharField(max_length=1000, blank=True)
    asked_for = models.JSONField(default=list, blank=True)
    answered = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ("id",)
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.leaves} to {self.enters}"
