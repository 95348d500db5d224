"""People, and the trail of what they did."""

from datetime import date, datetime
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower, Now

from accounts.rights import Right


class UserManager(BaseUserManager["User"]):
    """Creates people; an e-mail address is kept in lower case and identifies one person."""

    def create_user(self, email: str, password: str | None = None, *, name: str = "") -> "User":
        """Store a person without any role.

        Raises ValueError when `email` is empty, IntegrityError when somebody already has it.
        Without a password the person cannot sign in until one is set.
        """
        if not email:
            raise ValueError("A person needs an e-mail address to sign in with.")
        person = self.model(email=email.strip().lower(), name=name)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find a person by e-mail address, whatever its case."""
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in by e-mail address. Rights come from groups only."""

    email = models.EmailField("e-mail address", unique=True)
    name = models.CharField(max_length=150, blank=True)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(db_default=Now(), editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_person_per_email"),
        ]
        default_permissions = ()
        permissions = [(right.value, right.value.replace("_", " ")) for right in Right]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """What pages and the audit trail call this person."""
        return self.name or f"Person {self.pk}"

    @property
    def role_names(self) -> list[str]:
        """The person's roles in alphabetical order, as pages name them."""
        return sorted(group.name for group in self.groups.all())

    def holds(self, *rights: Right) -> bool:
        """True when the person has at least one of `rights`."""
        return any(self.has_perm(right.permission) for right in rights)


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    """Ways of looking at the trail; nothing here changes an event."""

    def visible_to(self, person: User) -> Self:
        """All events for readers of the audit trail, one's own for everybody else."""
        return self if person.holds(Right.VIEW_AUDIT) else self.filter(actor=person)

    def by(self, person: User) -> Self:
        """Events of one person's deeds."""
        return self.filter(actor=person)

    def about(self, subject: str) -> Self:
        """Events about one thing (`import:48`), the newest first."""
        return self.filter(subject=subject).order_by("-pk")

    def of_deed(self, deed: str) -> Self:
        """Events of one deed (`import.created`) or of one family of deeds (`import`)."""
        return self.filter(models.Q(deed=deed) | models.Q(deed__startswith=f"{deed}."))

    def between(self, first: date | None, last: date | None) -> Self:
        """Events from the day `first` to the day `last`, both included, in UTC."""
        events = self
        if first:
            events = events.filter(at__date__gte=first)
        if last:
            events = events.filter(at__date__lte=last)
        return events

    def unsealed(self) -> Self:
        """Committed events that no seal covers yet, oldest first."""
        return self.filter(seq__isnull=True).order_by("pk")

    def sealed(self) -> Self:
        """Sealed events in the order of the chain."""
        return self.filter(seq__isnull=False).order_by("seq")


class AuditEvent(models.Model):
    """One deed or disclosure. Append-only: triggers refuse changes and deletion.

    The database's clock gives the time. `seq`, `previous_hash` and `hash` are filled once, later,
    by `accounts.sealing`. Events hold ids, counts and references: no personal data, no secrets.
    """

    at = models.DateTimeField(db_default=Now(), editable=False, db_index=True)
    actor = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="deeds"
    )
    actor_label = models.CharField(max_length=150)
    deed = models.CharField(max_length=80, db_index=True)
    subject = models.CharField(max_length=120, blank=True, db_index=True)
    outcome = models.CharField(max_length=40, default="done")
    details = models.JSONField(default=dict)
    source = models.CharField(max_length=40, blank=True)
    address = models.GenericIPAddressField(null=True, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    seq = models.BigIntegerField(null=True, unique=True, editable=False)
    previous_hash = models.CharField(max_length=64, null=True, editable=False)  # noqa: DJ001
    hash = models.CharField(max_length=64, null=True, editable=False)  # noqa: DJ001

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.deed} {self.subject} by {self.actor_label}"

    @property
    def told(self) -> list[tuple[str, Any]]:
        """The details that say something, for people to read."""
        return [(name, value) for name, value in self.details.items() if value not in (None, "")]

    def sealed_content(self, seq: int) -> dict[str, Any]:
        """What the seal of this event covers, under the number `seq`."""
        return {
            "seq": seq,
            "id": self.pk,
            "at": as_utc_text(self.at),
            "actor": self.actor_id,
            "actor_label": self.actor_label,
            "deed": self.deed,
            "subject": self.subject,
            "outcome": self.outcome,
            "details": self.details,
            "source": self.source,
            "address": self.address,
            "request_id": self.request_id,
        }


def as_utc_text(moment: datetime) -> str:
    """A moment as ISO 8601 with microseconds, the same for every database."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
