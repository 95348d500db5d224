"""The files of a batch: its share tokens, once, and the rows without one."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from accounts import audit
from accounts.downloads import CSV, file_of
from accounts.permissions import needs, signed_in
from accounts.rights import Right
from sharing.hand_overs import LINK_LIVES, make
from sharing.hand_overs_page import made_page
from sharing.minting import MintRefused, refuse_unless_sharing
from sharing.minting_many.files import Preset, failures_csv
from sharing.minting_many.handing_over import BatchFile
from sharing.minting_many.taking import FileGone, take_file
from sharing.minting_views.forms import FileForm
from sharing.models import MintBatch


@require_POST
@needs(Right.MINT_SHARE_TOKENS)
def take(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The share tokens, which leave for good. A POST, so that no browser fetches them ahead."""
    batch = get_object_or_404(MintBatch.objects.select_related("partner"), pk=pk)
    form = FileForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose the shape of the file.")
        return redirect("sharing:mint_batch", pk=pk)
    preset = form.cleaned_data["preset"]
    try:
        refuse_unless_sharing(batch.partner)
        pieces = take_file(batch, preset, by=signed_in(request), request=request)
    except (FileGone, MintRefused) as refused:
        messages.error(request, refused.sentence)
        return redirect("sharing:mint_batch", pk=pk)
    return file_of(request, pieces, f"share-tokens-batch-{pk}.csv", CSV)


@require_POST
@needs(Right.MINT_SHARE_TOKENS)
def hand_over(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The share tokens move behind a link and a passphrase, for the recipient to fetch once."""
    batch = get_object_or_404(MintBatch.objects.select_related("partner"), pk=pk)
    form = FileForm(request.POST)
    person = signed_in(request)
    if not form.is_valid():
        messages.error(request, "Choose the shape of the file.")
        return redirect("sharing:mint_batch", pk=pk)
    file = BatchFile(batch, Preset(form.cleaned_data["preset"]), person, request)
    try:
        made = make(file, batch.partner, lives=LINK_LIVES, by=person, request=request)
    except (FileGone, MintRefused) as refused:
        messages.error(request, refused.sentence)
        return redirect("sharing:mint_batch", pk=pk)
    return made_page(request, made)


@require_safe
@needs(Right.MINT_SHARE_TOKENS)
def failures(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Every row without a share token, with the reason."""
    batch = get_object_or_404(MintBatch, pk=pk)
    with transaction.atomic():
        audit.record(
            "minting.failures_taken",
            actor=signed_in(request),
            subject=f"mint_batch:{batch.pk}",
            request=request,
        )
    return file_of(request, failures_csv(batch), f"batch-{pk}-without-share-token.csv", CSV)
