"""What a donor may ask of the list of applicants: narrow it, look one up, take an export in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from sharing.dashboard_csv import Export, ExportRefused, read_export
from sharing.models import Applicant, ApplicantQuerySet
from sharing.review_states import REVIEW_STATES
from sumsub.review import ReviewWord


class ApplicantFilter(forms.Form):
    """Which applicants to show. Every field may stay empty."""

    q = forms.CharField(required=False, max_length=256, label="Find an applicant")
    status = forms.ChoiceField(
        required=False,
        label="Status",
        choices=[("", "Any status"), *((word.value, word.value) for word in REVIEW_STATES)],
    )
    level = forms.ChoiceField(required=False, label="Level")
    country = forms.ChoiceField(required=False, label="Country")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, column in (("level", "level_name"), ("country", "country")):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            known = Applicant.objects.exclude(**{column: ""}).order_by(column)
            values = known.values_list(column, flat=True).distinct()
            field.choices = [("", f"Any {name}"), *((value, value) for value in values)]

    def narrow(self, applicants: ApplicantQuerySet) -> ApplicantQuerySet:
        """`applicants` as far as the valid fields of this form let them through."""
        values = self.cleaned_data
        if values.get("q"):
            applicants = applicants.found_by(values["q"])
        if values.get("status"):
            applicants = applicants.in_review_state(ReviewWord(values["status"]))
        if values.get("level"):
            applicants = applicants.filter(level_name=values["level"])
        if values.get("country"):
            applicants = applicants.filter(country=values["country"])
        return applicants

    @property
    def in_use(self) -> bool:
        """True when anything is filtered."""
        return any(self.cleaned_data.values())


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
        """Refuse what cannot stand in an address of Sumsub's."""
        text = str(self.cleaned_data["applicant"])
        if text in {".", ".."} or not text.isprintable():
            raise forms.ValidationError("This is no id. Enter Sumsub's applicant id or your own.")
        return text


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
    export: Export

    def clean_file(self) -> UploadedFile[bytes]:
        """Read the header; refuse a file that is no export, in the reader's words."""
        upload: UploadedFile[bytes] = self.cleaned_data["file"]
        try:
            self.export = read_export(upload.read())
        except ExportRefused as refused:
            raise forms.ValidationError(refused.sentence) from None
        return upload
