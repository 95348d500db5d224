"""Keeping a filter, from the list it belongs to; every deed leads back there."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from accounts import saved_filters
from accounts.models import SavedFilter, User
from accounts.permissions import signed_in
from accounts.saved_filters import FilteredPage, FilterRefused

FORGOTTEN = "The filter is deleted."


class NameForm(forms.Form):
    """How a filter is called."""

    name = forms.CharField(
        max_length=60,
        error_messages={
            "required": "Enter a name for the filter.",
            "max_length": "A name has at most 60 characters.",
        },
    )


@require_POST
def save(request: HttpRequest, page: str) -> HttpResponse:
    """Keep the filter in use under a name."""
    person = signed_in(request)
    place = _place(page, person)
    form, query = NameForm(request.POST), request.POST.get("query", "")
    if form.is_valid():
        try:
            name = form.cleaned_data["name"]
            kept = saved_filters.save(place, name, query, by=person, request=request)
        except FilterRefused as refused:
            messages.error(request, refused.sentence)
        else:
            messages.success(request, f"The filter “{kept.name}” is saved.")
    else:
        messages.error(request, _first_error(form))
    return _back(place, query)


@require_POST
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a filter of one's own another name."""
    person = signed_in(request)
    saved, place = _own(pk, person)
    form = NameForm(request.POST)
    if form.is_valid():
        try:
            saved_filters.rename(saved, form.cleaned_data["name"], by=person, request=request)
        except FilterRefused as refused:
            messages.error(request, refused.sentence)
    else:
        messages.error(request, _first_error(form))
    return _back(place, saved.query)


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a filter of one's own."""
    person = signed_in(request)
    saved, place = _own(pk, person)
    saved_filters.delete(saved, by=person, request=request)
    messages.success(request, FORGOTTEN)
    return _back(place, "")


@require_POST
def set_default(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the list open with a filter of one's own (`on`), or no more."""
    person = signed_in(request)
    saved, place = _own(pk, person)
    is_default = request.POST.get("on") == "1"
    saved_filters.set_default(saved, is_default, by=person, request=request)
    opens = f"with “{saved.name}”" if is_default else "unfiltered"
    messages.success(request, f"The list opens {opens} from now on.")
    return _back(place, saved.query)


def _place(name: str, person: User) -> FilteredPage:
    try:
        return saved_filters.page_named(name, person)
    except KeyError:
        raise Http404("No list has this name.") from None


def _own(pk: int, person: User) -> tuple[SavedFilter, FilteredPage]:
    saved = get_object_or_404(SavedFilter, pk=pk, person=person)
    return saved, _place(saved.page, person)


def _back(place: FilteredPage, query: str) -> HttpResponse:
    kept = place.cleaned(query) or f"{saved_filters.EVERYTHING}=1"
    return redirect(f"{place.url}?{kept}")


def _first_error(form: NameForm) -> str:
    return str(form.errors["name"][0])
