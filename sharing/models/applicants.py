"""The donor's own applicants: whose verification may be shared."""

from collections.abc import Iterable

from django.db import models
from django.utils import timezone

from sharing.review_states import REVIEW_STATES
from sumsub.review import Review, ReviewWord, review_word


class ApplicantSource(models.TextChoices):
    """How we came to know an applicant of our own workspace."""

    CSV = "csv", "Dashboard export"
    LOOKUP = "lookup", "Lookup"
    WEBHOOK = "webhook", "Webhook"


class ApplicantQuerySet(models.QuerySet["Applicant"]):
    """Questions about many applicants."""

    def found_by(self, words: str) -> "ApplicantQuerySet":
        """Applicants whose name, e-mail or your id contains `words`, or whose id begins so."""
        words = words.strip()
        return self.filter(
            models.Q(name__icontains=words)
            | models.Q(email__icontains=words)
            | models.Q(external_user_id__icontains=words)
            | models.Q(applicant_id__startswith=words)
        )

    def numbered(self, numbers: Iterable[str]) -> "ApplicantQuerySet":
        """Applicants with these numbers of ours."""
        return self.filter(pk__in=list(numbers))

    def in_review_state(self, word: ReviewWord) -> "ApplicantQuerySet":
        """Applicants whose review the dashboard calls `word`."""
        return self.filter(**REVIEW_STATES[word].stored)


class Applicant(models.Model):
    """An applicant of our own Sumsub workspace whose verification may be shared (donor's side)."""

    applicant_id = models.CharField("Sumsub applicant id", max_length=64, unique=True)
    external_user_id = models.CharField("your id", max_length=256, blank=True, db_index=True)
    name = models.CharField(max_length=256, blank=True)
    email = models.CharField(max_length=254, blank=True)
    country = models.CharField(max_length=3, blank=True)
    level_name = models.CharField(max_length=256, blank=True)
    review_status = models.CharField(max_length=40, blank=True)
    review_answer = models.CharField(max_length=10, blank=True)
    review_reject_type = models.CharField(max_length=10, blank=True)
    profile = models.JSONField(default=dict, blank=True)
    source = models.CharField(max_length=10, choices=ApplicantSource.choices)
    created_at = models.DateTimeField(default=timezone.now)
    created_at_sumsub = models.DateTimeField(null=True, blank=True)
    looked_up_at = models.DateTimeField(null=True, blank=True)

    objects = ApplicantQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)

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
