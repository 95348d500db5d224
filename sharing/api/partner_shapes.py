"""Partners as clients see them in the list: the entry of the register."""

from typing import Any

from rest_framework import serializers

from accounts.api.ids import Kind, shown_id
from sharing.bar_words import bar_sentence
from sharing.models import (
    Bar,
    Covers,
    LawfulBasis,
    Partner,
    PartnerQuerySet,
    PartnerState,
    Way,
)

ROLES = ("donor", "recipient")


class AgreementShown(serializers.Serializer[Any]):
    """What sharing with the partner rests on."""

    reference = serializers.CharField()
    covers = serializers.ChoiceField(choices=Covers.choices)
    signed_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True, help_text="its last day; null: no end")
    lawful_basis = serializers.ChoiceField(choices=["", *LawfulBasis.values])
    lawful_basis_note = serializers.CharField()


class ContactShown(serializers.Serializer[Any]):
    """Somebody at the partner."""

    name = serializers.CharField()
    email = serializers.CharField()
    purpose = serializers.CharField(help_text="what to speak to them about")


class WayShown(serializers.Serializer[Any]):
    """Whether sharing may go on one way, and what stands against it."""

    way = serializers.ChoiceField(choices=Way.choices)
    allowed = serializers.BooleanField()
    bar = serializers.ChoiceField(choices=["", *Bar.values], help_text="empty when allowed")
    explanation = serializers.CharField(help_text="for people: why, and who can change it")


class PartnerInList(serializers.Serializer[Any]):
    """A company that we share verified customers with."""

    id = serializers.CharField(help_text="`par_…`")
    name = serializers.CharField()
    client_id = serializers.CharField(help_text="as its Sumsub dashboard shows it")
    is_ourselves = serializers.BooleanField(help_text="our own workspace: for tests only")
    roles = serializers.ListField(child=serializers.ChoiceField(choices=ROLES))
    state = serializers.ChoiceField(choices=PartnerState.choices)
    agreement = AgreementShown()
    contacts = ContactShown(many=True)
    default_level = serializers.CharField(help_text="empty: ours")
    default_ttl_seconds = serializers.IntegerField()
    notes = serializers.CharField()
    ways = WayShown(many=True)
    created_at = serializers.DateTimeField()


PARTNER_EXAMPLE: dict[str, Any] = {
    "id": "par_3",
    "name": "Velmora Bank",
    "client_id": "velmora.example_200002",
    "is_ourselves": False,
    "roles": ["recipient"],
    "state": "active",
    "agreement": {
        "reference": "VB-2026-11",
        "covers": "both",
        "signed_on": "2026-10-30",
        "ends_on": None,
        "lawful_basis": "consent",
        "lawful_basis_note": "",
    },
    "contacts": [{"name": "Anna Lind", "email": "anna@velmora.example", "purpose": "tokens"}],
    "default_level": "",
    "default_ttl_seconds": 1200,
    "notes": "",
    "ways": [{"way": "out", "allowed": True, "bar": "", "explanation": ""}],
    "created_at": "2026-11-01T08:00:00Z",
}


def for_list(partners: PartnerQuerySet) -> PartnerQuerySet:
    """With what the list shows of each."""
    return partners.prefetch_related("contacts")


def partner_in_list(partner: Partner) -> dict[str, Any]:
    """The entry of the register."""
    roles = ((ROLES[0], partner.is_donor), (ROLES[1], partner.is_recipient))
    return {
        "id": shown_id(Kind.PARTNER, partner.pk),
        "name": partner.name,
        "client_id": partner.client_id,
        "is_ourselves": partner.is_ourselves,
        "roles": [role for role, has in roles if has],
        "state": partner.state,
        "agreement": {
            "reference": partner.agreement_reference,
            "covers": partner.agreement_covers,
            "signed_on": partner.agreement_signed_on,
            "ends_on": partner.agreement_ends_on,
            "lawful_basis": partner.lawful_basis,
            "lawful_basis_note": partner.lawful_basis_note,
        },
        "contacts": [
            {"name": one.name, "email": one.email, "purpose": one.purpose}
            for one in partner.contacts.all()
        ],
        "default_level": partner.default_level,
        "default_ttl_seconds": partner.default_ttl_seconds,
        "notes": partner.notes,
        "ways": [way_shown(partner, way) for way in partner.ways],
        "created_at": partner.created_at,
    }


def way_shown(partner: Partner, way: Way) -> dict[str, Any]:
    bar = partner.bar(way)
    return {
        "way": way.value,
        "allowed": bar is None,
        "bar": bar.value if bar else "",
        "explanation": bar_sentence(partner, way, bar) if bar else "",
    }
