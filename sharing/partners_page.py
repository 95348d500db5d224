"""The partner register on pages: who may share with whom, and what needs an admin."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.models import AuditEvent
from accounts.permissions import needs, signed_in
from accounts.rights import Right
from sharing.dashboard_steps import checklists_for
from sharing.models import Partner, PartnerQuerySet, PartnerState
from sharing.register import subject_of

HISTORY_SHOWN = 20


class Tab(StrEnum):
    """The two sides of the register."""

    DONORS = "donors"
    RECIPIENTS = "recipients"


class Segment(StrEnum):
    """Which partners of a tab are shown."""

    ALL = "all"
    ACTIVE = "active"
    ATTENTION = "attention"
    PAUSED = "paused"
    REMOVED = "removed"


@dataclass(frozen=True)
class Attention:
    """One thing about a partner that only a person can settle."""

    partner: Partner
    tone: str
    title: str
    sentence: str
    act: str
    anchor: str = ""


@require_safe
@needs(Right.VIEW_PARTNERS)
def partners(request: HttpRequest) -> HttpResponse:
    """One tab of the register."""
    tab = _chosen(Tab, request.GET.get("tab"), Tab.DONORS)
    segment = _chosen(Segment, request.GET.get("state"), Segment.ALL)
    words = request.GET.get("q", "").strip()
    of_tab = _of_tab(tab)
    found = _in_segment(of_tab, segment)
    found = found.found_by(words) if words else found
    shown = found.annotate(
        minted_count=Count("issued_tokens"), minted_at=Max("issued_tokens__issued_at")
    ).order_by("name")
    context = {
        "tab": tab.value,
        "tabs": [(each.value, _of_tab(each).listed().count()) for each in Tab],
        "segment": segment.value,
        "segments": _segments(of_tab),
        "words": words,
        "partners": shown,
        "attention": _attention(of_tab, tab),
        "default_level": settings.SUMSUB_LEVEL_NAME,
        "may_manage": signed_in(request).holds(Right.MANAGE_PARTNERS),
    }
    return render(request, "sharing/partners.html", context)


@require_safe
@needs(Right.VIEW_PARTNERS)
def partner(request: HttpRequest, pk: int) -> HttpResponse:
    """One partner: the relation, the steps at Sumsub's side, the figures, the history."""
    person = signed_in(request)
    found = get_object_or_404(Partner, pk=pk)
    minted = found.issued_tokens.aggregate(count=Count("pk"), last=Max("issued_at"))
    context: dict[str, Any] = {
        "partner": found,
        "checklists": checklists_for(found),
        "own_client_id": settings.SUMSUB_CLIENT_ID,
        "default_level": settings.SUMSUB_LEVEL_NAME,
        "minted": minted,
        "may_manage": person.holds(Right.MANAGE_PARTNERS),
        "sees_ledger": person.holds(Right.VIEW_APPLICANTS),
        "events": _history(found) if person.holds(Right.VIEW_AUDIT) else None,
    }
    return render(request, "sharing/partner.html", context)


def _history(partner: Partner) -> list[AuditEvent]:
    return list(AuditEvent.objects.about(subject_of(partner))[:HISTORY_SHOWN])


def _of_tab(tab: Tab) -> PartnerQuerySet:
    return Partner.objects.donors() if tab is Tab.DONORS else Partner.objects.recipients()


def _in_segment(partners: PartnerQuerySet, segment: Segment) -> PartnerQuerySet:
    if segment is Segment.ALL:
        return partners.listed()
    if segment is Segment.ATTENTION:
        return partners.needing_attention()
    return partners.in_state(PartnerState(segment.value))


def _segments(partners: PartnerQuerySet) -> list[tuple[str, str, int]]:
    words = {Segment.ATTENTION: "Needs you"}
    counted = [(each, _in_segment(partners, each).count()) for each in Segment]
    return [
        (each.value, words.get(each, each.value.capitalize()), count)
        for each, count in counted
        if count or each is Segment.ALL
    ]


def _attention(partners: PartnerQuerySet, tab: Tab) -> list[Attention]:
    found = [_what_needs_you(each, tab) for each in partners.needing_attention()]
    return sorted(found, key=lambda item: item.tone != "bad")


def _what_needs_you(partner: Partner, tab: Tab) -> Attention:
    if partner.contradicted_at:
        return Attention(
            partner,
            "bad",
            f"Sumsub does not know {partner.name} as your partner",
            "Sumsub answered 10501. An admin adds the partner in Sumsub's dashboard, under "
            "Reusable identity.",
            "Show the steps",
            "#steps",
        )
    reference = partner.agreement_reference or "The agreement"
    ends = partner.agreement_ends_on
    day = f"{ends.day} {ends:%B %Y}" if ends else ""
    doing = "imported from" if tab is Tab.DONORS else "shared with"
    if partner.agreement_has_ended:
        return Attention(
            partner,
            "bad",
            f"The agreement with {partner.name} has ended",
            f"{reference} ended on {day}. Record the renewed one, or pause the partner so that "
            f"nothing is {doing} it.",
            "Record agreement",
        )
    return Attention(
        partner,
        "warn",
        f"The agreement with {partner.name} ends soon",
        f"{reference} ends on {day}. Renew it, then record its new end.",
        "Record agreement",
    )


def _chosen(choices: type[Any], value: str | None, default: Any) -> Any:
    return choices(value) if value in {each.value for each in choices} else default
