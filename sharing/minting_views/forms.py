"""The forms of minting many: whom for, how long, and what to do about doubtful rows."""

from typing import Any

from django import forms

from sharing.minting_form import RecipientForm
from sharing.minting_many.files import Preset
from sharing.models import MintBatch
from sharing.times_to_live import choice_for


class NewBatchForm(RecipientForm):
    """A file or pasted ids, the recipient, and the time to live."""

    file = forms.FileField(
        label="File of applicants",
        required=False,
        allow_empty_file=True,
        help_text="Sumsub's dashboard, Applicants, Export; or any CSV with applicantId or "
        "externalId.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv,text/plain"}),
    )
    pasted = forms.CharField(
        label="Ids, one a line",
        required=False,
        strip=False,
        help_text="Sumsub's applicant ids, or your own ids, which are looked up.",
        widget=forms.Textarea(
            attrs={"rows": 5, "autocomplete": "off", "spellcheck": "false", "class": "input mono"}
        ),
    )


class ChoicesForm(RecipientForm):
    """What may be chosen about a draft; shows what is chosen now."""

    refusable = forms.BooleanField(required=False)
    live = forms.BooleanField(required=False)

    def __init__(self, batch: MintBatch, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self.initial = {
                "partner": batch.partner_id,
                "ttl": choice_for(batch.ttl_seconds),
                "seconds": batch.ttl_seconds,
                "refusable": batch.mints_refusable,
                "live": batch.mints_live,
            }


class FileForm(forms.Form):
    """The shape of the file."""

    preset = forms.ChoiceField(choices=Preset.choices, initial=Preset.TOKEN)
