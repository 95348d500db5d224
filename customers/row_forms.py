"""What people enter when they decide about rows."""

from typing import Any

from django import forms

from customers.retrying import LONGEST_WORDS


class EvidenceForm(forms.Form):
    """What somebody saw at Sumsub, in their words. `deed` keeps two of these apart on one page."""

    words = forms.CharField(
        label="What you saw, and where",
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        error_messages={"required": "Say what you saw, and where: it is kept with the row."},
    )

    def __init__(self, data: Any = None, *, deed: str) -> None:
        super().__init__(data, auto_id=f"{deed}_%s")


class OtherLevelForm(forms.Form):
    """A level at which refused rows are sent again.

    `refused_at` is the one that refused them all: it comes last, for when it was changed at Sumsub.
    """

    level = forms.ChoiceField(label="Level")

    def __init__(self, data: Any = None, *, names: list[str], refused_at: str = "") -> None:
        super().__init__(data)
        choices = [("", "Choose a level"), *((name, name) for name in names)]
        if refused_at:
            choices.append((refused_at, f"{refused_at} again: it was changed at Sumsub"))
        self.fields["level"].choices = choices  # type: ignore[attr-defined]
        self.fields["level"].error_messages["required"] = "Choose a level."
