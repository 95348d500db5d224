"""What is done to a batch on its page. Every deed is a POST, and comes back to the page."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from accounts.look.figures import thousands
from accounts.permissions import needs, signed_in
from accounts.rights import Right
from sharing.csv_text.refusals import FileRefused
from sharing.minting import MintRefused
from sharing.minting_many import deeds, drafts
from sharing.minting_views.batch_page import context_of, part_of
from sharing.minting_views.forms import ChoicesForm
from sharing.models import MintBatch


@require_POST
@needs(Right.MINT_SHARE_TOKENS)
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """Recipient, time to live, and what happens to rows with a concern."""
    batch = get_object_or_404(MintBatch.objects.select_related("partner"), pk=pk)
    form = ChoicesForm(batch, request.POST)
    if form.is_valid():
        done = _tried(request, lambda: _chosen(batch, form))
        if not done and request.headers.get("HX-Request"):
            return HttpResponseClientRedirect(reverse("sharing:mint_batch", args=[pk]))
        if not request.headers.get("HX-Request"):
            return redirect("sharing:mint_batch", pk=pk)
        batch.refresh_from_db()
        form = ChoicesForm(batch)
    if request.headers.get("HX-Request"):
        return render(request, part_of(batch), context_of(request, batch, form))
    return render(request, "sharing/minting/draft.html", context_of(request, batch, form))


@require_POST
@needs(Right.MINT_SHARE_TOKENS)
def look_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask Sumsub about the applicants of a draft."""
    return _done(request, pk, drafts.look_up)


@require_POST
@needs(Right.MINT_SHARE_TOKENS)
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Mint."""
    return _done(request, pk, drafts.start)


@require_POST
@needs(Right.MINT_SHARE_TOKENS)
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Claim no further row."""
    return _done(request, pk, deeds.pause)


@require_POST
@needs(Right.MINT_SHARE_TOKENS)
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on."""
    return _done(request, pk, deeds.resume)


@require_POST
@needs(Right.MINT_SHARE_TOKENS)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Give up what is not minted."""
    return _done(request, pk, deeds.cancel)


@require_POST
@needs(Right.MINT_SHARE_TOKENS)
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Let failed rows go again."""
    return _done(request, pk, deeds.retry_failed)


@require_POST
@needs(Right.MINT_SHARE_TOKENS)
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    """Mint again what died before it was taken."""
    return _done(request, pk, deeds.renew)


@require_POST
@needs(Right.MINT_SHARE_TOKENS)
def abandon(request: HttpRequest, pk: int) -> HttpResponse:
    """Erase the share tokens unseen."""
    return _done(request, pk, deeds.abandon)


@require_POST
@needs(Right.MINT_SHARE_TOKENS)
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a draft."""
    get_object_or_404(MintBatch, pk=pk)
    done = _tried(request, lambda: drafts.discard(pk, by=signed_in(request), request=request))
    return redirect("sharing:minting") if done else redirect("sharing:mint_batch", pk=pk)


@require_POST
@needs(Right.MINT_SHARE_TOKENS)
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """A new draft of this batch's failed rows, or of those whose file was lost."""
    batch = get_object_or_404(MintBatch.objects.select_related("partner"), pk=pk)
    failed_only = request.POST.get("rows") == "failed"
    try:
        made = deeds.again(batch, failed_only=failed_only, by=signed_in(request), request=request)
    except FileRefused:
        messages.error(request, "This batch has no such row.")
        return redirect("sharing:mint_batch", pk=pk)
    messages.success(request, f"{thousands(made.total_count)} rows of batch {pk}, checked anew.")
    return redirect("sharing:mint_batch", pk=made.pk)


def _chosen(batch: MintBatch, form: ChoicesForm) -> None:
    values = form.cleaned_data
    drafts.choose(
        batch.pk,
        partner=values["partner"],
        ttl_seconds=form.ttl_seconds,
        mints_refusable=values["refusable"],
        mints_live=values["live"],
    )


def _done(request: HttpRequest, pk: int, deed: Callable[..., Any]) -> HttpResponse:
    get_object_or_404(MintBatch, pk=pk)
    _tried(request, lambda: deed(pk, by=signed_in(request), request=request))
    return redirect("sharing:mint_batch", pk=pk)


def _tried(request: HttpRequest, deed: Callable[[], object]) -> bool:
    """Do it; what stands against it is said on the page that follows."""
    try:
        deed()
    except MintRefused as refused:
        messages.error(request, refused.sentence)
        return False
    return True
