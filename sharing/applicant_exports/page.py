"""Bringing an export of Sumsub's dashboard, and what becomes of its lines."""

from collections.abc import Iterator
from functools import partial

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import notices
from accounts.downloads import CSV, file_of
from accounts.permissions import needs, signed_in
from accounts.rights import Right
from accounts.safe_csv import written
from accounts.streams import stream_of
from sharing.applicant_exports.storing import keep
from sharing.applicant_exports.taking import begin
from sharing.applicant_forms import ExportForm
from sharing.csv_text.refusals import FileRefused
from sharing.dashboard_csv import ExportRefused
from sharing.models import ApplicantExport, ExportFault
from sharing.uploads import received
from sharing.watching import Mark, Viewer, watch_of

FAULTS_SHOWN = 50
LATELY = 5
_PAGE = 1000


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.VIEW_APPLICANTS)
def bring(request: HttpRequest) -> HttpResponse:
    """The form. Posting it keeps the file and takes in what a request has time for."""
    sent = request.method == "POST"
    form = ExportForm(request.POST, request.FILES) if sent else ExportForm()
    if sent:
        export = _kept(request, form)
        if export is not None:
            begin(export)
            return redirect("sharing:applicants_export", pk=export.pk)
    context = {"form": form, "lately": ApplicantExport.objects.newest_first()[:LATELY]}
    return render(request, "sharing/applicants_import.html", context)


@require_safe
@needs(Right.VIEW_APPLICANTS)
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """How far an export has come, and which of its lines were left out."""
    found = get_object_or_404(ApplicantExport.objects.newest_first(), pk=pk)
    if not found.is_running:
        notices.seen(signed_in(request), request.path)
    return render(request, "sharing/applicants_imported.html", _context(found))


@require_safe
@needs(Right.VIEW_APPLICANTS)
def updates(request: HttpRequest, pk: int) -> HttpResponse:
    """What moves on the page."""
    found = get_object_or_404(ApplicantExport.objects.newest_first(), pk=pk)
    return render(request, "sharing/_applicant_export.html", _context(found))


@require_safe
@needs(Right.VIEW_APPLICANTS)
def faults(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Every line that was left out, with the reason; they name nobody."""
    found = get_object_or_404(ApplicantExport, pk=pk)
    return file_of(request, _faults_csv(found), f"applicants-{pk}-left-out.csv", CSV)


@require_safe
@needs(Right.VIEW_APPLICANTS)
async def live(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A word whenever something moved, as `text/event-stream`."""
    await sync_to_async(get_object_or_404)(ApplicantExport, pk=pk)
    watch = watch_of(("applicant export", pk), partial(_mark_of, pk))
    return stream_of(request, Viewer(watch).look)


def _mark_of(pk: int) -> Mark:
    export = ApplicantExport.objects.get(pk=pk)
    return Mark(f"{export.state} {export.read_through}", settled=not export.is_running)


def _kept(request: HttpRequest, form: ExportForm) -> ApplicantExport | None:
    """The file, kept; None when it cannot be used, which the form then says."""
    try:
        if not form.is_valid():
            # What was too large never arrived, and that is the better sentence.
            received(request, "file", missing="")
            return None
        upload = received(request, "file")
        return keep(
            upload.read(), file_name=upload.name or "", by=signed_in(request), request=request
        )
    except (FileRefused, ExportRefused) as refused:
        if refused.sentence:
            form.errors.pop("file", None)
            form.add_error("file", refused.sentence)
        return None


def _context(found: ApplicantExport) -> dict[str, object]:
    older = f"{found.older} verdict{'' if found.older == 1 else 's'} left as known."
    return {
        "export": found,
        "older_title": older,
        "segments": [
            ("imported", found.read_through),
            ("pending", max(0, found.line_count - found.read_through)),
        ],
        "faults": list(ExportFault.objects.of(found)[:FAULTS_SHOWN]),
    }


def _faults_csv(found: ApplicantExport) -> Iterator[str]:
    yield written([("line", "reason")])
    after = 0
    while page := list(ExportFault.objects.of(found).after(after)[:_PAGE]):
        yield written((one.line, f"Line {one.line} {one.fault}.") for one in page)
        after = page[-1].line
