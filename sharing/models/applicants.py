"""The donor's own applicants: whose verification may be shared."""

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone

from sharing.review_states import REVIEW_STATES
from sumsub.review import Review, ReviewWord, review_word

COMPANY = "company"


class ApplicantSource(models.TextChoices):
    """How we came to know an applicant of our own workspace."""

    CSV = "csv", "Dashboard export"
    LOOKUP = "lookup", "Lookup"
    WEBHOOK = "webhook", "Webhook"


class Shareability(StrEnum):
    """What the pre-check knows about an applicant, whoever the recipient is (`precheck`)."""

    SHAREABLE = "yes"
    """Approved, and nothing known speaks against it."""
    REFUSED = "no"
    """A recipient would be refused."""
    UNKNOWN = "unknown"
    """Whether Sumsub approved the applicant is not known, or not confirmed by a lookup."""


class ApplicantOrder(models.TextChoices):
    """How a list of applicants is sorted."""

    NEWEST = "", "Newest here first"
    NAME = "name", "Name, A to Z"
    REVIEWED = "reviewed", "Last reviewed first"
    STALE = "stale", "Longest without a lookup"


_APPROVED = models.Q(**REVIEW_STATES[ReviewWord.APPROVED].stored)
_KNOWN = models.Q(pk__in=[])
for _state in REVIEW_STATES.values():
    _KNOWN |= models.Q(**_state.stored)
_REFUSED = (
    models.Q(deactivated=True)
    | models.Q(deleted_at__isnull=False)
    | models.Q(has_identity=False, has_selfie=False)
    | (_KNOWN & ~_APPROVED)
)
_SHAREABILITY = {
    Shareability.SHAREABLE: ~_REFUSED & _APPROVED & models.Q(unconfirmed=False),
    Shareability.REFUSED: _REFUSED,
    Shareability.UNKNOWN: ~_REFUSED & (~_APPROVED | models.Q(unconfirmed=True)),
}

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_KEYS = {
    "nameless": models.Case(models.When(name="", then=1), default=0),
    "reviewed_key": Coalesce("reviewed_at", models.Value(_NEVER)),
    "looked_up_key": Coalesce("looked_up_at", models.Value(_NEVER)),
}
# The columns that an order sorts by, and whether each falls; the last tells all rows apart.
_SORTED_BY = {
    ApplicantOrder.NEWEST: (("pk", True),),
    ApplicantOrder.NAME: (("nameless", False), ("name", False), ("pk", True)),
    ApplicantOrder.REVIEWED: (("reviewed_key", True), ("pk", True)),
    ApplicantOrder.STALE: (("looked_up_key", False), ("pk", True)),
}


class ApplicantQuerySet(models.QuerySet["Applicant"]):
    """Questions about many applicants."""

    def found_by(self, words: str, *, by_name: bool = True) -> "ApplicantQuerySet":
        """Applicants whose name, e-mail or your id contains `words`, or whose id begins so.

        Without `by_name`, for readers who may not see names, by the ids alone.
        """
        words = words.strip()
        found = models.Q(external_user_id__icontains=words)
        found |= models.Q(applicant_id__startswith=words)
        if by_name:
            found |= models.Q(name__icontains=words) | models.Q(email__icontains=words)
        return self.filter(found)

    def locked_by_id(
        self, applicant_ids: Iterable[str], columns: list[str]
    ) -> dict[str, dict[str, Any]]:
        """The `columns` of applicants by Sumsub's id, held until the transaction ends."""
        found = self.select_for_update().filter(applicant_id__in=list(applicant_ids))
        lines = found.order_by("pk").values("applicant_id", *columns)
        return {line.pop("applicant_id"): line for line in lines}

    def values_in(self, column: str) -> list[str]:
        """The different filled values of one column, sorted."""
        filled = self.exclude(**{column: ""}).order_by(column)
        return list(filled.values_list(column, flat=True).distinct())

    def in_review_state(self, word: ReviewWord) -> "ApplicantQuerySet":
        """Applicants whose review the dashboard calls `word`."""
        return self.filter(**REVIEW_STATES[word].stored)

    def of_shareability(self, wanted: Shareability) -> "ApplicantQuerySet":
        """Applicants of one shareability; each applicant has exactly one."""
        return self.filter(_SHAREABILITY[wanted])

    def counted_by_shareability(self) -> dict[Shareability, int]:
        """How many applicants of each shareability there are, in one query."""
        counts = self.aggregate(
            **{
                wanted.name: models.Count("pk", filter=condition)
                for wanted, condition in _SHAREABILITY.items()
            }
        )
        return {wanted: counts[wanted.name] for wanted in _SHAREABILITY}

    def in_order(self, order: ApplicantOrder) -> "ApplicantQuerySet":
        """Applicants sorted; `after_in` goes on behind one of them."""
        return self._with_keys(order).order_by(
            *(f"-{name}" if falls else name for name, falls in _SORTED_BY[order])
        )

    def after_in(
        self, order: ApplicantOrder, pk: int, *, backwards: bool = False
    ) -> "ApplicantQuerySet":
        """Applicants that come after this one, sorted; backwards those before, nearest first.

        All of them when there is no such applicant.
        """
        keys = _SORTED_BY[order]
        anchor = Applicant.objects.filter(pk=pk)._with_keys(order)
        values = anchor.values_list(*(name for name, _ in keys)).first()
        found = self._with_keys(order)
        if values is not None:
            beyond, same = models.Q(), models.Q()
            for (name, falls), value in zip(keys, values, strict=True):
                way = "lt" if falls is not backwards else "gt"
                beyond |= same & models.Q(**{f"{name}__{way}": value})
                same &= models.Q(**{name: value})
            found = found.filter(beyond)
        return found.order_by(
            *(f"-{name}" if falls is not backwards else name for name, falls in keys)
        )

    def _with_keys(self, order: ApplicantOrder) -> "ApplicantQuerySet":
        wanted = {name for name, _ in _SORTED_BY[order]}
        return self.annotate(**{name: key for name, key in _KEYS.items() if name in wanted})


class Applicant(models.Model):
    """An applicant of our own Sumsub workspace whose verification may be shared (donor's side).

    `unconfirmed`: a webhook said Approved and no lookup has confirmed it. `has_identity` and
    `has_selfie` are None until a lookup tells. `missing_since`: lookups find nothing (404), which
    does not prove that the applicant is gone; `deleted_at`: Sumsub's webhook says that it is.
    `news_at` is the newest webhook's own clock; `review_labels` and `tags` are parted by commas.
    """

    applicant_id = models.CharField("Sumsub applicant id", max_length=64, unique=True)
    external_user_id = models.CharField("your id", max_length=256, blank=True, db_index=True)
    name = models.CharField(max_length=256, blank=True)
    email = models.CharField(max_length=254, blank=True)
    country = models.CharField(max_length=3, blank=True)
    level_name = models.CharField(max_length=256, blank=True)
    review_status = models.CharField(max_length=40, blank=True)
    review_answer = models.CharField(max_length=10, blank=True)
    review_reject_type = models.CharField(max_length=10, blank=True)
    review_labels = models.CharField(max_length=500, blank=True, default="")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    unconfirmed = models.BooleanField(default=False)
    deactivated = models.BooleanField(default=False)
    applicant_type = models.CharField(max_length=20, blank=True, default="")
    has_identity = models.BooleanField(null=True)
    has_selfie = models.BooleanField(null=True)
    phone = models.CharField(max_length=64, blank=True, default="")
    tags = models.CharField(max_length=500, blank=True, default="")
    profile = models.JSONField(default=dict, blank=True)
    source = models.CharField(max_length=10, choices=ApplicantSource.choices)
    created_at = models.DateTimeField(default=timezone.now)
    created_at_sumsub = models.DateTimeField(null=True, blank=True)
    looked_up_at = models.DateTimeField(null=True, blank=True)
    missing_since = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    news_at = models.DateTimeField(null=True, blank=True)

    objects = ApplicantQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = [
            models.Index(fields=["level_name"], name="applicant_by_level"),
            models.Index(fields=["country"], name="applicant_by_country"),
        ]

    def __str__(self) -> str:
        return self.name or self.applicant_id

    @property
    def review_word(self) -> ReviewWord:
        """The dashboard's word for this applicant's review."""
        review = Review(
            status=self.review_status,
            answer=self.review_answer or None,
            reject_type=self.review_reject_type or None,
        )
        return review_word(review)

    @property
    def review_look(self) -> str:
        """The name of the look that the review's state has."""
        state = REVIEW_STATES.get(self.review_word)
        return state.look if state else "pending"

    @property
    def is_company(self) -> bool:
        """True for a company, whose people are applicants of their own."""
        return self.applicant_type == COMPANY

    @property
    def reject_labels(self) -> list[str]:
        """Sumsub's labels of the last rejection."""
        return [label for label in self.review_labels.split(",") if label]

    @property
    def tag_list(self) -> list[str]:
        """Sumsub's tags of this applicant."""
        return [tag for tag in self.tags.split(",") if tag]
