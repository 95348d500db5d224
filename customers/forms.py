"""What people enter on the recipient's pages, and the filters of its lists."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Q, TextChoices

from accounts.models import User
from accounts.period_form import PeriodForm
from customers.models import (
    Application,
    ApplicationStatus,
    Customer,
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

# At run time Django's ModelForm takes no parameter.
if TYPE_CHECKING:
    _CustomerModelForm = forms.ModelForm[Customer]
else:
    _CustomerModelForm = forms.ModelForm

OLDEST_BIRTH = date(1900, 1, 1)


class ManualForm(_CustomerModelForm):
    """A customer entered by hand."""

    country = forms.CharField(
        label="Country of residence",
        max_length=3,
        min_length=2,
        help_text="Two or three letters, for example DE or DEU.",
    )

    class Meta:
        model = Customer
        fields = ("name", "date_of_birth", "email", "country", "external_id")
        labels = {
            "name": "Full name",
            "date_of_birth": "Date of birth",
            "email": "E-mail",
            "external_id": "Your id",
        }
        help_texts = {"external_id": "The id this customer has in your own systems."}
        widgets = {
            "date_of_birth": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "email": forms.EmailInput(attrs={"autocomplete": "off"}),
            "name": forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
        }
        field_classes = {"email": forms.EmailField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].widget.attrs["type"] = "email"

    def clean_country(self) -> str:
        """Letters only, in capitals."""
        country = str(self.cleaned_data["country"]).upper()
        if not country.isascii() or not country.isalpha() or country in {"ZZ", "ZZZ"}:
            raise forms.ValidationError("Enter the letters of a country, for example DE.")
        return country

    def clean_date_of_birth(self) -> date | None:
        """A day that somebody alive can have been born on."""
        born: date | None = self.cleaned_data["date_of_birth"]
        if born and not OLDEST_BIRTH <= born <= date.today():
            raise forms.ValidationError("Enter a day between 1 January 1900 and today.")
        return born


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
