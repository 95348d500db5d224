"""A new batch: from a file, from pasted ids, from applicants of the list."""

from typing import BinaryIO, cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import needs, signed_in
from accounts.rights import Right
from sharing import mint_csv
from sharing.applicant_list import CHOSEN_ALL_OF
from sharing.applicant_list import chosen as applicants_chosen
from sharing.bell import ring_to_mint
from sharing.csv_text.refusals import FileRefused, Refusal
from sharing.minting_many.storing import Order, lines_of, store_file, store_lines
from sharing.minting_views.forms import NewBatchForm
from sharing.models import MintBatch, MintSource, Partner, Way
from sharing.uploads import received

_NOTHING = "Choose a file, or paste ids."
_BOTH = "You chose a file and pasted ids. Empty this field, or do not choose the file."
_NO_RECIPIENT = (
    "There is no recipient to mint for that is active and has an agreement in force. An admin adds "
    "or completes one under Partners."
)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.MINT_SHARE_TOKENS)
def new(request: HttpRequest) -> HttpResponse:
    """The form; posting it stores a draft, which is checked before anything is minted."""
    form = NewBatchForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            batch = _stored(request, form)
        except FileRefused as refused:
            two_ways = refused.code is Refusal.TWO_WAYS
            field = "pasted" if two_ways or _is_pasted(request) else "file"
            form.add_error(field, refused.sentence)
        else:
            ring_to_mint(batch.pk)
            return redirect("sharing:mint_batch", pk=batch.pk)
    context = {"form": form, "max_rows": settings.UPLOAD_MAX_ROWS}
    return render(request, "sharing/minting/new.html", context)


@require_POST
@needs(Right.MINT_SHARE_TOKENS)
def chosen(request: HttpRequest) -> HttpResponse:
    """A draft of the applicants chosen in the list, or of all that its filter shows.

    For the first active recipient; the page that follows lets another be chosen.
    """
    partner = Partner.objects.clear_for(Way.OUT).first()
    if partner is None:
        messages.error(request, _NO_RECIPIENT)
        return redirect("sharing:applicants")
    by_filter = CHOSEN_ALL_OF in request.POST
    order = Order(
        partner=partner,
        ttl_seconds=partner.default_ttl_seconds,
        source=MintSource.FILTER if by_filter else MintSource.SELECTION,
        created_by=signed_in(request),
    )
    found = applicants_chosen(request.POST)
    try:
        batch = store_lines(lines_of(found), order, request=request)
    except FileRefused as refused:
        messages.error(request, refused.sentence)
        return redirect("sharing:applicants")
    return redirect("sharing:mint_batch", pk=batch.pk)


def _is_pasted(request: HttpRequest) -> bool:
    return bool(request.POST.get("pasted", "").strip()) and "file" not in request.FILES


def _stored(request: HttpRequest, form: NewBatchForm) -> MintBatch:
    pasted = _is_pasted(request)
    if not pasted and form.cleaned_data["pasted"].strip():
        raise FileRefused(Refusal.TWO_WAYS, _BOTH)
    most = settings.UPLOAD_MAX_ROWS
    if pasted:
        file, name = mint_csv.read_pasted(form.cleaned_data["pasted"], max_rows=most), ""
    else:
        upload = received(request, "file", missing=_NOTHING)
        file = mint_csv.read(cast(BinaryIO, upload.file), max_rows=most)
        name = upload.name or ""
    order = Order(
        partner=form.cleaned_data["partner"],
        ttl_seconds=form.ttl_seconds,
        source=MintSource.PASTE if pasted else MintSource.FILE,
        created_by=signed_in(request),
        file_name=name,
    )
    return store_file(file, order, request=request)
