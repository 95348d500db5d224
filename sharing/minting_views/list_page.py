"""Every batch there was: for whom, by whom, how far, and what became of its file."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.keyset import Page, page_of
from accounts.permissions import needs, signed_in
from accounts.rights import Right
from sharing.minting_many.handing_over import links_of
from sharing.minting_many.standing import standings_of
from sharing.models import MintBatch

PAGE_SIZE = 50


@require_safe
@needs(Right.VIEW_APPLICANTS)
def batches(request: HttpRequest) -> HttpResponse:
    """The list, newest first."""
    everything = MintBatch.objects.select_related("partner", "created_by", "taken_by")
    page: Page[MintBatch] = page_of(everything, request.GET.get("before"), size=PAGE_SIZE)
    links = links_of(page.rows)
    context = {
        "page": page,
        "lines": [(line, links.get(line.batch.pk)) for line in standings_of(page.rows)],
        "count": everything.count(),
        "may_mint": signed_in(request).holds(Right.MINT_SHARE_TOKENS),
    }
    return render(request, "sharing/minting/list.html", context)
