"""For whom a share token is made and how long it lives."""

from typing import TYPE_CHECKING, Any

from django import forms

from sharing.models import Partner, Way
from sharing.times_to_live import (
    DEFAULT_TTL_SECONDS,
    MAX_TTL_SECONDS,
    OTHER,
    TTL_SENTENCE,
    TTL_TOO_LONG,
    USUAL,
    choice_for,
)

# Django's field is generic for the type checker only.
if TYPE_CHECKING:
    _PartnerChoice = forms.ModelChoiceField[Partner]
else:
    _PartnerChoice = forms.ModelChoiceField

OUT_OF_DATE = "This page is out of date. Check what it says, then generate the share token."


class RecipientChoice(_PartnerChoice):
    """Recipients that may get share tokens now, named with their client id."""

    def label_from_instance(self, obj: Partner) -> str:
        """The partner's name and client id; our own workspace is called that."""
        return obj.choice_label


class RecipientForm(forms.Form):
    """Recipient and time to live; the recipient's default is chosen beforehand."""

    partner = RecipientChoice(
        Partner.objects.none(),
        label="Recipient",
        empty_label=None,
        error_messages={
            "required": "Choose a recipient.",
            "invalid_choice": "Nothing is minted for this partner now. Choose another one.",
        },
    )
    ttl = forms.ChoiceField(
        choices=USUAL,
        label="Time to live",
        error_messages={"required": "Choose how long the share token lives."},
    )
    seconds = forms.IntegerField(
        required=False,
        label="Time to live, in seconds",
        min_value=1,
        max_value=MAX_TTL_SECONDS,
        error_messages={
            "invalid": TTL_SENTENCE,
            "min_value": TTL_SENTENCE,
            "max_value": TTL_TOO_LONG,
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["partner"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Partner.objects.clear_for(Way.OUT)
        if not self.is_bound:
            self._preselect()

    def clean(self) -> dict[str, Any]:
        """Ask for the seconds when the time to live is none of the usual ones."""
        values = super().clean() or {}
        if (
            values.get("ttl") == OTHER
            and not values.get("seconds")
            and "seconds" not in self.errors
        ):
            self.add_error("seconds", TTL_SENTENCE)
        return values

    @property
    def ttl_seconds(self) -> int:
        """The chosen time to live of a valid form."""
        ttl = self.cleaned_data["ttl"]
        return int(self.cleaned_data["seconds"] if ttl == OTHER else ttl)

    @property
    def chosen_partner(self) -> Partner | None:
        """The recipient that the form shows as chosen, if there is any to choose."""
        field = self.fields["partner"]
        assert isinstance(field, forms.ModelChoiceField)
        try:
            found = field.clean(self["partner"].value())
        except forms.ValidationError:
            return None
        return found if isinstance(found, Partner) else None

    @property
    def shown_ttl(self) -> int:
        """The seconds that the form shows as chosen, for the sentence about the death."""
        if self.is_bound and not self.errors.keys() & {"ttl", "seconds"}:
            return self.ttl_seconds
        partner = self.chosen_partner
        return partner.default_ttl_seconds if partner else DEFAULT_TTL_SECONDS

    def _preselect(self) -> None:
        """Choose the recipient asked for, else the first one, with its default time to live."""
        active = Partner.objects.clear_for(Way.OUT)
        asked = str(self.initial.get("partner") or "")
        chosen = active.filter(pk=asked).first() if asked.isdecimal() else None
        partner = chosen or active.first()
        seconds = partner.default_ttl_seconds if partner else DEFAULT_TTL_SECONDS
        self.initial = {
            "partner": partner.pk if partner else None,
            "ttl": choice_for(seconds),
            "seconds": seconds,
        }


class MintForm(RecipientForm):
    """The same for one share token.

    `once` names this showing of the form, so that it mints one share token however often it comes.
    """

    once = forms.CharField(max_length=40)
    is_ttl_suspected = False
    """True once Sumsub refused the call, and the time to live may be why."""

    def clean(self) -> dict[str, Any]:
        """Say of the form what is wrong with its hidden field."""
        if "once" in self.errors:
            del self.errors["once"]
            self.add_error(None, OUT_OF_DATE)
        return super().clean()

    @property
    def focus(self) -> dict[str, bool]:
        """Which field has the focus: the first that must be mended, else the recipient."""
        faulty = [name for name in ("partner", "seconds", "ttl") if name in self.errors]
        if self.is_ttl_suspected:
            faulty.append("seconds" if self["ttl"].value() == OTHER else "ttl")
        first = faulty[0] if faulty else "partner"
        return {name: name == first for name in ("partner", "seconds", "ttl")}
