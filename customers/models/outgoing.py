"""Webhooks to the company's own systems: where they go, what happened, and each try to tell it."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.ids import uuid7
from outward.addresses import LONGEST_URL


class EventType(models.TextChoices):
    """What the company's systems are told; the values are part of the interface."""

    CUSTOMER_CREATED = "customer.created", "A customer was added"
    CUSTOMER_UPDATED = "customer.updated", "A customer's data or KYC status changed"
    APPLICATION_SUBMITTED = "application.submitted", "An application was submitted"
    APPLICATION_DECIDED = "application.decided", "An application was decided"
    REVIEW_CHANGED = "application.review_status_changed", "Sumsub's review changed"
    IMPORT_FINISHED = "import.finished", "An import ended"
    TEST = "endpoint.test", "A test from the endpoint's page"


SUBSCRIBABLE = tuple(one for one in EventType if one is not EventType.TEST)
"""The types that an endpoint may ask for; a test goes to its own endpoint, asked for or not."""


class EndpointState(models.TextChoices):
    """Whether deliveries leave. In all but GONE events are kept for the endpoint."""

    ACTIVE = "active", "Active"
    PAUSED = "paused", "Paused"
    FAILING = "failing", "Stopped: it failed for days"
    GONE = "gone", "Stopped: it answered 410"
    KEYLESS = "keyless", "Stopped: its secret does not open"


STOPPED = (EndpointState.FAILING, EndpointState.GONE, EndpointState.KEYLESS)


class EndpointQuerySet(models.QuerySet["Endpoint"]):
    """Questions about many endpoints."""

    def active(self) -> "EndpointQuerySet":
        """Endpoints that deliveries leave for."""
        return self.filter(state=EndpointState.ACTIVE)

    def listening(self) -> "EndpointQuerySet":
        """Endpoints for which events are kept: all but those that said they are gone."""
        return self.exclude(state=EndpointState.GONE)

    def in_trouble(self) -> "EndpointQuerySet":
        """Endpoints that stopped by themselves."""
        return self.filter(state__in=STOPPED)


class Endpoint(models.Model):
    """An address of the company's that events are sent to, signed with a secret of its own.

    The address may hold a secret of the receiver's, so logs and the audit trail name its host only.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    url = models.CharField("address", max_length=LONGEST_URL, unique=True)
    description = models.CharField(max_length=120, blank=True)
    events = models.JSONField(default=list, help_text="values of EventType")
    state = models.CharField(
        max_length=8, choices=EndpointState.choices, default=EndpointState.ACTIVE
    )
    secret_sealed = models.BinaryField()
    secret_made_at = models.DateTimeField(default=timezone.now)
    old_secret_sealed = models.BinaryField(null=True)
    old_secret_until = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True, help_text="the first failure since a success")
    stopped_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    objects = EndpointQuerySet.as_manager()

    class Meta:
        ordering = ("created_at", "id")
        default_permissions = ()

    def __str__(self) -> str:
        return f"endpoint {self.pk}"

    @property
    def context(self) -> str:
        """The place that its sealed secrets are bound to."""
        return f"customers.endpoint:{self.pk}"

    @property
    def is_active(self) -> bool:
        """True when deliveries leave for it."""
        return self.state == EndpointState.ACTIVE

    def wants(self, event_type: str) -> bool:
        """True when events of this type are kept for it."""
        return self.state != EndpointState.GONE and event_type in self.events


class OutgoingEventQuerySet(models.QuerySet["OutgoingEvent"]):
    """Questions about many events."""

    def undistributed(self) -> "OutgoingEventQuerySet":
        """Events that no deliveries were made of yet, the oldest first."""
        return self.filter(distributed=False).order_by("created_at")

    def outlived(self, before: datetime) -> "OutgoingEventQuerySet":
        """Events older than that, which nothing refers to any more."""
        old = self.filter(created_at__lt=before, distributed=True)
        return old.filter(deliveries__isnull=True)


class OutgoingEvent(models.Model):
    """Something that happened, as the company's systems are told: ids, statuses, counts.

    Written in the transaction of the deed. No name, no document, no share token: who wants to know
    more asks for the object, with a right to it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    type = models.CharField(max_length=40, choices=EventType.choices)
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)
    distributed = models.BooleanField(default=False, help_text="deliveries were made of it")

    objects = OutgoingEventQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["created_at"], condition=Q(distributed=False), name="event_undistributed"
            ),
            models.Index(fields=["created_at"], name="event_age"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.message_id}"

    @property
    def message_id(self) -> str:
        """What receivers know it by: the same at every attempt, so that one told twice is known."""
        return f"msg_{self.pk.hex}"


class DeliveryState(models.TextChoices):
    """How far an event has come to one endpoint."""

    WAITING = "waiting", "Waiting"
    SENDING = "sending", "Sending"
    DELIVERED = "delivered", "Delivered"
    FAILED = "failed", "Failed"


OPEN = (DeliveryState.WAITING, DeliveryState.SENDING)


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Questions about many deliveries."""

    def to(self, endpoint: Endpoint) -> "DeliveryQuerySet":
        """The deliveries of one endpoint."""
        return self.filter(endpoint=endpoint)

    def in_state(self, state: str) -> "DeliveryQuerySet":
        """Deliveries in one state."""
        return self.filter(state=state)

    def of_type(self, event_type: str) -> "DeliveryQuerySet":
        """Deliveries of one type of event."""
        return self.filter(event__type=event_type)

    def last_delivered(self) -> datetime | None:
        """When the newest that arrived did so; None when none has."""
        arrived = self.filter(state=DeliveryState.DELIVERED).order_by("-id")
        return arrived.values_list("ended_at", flat=True).first()

    def open(self) -> "DeliveryQuerySet":
        """Deliveries that are not over."""
        return self.filter(state__in=OPEN)

    def stuck(self) -> "DeliveryQuerySet":
        """Deliveries that an attempt failed for and that are not over: they wait for another."""
        return self.filter(state=DeliveryState.WAITING, attempts__gt=0)

    def due(self, now: datetime) -> "DeliveryQuerySet":
        """Deliveries to be sent now: it is time, or whoever took one vanished with it."""
        waits = Q(state=DeliveryState.WAITING, due_at__lte=now)
        abandoned = Q(state=DeliveryState.SENDING, lease_until__lt=now)
        return self.filter(waits | abandoned)

    def on_their_way(self, now: datetime) -> "DeliveryQuerySet":
        """Deliveries that some worker is sending."""
        return self.filter(state=DeliveryState.SENDING, lease_until__gte=now)

    def to_active(self) -> "DeliveryQuerySet":
        """Deliveries of endpoints that deliveries leave for."""
        return self.filter(endpoint__state=EndpointState.ACTIVE)

    def failed_since(self, moment: datetime) -> "DeliveryQuerySet":
        """Deliveries that were given up, of events since then."""
        return self.filter(state=DeliveryState.FAILED, created_at__gte=moment)

    def ended_before(self, moment: datetime) -> "DeliveryQuerySet":
        """Deliveries made before that, whatever became of them."""
        return self.filter(created_at__lt=moment)

    def again(self, now: datetime) -> int:
        """Let these be sent anew, with all attempts before them; returns how many."""
        return self.exclude(state__in=OPEN).update(
            state=DeliveryState.WAITING, due_at=now, attempts_before=F("attempts"), ended_at=None
        )


class Delivery(models.Model):
    """One event on its way to one endpoint.

    `claim` counts how often somebody took it: what an attempt found is stored under the claim that
    made it. The last attempt's outcome stands here for lists; `Attempt` holds all.
    """

    # The constraint below and the index of states begin with these columns.
    event = models.ForeignKey(
        OutgoingEvent, models.CASCADE, related_name="deliveries", db_index=False
    )
    endpoint = models.ForeignKey(
        Endpoint, models.CASCADE, related_name="deliveries", db_index=False
    )
    state = models.CharField(
        max_length=9, choices=DeliveryState.choices, default=DeliveryState.WAITING
    )
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    claim = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0, help_text="attempts made")
    attempts_before = models.PositiveIntegerField(
        default=0, help_text="attempts before it was last sent anew: they count no more"
    )
    last_status = models.PositiveSmallIntegerField(null=True)
    last_failure = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["event", "endpoint"], name="delivery_once"),
            models.CheckConstraint(
                condition=~Q(state="sending") | Q(lease_until__isnull=False),
                name="delivery_sending_has_lease",
            ),
        ]
        indexes = [
            models.Index(
                fields=["endpoint", "due_at"],
                condition=Q(state__in=["waiting", "sending"]),
                name="delivery_open",
            ),
            models.Index(fields=["endpoint", "state", "id"], name="delivery_by_state"),
            models.Index(fields=["created_at"], name="delivery_age"),
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk}"

    @property
    def shown_state(self) -> str:
        """The state as people see it: one that waits for another attempt says so."""
        stuck = self.state == DeliveryState.WAITING and self.retries
        return "retrying" if stuck else self.state

    @property
    def is_over(self) -> bool:
        """True when it is delivered, or was given up."""
        return self.state not in OPEN

    @property
    def retries(self) -> int:
        """Attempts since it was made, or last sent anew."""
        return self.attempts - self.attempts_before


class Attempt(models.Model):
    """One try at a delivery: when, what came back, how long it took."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="tried")
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    failure = models.CharField(max_length=200, blank=True)
    milliseconds = models.PositiveIntegerField()
    answer = models.CharField(max_length=1024, blank=True, help_text="how the answer began")

    class Meta:
        ordering = ("-id",)
        default_permissions = ()

    def __str__(self) -> str:
        return f"attempt {self.pk}"
