"""The documents of agreements on pages: adding and erasing for admins, reading for auditors too."""

from typing import cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import needs, signed_in
from accounts.rights import Right
from sharing import agreement_papers
from sharing.documents import ACCEPT, DocumentErased, DocumentRefused, attachment, checked
from sharing.models import AgreementPaper, Partner
from sharing.sealing import CannotOpen


class PaperForm(forms.Form):
    """One document, as a scan or a PDF."""

    file = forms.FileField(
        label="Document",
        help_text="PDF, JPEG or PNG, up to 20 MB. Kept encrypted; earlier ones stay readable.",
        allow_empty_file=True,
        error_messages={"required": "Choose the document first."},
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}),
    )


@require_POST
@needs(Right.MANAGE_PARTNERS)
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Take in a document of the agreement with a partner."""
    partner = get_object_or_404(Partner, pk=pk)
    form = PaperForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, "Choose the document first.")
        return _back(partner.pk)
    upload = form.cleaned_data["file"]
    try:
        document = checked(upload.name, cast(bytes, upload.read()))
    except DocumentRefused as refused:
        messages.error(request, refused.sentence)
        return _back(partner.pk)
    agreement_papers.add(partner, document, by=signed_in(request), request=request)
    messages.success(request, f"{document.name} is kept with the agreement.")
    return _back(partner.pk)


@require_safe
@needs(Right.MANAGE_PARTNERS, Right.VIEW_AUDIT)
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out one document of an agreement."""
    paper = get_object_or_404(AgreementPaper.objects.newest_first(), pk=pk)
    try:
        response = attachment(paper.document)
    except DocumentErased:
        messages.error(request, "This document was erased. Its name and digest are left.")
        return _back(paper.partner_id)
    except CannotOpen:
        messages.error(
            request,
            "The key that opens this document is missing here. "
            "Whoever runs the server puts it back into RELAY_KEYS.",
        )
        return _back(paper.partner_id)
    agreement_papers.note_download(paper, by=signed_in(request), request=request)
    return response


@require_POST
@needs(Right.MANAGE_PARTNERS)
def erase(request: HttpRequest, pk: int) -> HttpResponse:
    """Erase the bytes of a document for good."""
    paper = get_object_or_404(AgreementPaper.objects.newest_first(), pk=pk)
    if agreement_papers.erase(paper, by=signed_in(request), request=request):
        messages.success(request, f"{paper.document.name} is erased. Name and digest stay.")
    return _back(paper.partner_id)


def _back(partner_id: int) -> HttpResponse:
    response = redirect("sharing:partner", pk=partner_id)
    response.headers["Location"] += "#agreement"
    return response
