"""One applicant of ours: identity, what a share token carries, share tokens, history."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST, require_safe

from accounts.keyset import Page, page_of
from accounts.look.figures import token_mark
from accounts.models import AuditEvent
from accounts.permissions import needs, signed_in
from accounts.rights import Right
from sharing import gateway
from sharing.applicant_list import FILTERED, ApplicantList
from sharing.applicant_lookup import look_up_again
from sharing.models import Applicant, ApplicantSource, IssuedToken, Partner, TokenOutcome
from sharing.plain_words import plain_words
from sharing.profile import carried_steps, held_documents, shown_facts
from sumsub.errors import SumsubError

TOKENS_SHOWN = 20
HISTORY_SHOWN = 20
FIRST_SEEN = {
    ApplicantSource.CSV: "the dashboard's export",
    ApplicantSource.LOOKUP: "a lookup",
    ApplicantSource.WEBHOOK: "a webhook",
}


@dataclass(frozen=True)
class Happening:
    """One line of an applicant's history."""

    at: datetime
    icon: str
    tone: str
    text: str | SafeString


@require_safe
@needs(Right.VIEW_APPLICANTS)
def applicant(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of one applicant; the query is that of the list it was opened from."""
    person = signed_in(request)
    found = get_object_or_404(Applicant, pk=pk)
    listed = ApplicantList(request.GET)
    context = {
        "applicant": found,
        "facts": shown_facts(found),
        "steps": carried_steps(found),
        "documents": held_documents(found),
        **what_happened(found, request.GET.get("tokens_before")),
        "neighbours": listed.neighbours(found),
        "list_query": FILTERED.cleaned(request.GET.urlencode()),
        "in_dashboard": gateway.dashboard_page_of(found.applicant_id),
        "may_mint": person.holds(Right.MINT_SHARE_TOKENS),
        "sees_audit": person.holds(Right.VIEW_AUDIT, Right.VIEW_OWN_AUDIT),
    }
    return render(request, "sharing/applicant.html", context)


@require_POST
@needs(Right.VIEW_APPLICANTS)
def look_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask Sumsub about this applicant afresh."""
    found = get_object_or_404(Applicant, pk=pk)
    try:
        looked_up = look_up_again(found, by=signed_in(request), request=request)
    except SumsubError as error:
        messages.error(request, plain_words(error))
    else:
        messages.success(request, _lookup_outcome(looked_up.changed))
    back = FILTERED.cleaned(request.GET.urlencode())
    page = reverse("sharing:applicant", args=[pk])
    return redirect(f"{page}?{back}" if back else page)


def what_happened(applicant: Applicant, before: str | None = None) -> dict[str, Any]:
    """The parts of the page that grow with every share token: a page of them, and the history."""
    tokens = applicant.issued_tokens.select_related("partner", "issued_by")
    page: Page[IssuedToken] = page_of(tokens, before, size=TOKENS_SHOWN)
    return {"tokens": page, "token_count": tokens.count(), "history": _history(applicant)}


def _lookup_outcome(changed: tuple[str, ...]) -> str:
    if not changed:
        return "Looked up at Sumsub: nothing changed."
    return f"Looked up at Sumsub. Changed: {', '.join(changed)}."


def _history(applicant: Applicant) -> list[Happening]:
    """What happened to the applicant here, the newest first, and how we came to know it."""
    events = AuditEvent.objects.about(f"applicant:{applicant.pk}")
    # The first lookup of an applicant that was not known is told by `first`.
    shown = list(events.exclude(outcome="found")[:HISTORY_SHOWN])
    partners = dict(Partner.objects.values_list("client_id", "name"))
    way = FIRST_SEEN[ApplicantSource(applicant.source)]
    first = Happening(applicant.created_at, "plus", "", f"First seen, through {way}")
    happenings = [_happening(event, partners) for event in shown] + [first]
    happenings += [_fate(token) for token in applicant.issued_tokens.of_known_end()[:HISTORY_SHOWN]]
    if applicant.reviewed_at and applicant.review_status == "completed":
        happenings.append(_reviewed(applicant, applicant.reviewed_at))
    return sorted(happenings, key=lambda happening: happening.at, reverse=True)


def _fate(token: IssuedToken) -> Happening:
    mark = _mark(token.token_mark)
    assert token.outcome_at is not None
    match token.outcome:
        case TokenOutcome.REDEEMED:
            text = format_html("Share token {} redeemed by {}", mark, token.partner.name)
            return Happening(token.outcome_at, "imported", "ok", text)
        case TokenOutcome.REFUSED:
            text = format_html("Share token {} refused: {}", mark, token.outcome_reason)
            return Happening(token.outcome_at, "refused", "bad", text)
        case _:
            text = format_html("Share token {} came back unused", mark)
            return Happening(token.outcome_at, "expired", "", text)


def _mark(text: str) -> SafeString:
    return format_html('<span class="mono">{}</span>', token_mark(text))


def _reviewed(applicant: Applicant, at: datetime) -> Happening:
    tone = {"approved": "ok", "rejected": "bad"}.get(applicant.review_look, "")
    at_level = f" at level {applicant.level_name}" if applicant.level_name else ""
    return Happening(
        at,
        "imported" if tone == "ok" else "checking",
        tone,
        f"{applicant.review_word} by Sumsub{at_level}",
    )


def _happening(event: AuditEvent, partners: dict[str, str]) -> Happening:
    mark = _mark(str(event.details.get("token_mark", "")))
    client_id = str(event.details.get("partner", ""))
    recipient, by = partners.get(client_id, client_id), event.actor_label
    match event.deed, event.outcome:
        case "share_token.minted", "done":
            text = format_html("Share token {} for {} by {}", mark, recipient, by)
            return Happening(event.at, "tokens", "now", text)
        case "share_token.minted", _:
            text = format_html("No share token for {}: Sumsub refused {}", recipient, by)
            return Happening(event.at, "refused", "bad", text)
        case "share_token.copied", _:
            return Happening(event.at, "copy", "", format_html("{} copied by {}", mark, by))
        case "applicant.told", _:
            changed = event.details.get("fields") or "nothing"
            return Happening(event.at, "bell", "", f"A webhook told: {changed} changed")
        case "applicant.looked_up", "missing":
            return Happening(event.at, "warn", "bad", "Looked up at Sumsub: not found (404)")
        case _:
            changed = event.details.get("fields") or "nothing"
            return Happening(event.at, "refresh", "", f"Looked up at Sumsub: {changed} changed")
