"""Which notices reach a person how: under the bell, by e-mail, both, or not at all."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from django.conf import settings
from django.db import models

from accounts.occasions import Occasion


@dataclass(frozen=True)
class Reach:
    """How notices of one occasion reach a person. E-mail needs the person's e-mails to be on."""

    in_app: bool = True
    by_mail: bool = True


# What holds until a person chooses: everything under the bell, and the same by e-mail for whoever
# turned e-mails on.
USUAL = Reach()


class NoticeChoiceQuerySet(models.QuerySet["NoticeChoice"]):
    """Questions about many choices."""

    def by(self, person_id: int) -> Self:
        """One person's choices."""
        return self.filter(person=person_id)

    def reach_of(self, person_id: int) -> Mapping[str, Reach]:
        """How notices reach a person, by occasion, as far as chosen."""
        return {one.occasion: one.reach for one in self.by(person_id)}

    def reach_on(self, occasion: str, person_ids: Iterable[int]) -> Mapping[int, Reach]:
        """How notices of one occasion reach these people, by number, as far as they chose."""
        found = self.filter(occasion=occasion, person__in=list(person_ids))
        return {one.person_id: one.reach for one in found}


class NoticeChoice(models.Model):
    """What one person chose for one occasion; without it `USUAL` holds."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )
    occasion = models.CharField(max_length=24, choices=Occasion.choices)
    in_app = models.BooleanField(default=True)
    by_mail = models.BooleanField(default=True)

    objects = NoticeChoiceQuerySet.as_manager()

    class Meta:
        app_label = "accounts"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["person", "occasion"], name="notice_choice_once")
        ]

    def __str__(self) -> str:
        return f"choice for {self.occasion}"

    @property
    def reach(self) -> Reach:
        """The choice itself."""
        return Reach(self.in_app, self.by_mail)
