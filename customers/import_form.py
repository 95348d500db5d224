"""The form of a Sumsub Import: share tokens, and how to redeem them."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.db import models

from customers.models import Import, ImportMode, LookKind
from sharing.document_words import step_word
from sharing.levels import Levels
from sharing.models import Partner, Way


class ReviewTrust(models.TextChoices):
    """What a copy does with the donor's review; Sumsub takes no word for "inherit"."""

    NOT_SAID = "", "Do not say"
    INHERIT = "inherit", "Inherit"
    RECHECK = "recheck", "Recheck"

    @property
    def told(self) -> bool | None:
        """Sumsub's `trustReview`; None leaves it out."""
        return {ReviewTrust.INHERIT: True, ReviewTrust.RECHECK: False}.get(self)


# Steps of individuals, by Sumsub's names ("Sumsub: idDocSetType").
STEPS = (
    "IDENTITY",
    "SELFIE",
    "PROOF_OF_RESIDENCE",
    "QUESTIONNAIRE",
    "APPLICANT_DATA",
    "EMAIL_VERIFICATION",
    "PHONE_VERIFICATION",
    "PAYMENT_METHODS",
    "PROOF_OF_PAYMENT",
    "IDENTITY2",
    "SELFIE2",
    "PROOF_OF_RESIDENCE2",
)


# Django's field is generic for the type checker only.
if TYPE_CHECKING:
    _PartnerChoice = forms.ModelChoiceField[Partner]
else:
    _PartnerChoice = forms.ModelChoiceField


class DonorChoice(_PartnerChoice):
    """Donors that may share now, named with their client id."""

    def label_from_instance(self, obj: Partner) -> str:
        """The partner's name and client id; our own workspace is called that."""
        return obj.choice_label


class SumsubImportForm(forms.Form):
    """A file, a paste or one share token, and how to redeem what is in it.

    Of several a file counts before one share token, and that before a paste.
    """

    file = forms.FileField(label="File of share tokens", required=False, allow_empty_file=True)
    single = forms.CharField(label="One share token", required=False, strip=True)
    pasted = forms.CharField(label="Share tokens, one a line", required=False, strip=False)
    level = forms.ChoiceField(label="Level")
    partner = DonorChoice(
        Partner.objects.none(),
        label="Donor",
        required=False,
        empty_label="Not stated",
        error_messages={
            "invalid_choice": "Nothing is imported from this partner now. Its page says why.",
        },
    )
    mode = forms.ChoiceField(
        label="Mode", choices=ImportMode.choices, widget=forms.RadioSelect, initial=ImportMode.REUSE
    )
    trust_review = forms.ChoiceField(
        label="The donor's review",
        choices=ReviewTrust.choices,
        widget=forms.RadioSelect,
        required=False,
        initial=ReviewTrust.NOT_SAID.value,
    )
    reset_steps = forms.MultipleChoiceField(
        label="Ask the person again for",
        choices=[(name, step_word(name)) for name in STEPS],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": "Sumsub has no step “%(value)s” for individuals."},
    )
    look = forms.ChoiceField(
        label="Look first",
        choices=[("", "No"), *LookKind.choices],
        widget=forms.RadioSelect,
        required=False,
        initial="",
    )
    leave_documents = forms.BooleanField(
        label="Leave out rows that would end in Documents requested", required=False
    )
    again = forms.BooleanField(label="Import the same file again", required=False)

    def __init__(self, *args: Any, levels: Levels, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.levels = levels
        self.donors = Partner.objects.clear_for(Way.IN).order_by("name")
        self.fields["partner"].queryset = self.donors  # type: ignore[attr-defined]
        choices = [(name, name) for name in levels.names]
        self.fields["level"].choices = choices  # type: ignore[attr-defined]
        self.fields["level"].initial = levels.names[0]
        if settings.REQUIRE_PARTNER:
            self.fields["partner"].required = True
            self.fields["partner"].empty_label = "Choose a donor"  # type: ignore[attr-defined]
            self.fields["partner"].error_messages["required"] = "Choose the donor of this file."

    @property
    def typed(self) -> str:
        """Share tokens that came without a file: one of them, or a paste."""
        if self.cleaned_data["file"]:
            return ""
        single: str = self.cleaned_data.get("single", "")
        pasted: str = self.cleaned_data.get("pasted", "")
        return single or (pasted if pasted.strip() else "")

    @property
    def copy_options(self) -> dict[str, Any]:
        """What Copy Applicant is told, as `intake.Options` takes it; nothing in the other mode.

        The page keeps what was chosen for a copy while another mode is looked at.
        """
        if self.cleaned_data["mode"] != ImportMode.COPY:
            return {}
        return {
            "reset_steps": tuple(self.cleaned_data["reset_steps"]),
            "trust_review": ReviewTrust(self.cleaned_data["trust_review"]).told,
        }


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
