"""The report of an import: one sheet of paper. Every opening is audited."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.permissions import signed_in
from customers.import_history import REPORTED
from customers.models import Import
from customers.progress import figures
from customers.reason_groups import Acts, ReasonGroup, by_actor
from customers.reporting import report_on
from customers.views.fetching import import_for
from customers.views.reason_cards import GroupCard
from customers.wording import copy_facts, story


@require_safe
@transaction.atomic
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of an import, for somebody who was not there."""
    imported = import_for(request, pk)
    person = signed_in(request)
    made = report_on(imported)
    opened = audit.record(
        REPORTED,
        actor=person,
        subject=f"import:{imported.pk}",
        request=request,
        rows=imported.total_count,
    )
    now = timezone.now()
    context = {
        "import": imported,
        "report": made,
        "reasons": _reasons(imported, made.reasons),
        "copy_facts": copy_facts(imported),
        "figures": figures(imported, now=now, held=True),
        "person": person,
        "now": now,
        "opened": opened,
    }
    return render(request, "customers/imports/report.html", context)


def _reasons(imported: Import, groups: list[ReasonGroup]) -> list[tuple[str, list[GroupCard]]]:
    """The reasons with words, by who must act, named so that an outsider knows who that is."""
    donor = imported.partner.name if imported.partner else "The donor"
    return [
        (_WHO.get(acts, donor), [GroupCard(group, story(group.sample)) for group in alike])
        for acts, alike in by_actor(groups)
    ]


_WHO = {
    Acts.YOU: "We, the recipient",
    Acts.NOBODY_YET: "Nobody yet: Sumsub is asked",
    Acts.ADMINS: "Admins of both sides",
    Acts.SUMSUB: "Sumsub",
    Acts.PERSON: "The persons themselves",
    Acts.NOBODY: "Nobody",
}
