"""An application: the way of one customer from a draft to a decision."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.ids import uuid7
from customers.models.application_states import (
    IN_REVIEW,
    ApplicationStatus,
    Standing,
    Waiting,
)
from customers.models.customers import Customer, CustomerQuerySet
from customers.models.index_words import filled, said
from customers.models.person_search import containing, near_or_far

# How many applicants may serve as positive control: one that was deleted must not stop lookups.
CONTROLS = 20
# Of so many one is near, in whatever order one walks; fewer are told by their ids.
FEW = 1000
_SOMEBODY = tuple(one for one in Waiting if one)
_KNOWN_TO_SUMSUB = filled("provider_applicant_id")
_NO_DRAFT = "NOT (%(expressions)s = 'pending')"


class ApplicationQuerySet(models.QuerySet["Application"]):
    """Questions about many applications."""

    def to_decide(self) -> "ApplicationQuerySet":
        """Submitted applications whose next step is ours: to look, and to decide."""
        submitted = self.exclude(status=ApplicationStatus.PENDING)
        return submitted.filter(status__in=IN_REVIEW, waiting_on=Waiting.US)

    def of_import(self, import_id: int) -> "ApplicationQuerySet":
        """Applications that an import made."""
        return self.filter(rows__import_ref=import_id)

    def applicant_ids_among(self, applicant_ids: Sequence[str]) -> set[str]:
        """Those of the Sumsub applicants that have an application already."""
        found = self.filter(_KNOWN_TO_SUMSUB, provider_applicant_id__in=applicant_ids)
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

    def matching_events(
        self, applicant_ids: Sequence[str], external_user_ids: Sequence[str]
    ) -> "ApplicationQuerySet":
        """Applications that webhooks with these ids may be about."""
        by_id = Q(_KNOWN_TO_SUMSUB, provider_applicant_id__in=applicant_ids)
        return self.filter(by_id | Q(external_user_id__in=external_user_ids))

    def due_for_review_refresh(self, now: datetime) -> "ApplicationQuerySet":
        """Applications whose review status at Sumsub is to be read at `now`."""
        return self.filter(review_check_at__lte=now)

    def waiting_on(self, whom: Waiting) -> "ApplicationQuerySet":
        """Applications whose next step is `whom`'s."""
        return self.filter(waiting_on=whom)

    def drafts_for_us(self) -> "ApplicationQuerySet":
        """Drafts whose next step is ours."""
        return self.waiting_on(Waiting.US).filter(status=ApplicationStatus.PENDING)

    def ours(self, status: ApplicationStatus) -> "ApplicationQuerySet":
        """Applications in a status after the draft's whose next step is ours.

        In the very words of the index that holds no others, which SQLite asks for.
        """
        turn = said("waiting_on", "%(expressions)s = 'us'")
        return self.filter(turn, said("status", _NO_DRAFT), status=status)

    def waiting_since(self, moment: datetime) -> "ApplicationQuerySet":
        """Applications that have stood where they stand since `moment` or longer."""
        return self.filter(waiting_since__lte=moment)

    def found_by(self, words: str, *, by_name: bool = True) -> "ApplicationQuerySet":
        """Applications whose customer is found by `words` (see PersonSearch.found_by)."""
        near = Customer.objects.beginning_with(words, by_name=by_name)
        people = Customer.objects.filter(pk=OuterRef("customer"))
        far = Q(Exists(people.filter(containing(words, by_name=by_name))))
        return near_or_far(self, near, Q(customer__in=near), far)

    def in_status(self, status: ApplicationStatus) -> "ApplicationQuerySet":
        """Applications in a status, found by an index.

        The one that knows all statuses but the draft's asks for its own words. A draft always
        waits for somebody, and where drafts are few, the index of what waits tells them; where
        they are many, the next one is near in any order.
        """
        found = self.filter(status=status)
        if status != ApplicationStatus.PENDING:
            return found.filter(said("status", _NO_DRAFT))
        few = _few(Application.objects.filter(waiting_on__in=_SOMEBODY, status=status))
        return found if few is None else found.filter(pk__in=few)

    def whose_people_are(
        self, customers: CustomerQuerySet, status: ApplicationStatus
    ) -> CustomerQuerySet:
        """`customers` whose application is in a status: few are told by an index."""
        few = _few(self.in_status(status), "customer")
        if few is None:
            return customers.filter(application__status=status)
        return customers.filter(pk__in=few)

    def longest_first(self) -> "ApplicationQuerySet":
        """The order of a list of what waits."""
        return self.order_by("waiting_since", "pk")

    def latest_first(self) -> "ApplicationQuerySet":
        """The order of a list of everything: what moved last comes first."""
        return self.order_by("-waiting_since", "-pk")

    def beyond(self, moment: datetime, pk: UUID, *, later: bool) -> "ApplicationQuerySet":
        """Applications after this one in the order of the list."""
        way = "gt" if later else "lt"
        next_to = Q(waiting_since=moment) & Q(**{f"pk__{way}": pk})
        beyond = Q(**{f"waiting_since__{way}": moment}) | next_to
        # The first condition is where an index begins to read.
        return self.filter(Q(**{f"waiting_since__{way}e": moment}) & beyond)

    def with_facts(self) -> "ApplicationQuerySet":
        """With everything that a checklist looks at, in a handful of queries."""
        beside = self.select_related("customer", "customer__partner", "completion")
        return beside.prefetch_related(
            "attestations", "papers", "hand_checks", "status_changes", "applicant_links"
        )

    def locked(self, pk: UUID) -> "Application":
        """The application for a deed: nobody else changes it before the transaction ends.

        Raises Application.DoesNotExist.
        """
        mine = self.select_for_update(of=("self",)).select_related("customer")
        return mine.get(pk=pk)

    def locked_among(self, pks: Sequence[str]) -> "ApplicationQuerySet":
        """These applications with their customers, locked in one order for all who lock many."""
        mine = self.select_for_update(of=("self",)).select_related("customer")
        return mine.filter(pk__in=pks).order_by("pk")

    def move(self, pk: UUID, leaves: ApplicationStatus, enters: ApplicationStatus) -> bool:
        """Change the status, if it still is `leaves`; False when it is not."""
        return self.filter(pk=pk, status=leaves).update(status=enters) == 1


class Application(models.Model):
    """The way of one customer from a draft to a decision, beside Sumsub's own review of it.

    `version` counts what people change, so that nobody overwrites what they have not seen.
    `waiting_on` and `entries_from` are written by `customers.applying.standing` only.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    customer = models.OneToOneField(Customer, models.PROTECT, related_name="application")
    status = models.CharField(
        max_length=24, choices=ApplicationStatus.choices, default=ApplicationStatus.PENDING
    )
    version = models.PositiveIntegerField(default=1, db_default=1)
    waiting_on = models.CharField(
        max_length=10, choices=Waiting.choices, default=Waiting.US, db_default="us", blank=True
    )
    waiting_since = models.DateTimeField(default=timezone.now)
    entries_from = models.CharField(
        max_length=10,
        choices=Waiting.choices,
        default=Waiting.US,
        db_default="us",
        blank=True,
        help_text="whose turn it is with what is entered here; empty when all of it is there",
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
    sumsub_standing = models.CharField(
        max_length=12, choices=Standing.choices, default="", db_default="", blank=True
    )
    # Both by Sumsub's clock: of the latest webhook about the review, and about the standing.
    told_at = models.DateTimeField(null=True)
    standing_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True, help_text="when we last took in a webhook about it")
    awaits_verdict = models.BooleanField(
        default=False, db_default=False, help_text="told of an approval that no reading shows yet"
    )
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
        indexes = [
            # The status comes last so that the queue walks drafts without looking at their rows.
            models.Index(
                fields=["waiting_on", "waiting_since", "id", "status"], name="application_waiting"
            ),
            models.Index(fields=["waiting_since", "id"], name="application_moved"),
            # Imported applications are drafts: they cost this index nothing.
            models.Index(
                fields=["status", "waiting_since", "id"],
                condition=~Q(status="pending"),
                name="application_status",
            ),
            # The work queue's, in the words of `ours`.
            models.Index(
                fields=["status", "waiting_since", "id"],
                condition=Q(waiting_on="us") & ~Q(status="pending"),
                name="application_ours",
            ),
        ]

    def __str__(self) -> str:
        return f"application of {self.customer}"

    @property
    def is_manual(self) -> bool:
        """True for a person who was entered by hand and whom Sumsub does not know."""
        return not self.provider_applicant_id


def _few(found: ApplicationQuerySet, column: str = "pk") -> list[UUID] | None:
    """A column of them, if there are no more than FEW."""
    told = list(found.order_by().values_list(column, flat=True)[: FEW + 1])
    return told if len(told) <= FEW else None


class ReviewChange(models.Model):
    """One change of Sumsub's review status as we saw it: the history of an application."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="review_changes")
    at = models.DateTimeField(default=timezone.now)
    status = models.CharField(max_length=40)
    answer = models.CharField(max_length=10, blank=True)
    reject_type = models.CharField(max_length=10, blank=True)
    source = models.CharField(max_length=10)
    event = models.CharField(
        max_length=100, default="", db_default="", blank=True, help_text="the webhook's type"
    )

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.status} {self.answer}".strip()
