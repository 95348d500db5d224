"""Add customers: by hand, or by a file or paste of share tokens."""

from datetime import timedelta
from typing import BinaryIO, cast

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts import audit
from accounts.look.figures import clock, moment
from accounts.permissions import needs, signed_in
from accounts.rights import Right
from customers import intake, progress, token_csv
from customers.forms import ManualForm, SumsubImportForm
from customers.models import Application, Customer, Import, ImportMode, ImportSource
from customers.token_csv import FileRefused, TokenFile
from customers.uploads import received
from sharing import budget
from sharing.levels import levels
from sharing.models import Partner

TEMPLATE_NAME = "share-tokens-template.csv"
TEMPLATE = "token\r\n"
SAME_FILE_DAYS = 1


@sensitive_post_parameters("pasted")
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.MANAGE_COMPLIANCE_APPLICATIONS)
def add(request: HttpRequest) -> HttpResponse:
    """The page with its two ways; Sumsub Import unless `?how=manual`."""
    if request.GET.get("how") == "manual":
        return _by_hand(request)
    return _by_share_tokens(request)


@require_safe
@needs(Right.MANAGE_COMPLIANCE_APPLICATIONS)
def template(request: HttpRequest) -> HttpResponse:
    """The file to fill in: one column, `token`."""
    response = HttpResponse(TEMPLATE, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{TEMPLATE_NAME}"'
    return response


@require_safe
@needs(Right.MANAGE_COMPLIANCE_APPLICATIONS)
def same_file(request: HttpRequest) -> JsonResponse:
    """Whether a file with this SHA-256 was imported within a day, when, and by whom."""
    earlier = latest_with(request.GET.get("sha256", ""))
    if earlier is None:
        return JsonResponse({"found": False})
    return JsonResponse({"found": True, "sentence": same_file_sentence(earlier)})


def latest_with(sha256: str) -> Import | None:
    """The latest import of the same bytes within SAME_FILE_DAYS."""
    since = timezone.now() - timedelta(days=SAME_FILE_DAYS)
    same = Import.objects.with_same_file(sha256).stored_since(since)
    return same.select_related("created_by").order_by("-pk").first()


def same_file_sentence(earlier: Import) -> str:
    """ "Ilse Varnholt imported it at 09:12 as import 44." """
    today = earlier.created_at.date() == timezone.now().date()
    at = f"at {clock(earlier.created_at)[:5]}" if today else f"on {moment(earlier.created_at)}"
    who = earlier.created_by.display_name if earlier.created_by else "Somebody"
    return f"{who} imported it {at} as import {earlier.pk}."


def _by_hand(request: HttpRequest) -> HttpResponse:
    form = ManualForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        application = _created_by_hand(request, form)
        return redirect("customers:customer", pk=application.customer_id)
    status = 422 if request.method == "POST" else 200
    return render(request, "customers/add/manual.html", {"form": form}, status=status)


@transaction.atomic
def _created_by_hand(request: HttpRequest, form: ManualForm) -> Application:
    person = signed_in(request)
    customer: Customer = form.save(commit=False)
    customer.created_by = person
    customer.save()
    application = Application.objects.create(customer=customer)
    audit.record(
        "customer.created",
        actor=person,
        subject=f"customer:{customer.pk}",
        request=request,
        how="manual",
    )
    return application


def _by_share_tokens(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        form = SumsubImportForm(levels=levels(), initial={"partner": _partner_asked_for(request)})
        return _page(request, form)
    form = SumsubImportForm(request.POST, request.FILES, levels=levels())
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        imported = _stored(request, form)
    except (FileRefused, intake.NotAllowed) as refused:
        return _page(request, form, refusal=refused.sentence, status=422)
    return redirect("customers:import", pk=imported.pk)


def _stored(request: HttpRequest, form: SumsubImportForm) -> Import:
    """Store what was entered, and start it unless the same file was imported just before.

    That one waits for a person's word on its page. Raises FileRefused, NotAllowed.
    """
    start = form.cleaned_data["again"] or latest_with(_sha256(request, form)) is None
    options = _options(request, form)
    return intake.store(_opened(request, form), options, start=start, request=request)


def _sha256(request: HttpRequest, form: SumsubImportForm) -> str:
    if form.is_paste:
        return token_csv.sha256_of_pasted(form.cleaned_data["pasted"])
    return token_csv.sha256_of(cast(BinaryIO, received(request, "file").file))


def _opened(request: HttpRequest, form: SumsubImportForm) -> TokenFile:
    """The share tokens entered, ready to be read. Raises FileRefused."""
    if form.is_paste:
        pasted = form.cleaned_data["pasted"]
        return token_csv.read_pasted(pasted, max_rows=settings.UPLOAD_MAX_ROWS)
    upload = received(request, "file").file
    return token_csv.read(cast(BinaryIO, upload), max_rows=settings.UPLOAD_MAX_ROWS)


def _options(request: HttpRequest, form: SumsubImportForm) -> intake.Options:
    upload = form.cleaned_data["file"]
    return intake.Options(
        level_name=form.cleaned_data["level"],
        source=ImportSource.PASTE if form.is_paste else ImportSource.FILE,
        mode=ImportMode(form.cleaned_data["mode"]),
        partner=form.cleaned_data["partner"],
        created_by=signed_in(request),
        file_name="" if form.is_paste else upload.name,
    )


def _page(
    request: HttpRequest, form: SumsubImportForm, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    limit = budget.limit(budget.POST)
    context = {
        "form": form,
        "refusal": refusal,
        "rate": f"{limit.per_second:.4f}" if limit.calls else "0",
        "limit": limit,
        "thousand_rows": 1000 / limit.per_second,
        "max_bytes": settings.UPLOAD_MAX_BYTES,
        "max_rows": settings.UPLOAD_MAX_ROWS,
        "running": progress.sharing_the_budget(),
        "has_donors": Partner.objects.donors().active().exists(),
    }
    return render(request, "customers/add/sumsub_import.html", context, status=status)


def _partner_asked_for(request: HttpRequest) -> str:
    wanted = request.GET.get("partner", "")
    return wanted if wanted.isdecimal() else ""
