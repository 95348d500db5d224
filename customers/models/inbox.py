"""What Sumsub told us by webhook, and how the door it comes through has fared."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from customers.models.applications import Application
from customers.models.index_words import written_out
from customers.models.rows import Row
from customers.timing import Timing


class EventState(models.TextChoices):
    """How far an event has come with us."""

    RECEIVED = "received", "Received"
    HELD = "held", "Held"
    DONE = "done", "Done"


class Reaction(models.TextChoices):
    """What we did about an event; wording/webhook_words.py says it in full."""

    UPDATED = "updated", "Status taken over"
    ASKED = "asked", "Sumsub asked"
    NOTED = "noted", "Noted"
    APPLICANT = "applicant", "Applicant noted"
    OUTDATED = "outdated", "Nothing new"
    ROW_ASKED = "row_asked", "Row looked up"
    HELD = "held", "Kept"
    NOT_OURS = "not_ours", "Not ours"
    NOT_USED = "not_used", "Not used"
    UNREADABLE = "unreadable", "Not readable"
    TEST = "test", "Test"
    BROKEN = "broken", "Not applied yet"


class Refusal(models.TextChoices):
    """Why a delivery was turned away at the door."""

    NO_SECRET = "no_secret", "No secret is set"
    FORGED = "forged", "Its signature is not Sumsub's"
    TOO_LARGE = "too_large", "It is larger than 64 KiB"
    OTHER_CLIENT = "other_client", "It is for another client id"
    OTHER_ENVIRONMENT = "other_environment", "It is for the other environment"
    AHEAD = "ahead", "It is dated in the future"


# SQLite uses the index of held events only where the statement says the same as the index does.
_IS_HELD = written_out(EventState.HELD)


class SumsubEventQuerySet(models.QuerySet["SumsubEvent"]):
    """Questions about many events."""

    def due(self, now: datetime) -> "SumsubEventQuerySet":
        """Events to look at by `now`, the longest due first."""
        return self.filter(look_at__lte=now).order_by("look_at", "pk")

    def held_for(self, applicant_ids: Iterable[str]) -> "SumsubEventQuerySet":
        """Events that wait for one of these applicants of Sumsub's to become ours."""
        return self.filter(_IS_HELD, applicant_id__in=list(applicant_ids))

    def asking(self) -> "SumsubEventQuerySet":
        """Events whose row is to be looked up at once."""
        return self.filter(asks_row=True)

    def received_before(self, moment: datetime) -> "SumsubEventQuerySet":
        """Events that came before `moment`."""
        return self.filter(received_at__lt=moment)

    def genuine(self) -> "SumsubEventQuerySet":
        """Events about something that happened, as opposed to tests."""
        return self.filter(test_mode=False)

    def by_old_secret(self) -> "SumsubEventQuerySet":
        """Events signed with the secret that is being replaced."""
        return self.filter(by_old_secret=True)

    def undecided(self) -> "SumsubEventQuerySet":
        """Events that are still to be looked at, now or later."""
        return self.filter(look_at__isnull=False)

    def newest_first(self) -> "SumsubEventQuerySet":
        """The newest first."""
        return self.order_by("-received_at", "-pk")

    def last_moment(self) -> datetime | None:
        """When the newest of them came; None when there is none."""
        return self.newest_first().values_list("received_at", flat=True).first()

    def wake(self, applicant_ids: Sequence[str], now: datetime) -> None:
        """Let events that waited for these applicants be looked at again at once.

        Waits for nobody: one that is being looked at right now is looked at again soon anyway.
        """
        waiting = self.held_for(applicant_ids).select_for_update(skip_locked=True)
        found = list(waiting.values_list("pk", flat=True))
        if found:
            self.filter(pk__in=found).update(look_at=now)


class SumsubEvent(models.Model):
    """One webhook as it was taken in, reduced to the facts we use: no body, no comment, no name.

    A delivery that is repeated byte for byte is the same event.
    """

    body_digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the raw body")
    received_at = models.DateTimeField(default=timezone.now, db_index=True)
    repeats = models.PositiveIntegerField(default=0, help_text="how often it came again")
    by_old_secret = models.BooleanField(default=False)
    type = models.CharField(max_length=100)
    said_at = models.DateTimeField(null=True, help_text="Sumsub's clock; none if it gave no time")
    applicant_id = models.CharField(max_length=100, blank=True)
    external_user_id = models.CharField(max_length=256, blank=True, help_text="while it is needed")
    level_name = models.CharField(max_length=256, blank=True)
    applicant_type = models.CharField(max_length=20, blank=True, help_text="a person or a company")
    review_status = models.CharField(max_length=40, blank=True)
    review_answer = models.CharField(max_length=10, blank=True)
    reject_type = models.CharField(max_length=10, blank=True)
    reject_labels = models.JSONField(default=list, blank=True)
    test_mode = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=EventState.choices, default=EventState.RECEIVED)
    reaction = models.CharField(max_length=12, choices=Reaction.choices, blank=True)
    look_at = models.DateTimeField(null=True, help_text="when it is looked at, again or at first")
    looks = models.PositiveSmallIntegerField(default=0)
    application = models.ForeignKey(
        Application, models.PROTECT, null=True, related_name="sumsub_events"
    )
    row = models.ForeignKey(Row, models.PROTECT, null=True, related_name="+")
    asks_row = models.BooleanField(default=False, help_text="its row is to be looked up at once")

    objects = SumsubEventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["look_at"], name="event_due", condition=Q(look_at__isnull=False)),
            models.Index(fields=["applicant_id"], name="event_held", condition=Q(state="held")),
            models.Index(fields=["id"], name="event_asking", condition=Q(asks_row=True)),
        ]

    def __str__(self) -> str:
        return f"{self.type} of {self.applicant_id}"

    @property
    def is_green(self) -> bool:
        """True for an approval, which is asked for before it is believed."""
        return self.review_status == "completed" and self.review_answer == "GREEN"


class WebhookDoor(models.Model):
    """The one line about deliveries that were turned away, and about events that never came."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    refused = models.PositiveIntegerField(default=0)
    refused_at = models.DateTimeField(null=True)
    refused_for = models.CharField(max_length=20, choices=Refusal.choices, blank=True)
    missed_at = models.DateTimeField(
        null=True, help_text="when a reading last found a change that no webhook had told"
    )

    def __str__(self) -> str:
        return f"webhook door ({self.refused} refused)"

    @classmethod
    def now(cls) -> "WebhookDoor":
        """The line as it stands; an untouched one when nothing was ever turned away."""
        return cls.objects.filter(pk=1).first() or cls()

    @classmethod
    def count_refusal(cls, refusal: Refusal, now: datetime) -> None:
        """One more delivery was turned away."""
        cls.objects.get_or_create(pk=1)
        cls.objects.filter(pk=1).update(
            refused=F("refused") + 1, refused_at=now, refused_for=refusal
        )

    @classmethod
    def note_missed(cls, now: datetime) -> None:
        """A change was found that a webhook should have told."""
        cls.objects.get_or_create(pk=1)
        cls.objects.filter(pk=1).update(missed_at=now)

    @classmethod
    def works(cls, now: datetime, timing: Timing) -> bool:
        """True while webhooks come: one did lately, and none was missed lately."""
        came = SumsubEvent.objects.genuine().last_moment()
        if came is None or came < now - timedelta(seconds=timing.webhooks_silent):
            return False
        missed = cls.now().missed_at
        return missed is None or missed < now - timedelta(seconds=timing.webhook_missed)
