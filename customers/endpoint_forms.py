"""What people enter about webhook endpoints, and the filter of their deliveries."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils import timezone

from customers.forms import ListFilter
from customers.models import DeliveryState, Endpoint, EventType
from customers.models.outgoing import SUBSCRIBABLE, DeliveryQuerySet
from outward.addresses import AddressRefused, target_of

# Django's form is generic for the type checker only.
if TYPE_CHECKING:
    _EndpointModelForm = forms.ModelForm[Endpoint]
else:
    _EndpointModelForm = forms.ModelForm

TAKEN = "There is an endpoint with this address already."


class EndpointForm(_EndpointModelForm):
    """Where to, and what of."""

    events = forms.MultipleChoiceField(
        label="Events",
        choices=[(one.value, one.label) for one in SUBSCRIBABLE],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one event."},
    )

    class Meta:
        model = Endpoint
        fields = ("url", "description", "events")
        labels = {"url": "Address", "description": "What it is"}
        help_texts = {
            "url": "Where your system takes the messages: https://hooks.example.com/kyc.",
            "description": "For the people here, for example Core banking.",
        }
        error_messages = {
            "url": {"required": "Enter the address of your system.", "unique": TAKEN},
        }
        widgets = {
            "url": forms.TextInput(
                attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}
            ),
        }

    def clean_url(self) -> str:
        """Refuse what is never called; the address is judged again at every call."""
        url = str(self.cleaned_data["url"]).strip()
        try:
            target_of(url, allow_private=settings.WEBHOOK_ALLOW_PRIVATE)
        except AddressRefused as refused:
            raise forms.ValidationError(refused.sentence) from None
        return url


class AgainForm(forms.Form):
    """Which deliveries of the last so many hours are meant, when the failed ones go again."""

    hours = forms.TypedChoiceField(
        label="Since",
        coerce=int,
        choices=[
            (1, "of the last hour"),
            (24, "of the last day"),
            (24 * 7, "of the last 7 days"),
            (24 * 30, "of the last 30 days"),
        ],
        initial=24,
    )

    @property
    def since(self) -> datetime:
        """From when on; call after `is_valid`."""
        return timezone.now() - timedelta(hours=self.cleaned_data["hours"])


STUCK = "retrying"
STATES = [
    ("", "All"),
    (DeliveryState.WAITING.value, "Waiting"),
    (STUCK, "Trying again"),
    (DeliveryState.DELIVERED.value, "Delivered"),
    (DeliveryState.FAILED.value, "Failed"),
]


class DeliveryFilter(ListFilter):
    """Which deliveries of an endpoint to list."""

    state = forms.ChoiceField(required=False, choices=STATES, label="State")
    type = forms.ChoiceField(
        required=False,
        choices=[("", "Any event"), *((one.value, one.value) for one in EventType)],
        label="Event",
    )

    def narrow(self, deliveries: DeliveryQuerySet) -> DeliveryQuerySet:
        """`deliveries` as far as the filter lets them through."""
        state: Any = self.value("state")
        if state == STUCK:
            deliveries = deliveries.stuck()
        elif state:
            deliveries = deliveries.in_state(state)
        if event_type := self.value("type"):
            deliveries = deliveries.of_type(event_type)
        return deliveries
