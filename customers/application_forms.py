"""What people enter of customers. What may be stored, `customers.applying.values` decides."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone

from customers.applying.items import ABOUT, ASKABLE, FIELD_LABELS
from customers.countries import countries
from customers.forms import ListFilter
from customers.models import (
    ApplicationStatus,
    EmploymentStatus,
    PaperKind,
    Purpose,
    Waiting,
    WealthSource,
)
from customers.models.applications import ApplicationQuerySet
from sharing.documents import ACCEPT
from sharing.models import Partner


class CountryField(forms.ChoiceField):
    """A country by its name."""

    def __init__(self, *, label: str | None = None) -> None:
        super().__init__(choices=[("", "Choose a country"), *countries().items()], label=label)

    def offer(self, code: str) -> None:
        """Offer a stored code that is no country too, so that a saving does not lose it unseen."""
        if code and code not in countries():
            self.choices = [("", "Choose a country"), (code, code), *countries().items()]


class SectionForm(forms.Form):
    """What is entered together: it draws fields, and asks nothing of what is entered."""

    use_required_attribute = False

    def __init__(
        self, data: QueryDict | None = None, *, current: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=_shown(current or {}))
        for name, field in self.fields.items():
            field.label = field.label or FIELD_LABELS[name]
            if isinstance(field, CountryField):
                field.offer(str(self.initial.get(name) or ""))

    @property
    def given(self) -> dict[str, Any]:
        """What was entered, by field, as it came."""
        taken = {
            name: field.widget.value_from_datadict(self.data, {}, name)
            for name, field in self.fields.items()
        }
        return {name: "" if value is None else value for name, value in taken.items()}

    def tell(self, faults: Mapping[str, str]) -> None:
        """Put these sentences beside the fields, in place of the form's own."""
        self.full_clean()
        self.errors.clear()
        for name, sentence in faults.items():
            self.add_error(name if name in self.fields else None, sentence)


def _shown(current: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in current.items()
    }


def _text(**attrs: str | int) -> forms.CharField:
    return forms.CharField(widget=forms.TextInput(attrs={"autocomplete": "off", **attrs}))


class ManualForm(SectionForm):
    """A customer entered by hand: who it is. The rest is entered into the application."""

    name = _text(maxlength=256, autofocus=True)
    date_of_birth = forms.CharField(required=False, widget=forms.TextInput(attrs={"type": "date"}))
    email = forms.CharField(
        required=False,
        widget=forms.TextInput(attrs={"type": "email", "autocomplete": "off", "maxlength": 254}),
    )
    country = CountryField(label="Country of residence")
    external_id = forms.CharField(
        required=False,
        label="Your id",
        help_text="The id this customer has in your own systems.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "maxlength": 256}),
    )


class IdentityForm(SectionForm):
    """Who it is."""

    name = _text(maxlength=256)
    date_of_birth = forms.CharField(widget=forms.TextInput(attrs={"type": "date"}))
    nationality = CountryField()
    email = _text(type="email", maxlength=254)
    phone = forms.CharField(
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off", "maxlength": 40}),
    )


class AddressForm(SectionForm):
    """Where the person lives."""

    street = _text(maxlength=200)
    postal_code = _text(maxlength=20)
    city = _text(maxlength=120)
    region = forms.CharField(
        required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "maxlength": 120})
    )
    country = CountryField()


class AccountForm(SectionForm):
    """What a share token never carries."""

    employment_status = forms.ChoiceField(choices=[("", "Choose one"), *EmploymentStatus.choices])
    purpose_of_account = forms.MultipleChoiceField(
        choices=Purpose.choices, widget=forms.CheckboxSelectMultiple
    )
    source_of_wealth = forms.MultipleChoiceField(
        choices=WealthSource.choices, widget=forms.CheckboxSelectMultiple
    )


class TaxForm(SectionForm):
    """The SSN: never shown again, so an empty field leaves it as it is."""

    ssn = forms.CharField(
        help_text="Nine digits, written as 123-45-6789.",
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "inputmode": "numeric", "maxlength": 20}
        ),
    )


SECTIONS: dict[str, type[SectionForm]] = {
    "identity": IdentityForm,
    "address": AddressForm,
    "account": AccountForm,
    "tax": TaxForm,
}


class PaperForm(forms.Form):
    """A document and what it proves."""

    kind = forms.ChoiceField(choices=PaperKind.choices, label="What it proves")
    file = forms.FileField(
        label="Document",
        help_text="PDF, JPEG or PNG, up to 20 MB.",
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        error_messages={"required": "Choose a document.", "empty": "The file is empty."},
    )


class AskForm(forms.Form):
    """What is asked for: things of the checklist, and words."""

    items = forms.MultipleChoiceField(
        required=False,
        label="What is needed",
        choices=[(item.value, ABOUT[item].title) for item in ASKABLE],
        widget=forms.CheckboxSelectMultiple,
    )


# In days.
AGES = (
    (1, "a day or longer"),
    (3, "3 days or longer"),
    (7, "a week or longer"),
    (30, "30 days or longer"),
)


class ApplicationFilter(ListFilter):
    """Which applications to list."""

    waiting = forms.ChoiceField(required=False, choices=Waiting.choices)
    status = forms.ChoiceField(
        required=False, choices=[("", "Any status"), *ApplicationStatus.choices], label="Status"
    )
    age = forms.TypedChoiceField(
        required=False,
        coerce=int,
        choices=[("", "For any time"), *AGES],
        label="Has waited",
    )
    partner = forms.ModelChoiceField(
        Partner.objects.donors().order_by("name"),
        required=False,
        empty_label="Any donor",
        label="Donor",
    )

    def narrow(self, applications: ApplicationQuerySet, *, by_name: bool) -> ApplicationQuerySet:
        """`applications` as far as the filter lets them through (`by_name` as for customers)."""
        found = applications
        if waiting := self.value("waiting"):
            found = found.waiting_on(Waiting(waiting))
        if status := self.value("status"):
            found = found.in_status(ApplicationStatus(status))
        if partner := self.value("partner"):
            found = found.filter(customer__partner=partner)
        if days := self.value("age"):
            found = found.waiting_since(timezone.now() - timedelta(days=days))
        if words := self.value("q"):
            found = found.found_by(words, by_name=by_name)
        return found
