"""A list of applicants as its query string describes it: what is found, its pages, neighbours.

Also what a person chose from it: some applicants (`applicant`, our numbers, repeated), or all that
a filter finds (`all_of`, the list's query string).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.http import QueryDict

from accounts.keyset import Page, number_in
from accounts.rights import Right
from accounts.saved_filters import FilteredPage
from sharing.applicant_forms import ApplicantFilter
from sharing.models import Applicant, ApplicantQuerySet, Shareability

PAGE_SIZE = 50
FILTERED = FilteredPage(
    name="applicants",
    address="sharing:applicants",
    parameters=frozenset(ApplicantFilter.base_fields),
    rights=(Right.VIEW_APPLICANTS,),
)
# Form fields of a selection.
CHOSEN = "applicant"
CHOSEN_ALL_OF = "all_of"


@dataclass(frozen=True)
class Neighbours:
    """Who stands before and after an applicant in a list."""

    previous: Applicant | None
    next: Applicant | None


class ApplicantList:
    """The applicants that a query string asks for; what is no valid filter filters nothing."""

    def __init__(self, query: Mapping[str, str]) -> None:
        self.form = ApplicantFilter(query)
        self.is_valid = self.form.is_valid()

    @cached_property
    def counts(self) -> dict[Shareability, int]:
        """How many of what else is asked for have each shareability."""
        return self._narrowed.counted_by_shareability()

    @property
    def found(self) -> ApplicantQuerySet:
        """All applicants found."""
        wanted = self.form.shareability
        return self._narrowed.of_shareability(wanted) if wanted else self._narrowed

    @property
    def found_count(self) -> int:
        """How many those are."""
        wanted = self.form.shareability
        return self.counts[wanted] if wanted else sum(self.counts.values())

    @property
    def _narrowed(self) -> ApplicantQuerySet:
        return self.form.narrow(Applicant.objects.all())

    def page(self, before: str | None) -> Page[Applicant]:
        """One screenful behind the applicant numbered `before`; without a number, the first."""
        cursor = number_in(before)
        order = self.form.order
        sorted_ones = self.found.in_order(order)
        if cursor is not None:
            sorted_ones = self.found.after_in(order, cursor)
        rows = list(sorted_ones.defer("profile")[: PAGE_SIZE + 1])
        older = rows[PAGE_SIZE - 1].pk if len(rows) > PAGE_SIZE else None
        return Page(rows=rows[:PAGE_SIZE], older=older, first=cursor is None)

    def neighbours(self, applicant: Applicant) -> Neighbours:
        """Who stands beside an applicant in this list's order."""
        order = self.form.order
        return Neighbours(
            previous=self.found.after_in(order, applicant.pk, backwards=True).first(),
            next=self.found.after_in(order, applicant.pk).first(),
        )


def chosen(posted: QueryDict) -> ApplicantQuerySet:
    """The applicants that a posted selection means: `all_of` if it is there, else `applicant`.

    A filter with a value that is none of its choices finds nobody: a slip must not choose all.
    """
    if CHOSEN_ALL_OF in posted:
        listed = ApplicantList(QueryDict(FILTERED.cleaned(posted.get(CHOSEN_ALL_OF, ""))))
        return listed.found if listed.is_valid else Applicant.objects.none()
    numbers = [found for text in posted.getlist(CHOSEN) if (found := number_in(text)) is not None]
    return Applicant.objects.filter(pk__in=set(numbers[:PAGE_SIZE]))
