"""Customers and applications as clients see them; personal data only with its scope."""

from typing import Any

from rest_framework import serializers

from accounts.api.ids import Kind, shown_id, shown_or_none
from customers.masking import shown_name
from customers.models import Application, ApplicationStatus, Customer, KycStatus, ReviewChange

HIDDEN = "null without `personal-data:read`"


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


class ReviewShown(serializers.Serializer[Any]):
    """One change of Sumsub's review, as we learnt it."""

    at = serializers.DateTimeField()
    status = serializers.CharField()
    answer = serializers.CharField()
    reject_type = serializers.CharField()
    source = serializers.CharField(help_text="how we learnt it")  # type: ignore[assignment]


class ApplicationShown(serializers.Serializer[Any]):
    """The way of a customer to a decision, and Sumsub's own review beside it."""

    id = serializers.CharField(help_text="`app_…`")
    customer_id = serializers.CharField(help_text="`cus_…`")
    status = serializers.ChoiceField(choices=ApplicationStatus.choices)
    level = serializers.CharField()
    provider_applicant_id = serializers.CharField()
    external_user_id = serializers.CharField()
    inherited_review = serializers.BooleanField(
        help_text="copied without checks: its approval is the donor's, not ours"
    )
    sumsub_review_status = serializers.CharField()
    sumsub_review_answer = serializers.CharField()
    sumsub_reject_type = serializers.CharField()
    sumsub_reject_labels = serializers.ListField(child=serializers.CharField())
    reviews = ReviewShown(many=True, help_text="the newest first, at most 50")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


APPLICATION_EXAMPLE: dict[str, Any] = {
    "id": "app_9a8b7c6d5e4f40318293a4b5c6d7e8f9",
    "customer_id": "cus_3f2c9b1e5d7a4c6e8f10a2b3c4d5e6f7",
    "status": "pending",
    "level": "id-only",
    "provider_applicant_id": "66f0c2a4e19b7d3500000001",
    "external_user_id": "kr-0f8a2b",
    "inherited_review": False,
    "sumsub_review_status": "completed",
    "sumsub_review_answer": "GREEN",
    "sumsub_reject_type": "",
    "sumsub_reject_labels": [],
    "reviews": [
        {
            "at": "2026-11-29T09:15:07.118000Z",
            "status": "completed",
            "answer": "GREEN",
            "reject_type": "",
            "source": "lookup",
        }
    ],
    "created_at": "2026-11-29T09:15:02.402000Z",
    "updated_at": "2026-11-29T09:15:07.118000Z",
}
MOST_REVIEWS = 50


def application_shown(application: Application) -> dict[str, Any]:
    """An application with the history of its review."""
    return {
        "id": shown_id(Kind.APPLICATION, application.pk),
        "customer_id": shown_id(Kind.CUSTOMER, application.customer_id),
        "status": application.status,
        "level": application.level_name,
        "provider_applicant_id": application.provider_applicant_id,
        "external_user_id": application.external_user_id,
        "inherited_review": application.inherited_review,
        "sumsub_review_status": application.sumsub_review_status,
        "sumsub_review_answer": application.sumsub_review_answer,
        "sumsub_reject_type": application.sumsub_reject_type,
        "sumsub_reject_labels": application.sumsub_reject_labels,
        "reviews": [_review(one) for one in application.review_changes.all()[:MOST_REVIEWS]],
        "created_at": application.created_at,
        "updated_at": application.updated_at,
    }


def _review(change: ReviewChange) -> dict[str, Any]:
    return {
        "at": change.at,
        "status": change.status,
        "answer": change.answer,
        "reject_type": change.reject_type,
        "source": change.source,
    }
