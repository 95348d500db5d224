"""Adding and changing a partner, with the sentences for whatever does not fit."""

from typing import TYPE_CHECKING

from django import forms
from django.conf import settings

from sharing.models import Partner
from sharing.times_to_live import MAX_TTL_SECONDS, TTL_SENTENCE, TTL_TOO_LONG

OWN_CLIENT_ID = "This is our own client id. Enter the one that your partner's dashboard shows."
ODD_CLIENT_ID = "A client id has no blanks, for example northbank.example_200002."


# Django's form is generic for the type checker only.
if TYPE_CHECKING:
    _PartnerModelForm = forms.ModelForm[Partner]
else:
    _PartnerModelForm = forms.ModelForm


class PartnerForm(_PartnerModelForm):
    """A company and its Sumsub client id; at least one of the two roles."""

    class Meta:
        model = Partner
        fields = (
            "name",
            "client_id",
            "is_donor",
            "is_recipient",
            "agreement_reference",
            "agreement_ends_on",
            "default_level",
            "default_ttl_seconds",
            "contact",
            "notes",
        )
        labels = {
            "client_id": "Client id",
            "is_donor": "Donor: shares its customers with us",
            "is_recipient": "Recipient: gets our customers",
            "agreement_reference": "Agreement",
            "agreement_ends_on": "Agreement ends on",
            "default_level": "Default level",
            "default_ttl_seconds": "Default time to live, in seconds",
        }
        help_texts = {
            "client_id": "As your partner's Sumsub dashboard shows it.",
            "agreement_reference": "How both of you call the contract, for example VB-2026-11.",
            "agreement_ends_on": "Its last day. Empty: it has no end.",
            "default_level": "Level that this donor's customers are imported at. Empty: ours.",
            "default_ttl_seconds": "How long share tokens for this recipient live; 1200 is 20 min.",
            "contact": "Whom to ask for new share tokens.",
        }
        widgets = {
            "agreement_ends_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "notes": forms.Textarea(attrs={"rows": 3}),
            "client_id": forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
            "default_level": forms.TextInput(attrs={"list": "levels", "autocomplete": "off"}),
        }
        error_messages = {
            "name": {"required": "Enter the company's name."},
            "client_id": {"required": "Enter the client id that the partner's dashboard shows."},
            "agreement_ends_on": {"invalid": "Enter a day, for example 2027-06-30."},
            "default_ttl_seconds": {
                "required": TTL_SENTENCE,
                "invalid": TTL_SENTENCE,
                "min_value": TTL_SENTENCE,
                "max_value": TTL_TOO_LONG,
            },
        }

    def clean_client_id(self) -> str:
        """Refuse our own client id, one with blanks, and one that is in the register already."""
        client_id = str(self.cleaned_data["client_id"])
        if any(character.isspace() or not character.isprintable() for character in client_id):
            raise forms.ValidationError(ODD_CLIENT_ID)
        if client_id == settings.SUMSUB_CLIENT_ID:
            raise forms.ValidationError(OWN_CLIENT_ID)
        holder = Partner.objects.filter(client_id=client_id).exclude(pk=self.instance.pk).first()
        if holder is not None:
            raise forms.ValidationError(_taken_by(holder))
        return client_id

    def clean_default_ttl_seconds(self) -> int:
        """Refuse a time to live that no share token can have."""
        seconds = int(self.cleaned_data["default_ttl_seconds"])
        if seconds < 1:
            raise forms.ValidationError(TTL_SENTENCE)
        if seconds > MAX_TTL_SECONDS:
            raise forms.ValidationError(TTL_TOO_LONG)
        return seconds

    def clean(self) -> dict[str, object]:
        """Refuse a partner that is neither donor nor recipient."""
        values = super().clean() or {}
        if not (values.get("is_donor") or values.get("is_recipient")):
            self.add_error("is_donor", "Choose at least one: donor, recipient, or both.")
        return values


def _taken_by(holder: Partner) -> str:
    if holder.may_share:
        return f"{holder.name} has this client id already."
    return f"{holder.name} has this client id and is {holder.state}. Activate it instead."
