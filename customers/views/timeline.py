"""A customer's timeline: the whole story, narrowed by what it is about, who did it, and when."""

from collections.abc import Iterable
from datetime import UTC
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.keyset import number_in
from accounts.period_form import PeriodForm
from accounts.permissions import signed_in
from customers.forms import ListFilter
from customers.masking import shown_name
from customers.moments import Moment, Strand
from customers.stories.whole import story_of
from customers.views.customers import application_of
from customers.views.fetching import customer_for
from customers.views.readers import Reader

PAGE_SIZE = 100
MACHINES = "machines"


class StoryFilter(PeriodForm, ListFilter):
    """Which moments to show. `who` offers those who appear in the story."""

    strand = forms.ChoiceField(
        required=False, choices=[("", "Everything"), *Strand.choices], label="About"
    )
    who = forms.ChoiceField(required=False, label="Who")
    first = forms.DateField(required=False, label="From")
    last = forms.DateField(required=False, label="To")

    def __init__(self, *args: Any, moments: Iterable[Moment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = {str(one.person): one.by for one in moments if one.person is not None}
        named = sorted(people.items(), key=lambda known: known[1].casefold())
        choices = self.fields["who"]
        assert isinstance(choices, forms.ChoiceField)
        choices.choices = [("", "Anybody"), *named, (MACHINES, "No person")]

    def fits(self, moment: Moment) -> bool:
        """True for a moment that the filter lets through; days are UTC."""
        strand, who = self.value("strand"), self.value("who")
        first, last = self.value("first"), self.value("last")
        day = moment.at.astimezone(UTC).date()
        return not (
            (strand and moment.strand != strand)
            or (who and who != (str(moment.person) if moment.person is not None else MACHINES))
            or (first and day < first)
            or (last and day > last)
        )


@require_safe
def customer_timeline(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything that happened to one customer, the latest first."""
    customer = customer_for(request, pk)
    reader = Reader.of(signed_in(request))
    application = application_of(customer)
    story = story_of(customer, application, timezone.now())
    form = StoryFilter(request.GET, moments=story)
    found = [one for one in story if form.fits(one)]
    rest = _rest(found, request.GET.get("before"))
    context = {
        "customer": customer,
        "application": application,
        "name": shown_name(customer.name, unmasked=reader.sees_names) or "Unnamed customer",
        "reader": reader,
        "form": form,
        "moments": rest[:PAGE_SIZE],
        "count": len(found),
        "older": max(0, len(rest) - PAGE_SIZE),
        "first_page": not request.GET.get("before"),
    }
    return render(request, "customers/customers/timeline.html", context)


def _rest(found: list[Moment], left: str | None) -> list[Moment]:
    """The last so many moments: what a page left over, however many happened since."""
    number = number_in(left)
    return found if not number else found[-number:]
