"""What people enter on the recipient's pages, and the filters of its lists."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.db.models import Q

from customers.models import (
    ApplicationStatus,
    Customer,
    Import,
    ImportMode,
    ImportState,
    KycStatus,
)
from customers.models.customers import CustomerQuerySet
from customers.models.imports import ImportQuerySet
from sharing.levels import Levels
from sharing.models import Partner
from sharing.review_states import REVIEW_STATES
from sumsub.review import ReviewWord

# At run time Django's ModelForm takes no parameter.
if TYPE_CHECKING:
    _CustomerModelForm = forms.ModelForm[Customer]
else:
    _CustomerModelForm = forms.ModelForm

OLDEST_BIRTH = date(1900, 1, 1)


class SumsubImportForm(forms.Form):
    """A file or paste of share tokens, and how to redeem them."""

    file = forms.FileField(label="File of share tokens", required=False, allow_empty_file=True)
    pasted = forms.CharField(label="Share tokens, one a line", required=False, strip=False)
    level = forms.ChoiceField(label="Level")
    partner = forms.ModelChoiceField(
        Partner.objects.donors().active().order_by("name"),
        label="Donor",
        required=False,
        empty_label="Not stated",
    )
    mode = forms.ChoiceField(
        label="Mode", choices=ImportMode.choices, widget=forms.RadioSelect, initial=ImportMode.REUSE
    )
    again = forms.BooleanField(label="Import the same file again", required=False)

    def __init__(self, *args: Any, levels: Levels, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.levels = levels
        choices = [(name, name) for name in levels.names]
        self.fields["level"].choices = choices  # type: ignore[attr-defined]
        self.fields["level"].initial = levels.names[0]
        if settings.REQUIRE_PARTNER:
            self.fields["partner"].required = True
            self.fields["partner"].empty_label = "Choose a donor"  # type: ignore[attr-defined]
            self.fields["partner"].error_messages["required"] = "Choose the donor of this file."

    @property
    def is_paste(self) -> bool:
        """True when share tokens were pasted and no file was chosen."""
        return bool(self.cleaned_data.get("pasted", "").strip()) and not self.cleaned_data["file"]


class NewTokensForm(SumsubImportForm):
    """New share tokens for rows of the import `renews`, to be redeemed as those were."""

    pairing = forms.CharField(required=False, max_length=64)
    in_order = forms.BooleanField(required=False)
    with_surplus = forms.BooleanField(required=False)

    def __init__(self, *args: Any, levels: Levels, renews: Import, **kwargs: Any) -> None:
        initial = {"level": renews.level_name, "partner": renews.partner, "mode": renews.mode}
        super().__init__(*args, levels=levels, initial=initial, **kwargs)
        names = dict.fromkeys([renews.level_name, *levels.names])
        self.fields["level"].choices = [(name, name) for name in names]  # type: ignore[attr-defined]
        self.fields["level"].initial = renews.level_name


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
            "name": forms.TextInput(attrs={"autocomplete": "off"}),
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


class ImportFilter(ListFilter):
    """Which imports to list."""

    state = forms.ChoiceField(
        required=False, choices=[("", "Any state"), *ImportState.choices], label="State"
    )
    partner = forms.ModelChoiceField(
        Partner.objects.donors().order_by("name"),
        required=False,
        empty_label="Any donor",
        label="Donor",
    )

    def narrow(self, imports: ImportQuerySet) -> ImportQuerySet:
        """`imports` as far as the filter lets them through."""
        if state := self.value("state"):
            imports = imports.filter(state=state)
        if partner := self.value("partner"):
            imports = imports.filter(partner=partner)
        if words := self.value("q"):
            imports = imports.filter(_import_words(words))
        return imports


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
        choices=[("", "Any review"), *((word.value, word.value) for word in REVIEW_STATES)],
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
            customers = customers.filter(application__status=status)
        if review := self.value("review"):
            customers = customers.filter(_review_is(ReviewWord(review)))
        if partner := self.value("partner"):
            customers = customers.filter(partner=partner)
        return customers


def _review_is(word: ReviewWord) -> Q:
    stored = REVIEW_STATES[word].stored
    return Q(**{f"application__{_COLUMNS[name]}": value for name, value in stored.items()})


# Where an application keeps what sharing.review_states names by an applicant's columns.
_COLUMNS = {
    "review_status": "sumsub_review_status",
    "review_answer": "sumsub_review_answer",
    "review_reject_type": "sumsub_reject_type",
}


def _import_words(words: str) -> Q:
    found = Q(file_name__icontains=words) | Q(created_by__name__icontains=words)
    if words.isdecimal() and len(words) < 10:
        found |= Q(pk=int(words))
    return found
