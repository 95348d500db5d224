"""What an admin enters about an API client."""

from datetime import timedelta
from typing import Any

from django import forms

from accounts.api_keys import network_of
from accounts.models import ApiClient
from accounts.scopes import Scope

LIVES = ((30, "30 days"), (90, "90 days"), (180, "180 days"), (365, "1 year"))
OVERLAPS = ((0, "None: it ends now"), (1, "1 hour"), (24, "1 day"), (168, "7 days"))
MOST_NETWORKS = 20
MOST_CALLS = 10_000


class ClientForm(forms.Form):
    """Scopes, networks and rate."""

    scopes = forms.MultipleChoiceField(
        label="What it may do",
        choices=[(scope.value, scope.words) for scope in Scope],
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choose at least one: a client without a scope can do nothing."
        },
    )
    addresses = forms.CharField(
        label="Networks it calls from",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocomplete": "off"}),
        help_text="One address or network a line, for example 192.0.2.0/24. Empty: from anywhere.",
    )
    calls_per_minute = forms.IntegerField(
        label="Calls a minute",
        min_value=1,
        max_value=MOST_CALLS,
        initial=600,
        help_text="More are answered with 429 until the minute is over.",
    )

    def clean_scopes(self) -> list[Scope]:
        """As the deeds take them."""
        return [Scope(value) for value in self.cleaned_data["scopes"]]

    def clean_addresses(self) -> list[str]:
        """Every line as a network."""
        lines = [line for line in self.cleaned_data["addresses"].splitlines() if line.strip()]
        if len(lines) > MOST_NETWORKS:
            raise forms.ValidationError(f"Enter at most {MOST_NETWORKS} networks.")
        try:
            return [network_of(line) for line in lines]
        except ValueError:
            raise forms.ValidationError(
                "Enter one address or network a line, for example 192.0.2.10 or 2001:db8::/32."
            ) from None


class NewClientForm(ClientForm):
    """A client and its first key."""

    name = forms.CharField(
        label="Name",
        max_length=80,
        help_text="The program it is for. The audit trail names its deeds by it, so it stays.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
        error_messages={"required": "Enter the name of the program."},
    )
    life = forms.TypedChoiceField(label="Its key lives for", choices=LIVES, coerce=int, initial=90)

    def clean_name(self) -> str:
        """Refuse a name that is taken: two clients must not be taken for one another."""
        name = " ".join(str(self.cleaned_data["name"]).split())
        if ApiClient.objects.named(name).exists():
            raise forms.ValidationError(
                f"There is a client named {name} already. Names stay taken for good."
            )
        return name

    @property
    def lives(self) -> timedelta:
        """How long the first key lives."""
        return timedelta(days=self.cleaned_data["life"])


class RotateForm(forms.Form):
    """A second key beside the first."""

    life = forms.TypedChoiceField(
        label="The new key lives for", choices=LIVES, coerce=int, initial=90
    )
    overlap = forms.TypedChoiceField(
        label="The old key stays valid for",
        choices=OVERLAPS,
        coerce=int,
        initial=24,
        help_text="Time to put the new key in place.",
    )

    @property
    def lives(self) -> timedelta:
        """How long the new key lives."""
        return timedelta(days=self.cleaned_data["life"])

    @property
    def overlaps(self) -> timedelta:
        """How long both are valid."""
        return timedelta(hours=self.cleaned_data["overlap"])


def as_entered(client: ApiClient) -> dict[str, Any]:
    """A client's values as the form shows them."""
    return {
        "scopes": client.scopes,
        "addresses": "\n".join(client.addresses),
        "calls_per_minute": client.calls_per_minute,
    }
