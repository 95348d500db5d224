"""Recording a partner token: one that we made, one that we received, or one known already."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone

from accounts.days import midnight
from sharing.models import Partner, PartnerToken, Way
from sharing.models.partner_tokens import LIFE
from sharing.partner_tokens import NewToken

LONGEST = 4096

# Django's field is generic for the type checker only.
if TYPE_CHECKING:
    _TokenChoice = forms.ModelChoiceField[PartnerToken]
else:
    _TokenChoice = forms.ModelChoiceField


class LivingToken(_TokenChoice):
    """Partner tokens of ours that more donors may enter."""

    def label_from_instance(self, obj: PartnerToken) -> str:
        """What it is called and until when it lives."""
        return f"{obj.title}, dies on {obj.dies_at:%-d %B %Y}"


class PartnerTokenForm(forms.Form):
    """The text is optional: who does not want it kept here ticks the steps all the same."""

    existing = LivingToken(
        PartnerToken.objects.none(),
        label="Partner token",
        required=False,
        empty_label="A new one",
        help_text="One partner token may serve several donors while it lives.",
        error_messages={"invalid_choice": "This partner token died or is used here already."},
    )
    label = forms.CharField(
        label="What for",
        required=False,
        max_length=80,
        help_text="So that you know it among others, for example Autumn onboarding.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    made_on = forms.DateField(
        label="Made on",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Enter a day, for example 2026-11-20."},
    )
    text = forms.CharField(
        label="Partner token, if it is to be kept here",
        required=False,
        max_length=LONGEST,
        help_text="Kept encrypted, shown to admins on demand, erased when it dies or did its work.",
        # Never drawn with what was typed: a page must not bring it back.
        widget=forms.PasswordInput(
            render_value=False, attrs={"autocomplete": "off", "spellcheck": "false"}
        ),
    )

    def __init__(self, *args: Any, way: Way, partner: Partner, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.way = way
        living = PartnerToken.objects.made_here().alive(timezone.now())
        choices = living.not_used_for(partner) if way is Way.IN else PartnerToken.objects.none()
        self.fields["existing"].queryset = choices  # type: ignore[attr-defined]
        made = "Empty: today." if way is Way.IN else "As the partner says; empty: today."
        self.fields["made_on"].help_text = f"It dies {LIFE.days} days later. {made}"

    @property
    def offers_existing(self) -> bool:
        """True when a partner token of ours may be used once more."""
        field = self.fields["existing"]
        assert isinstance(field, forms.ModelChoiceField)
        return bool(field.queryset is not None and field.queryset.exists())

    def clean_made_on(self) -> date:
        """Refuse a day to come, and one that is so long ago that the partner token is dead."""
        made, today = self.cleaned_data["made_on"] or timezone.now().date(), timezone.now().date()
        if made > today:
            raise forms.ValidationError("This day is still to come.")
        if _moment_of(made) + LIFE <= timezone.now():
            raise forms.ValidationError(
                f"A partner token lives {LIFE.days} days, so this one is dead. Make a new one."
            )
        return date(made.year, made.month, made.day)

    def clean_text(self) -> str:
        """Refuse a text with blanks inside: a partner token is one word."""
        text = str(self.cleaned_data["text"])
        if any(letter.isspace() or not letter.isprintable() for letter in text):
            raise forms.ValidationError("A partner token has no blanks. Copy it once more.")
        return text

    @property
    def new(self) -> NewToken:
        """What a valid form says about a partner token that was not here before."""
        values = self.cleaned_data
        return NewToken(self.way, _moment_of(values["made_on"]), values["label"], values["text"])


def _moment_of(day: date) -> datetime:
    """The earliest moment that it may have been made, so that our clock runs out no later."""
    now = timezone.now()
    return now if day == now.date() else midnight(day)
