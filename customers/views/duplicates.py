"""Customers who may be one person: the list of pairs, two side by side, and what people decide."""

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.counting import counted
from accounts.keyset import Page, page_of
from accounts.look.figures import day, moment
from accounts.permissions import needs, signed_in
from accounts.rights import Right
from customers.applying.ssn import is_ssn, masked_ssn
from customers.countries import country_name
from customers.duplicates import deciding
from customers.masking import shown_name
from customers.models import Customer, Lookalikes
from customers.models.duplicates import PairState
from customers.views.readers import Reader

PAGE_SIZE = 50
NAMELESS = "Unnamed customer"
SEGMENTS = (
    (PairState.SUSPECTED, "To look at"),
    (PairState.LINKED, "Linked"),
    (PairState.DISMISSED, "Told apart"),
)
# What two people share as easily as one person's two entries.
TELLS_NOTHING = ("KYC status", "Donor", "Added")
CHANGED_MEANWHILE = "A colleague decided about these two meanwhile. This is how it stands now."


class ReasonForm(forms.Form):
    """Why two people who look alike are two."""

    reason = forms.CharField(
        max_length=300,
        strip=True,
        label="Why they are two people",
        help_text="For whoever looks at them next. Keep personal details out.",
        error_messages={"required": "Say in a few words why they are not the same person."},
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@dataclass(frozen=True)
class PairLine:
    """One pair as the list and a customer's page show it."""

    pair: Lookalikes
    first: str
    second: str
    grounds: str


@dataclass(frozen=True)
class Compared:
    """One line of two customers side by side."""

    what: str
    first: str = field(repr=False)
    second: str = field(repr=False)

    @property
    def shown(self) -> tuple[str, str]:
        """The two values as a page may show them: of a social security number the last digits."""
        first, second = (
            masked_ssn(one) if is_ssn(one) else one for one in (self.first, self.second)
        )
        return first, second

    @property
    def same(self) -> bool:
        """True when the two are alike here, in something that tells of the person."""
        alike = bool(self.first) and self.first.casefold() == self.second.casefold()
        return alike and self.what not in TELLS_NOTHING


@require_safe
@needs(Right.VIEW_CUSTOMERS)
def pairs(request: HttpRequest) -> HttpResponse:
    """Pairs in one state, those to be looked at unless another is asked for."""
    reader = Reader.of(signed_in(request))
    asked = request.GET.get("state", "")
    chosen = PairState(asked) if asked in PairState else PairState.SUSPECTED
    found = Lookalikes.objects.in_state(chosen).with_people()
    page: Page[Lookalikes] = page_of(found, request.GET.get("before"), size=PAGE_SIZE)
    context = {
        "reader": reader,
        "page": page,
        "lines": [line(pair, reader) for pair in page.rows],
        "count": counted(found),
        "chosen": chosen.value,
        "states": [
            (state, words, counted(Lookalikes.objects.in_state(state))) for state, words in SEGMENTS
        ],
    }
    return render(request, "customers/duplicates/list.html", context)


@require_safe
@needs(Right.VIEW_CUSTOMERS)
def pair_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Two customers side by side."""
    return _page(request, _pair(pk), ReasonForm())


@require_POST
@needs(Right.MANAGE_COMPLIANCE_APPLICATIONS)
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """The two are one person."""
    return _decided(request, _pair(pk), PairState.LINKED, "They are linked as the same person.")


@require_POST
@needs(Right.MANAGE_COMPLIANCE_APPLICATIONS)
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    """The two are not one person, with a reason; they are not flagged again."""
    pair, form = _pair(pk), ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, pair, form, status=422)
    said = "They are noted as two people and will not be flagged again."
    return _decided(request, pair, PairState.DISMISSED, said, form.cleaned_data["reason"])


@require_POST
@needs(Right.MANAGE_COMPLIANCE_APPLICATIONS)
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a decision back."""
    return _decided(request, _pair(pk), PairState.SUSPECTED, "They are to be looked at again.")


def lines_about(customer: Customer, reader: Reader) -> list[PairLine]:
    """For a customer's own page: the pairs that are suspected or linked, the newest first."""
    found = Lookalikes.objects.with_customer(customer).exclude(state=PairState.DISMISSED)
    return [line(pair, reader) for pair in found.with_people()[:PAGE_SIZE]]


def line(pair: Lookalikes, reader: Reader) -> PairLine:
    """A pair as this reader may see it."""
    words = [str(ground.label) for ground in pair.grounds]
    grounds = ", ".join([*words[:1], *(word.lower() for word in words[1:])])
    return PairLine(pair, _name(pair.first, reader), _name(pair.second, reader), grounds)


def _decided(
    request: HttpRequest, pair: Lookalikes, state: PairState, said: str, reason: str = ""
) -> HttpResponse:
    asked = request.POST.get("seen", "")
    seen = PairState(asked) if asked in PairState else PairState(pair.state)
    if deciding.decide(
        pair.pk, state, seen=seen, by=signed_in(request), reason=reason, request=request
    ):
        messages.success(request, said)
    else:
        messages.error(request, CHANGED_MEANWHILE)
    return redirect("customers:pair", pk=pair.pk)


def _pair(pk: int) -> Lookalikes:
    return get_object_or_404(Lookalikes.objects.with_people(), pk=pk)


def _page(
    request: HttpRequest, pair: Lookalikes, form: ReasonForm, *, status: int = 200
) -> HttpResponse:
    reader = Reader.of(signed_in(request))
    compared = _compared(pair, reader)
    decided = pair.state != PairState.SUSPECTED
    context: dict[str, Any] = {
        "pair": pair,
        "line": line(pair, reader),
        "reader": reader,
        "compared": [one for one in compared if one.first or one.second],
        "neither": [one.what for one in compared if not (one.first or one.second)],
        "next": Lookalikes.objects.next_suspected(pair) if decided and reader.manages else None,
        "form": form,
    }
    return render(request, "customers/duplicates/pair.html", context, status=status)


def _compared(pair: Lookalikes, reader: Reader) -> list[Compared]:
    """What there is to compare; who may not see personal data compares where they came from."""
    sides = [_facts(one, reader) for one in (pair.first, pair.second)]
    return [Compared(what, sides[0][what], sides[1][what]) for what in sides[0]]


def _facts(customer: Customer, reader: Reader) -> dict[str, str]:
    application = getattr(customer, "application", None)
    known = {"Name": _name(customer, reader)}
    if reader.sees_names:
        known |= {
            "Born": day(customer.date_of_birth) if customer.date_of_birth else "",
            "Nationality": country_name(customer.nationality),
            "E-mail": customer.email,
            "Phone": customer.phone,
            "Tax id": customer.tax_id,
            "Address": _address(customer),
        }
    return known | {
        "Documents": _documents(application),
        "KYC status": customer.get_kyc_status_display(),
        "Donor": customer.partner.name if customer.partner else "",
        "Your id": customer.external_id,
        "Applicant": application.provider_applicant_id if application else "",
        "Added": moment(customer.created_at),
    }


def _documents(application: Any) -> str:
    """Kinds and countries; no number is kept."""
    docs = application.documents if application else []
    return ", ".join(f"{one.get('type', '')} {one.get('country', '')}".strip() for one in docs)


def _address(customer: Customer) -> str:
    if customer.address_is_placeholder:
        return ""
    parts = (customer.street, customer.postal_code, customer.city, country_name(customer.country))
    return ", ".join(filter(None, parts))


def _name(customer: Customer, reader: Reader) -> str:
    return shown_name(customer.name, unmasked=reader.sees_names) or NAMELESS
