"""What people add to the things that wait for somebody: who takes them, until when, and notes.

That something waits is never stored here: `customers.work` derives it from the things themselves.
"""

from collections.abc import Iterable
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, Func, IntegerField, OuterRef, Q
from django.utils import timezone

from customers.models.applications import Application
from customers.models.connection import Gate
from customers.models.duplicates import Lookalikes
from customers.models.imports import Import
from customers.models.rows import Row
from sharing.models import Partner


class Thing(models.TextChoices):
    """What can wait for somebody. The value is the column that links to it, and part of links."""

    APPLICATION = "application", "Application"
    ROW = "row", "Row"
    PAIR = "pair", "Possible duplicate"
    IMPORT = "imported", "Import"
    GATE = "gate", "Gate"
    PARTNER = "partner", "Partner"


class WorkItemQuerySet(models.QuerySet["WorkItem"]):
    """Questions about many items."""

    def about(self, thing: Thing, keys: Iterable[Any]) -> "WorkItemQuerySet":
        """What is kept about these things of one kind, with who has them."""
        found = self.filter(**{f"{thing.value}__in": list(keys)})
        return found.select_related("assignee")

    def of_kind(self, thing: Thing) -> "WorkItemQuerySet":
        """What is kept about things of one kind."""
        return self.filter(**{f"{thing.value}__isnull": False})

    def taken(self) -> "WorkItemQuerySet":
        """Those that somebody has who may still sign in."""
        return self.filter(assignee__is_active=True)

    def taken_by(self, person_id: int) -> "WorkItemQuerySet":
        """Those that this person has."""
        return self.filter(assignee=person_id)

    def due_before(self, day: date) -> "WorkItemQuerySet":
        """Those whose day has passed."""
        return self.filter(due_on__lt=day)

    def asleep(self, now: datetime) -> "WorkItemQuerySet":
        """Those that somebody put off beyond `now`."""
        return self.filter(snoozed_until__gt=now)

    def things(self) -> set[Thing]:
        """The kinds of things that these are about."""
        counted = [
            Func(F(f"{thing.value}_id"), function="COUNT", output_field=IntegerField())
            for thing in Thing
        ]
        found = self.order_by().values_list(*counted).get()
        return {thing for thing, items in zip(Thing, found, strict=True) if items}

    def keys(self, thing: Thing) -> "models.QuerySet[WorkItem, dict[str, Any]]":
        """The things themselves, for `pk__in`."""
        found: models.QuerySet[WorkItem, dict[str, Any]] = self.of_kind(thing).values(thing.value)
        return found

    def beside(self, thing: Thing, since: str = "") -> "WorkItemQuerySet":
        """For `Exists` within a question about things: what is kept about each.

        With `since`, the name of the things' column that says since when each waits, only what
        was set for this very waiting: what waits anew is neither due nor put off.
        """
        found = self.filter(**{thing.value: OuterRef("pk")})
        return found.filter(set_for=OuterRef(since)) if since else found

    def locked(self, column: str, keys: Iterable[Any]) -> "WorkItemQuerySet":
        """What is kept about things of one kind, locked in one order for all who lock many."""
        found = self.filter(**{f"{column}__in": list(keys)}).order_by("pk")
        return found.select_for_update(of=("self",)).select_related("assignee")

    def by_key(self, thing: Thing, keys: Iterable[Any]) -> dict[Any, "WorkItem"]:
        """What is kept about these things, by their key."""
        return {item.key: item for item in self.about(thing, keys)}


class WorkItem(models.Model):
    """Who takes a thing, when it is due, until when it is put off. One for each thing.

    The thing stays with whoever has it for as long as it exists. A day and a putting-off hold for
    one waiting only, the one that began at `set_for`.
    """

    application = models.OneToOneField(Application, models.CASCADE, null=True, related_name="+")
    row = models.OneToOneField(Row, models.CASCADE, null=True, related_name="+")
    pair = models.OneToOneField(Lookalikes, models.CASCADE, null=True, related_name="+")
    imported = models.OneToOneField(Import, models.CASCADE, null=True, related_name="+")
    gate = models.OneToOneField(Gate, models.CASCADE, null=True, related_name="+")
    partner = models.OneToOneField(Partner, models.CASCADE, null=True, related_name="+")
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    due_on = models.DateField(null=True, help_text="the last day, in UTC")
    snoozed_until = models.DateTimeField(null=True)
    set_for = models.DateTimeField(null=True, help_text="the waiting that both are about")

    objects = WorkItemQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=reduce(
                    or_,
                    (
                        Q(**{f"{other}__isnull": other != thing for other in Thing.values})
                        for thing in Thing.values
                    ),
                ),
                name="work_item_about_one_thing",
            )
        ]
        indexes = [
            models.Index(
                fields=["due_on"], condition=Q(due_on__isnull=False), name="work_item_due"
            ),
            # In the order of the queue, so that what is put off is left out along the way.
            models.Index(
                fields=["set_for", "application", "snoozed_until"],
                condition=Q(snoozed_until__isnull=False),
                name="work_item_put_off",
            ),
        ]

    def __str__(self) -> str:
        return f"work item {self.pk}"

    @property
    def thing(self) -> Thing:
        """What kind of thing it is about."""
        return next(one for one in Thing if getattr(self, f"{one.value}_id") is not None)

    @property
    def key(self) -> Any:
        """The primary key of what it is about."""
        return getattr(self, f"{self.thing.value}_id")

    @property
    def holder_id(self) -> int | None:
        """Who has it, as long as they may sign in."""
        return self.assignee_id if self.assignee and self.assignee.is_active else None

    def set_during(self, since: datetime) -> bool:
        """True when its day and its putting-off are about the waiting that began then."""
        return self.set_for == since


class WorkNoteQuerySet(models.QuerySet["WorkNote"]):
    """Questions about many notes."""

    def about(self, thing: Thing, key: Any) -> "WorkNoteQuerySet":
        """The notes on one thing, the latest first, with who wrote them and who is named."""
        return self.about_any(thing, [key])

    def about_any(self, thing: Thing, keys: Iterable[Any]) -> "WorkNoteQuerySet":
        """The same for several things of one kind."""
        found = self.filter(**{f"item__{thing.value}__in": list(keys)})
        return found.select_related("by").prefetch_related("mentioned").order_by("-pk")

    def by_person(self, person_id: int) -> "WorkNoteQuerySet":
        """Those that one person wrote."""
        return self.filter(by=person_id)

    def numbered(self, number: int) -> "WorkNoteQuerySet":
        """The one with this number."""
        return self.filter(pk=number)

    def erase(self, at: datetime) -> int:
        """Take the words away; returns from how many notes."""
        return self.order_by().update(words="", removed_at=at)

    def standing(self) -> "WorkNoteQuerySet":
        """Those that nobody took back."""
        return self.filter(removed_at__isnull=True)


class WorkNote(models.Model):
    """What a person says about a thing, for colleagues. It may hold personal data.

    One that was taken back keeps its place, without its words.
    """

    item = models.ForeignKey(WorkItem, models.CASCADE, related_name="notes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    words = models.CharField(max_length=2000, blank=True)
    mentioned = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    removed_at = models.DateTimeField(null=True)

    objects = WorkNoteQuerySet.as_manager()
    LONGEST: ClassVar[int] = 2000

    class Meta:
        ordering = ("-id",)
        default_permissions = ()

    def __str__(self) -> str:
        return f"note {self.pk}"


def put_off(thing: Thing, since: str, now: datetime) -> Exists:
    """The condition "somebody put this off" within a question about things."""
    return Exists(WorkItem.objects.beside(thing, since).asleep(now))


def overdue(thing: Thing, since: str, today: date) -> Exists:
    """The condition "its day has passed" within a question about things."""
    return Exists(WorkItem.objects.beside(thing, since).due_before(today))


def taken(thing: Thing) -> Exists:
    """The condition "somebody has this" within a question about things."""
    return Exists(WorkItem.objects.beside(thing).taken())
