"""The same person twice: what customers are compared by, and pairs that look alike."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from customers.models.customers import Customer
from customers.models.index_words import written_out
from customers.models.person_search import containing, near_or_far


class Ground(models.TextChoices):
    """Why two customers may be one person."""

    DOCUMENT = "document", "Same identity document"
    NAME = "name", "Same name and birth date"


class NewPerson(models.Model):
    """A customer's keys that are not among the others' yet: a queue, the oldest first.

    The tick writes one line for each customer, at the end of the table; the keys themselves, which
    lie all over an index, are written later and many at a time.
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+", db_index=False)
    keys = models.JSONField(default=list, help_text="pairs of a Ground and a key")

    class Meta:
        ordering = ("id",)
        default_permissions = ()

    def __str__(self) -> str:
        return f"new person {self.pk}"


class PersonKeyQuerySet(models.QuerySet["PersonKey"]):
    """Questions about many keys."""

    def of(self, customer: Customer) -> "PersonKeyQuerySet":
        """The keys of one customer."""
        return self.filter(customer=customer)


class PersonKey(models.Model):
    """A keyed hash of something that tells persons apart; equal ones may be one person.

    The document's number itself is kept nowhere. `key` holds 32 hex digits.
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="person_keys")
    ground = models.CharField(max_length=8, choices=Ground.choices)
    key = models.CharField(max_length=32)

    objects = PersonKeyQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["key", "customer"], name="person_key_once")]

    def __str__(self) -> str:
        return f"person key {self.pk}"


class PairState(models.TextChoices):
    """What people made of two customers that look alike."""

    SUSPECTED = "suspected", "To be looked at"
    LINKED = "linked", "The same person"
    DISMISSED = "dismissed", "Not the same"


class LookalikesQuerySet(models.QuerySet["Lookalikes"]):
    """Questions about many pairs."""

    def in_state(self, state: str) -> "LookalikesQuerySet":
        """Pairs in one state."""
        return self.filter(state=state)

    def suspected(self) -> "LookalikesQuerySet":
        """Pairs that wait for a person."""
        return self.filter(state=PairState.SUSPECTED)

    def waiting(self) -> "LookalikesQuerySet":
        """The same in the very words of the index that holds no others (see `written_out`)."""
        return self.filter(written_out(PairState.SUSPECTED))

    def next_suspected(self, pair: "Lookalikes") -> "Lookalikes | None":
        """The one below this in the list of those that wait, or the first of it."""
        waiting = self.suspected().order_by("-pk")
        return waiting.filter(pk__lt=pair.pk).first() or waiting.first()

    def from_partner(self, partner_id: int) -> "LookalikesQuerySet":
        """Pairs of which one at least came from this partner."""
        return self.filter(Q(first__partner=partner_id) | Q(second__partner=partner_id))

    def found_by(self, words: str, *, by_name: bool = True) -> "LookalikesQuerySet":
        """Pairs of which one at least is found by `words` (see PersonSearch.found_by)."""
        near = Customer.objects.beginning_with(words, by_name=by_name)
        far = Customer.objects.filter(containing(words, by_name=by_name)).values("pk")
        return near_or_far(self, near, _one_among(near), _one_among(far))

    def with_customer(self, customer: Customer) -> "LookalikesQuerySet":
        """The pairs that a customer is one of."""
        return self.filter(Q(first=customer) | Q(second=customer))

    def with_people(self) -> "LookalikesQuerySet":
        """The same with both customers, their applications and who decided, in one query."""
        both = ("first__application", "second__application", "first__partner", "second__partner")
        return self.select_related("decided_by", *both)


def _one_among(people: Any) -> Q:
    return Q(first__in=people) | Q(second__in=people)


class Lookalikes(models.Model):
    """Two customers who may be one person. `first` was added before `second`.

    There is one for two customers, so a pair that was dismissed is not found again.
    """

    first = models.ForeignKey(Customer, models.CASCADE, related_name="+", db_index=False)
    second = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    by_document = models.BooleanField(default=False)
    by_name = models.BooleanField(default=False)
    state = models.CharField(max_length=9, choices=PairState.choices, default=PairState.SUSPECTED)
    found_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)

    objects = LookalikesQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="lookalikes_once"),
            models.CheckConstraint(
                condition=~Q(state="dismissed") | ~Q(reason=""), name="lookalikes_dismissed_why"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "id"], name="lookalikes_by_state"),
            models.Index(
                fields=["found_at", "id"],
                condition=Q(state=PairState.SUSPECTED),
                name="lookalikes_suspected",
            ),
        ]

    def __str__(self) -> str:
        return f"pair {self.pk}"

    @property
    def grounds(self) -> list[Ground]:
        """Why they look alike, the stronger ground first."""
        found = ((self.by_document, Ground.DOCUMENT), (self.by_name, Ground.NAME))
        return [ground for holds, ground in found if holds]

    def other(self, customer: Customer) -> Customer:
        """The one of the two that `customer` is not."""
        return self.second if customer.pk == self.first_id else self.first

    def decide(self, state: PairState, by: int | None, at: datetime | None, reason: str) -> None:
        """Set what people made of it; stored by the caller."""
        self.state, self.decided_by_id, self.decided_at, self.reason = state, by, at, reason
