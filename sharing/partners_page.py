"""The partner register on pages: who may share with whom, and what needs an admin."""

from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.models import AuditEvent
from accounts.permissions import needs, signed_in
from accounts.rights import Right
from sharing.agreement_papers_page import PaperForm
from sharing.bar_words import bar_sentence
from sharing.dashboard_steps import checklists_for
from sharing.models import (
    Partner,
    PartnerOrder,
    PartnerQuerySet,
    PartnerState,
    PartnerToken,
)
from sharing.partner_attention import attention
from sharing.partners_export import register_csv
from sharing.register import subject_of

HISTORY_SHOWN = 20
MADE_SHOWN = 20
REASONS_SHOWN = 8
EXPORTERS = (Right.MANAGE_PARTNERS, Right.VIEW_AUDIT)
ORDERS = (
    (PartnerOrder.NAME.value, "By name"),
    (PartnerOrder.SEEN.value, "Last seen first"),
    (PartnerOrder.ENDING.value, "Agreement ending first"),
    (PartnerOrder.REFUSED.value, "Most refusals first"),
    (PartnerOrder.NEWEST.value, "Newest first"),
)


class Tab(StrEnum):
    """The two sides of the register."""

    DONORS = "donors"
    RECIPIENTS = "recipients"


class Segment(StrEnum):
    """Which partners of a tab are shown."""

    ALL = "all"
    ACTIVE = "active"
    ATTENTION = "attention"
    ENDING = "ending"
    PAUSED = "paused"
    REMOVED = "removed"


@require_safe
@needs(Right.VIEW_PARTNERS)
def partners(request: HttpRequest) -> HttpResponse:
    """One tab of the register."""
    tab = _chosen(Tab, request.GET.get("tab"), Tab.DONORS)
    segment = _chosen(Segment, request.GET.get("state"), Segment.ALL)
    order = _chosen(PartnerOrder, request.GET.get("order"), PartnerOrder.NAME)
    words = request.GET.get("q", "").strip()
    of_tab = _of_tab(tab)
    found = _in_segment(of_tab, segment)
    found = found.found_by(words) if words else found
    shown = found.annotate(
        minted_count=Count("issued_tokens"), minted_at=Max("issued_tokens__issued_at")
    ).in_order(order)
    person = signed_in(request)
    context = {
        "tab": tab.value,
        "tabs": [(each.value, _of_tab(each).listed().count()) for each in Tab],
        "segment": segment.value,
        "segments": _segments(of_tab),
        "order": order.value,
        "orders": ORDERS,
        "words": words,
        "partners": shown,
        "attention": attention(of_tab),
        "made_here": _made_here() if tab is Tab.DONORS else [],
        "default_level": settings.SUMSUB_LEVEL_NAME,
        "may_manage": person.holds(Right.MANAGE_PARTNERS),
        "may_export": person.holds(*EXPORTERS),
    }
    return render(request, "sharing/partners.html", context)


@require_safe
@needs(*EXPORTERS)
def export(request: HttpRequest) -> HttpResponseBase:
    """The whole register as CSV, removed partners too."""
    with transaction.atomic():
        audit.record(
            "partner.register_exported",
            actor=signed_in(request),
            subject="register",
            request=request,
            partners=Partner.objects.count(),
        )
    content = "".join(register_csv(Partner.objects.in_order(PartnerOrder.NAME)))
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="partner-register.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response


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
        "bars": _bars(found),
        "papers": found.papers.newest_first() if person.holds(*EXPORTERS) else None,
        "paper_form": PaperForm(),
        "refusals": found.refusals.all()[:REASONS_SHOWN],
        "minted": minted,
        "may_manage": person.holds(Right.MANAGE_PARTNERS),
        "sees_ledger": person.holds(Right.VIEW_SHARE_TOKENS),
        "events": _history(found) if person.holds(Right.VIEW_AUDIT) else None,
    }
    return render(request, "sharing/partner.html", context)


def _bars(partner: Partner) -> list[str]:
    """Why nothing is shared, a sentence for each way that the partner is registered for."""
    found = ((way, partner.bar(way)) for way in partner.ways)
    return [bar_sentence(partner, way, bar) for way, bar in found if bar is not None]


def _made_here() -> list[PartnerToken]:
    made = PartnerToken.objects.made_here().select_related("recorded_by")
    return list(made.prefetch_related("uses__partner")[:MADE_SHOWN])


def _history(partner: Partner) -> list[AuditEvent]:
    return list(AuditEvent.objects.about(subject_of(partner))[:HISTORY_SHOWN])


def _of_tab(tab: Tab) -> PartnerQuerySet:
    return Partner.objects.donors() if tab is Tab.DONORS else Partner.objects.recipients()


def _in_segment(partners: PartnerQuerySet, segment: Segment) -> PartnerQuerySet:
    if segment is Segment.ALL:
        return partners.listed()
    if segment is Segment.ATTENTION:
        return partners.needing_attention()
    if segment is Segment.ENDING:
        return partners.agreement_ending()
    return partners.in_state(PartnerState(segment.value))


def _segments(partners: PartnerQuerySet) -> list[tuple[str, str, int]]:
    words = {Segment.ATTENTION: "Needs you", Segment.ENDING: "Agreement ending"}
    counted = [(each, _in_segment(partners, each).count()) for each in Segment]
    return [
        (each.value, words.get(each, each.value.capitalize()), count)
        for each, count in counted
        if count or each is Segment.ALL
    ]


def _chosen(choices: type[Any], value: str | None, default: Any) -> Any:
    return choices(value) if value in {each.value for each in choices} else default
