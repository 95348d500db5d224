"""Saved filters: a person keeps the filter of a list under a name, for any list that says so.

A page that keeps filters makes a `FilteredPage` when its module is loaded, shows
`_partials/saved_filters.html` with `shown_filters`, and opens by `opening`.
"""

from dataclasses import dataclass, field
from typing import ClassVar

from django.db import IntegrityError, transaction
from django.http import HttpRequest, QueryDict
from django.urls import reverse

from accounts import audit
from accounts.models import SavedFilter, User
from accounts.models.saved_filters import LONGEST_QUERY
from accounts.permissions import RightMissing
from accounts.plain_refusals import PlainRefusal
from accounts.rights import Right

# Shows the whole list although the person has a default filter.
EVERYTHING = "all"
PER_PAGE = 30


class FilterRefused(PlainRefusal):
    """The filter cannot be kept so. `sentence` says why."""


@dataclass(frozen=True)
class FilteredPage:
    """A list with filters that people may keep: its address, its parameters, who may see it."""

    name: str
    address: str
    parameters: frozenset[str]
    rights: tuple[Right, ...]
    known: ClassVar[dict[str, "FilteredPage"]] = {}

    def __post_init__(self) -> None:
        self.known[self.name] = self

    @property
    def url(self) -> str:
        """The path of the list."""
        return reverse(self.address)

    def cleaned(self, query: str) -> str:
        """A query string with this page's own filled parameters only, in a fixed order."""
        given = QueryDict(query.removeprefix("?"))
        kept = QueryDict(mutable=True)
        for name in sorted(self.parameters & given.keys()):
            kept.setlist(name, [value for value in given.getlist(name) if value])
        return kept.urlencode()


@dataclass(frozen=True)
class ShownFilters:
    """What the partial draws: a person's filters of a page, and the query that is in use."""

    page: FilteredPage
    query: str
    saved: list[SavedFilter] = field(default_factory=list)

    @property
    def current(self) -> SavedFilter | None:
        """The saved filter that the page shows just now."""
        return next((one for one in self.saved if one.query == self.query), None)


def shown_filters(page: FilteredPage, request: HttpRequest, person: User) -> ShownFilters:
    """The person's filters of a page, and which part of the request's query is a filter."""
    saved = list(SavedFilter.objects.of(person.pk, page.name))
    return ShownFilters(page, page.cleaned(request.GET.urlencode()), saved)


def opening(page: FilteredPage, request: HttpRequest, person: User) -> str | None:
    """Where to go instead: a page opened without any query shows the person's default filter."""
    if request.GET:
        return None
    default = SavedFilter.objects.default_of(person.pk, page.name)
    return f"{page.url}?{default.query}" if default else None


def page_named(name: str, person: User) -> FilteredPage:
    """The filtered page of this name. Raises KeyError, or RightMissing when it is not theirs."""
    page = FilteredPage.known[name]
    if not person.holds(*page.rights):
        raise RightMissing(page.rights)
    return page


def save(
    page: FilteredPage, name: str, query: str, *, by: User, request: HttpRequest | None = None
) -> SavedFilter:
    """Keep the filter; one of the same name is replaced. Raises FilterRefused."""
    kept = page.cleaned(query)
    if not kept:
        raise FilterRefused("Nothing is filtered, so there is nothing to save.")
    if len(kept) > LONGEST_QUERY:
        raise FilterRefused("This filter is too long to be saved.")
    with transaction.atomic():
        mine = SavedFilter.objects.of(by.pk, page.name)
        same = mine.filter(name__iexact=name).first()
        if same is None and mine.count() >= PER_PAGE:
            raise FilterRefused(f"You have {PER_PAGE} filters here. Delete one first.")
        saved = same or SavedFilter(person=by, page=page.name)
        saved.name, saved.query = name, kept
        saved.save()
        _record("saved", saved, by, request)
    return saved


def rename(saved: SavedFilter, name: str, *, by: User, request: HttpRequest | None = None) -> None:
    """Give a filter another name. Raises FilterRefused when another one has it."""
    saved.name = name
    try:
        with transaction.atomic():
            saved.save(update_fields=["name"])
            _record("renamed", saved, by, request)
    except IntegrityError:
        raise FilterRefused("Another of your filters has this name.") from None


@transaction.atomic
def delete(saved: SavedFilter, *, by: User, request: HttpRequest | None = None) -> None:
    """Forget a filter."""
    _record("deleted", saved, by, request)
    saved.delete()


@transaction.atomic
def set_default(
    saved: SavedFilter, is_default: bool, *, by: User, request: HttpRequest | None = None
) -> None:
    """Let the page open with this filter, or no more."""
    SavedFilter.objects.of(by.pk, saved.page).filter(is_default=True).update(is_default=False)
    SavedFilter.objects.filter(pk=saved.pk).update(is_default=is_default)
    _record("made_default" if is_default else "no_default", saved, by, request)


def _record(deed: str, saved: SavedFilter, by: User, request: HttpRequest | None) -> None:
    """Name and query stay out of the trail: people search for people."""
    audit.record(
        f"filter.{deed}", actor=by, subject=f"filter:{saved.pk}", request=request, page=saved.page
    )
