"""Forms behind an applicant's link: the officers' sections, cut to what is asked."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict

from customers.applicant_link import words
from customers.applicant_link.making import MOST_DAYS, USUAL_DAYS
from customers.applicant_link.steps import Step, StepName
from customers.application_forms import AddressForm, IdentityForm, SectionForm, TaxForm
from customers.models import EmploymentStatus, Purpose, WealthSource


class _WorkForm(SectionForm):
    employment_status = forms.ChoiceField(
        choices=EmploymentStatus.choices, widget=forms.RadioSelect
    )


class _PurposeForm(SectionForm):
    purpose_of_account = forms.MultipleChoiceField(
        choices=Purpose.choices, widget=forms.CheckboxSelectMultiple
    )


class _WealthForm(SectionForm):
    source_of_wealth = forms.MultipleChoiceField(
        choices=WealthSource.choices, widget=forms.CheckboxSelectMultiple
    )


_FORMS: dict[StepName, type[SectionForm]] = {
    StepName.ABOUT: IdentityForm,
    StepName.ADDRESS: AddressForm,
    StepName.WORK: _WorkForm,
    StepName.ACCOUNT: _PurposeForm,
    StepName.WEALTH: _WealthForm,
    StepName.TAX: TaxForm,
}


def form_for(
    step: Step, data: QueryDict | None = None, *, current: Mapping[str, Any] | None = None
) -> SectionForm:
    """The form of a step: the fields that it asks for, in the applicant's words."""
    form = _FORMS[step.name](data, current=current)
    for name in [name for name in form.fields if name not in step.fields]:
        del form.fields[name]
    for name, field in form.fields.items():
        field.label = words.FIELDS[name]
        field.required = name not in words.OPTIONAL
        field.widget.attrs["autocomplete"] = words.FILLED_BY.get(name, "off")
    return form


class LinkForm(forms.Form):
    """How long a new link works."""

    days = forms.IntegerField(
        min_value=1,
        max_value=MOST_DAYS,
        initial=USUAL_DAYS,
        label="Works for, in days",
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
