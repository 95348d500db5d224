"""A person's own filter of a list, under a name."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower

LONGEST_QUERY = 2000


class SavedFilterQuerySet(models.QuerySet["SavedFilter"]):
    """Questions about many saved filters."""

    def of(self, person_id: int, page: str) -> "SavedFilterQuerySet":
        """One person's filters of one page, by name."""
        return self.filter(person_id=person_id, page=page).order_by(Lower("name"))

    def default_of(self, person_id: int, page: str) -> "SavedFilter | None":
        """The filter that the page opens with for this person, if there is one."""
        return self.filter(person_id=person_id, page=page, is_default=True).first()


class SavedFilter(models.Model):
    """A filter of one list that one person keeps: `query` is the page's query string.

    `page` is the name of a `FilteredPage` (`saved_filters`). At most one of a person's filters of
    a page is the default, with which the page opens.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    page = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=LONGEST_QUERY)
    is_default = models.BooleanField(default=False)

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                "person", "page", Lower("name"), name="one_saved_filter_per_name"
            ),
            models.UniqueConstraint(
                fields=["person", "page"],
                condition=models.Q(is_default=True),
                name="one_default_filter_per_page",
            ),
        ]

    def __str__(self) -> str:
        return f"saved filter {self.pk}"
