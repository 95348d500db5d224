"""People, and what they are told."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.functional import cached_property

from accounts.models.held import RIGHTS, ROLE_NAMES
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

    def holding(self, right: Right) -> "models.QuerySet[User]":
        """People who may sign in and have this right by one of their roles."""
        found = self.filter(is_active=True, groups__permissions__codename=right.value)
        return found.distinct().order_by("pk")

    def numbered(self, numbers: Iterable[str]) -> "models.QuerySet[User]":
        """People and accounts of API clients with these numbers."""
        return self.filter(pk__in=list(numbers))

    def actors(self) -> "models.QuerySet[User]":
        """Everybody who may have done something, API clients included, by name."""
        return self.select_related("api_client").order_by("name", "pk")

    def able_to_sign_in(self) -> "models.QuerySet[User]":
        """People who may sign in, whatever their roles; accounts of API clients are none."""
        return self.filter(is_active=True, groups__isnull=False).distinct().order_by("pk")

    def who_may_sign_in(self, number: int) -> "User | None":
        """The person with this number, if there is one who may sign in."""
        return self.able_to_sign_in().filter(pk=number).first()

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find a person by e-mail address, whatever its case."""
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in by e-mail address. Rights come from groups only."""

    email = models.EmailField("e-mail address", unique=True)
    name = models.CharField(max_length=150, blank=True)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(db_default=Now(), editable=False)
    mails_notices = models.BooleanField(
        "send notices by e-mail too", default=False, db_default=False
    )

    objects: ClassVar[UserManager] = UserManager()

    # What the key of an API client lets its account do; None for people, who have their roles.
    acts_with: frozenset[Right] | None = None

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
        if "groups" in getattr(self, "_prefetched_objects_cache", ()):
            return sorted(group.name for group in self.groups.all())
        return sorted(ROLE_NAMES(person=self.pk))

    @cached_property
    def _rights(self) -> frozenset[str]:
        """The codenames of the rights that the person's roles give, asked for once."""
        return frozenset(RIGHTS(person=self.pk) if self.is_active else ())

    def holds(self, *rights: Right) -> bool:
        """True when the person has at least one of `rights`."""
        if self.acts_with is not None:
            return not self.acts_with.isdisjoint(rights)
        return not self._rights.isdisjoint(right.value for right in rights)


class NoticeKind(models.TextChoices):
    """What a notice asks of the person."""

    DONE = "done", "Done"
    NEEDS = "needs", "Needs you"
    STOPPED = "stopped", "Stopped"


class NoticeMail(models.TextChoices):
    """The way of a notice's e-mail. TAKEN is written before sending: it never goes twice."""

    NONE = "none", "Not asked for"
    DUE = "due", "To be sent"
    TAKEN = "taken", "Being sent"
    SENT = "sent", "Sent"
    FAILED = "failed", "Could not be sent"


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Questions about many notices."""

    def of(self, person: User | int) -> Self:
        """One person's notices, the newest first."""
        return self.filter(person=person).order_by("-pk")

    def unread(self) -> Self:
        """Notices that the person has not seen yet."""
        return self.filter(read_at__isnull=True)

    def numbered(self, number: int) -> Self:
        """The notice with this number."""
        return self.filter(pk=number)

    def after(self, number: int) -> Self:
        """Notices younger than the one with this number."""
        return self.filter(pk__gt=number)

    def on(self, about: str, event: str, occurred_at: datetime) -> Self:
        """Everybody's notices about one occasion."""
        return self.filter(about=about, event=event, occurred_at=occurred_at)

    def leading_to(self, link: str) -> Self:
        """Notices that one page answers, whatever it is asked for."""
        return self.filter(models.Q(link=link) | models.Q(link__startswith=f"{link}?"))

    def to_mail(self, since: datetime) -> Self:
        """Notices written since then whose e-mail waits, of people who may still sign in."""
        waiting = self.filter(mail=NoticeMail.DUE, created_at__gte=since)
        return waiting.filter(person__is_active=True).select_related("person").order_by("pk")

    def mark_read(self, at: datetime) -> int:
        """Mark those unread among them as read; returns how many were."""
        return self.unread().order_by().update(read_at=at)


class Notice(models.Model):
    """Something that happened and that one person is to know. Neither personal data nor secrets.

    Written once for each person and occasion: `about` (`import:48`), `event` (`finished`) and the
    moment it happened. That is what makes looking for news twice harmless.
    """

    person = models.ForeignKey(User, models.CASCADE, related_name="notices")
    about = models.CharField(max_length=120)
    event = models.CharField(max_length=40)
    occurred_at = models.DateTimeField()
    kind = models.CharField(max_length=8, choices=NoticeKind.choices)
    title = models.CharField(max_length=200)
    text = models.CharField(max_length=500, blank=True)
    link = models.CharField(max_length=200, help_text="path of the page that tells more")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    read_at = models.DateTimeField(null=True)
    mail = models.CharField(
        max_length=6, choices=NoticeMail.choices, default=NoticeMail.NONE, db_default="none"
    )

    objects = NoticeQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["person", "about", "event", "occurred_at"], name="notice_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["person"], condition=models.Q(read_at__isnull=True), name="notice_unread"
            ),
            models.Index(
                fields=["created_at"], condition=models.Q(mail="due"), name="notice_mail_due"
            ),
            models.Index(fields=["about"], name="notice_about"),
        ]

    def __str__(self) -> str:
        return f"notice {self.pk}"

    @property
    def asks_nothing(self) -> bool:
        """True when it is good to know, and no more."""
        return self.kind == NoticeKind.DONE
