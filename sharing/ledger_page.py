"""The ledger of share tokens: for whom, by whom, until when. Never the token."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.keyset import Page, page_of
from accounts.permissions import needs, signed_in
from accounts.rights import Right
from sharing.models import Applicant, IssuedToken, IssuedTokenQuerySet, Partner

PAGE_SIZE = 50
LIVE, EXPIRED = "live", "expired"


class LedgerFilter(forms.Form):
    """Which lines to show. Every field may stay empty."""

    q = forms.CharField(required=False, max_length=256, label="Find a share token")
    partner = forms.ModelChoiceField(
        Partner.objects.recipients(), required=False, label="Recipient", empty_label="Any recipient"
    )
    state = forms.ChoiceField(
        required=False, choices=[("", "All"), (LIVE, "Live"), (EXPIRED, "Expired")]
    )

    def narrow(self, tokens: IssuedTokenQuerySet) -> IssuedTokenQuerySet:
        """`tokens` as far as the valid search and recipient let them through."""
        values = self.cleaned_data
        if values.get("q"):
            tokens = tokens.found_by(values["q"])
        if values.get("partner"):
            tokens = tokens.for_recipient(values["partner"])
        return tokens

    @property
    def state_chosen(self) -> str:
        """`live`, `expired`, or nothing."""
        return str(self.cleaned_data.get("state") or "")

    @property
    def in_use(self) -> bool:
        """True when anything is filtered."""
        return any(self.cleaned_data.values())


@require_safe
@needs(Right.VIEW_APPLICANTS)
def ledger(request: HttpRequest) -> HttpResponse:
    """Every share token minted here, newest first."""
    form = LedgerFilter(request.GET)
    form.is_valid()
    everything = IssuedToken.objects.select_related("applicant", "partner", "issued_by")
    narrowed = form.narrow(everything)
    counts = {"": narrowed, LIVE: narrowed.live(), EXPIRED: narrowed.expired()}
    found = counts[form.state_chosen]
    page: Page[IssuedToken] = page_of(found, request.GET.get("before"), size=PAGE_SIZE)
    context = {
        "form": form,
        "filtered": form.in_use,
        "page": page,
        "segments": [
            (value, label, counts[value].count())
            for value, label in (("", "All"), (LIVE, "Live"), (EXPIRED, "Expired"))
        ],
        "state_chosen": form.state_chosen,
        "found_count": found.count(),
        "has_applicants": Applicant.objects.exists(),
        "may_mint": signed_in(request).holds(Right.MINT_SHARE_TOKENS),
    }
    return render(request, "sharing/tokens.html", context)
