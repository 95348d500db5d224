"""Finding customers by words, among a few and among a million.

Indexes know who begins with the words. Only where they know nobody, or very many, or the words are
to be found anywhere, every customer is looked at, as for rows (`row_search`).
"""

from typing import TYPE_CHECKING, Any, Self, TypeVar
from uuid import UUID

from django.db import models
from django.db.models import Q, QuerySet

from customers.models.index_words import filled
from customers.models.row_search import MOST, asked_for

if TYPE_CHECKING:
    from customers.models.customers import Customer  # noqa: F401 (a type of the annotation below)

IDS = ("external_id",)
# A family name by itself, too: that is what people type.
NAMES = ("name", "last_name", "email")
_APPLICANT = "application__provider_applicant_id"

Things = TypeVar("Things", bound="QuerySet[Any]")


class PersonSearch(models.QuerySet["Customer"]):
    """Questions in a person's words."""

    def found_by(self, words: str, *, by_name: bool = True) -> Self:
        """Customers whose Sumsub applicant id is `words`, or whose name, e-mail or id begins so;
        where there are none, or the words come behind ANYWHERE, those that contain them.

        Without `by_name` ids alone are looked at: who may not see names must not find them either.
        """
        near = self.beginning_with(words, by_name=by_name)
        return near_or_far(self, near, Q(pk__in=near), containing(words, by_name=by_name))

    def beginning_with(self, words: str, *, by_name: bool) -> set[UUID]:
        """The customers that an index finds; none when there are more than MOST.

        Each kind is asked for by itself, and of all customers, or no index would answer. None, too,
        for words that are to be found anywhere.
        """
        words, anywhere = asked_for(words)
        if anywhere:
            return set()
        kinds = [Q(filled(_APPLICANT), **{_APPLICANT: words})]
        kinds += [
            Q(filled(column), **{f"{column}__istartswith": words})
            for column in (IDS + NAMES if by_name else IDS)
        ]
        found: set[UUID] = set()
        for kind in kinds:
            asked = self.model._default_manager.filter(kind).order_by()
            found.update(asked.values_list("pk", flat=True)[: MOST + 1])
        return found if len(found) <= MOST else set()


def containing(words: str, *, by_name: bool) -> Q:
    """The condition that a customer contains the words."""
    words, _ = asked_for(words)
    found = Q(external_id__icontains=words) | Q(**{_APPLICANT: words})
    if by_name:
        found |= Q(name__icontains=words) | Q(email__icontains=words)
    return found


def near_or_far(things: Things, known: set[UUID], near: Q, far: Q) -> Things:
    """`things` about the people who are `known`; the others (`far`) where none is about them."""
    mine = things.filter(near)
    return mine if known and mine.exists() else things.filter(far)
