"""Who asked to be told about an import that somebody else brought."""

from django.conf import settings
from django.db import models

from accounts.models import User
from customers.models.imports import Import


class WatchQuerySet(models.QuerySet["Watch"]):
    """Questions about many watches."""

    def on(self, imported: Import) -> "WatchQuerySet":
        """The watches on one import."""
        return self.filter(import_ref=imported)

    def by(self, person: User) -> "WatchQuerySet":
        """One person's watches."""
        return self.filter(person=person)


class Watch(models.Model):
    """One person wants to be told about one import. Whoever brought it is told without one."""

    import_ref = models.ForeignKey(
        Import, models.CASCADE, related_name="watches", db_column="import_id", db_index=False
    )
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    objects = WatchQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["import_ref", "person"], name="watch_once")]

    def __str__(self) -> str:
        return f"watch on import {self.import_ref_id}"
