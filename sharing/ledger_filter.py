"""Which lines of the ledger a reader asks for."""

from typing import Any

from django import forms

from accounts.models import User
from accounts.period_form import PeriodForm
from accounts.rights import Right
from accounts.saved_filters import FilteredPage
from sharing.models import Fate, HandedOver, IssuedToken, IssuedTokenQuerySet, Partner


class LedgerFilter(PeriodForm):
    """Which lines to show. Every field may stay empty; `by_person` lets the search find names."""

    q = forms.CharField(required=False, max_length=256, label="Find a share token")
    partner = forms.ModelChoiceField(
        Partner.objects.recipients(), required=False, label="Recipient", empty_label="Any recipient"
    )
    person = forms.ModelChoiceField(
        User.objects.none(), required=False, label="Issued by", empty_label="Anyone"
    )
    handed = forms.ChoiceField(
        required=False,
        label="Handed over",
        choices=[("", "Handed over or not"), *HandedOver.choices],
    )
    first = forms.DateField(
        required=False, label="Issued from", widget=forms.DateInput(attrs={"type": "date"})
    )
    last = forms.DateField(
        required=False, label="Issued until", widget=forms.DateInput(attrs={"type": "date"})
    )
    state = forms.ChoiceField(required=False, choices=[("", "All"), *Fate.choices])

    def __init__(self, *args: Any, by_person: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._by_person = by_person
        issuers = self.fields["person"]
        assert isinstance(issuers, forms.ModelChoiceField)
        issuers.queryset = IssuedToken.objects.issuers()
        self.is_valid()

    def narrow(self, tokens: IssuedTokenQuerySet) -> IssuedTokenQuerySet:
        """`tokens` as far as the valid fields let them through; `state` is left to the caller."""
        values = self.cleaned_data
        if values.get("q"):
            tokens = tokens.found_by(values["q"], by_person=self._by_person)
        if values.get("partner"):
            tokens = tokens.for_recipient(values["partner"])
        if values.get("person"):
            tokens = tokens.issued_by_person(values["person"])
        if values.get("handed"):
            tokens = tokens.handed_over_by(HandedOver(values["handed"]))
        return tokens.issued_on(values.get("first"), values.get("last"))

    @property
    def fate(self) -> Fate | None:
        """The fate asked for; None for any."""
        chosen = self.cleaned_data.get("state")
        return Fate(chosen) if chosen else None

    @property
    def in_use(self) -> bool:
        """True when anything is filtered."""
        return any(self.cleaned_data.values())


FILTERED = FilteredPage(
    name="share-tokens",
    address="sharing:tokens",
    parameters=frozenset(LedgerFilter.base_fields),
    rights=(Right.VIEW_SHARE_TOKENS,),
)
