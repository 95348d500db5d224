"""Adding and changing a partner, with the sentences for whatever does not fit."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone

from sharing.models import Covers, Partner, PartnerContact, PartnerState
from sharing.times_to_live import MAX_TTL_SECONDS, TTL_SENTENCE, TTL_TOO_LONG

MOST_CONTACTS = 12
BLANK_CONTACTS = 2
DAY_SENTENCE = "Enter a day, for example 2027-06-30."
HAS_TOKENS = (
    "Share tokens were made for this client id, and the ledger names it. Add a new partner for the "
    "other workspace, and remove this one."
)
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
            "agreement_covers",
            "agreement_signed_on",
            "agreement_ends_on",
            "lawful_basis",
            "lawful_basis_note",
            "default_level",
            "default_ttl_seconds",
            "notes",
        )
        labels = {
            "client_id": "Client id",
            "is_donor": "Donor: shares its customers with us",
            "is_recipient": "Recipient: gets our customers",
            "agreement_reference": "Agreement",
            "agreement_covers": "It covers",
            "agreement_signed_on": "Signed on",
            "agreement_ends_on": "Ends on",
            "lawful_basis": "Lawful basis",
            "lawful_basis_note": "What it rests on",
            "default_level": "Default level",
            "default_ttl_seconds": "Default time to live, in seconds",
        }
        help_texts = {
            "client_id": "As your partner's Sumsub dashboard shows it.",
            "agreement_reference": "How both of you call the contract, for example VB-2026-11.",
            "agreement_signed_on": "Without it nothing is shared.",
            "agreement_ends_on": "Its last day. Empty: it has no end.",
            "lawful_basis": "GDPR, article 6 (1).",
            "lawful_basis_note": "For example where the consent of each person is kept.",
            "default_level": "Level that this donor's customers are imported at. Empty: ours.",
            "default_ttl_seconds": "How long share tokens for this recipient live; 1200 is 20 min.",
        }
        widgets = {
            "agreement_signed_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "agreement_ends_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "notes": forms.Textarea(attrs={"rows": 3}),
            "client_id": forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
            "default_level": forms.TextInput(attrs={"list": "levels", "autocomplete": "off"}),
        }
        error_messages = {
            "name": {"required": "Enter the company's name."},
            "client_id": {"required": "Enter the client id that the partner's dashboard shows."},
            "agreement_signed_on": {"invalid": DAY_SENTENCE},
            "agreement_ends_on": {"invalid": DAY_SENTENCE},
            "default_ttl_seconds": {
                "required": TTL_SENTENCE,
                "invalid": TTL_SENTENCE,
                "min_value": TTL_SENTENCE,
                "max_value": TTL_TOO_LONG,
            },
        }

    def clean_client_id(self) -> str:
        """Refuse a client id with blanks, and one that is in the register already.

        Our own is taken: a same-key test shares with ourselves, and its page says so.
        """
        client_id = str(self.cleaned_data["client_id"])
        if any(character.isspace() or not character.isprintable() for character in client_id):
            raise forms.ValidationError(ODD_CLIENT_ID)
        if self.instance.pk and client_id != self.initial["client_id"] and self.instance.has_tokens:
            raise forms.ValidationError(HAS_TOKENS)
        holder = Partner.objects.filter(client_id=client_id).exclude(pk=self.instance.pk).first()
        if holder is not None:
            raise forms.ValidationError(_taken_by(holder))
        return client_id

    def clean_agreement_signed_on(self) -> date | None:
        """Refuse a day to come: until then nothing is signed."""
        signed = self.cleaned_data["agreement_signed_on"]
        if signed is not None and signed > timezone.now().date():
            raise forms.ValidationError("This day is still to come. Enter it once it is signed.")
        return signed if isinstance(signed, date) else None

    def clean_default_ttl_seconds(self) -> int:
        """Refuse a time to live that no share token can have."""
        seconds = int(self.cleaned_data["default_ttl_seconds"])
        if seconds < 1:
            raise forms.ValidationError(TTL_SENTENCE)
        if seconds > MAX_TTL_SECONDS:
            raise forms.ValidationError(TTL_TOO_LONG)
        return seconds

    def clean(self) -> dict[str, object]:
        """Refuse a partner without a role, and an agreement that contradicts itself."""
        values = super().clean() or {}
        if not (values.get("is_donor") or values.get("is_recipient")):
            self.add_error("is_donor", "Choose at least one: donor, recipient, or both.")
        signed, ends = values.get("agreement_signed_on"), values.get("agreement_ends_on")
        if isinstance(signed, date) and isinstance(ends, date) and ends < signed:
            self.add_error("agreement_ends_on", "It ends before it was signed. Check both days.")
        if signed and not values.get("agreement_reference"):
            self.add_error("agreement_reference", "Say how both of you call this agreement.")
        covers = values.get("agreement_covers")
        if covers == Covers.IN and not values.get("is_donor"):
            self.add_error("agreement_covers", "This partner is no donor. Choose another answer.")
        if covers == Covers.OUT and not values.get("is_recipient"):
            self.add_error(
                "agreement_covers", "This partner is no recipient. Choose another answer."
            )
        return values


class ContactForm(forms.Form):
    """One line of the contacts; an empty one counts for nothing."""

    name = forms.CharField(
        required=False,
        max_length=120,
        label="Name",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    email = forms.EmailField(
        required=False,
        label="E-mail address",
        error_messages={"invalid": "Enter an e-mail address, for example anna@northbank.example."},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    purpose = forms.CharField(
        required=False,
        max_length=120,
        label="For",
        widget=forms.TextInput(attrs={"placeholder": "New share tokens, data protection …"}),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the name of somebody whose address or purpose is given."""
        values = super().clean() or {}
        if not values.get("name") and (values.get("email") or values.get("purpose")):
            self.add_error("name", "Say who this is; a team's name will do.")
        return values


_ContactLines = forms.formset_factory(
    ContactForm, extra=BLANK_CONTACTS, max_num=MOST_CONTACTS, validate_max=True
)


class ContactLines(_ContactLines):  # type: ignore[misc,valid-type]
    """The contacts of a partner, and two empty lines for more."""

    @classmethod
    def of(cls, partner: Partner | None, sent: Any) -> "ContactLines":
        """The lines of a partner as they are, or as they were sent."""
        known = [
            {"name": one.name, "email": one.email, "purpose": one.purpose}
            for one in (partner.contacts.all() if partner else ())
        ]
        return cls(sent, initial=known, prefix="contacts")

    @property
    def contacts(self) -> list[PartnerContact]:
        """What valid lines hold; emptied ones are left out."""
        filled = [line.cleaned_data for line in self.forms if line.cleaned_data.get("name")]
        return [PartnerContact(**values) for values in filled]


def _taken_by(holder: Partner) -> str:
    if holder.state == PartnerState.REMOVED:
        return f"{holder.name} had this client id and was removed. Bring it back instead."
    if holder.state == PartnerState.PAUSED:
        return f"{holder.name} has this client id and is paused. Activate it instead."
    return f"{holder.name} has this client id already."
