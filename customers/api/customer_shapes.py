"""Customers and applications as clients see them; personal data only with its scope."""

from typing import Any

from rest_framework import serializers

from accounts.api.ids import Kind, shown_id, shown_or_none
from accounts.api.reading import Text
from customers.masking import shown_name
from customers.models import Application, ApplicationStatus, Customer, KycStatus

HIDDEN = "null without `personal-data:read`"


class PersonWords(Text):
    """What to look for among people (`customers.models.person_search`)."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            max_length=100,
            help_text=(
                "names, e-mails and ids that begin so or, if none does, contain it; behind a `*` "
                "those that contain it in any case; ids only without `personal-data:read`"
            ),
            **options,
        )


class CustomerShown(serializers.Serializer[Any]):
    """A person we onboard."""

    id = serializers.CharField(help_text="`cus_…`")
    customer_type = serializers.CharField()
    name = serializers.CharField(help_text="masked without `personal-data:read`")
    external_id = serializers.CharField(help_text="yours")
    kyc_status = serializers.ChoiceField(choices=KycStatus.choices)
    application_id = serializers.CharField(allow_null=True, help_text="`app_…`")
    application_status = serializers.ChoiceField(choices=ApplicationStatus.choices, allow_null=True)
    partner = serializers.CharField(allow_null=True, help_text="the donor: `par_…`")
    date_of_birth = serializers.DateField(allow_null=True, help_text=HIDDEN)
    nationality = serializers.CharField(allow_null=True, help_text=HIDDEN)
    email = serializers.CharField(allow_null=True, help_text=HIDDEN)
    phone = serializers.CharField(allow_null=True, help_text=HIDDEN)
    street = serializers.CharField(allow_null=True, help_text=HIDDEN)
    city = serializers.CharField(allow_null=True, help_text=HIDDEN)
    region = serializers.CharField(allow_null=True, help_text=HIDDEN)
    postal_code = serializers.CharField(allow_null=True, help_text=HIDDEN)
    country = serializers.CharField(
        help_text="`ZZ` while Sumsub carried no address and nobody entered one"
    )
    masked = serializers.BooleanField(help_text="personal data is left out")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


_PERSONAL = (
    "date_of_birth",
    "nationality",
    "email",
    "phone",
    "street",
    "city",
    "region",
    "postal_code",
)
CUSTOMER_EXAMPLE: dict[str, Any] = {
    "id": "cus_3f2c9b1e5d7a4c6e8f10a2b3c4d5e6f7",
    "customer_type": "individual",
    "name": "Ada Mercer",
    "external_id": "004417",
    "kyc_status": "pending",
    "application_id": "app_9a8b7c6d5e4f40318293a4b5c6d7e8f9",
    "application_status": "pending",
    "partner": "par_3",
    "date_of_birth": "1990-04-12",
    "nationality": "NLD",
    "email": "ada@mail.example",
    "phone": "",
    "street": "Lijnbaan 1",
    "city": "Utrecht",
    "region": "",
    "postal_code": "3512",
    "country": "NLD",
    "masked": False,
    "created_at": "2026-11-29T09:15:02.402000Z",
    "updated_at": "2026-11-29T09:15:02.402000Z",
}


def customer_shown(customer: Customer, *, unmasked: bool) -> dict[str, Any]:
    """A customer as this client may see them."""
    application: Application | None = getattr(customer, "application", None)
    return {
        "id": shown_id(Kind.CUSTOMER, customer.pk),
        "customer_type": customer.customer_type,
        "name": shown_name(customer.name, unmasked=unmasked),
        "external_id": customer.external_id,
        "kyc_status": customer.kyc_status,
        "application_id": shown_or_none(Kind.APPLICATION, application.pk if application else None),
        "application_status": application.status if application else None,
        "partner": shown_or_none(Kind.PARTNER, customer.partner_id),
        **{name: getattr(customer, name) if unmasked else None for name in _PERSONAL},
        "country": customer.country,
        "masked": not unmasked,
        "created_at": customer.created_at,
        "updated_at": customer.updated_at,
    }
