"""What a client sends about a partner; whether it fits together is a matter of the page's form."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from accounts.api.problems import FieldError, invalid
from accounts.api.reading import Body, OneOf, Text, Whole
from sharing.api.partner_shapes import ROLES
from sharing.models import Covers, LawfulBasis, Partner, PartnerContact
from sharing.partner_form import MOST_CONTACTS, PartnerForm
from sharing.times_to_live import MAX_TTL_SECONDS

LONGEST_NOTES = 10_000
# A form's field and where it stands in the body.
_PLACES = {
    "is_donor": "roles",
    "is_recipient": "roles",
    "agreement_reference": "agreement.reference",
    "agreement_covers": "agreement.covers",
    "agreement_signed_on": "agreement.signed_on",
    "agreement_ends_on": "agreement.ends_on",
    "lawful_basis": "agreement.lawful_basis",
    "lawful_basis_note": "agreement.lawful_basis_note",
}
_PLAIN = ("name", "client_id", "default_level", "default_ttl_seconds", "notes")


class Agreement(Body):
    """What sharing rests on. Fields that are left out stay as they are."""

    reference = Text(required=False, allow_blank=True, max_length=120)
    covers = OneOf(choices=Covers.choices, required=False)
    signed_on = serializers.DateField(
        required=False, allow_null=True, input_formats=["%Y-%m-%d"], help_text="else no sharing"
    )
    ends_on = serializers.DateField(
        required=False, allow_null=True, input_formats=["%Y-%m-%d"], help_text="its last day"
    )
    lawful_basis = OneOf(
        choices=[("", ""), *LawfulBasis.choices], required=False, help_text="GDPR, article 6 (1)"
    )
    lawful_basis_note = Text(required=False, allow_blank=True, max_length=300)


class Contact(Body):
    """Somebody at the partner."""

    name = Text(max_length=120)
    email = serializers.EmailField(required=False, allow_blank=True, max_length=254)
    purpose = Text(required=False, allow_blank=True, max_length=120)


class Notes(serializers.CharField):
    """A text of several lines."""

    def to_internal_value(self, data: Any) -> str:
        """The text. Raises ValidationError."""
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class PartnerFields(Body):
    """What may be said of a partner beside its name and client id."""

    agreement = Agreement(required=False)
    contacts = Contact(  # type: ignore[call-arg]
        many=True, required=False, max_length=MOST_CONTACTS, help_text="all of them, not some"
    )
    default_level = Text(required=False, allow_blank=True, max_length=256)
    default_ttl_seconds = Whole(required=False, min_value=1, max_value=MAX_TTL_SECONDS)
    notes = Notes(required=False, allow_blank=True, max_length=LONGEST_NOTES)


def _roles(**options: Any) -> serializers.ListField:
    return serializers.ListField(
        child=OneOf(choices=[(role, role) for role in ROLES]),
        min_length=1,
        max_length=len(ROLES),
        **options,
    )


class NewPartner(PartnerFields):
    """A company and its Sumsub client id."""

    name = Text(max_length=120)
    client_id = Text(max_length=120, help_text="as its Sumsub dashboard shows it")
    roles = _roles(help_text="`donor`: shares with us; `recipient`: gets our customers")


class PartnerChange(PartnerFields):
    """What changes; fields that are left out stay as they are."""

    name = Text(required=False, max_length=120)
    client_id = Text(required=False, max_length=120)
    roles = _roles(required=False)


def form_of(asked: Mapping[str, Any], partner: Partner | None) -> PartnerForm:
    """The page's form, filled with what is there and what was sent. Raises Problem (400)."""
    there = partner or Partner(default_ttl_seconds=asked.get("default_ttl_seconds", 1200))
    data = {name: getattr(there, name) for name in PartnerForm.Meta.fields}
    data |= {name: asked[name] for name in _PLAIN if name in asked}
    if "roles" in asked:
        data |= {f"is_{role}": role in asked["roles"] for role in ROLES}
    places = {place: name for name, place in _PLACES.items()}
    for name, value in asked.get("agreement", {}).items():
        data[places[f"agreement.{name}"]] = value
    form = PartnerForm(data, instance=partner)
    if not form.is_valid():
        raise invalid(*_faults(form))
    return form


def contacts_of(asked: Mapping[str, Any]) -> list[PartnerContact] | None:
    """The contacts that were sent; None when nothing was said of them."""
    if "contacts" not in asked:
        return None
    return [PartnerContact(**one) for one in asked["contacts"]]


def _faults(form: PartnerForm) -> list[FieldError]:
    return [
        FieldError(_PLACES.get(name, name), str(sentence))
        for name, sentences in form.errors.items()
        for sentence in sentences
    ]
