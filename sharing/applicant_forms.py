"""What a donor may ask of the list of applicants: narrow it, look one up, take an export in."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django import forms

from sharing.models import (
    Applicant,
    ApplicantOrder,
    ApplicantQuerySet,
    ApplicantSource,
    Shareability,
)
from sharing.review_states import REVIEW_STATES
from sumsub.review import ReviewWord

_SUMSUB_ID = re.compile(r"[0-9A-Fa-f]{24}")
_DASHBOARD_ADDRESS = re.compile(r"^https?://.*/applicants?/([0-9A-Za-z]{24})(?:[/?#]|$)")


class ApplicantFilter(forms.Form):
    """Which applicants to show, and in what order. Every field may stay empty."""

    q = forms.CharField(required=False, max_length=256, label="Find an applicant")
    share = forms.ChoiceField(
        required=False,
        label="Can be shared",
        choices=[
            ("", "All"),
            (Shareability.SHAREABLE.value, "Can be shared"),
            (Shareability.REFUSED.value, "Would be refused"),
            (Shareability.UNKNOWN.value, "Not known"),
        ],
    )
    status = forms.ChoiceField(
        required=False,
        label="Status",
        choices=[("", "Any status"), *((word.value, word.value) for word in REVIEW_STATES)],
    )
    level = forms.ChoiceField(required=False, label="Level")
    country = forms.ChoiceField(required=False, label="Country")
    source = forms.ChoiceField(
        required=False, label="Source", choices=[("", "Any source"), *ApplicantSource.choices]
    )
    sort = forms.ChoiceField(required=False, label="Order", choices=ApplicantOrder.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, column in (("level", "level_name"), ("country", "country")):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [
                ("", f"Any {name}"),
                *((value, value) for value in Applicant.objects.values_in(column)),
            ]

    def narrow(self, applicants: ApplicantQuerySet) -> ApplicantQuerySet:
        """`applicants` as far as the valid fields let them through; `share` is left to the caller.

        So the caller can count each shareability of what is found.
        """
        values = self.cleaned_data
        if values.get("q"):
            applicants = applicants.found_by(values["q"])
        if values.get("status"):
            applicants = applicants.in_review_state(ReviewWord(values["status"]))
        columns = {"level": "level_name", "country": "country", "source": "source"}
        exact = {column: values[name] for name, column in columns.items() if values.get(name)}
        return applicants.filter(**exact)

    @property
    def shareability(self) -> Shareability | None:
        """The shareability asked for; None for any."""
        chosen = self.cleaned_data.get("share")
        return Shareability(chosen) if chosen else None

    @property
    def order(self) -> ApplicantOrder:
        """How to sort."""
        return ApplicantOrder(self.cleaned_data.get("sort") or ApplicantOrder.NEWEST)

    @property
    def in_use(self) -> bool:
        """True when anything is filtered; an order filters nothing."""
        return any(value for name, value in self.cleaned_data.items() if name != "sort")


class LookupForm(forms.Form):
    """One applicant, by Sumsub's id or by ours."""

    applicant = forms.CharField(
        max_length=256,
        label="Applicant id or your id",
        error_messages={
            "required": "Enter the id that Sumsub's dashboard shows, or your own id.",
            "max_length": "An id has at most 256 characters.",
        },
    )

    def clean_applicant(self) -> str:
        """The id in what was pasted; refuse what cannot stand in an address of Sumsub's."""
        text = pasted_id(str(self.cleaned_data["applicant"]))
        if text in {"", ".", ".."} or not text.isprintable():
            raise forms.ValidationError("This is no id. Enter Sumsub's applicant id or your own.")
        return text


def pasted_id(text: str) -> str:
    """The id that somebody meant: out of blanks nobody sees, quotes, or a dashboard's address."""
    bare = (
        "".join(c for c in text if unicodedata.category(c) != "Cf").strip().strip("\"'“”").strip()
    )
    in_address = _DASHBOARD_ADDRESS.search(bare)
    if in_address:
        return in_address[1]
    joined = "".join(bare.split())
    return joined if _SUMSUB_ID.fullmatch(joined) else bare


class ExportForm(forms.Form):
    """The CSV that Sumsub's dashboard exports."""

    file = forms.FileField(
        label="CSV of applicants",
        help_text="Sumsub's dashboard, Applicants, Export. Only applicantId is needed.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
        error_messages={
            "required": "Choose the CSV that Sumsub's dashboard exported.",
            "empty": "This file is empty. Export applicants in Sumsub's dashboard.",
        },
    )
