"""What people enter on the recipient's pages, and the filters of its lists."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import Q, TextChoices

from accounts.models import User
from accounts.period_form import PeriodForm
from customers.models import (
    Application,
    ApplicationStatus,
    ImportMode,
    ImportOrder,
    ImportState,
    KycStatus,
)
from customers.models.customers import CustomerQuerySet
from customers.models.imports import ImportQuerySet
from customers.wording import INHERITED
from sharing.models import Partner
from sharing.review_states import REVIEW_STATES
from sumsub.review import ReviewWord


class ListFilter(forms.Form):
    """A filter in an address: a field that makes no sense counts as not given."""

    q = forms.CharField(required=False, max_length=100)

    def value(self, name: str) -> Any:
        """A field's value, None when it is empty or invalid."""
        self.is_valid()
        return self.cleaned_data.get(name) or None

    @property
    def in_use(self) -> bool:
        """True when the list is narrowed."""
        return any(self.value(name) for name in self.fields)


class Holding(TextChoices):
    """What an import is looked for by what it holds."""

    NEEDS = "needs", "Needs somebody"
    REFUSALS = "refusals", "With refusals"
    DOUBT = "doubt", "With rows in doubt"


class ImportFilter(PeriodForm, ListFilter):
    """Which imports to list, and in which order."""

    state = forms.ChoiceField(
        required=False, choices=[("", "Any state"), *ImportState.choices], label="State"
    )
    holding = forms.ChoiceField(
        required=False, choices=[("", "Any outcome"), *Holding.choices], label="Outcome"
    )
    partner = forms.ModelChoiceField(
        Partner.objects.donors().order_by("name"),
        required=False,
        empty_label="Any donor",
        label="Donor",
    )
    person = forms.ModelChoiceField(
        User.objects.order_by("name", "pk"), required=False, empty_label="Anyone", label="Person"
    )
    mode = forms.ChoiceField(
        required=False, choices=[("", "Either mode"), *ImportMode.choices], label="Mode"
    )
    first = forms.DateField(required=False, label="From")
    last = forms.DateField(required=False, label="To")
    order = forms.ChoiceField(required=False, choices=ImportOrder.choices, label="Order")

    @property
    def in_use(self) -> bool:
        """True when the list is narrowed; its order leaves everything in."""
        return any(self.value(name) for name in self.fields if name != "order")

    @property
    def sorted_by(self) -> ImportOrder:
        """The order asked for."""
        return ImportOrder(self.value("order") or "")

    def narrow(self, imports: ImportQuerySet) -> ImportQuerySet:
        """`imports` as far as the filter lets them through."""
        for name in ("state", "partner", "mode"):
            if value := self.value(name):
                imports = imports.filter(**{name: value})
        if person := self.value("person"):
            imports = imports.filter(created_by=person)
        if holding := self.value("holding"):
            imports = _HOLDING[Holding(holding)](imports)
        if words := self.value("q"):
            imports = imports.found_by(words.strip())
        return imports.stored_between(self.value("first"), self.value("last"))


_HOLDING: dict[Holding, Callable[[ImportQuerySet], ImportQuerySet]] = {
    Holding.NEEDS: ImportQuerySet.needing_somebody,
    Holding.REFUSALS: ImportQuerySet.with_refusals,
    Holding.DOUBT: ImportQuerySet.in_doubt,
}


class CustomerFilter(ListFilter):
    """Which customers to list."""

    kyc = forms.ChoiceField(
        required=False, choices=[("", "Any KYC status"), *KycStatus.choices], label="KYC status"
    )
    status = forms.ChoiceField(
        required=False,
        choices=[("", "Any application"), *ApplicationStatus.choices],
        label="Application",
    )
    review = forms.ChoiceField(
        required=False,
        choices=[
            ("", "Any review"),
            *((word, word) for word in (*(one.value for one in REVIEW_STATES), INHERITED.word)),
        ],
        label="Review at Sumsub",
    )
    partner = forms.ModelChoiceField(
        Partner.objects.donors().order_by("name"),
        required=False,
        empty_label="Any donor",
        label="Donor",
    )

    def narrow(self, customers: CustomerQuerySet, *, by_name: bool) -> CustomerQuerySet:
        """`customers` as far as the filter lets them through; words match ids only for readers
        from whom names are kept (`by_name` False)."""
        if words := self.value("q"):
            customers = customers.found_by(words, by_name=by_name)
        if kyc := self.value("kyc"):
            customers = customers.filter(kyc_status=kyc)
        if status := self.value("status"):
            customers = Application.objects.whose_people_are(customers, ApplicationStatus(status))
        if review := self.value("review"):
            customers = customers.filter(_review_is(review))
        if partner := self.value("partner"):
            customers = customers.filter(partner=partner)
        return customers


def _review_is(word: str) -> Q:
    """The review as people read it: an approval that a copy brought along is not one of ours."""
    inherited = word == INHERITED.word
    meant = ReviewWord.APPROVED if inherited else ReviewWord(word)
    stored = REVIEW_STATES[meant].stored
    found = Q(**{f"application__{_COLUMNS[name]}": value for name, value in stored.items()})
    if meant is ReviewWord.APPROVED:
        found &= Q(application__inherited_review=inherited)
    return found


# Where an application keeps what sharing.review_states names by an applicant's columns.
_COLUMNS = {
    "review_status": "sumsub_review_status",
    "review_answer": "sumsub_review_answer",
    "review_reject_type": "sumsub_reject_type",
}
