"""Add customers: by hand, or by a file or paste of share tokens."""

from dataclasses import asdict
from functools import partial
from typing import BinaryIO, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import needs, signed_in
from accounts.rights import Right
from customers import intake, token_csv
from customers.adding import NotTaken, add_by_hand
from customers.application_forms import ManualForm
from customers.applying.deeds import Author
from customers.donor_facts import donor_facts
from customers.forecast.beginning import SAMPLE_ROWS, begin
from customers.forecast.meaning import budget_kind
from customers.import_form import SumsubImportForm
from customers.models import Import, ImportMode, ImportSource, LookKind
from customers.shares import shares_now
from customers.token_csv import FileRefused, TokenFile
from customers.views.before import is_recent, latest_with
from customers.wording import INHERITS
from sharing import budget
from sharing.bar_words import barred_sentences
from sharing.levels import levels
from sharing.models import Way
from sharing.uploads import received

TEMPLATE_NAME = "share-tokens-template.csv"
TEMPLATE = "token\r\n"
# For the forecast of a file that declares no times, in seconds; the usual ones first.
MADE = ((0, "just now"), *((60 * n, f"{n} min ago") for n in (2, 5, 10, 15, 30, 60)))
LIVES = ((1200, "20 min"), (3600, "1 hour"), (86_400, "1 day"), (1_814_400, "21 days"))


@sensitive_post_parameters("pasted", "single")
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


def _by_hand(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return render(request, "customers/add/manual.html", {"form": ManualForm()})
    form = ManualForm(request.POST)
    try:
        application = add_by_hand(form.given, Author(signed_in(request), request))
    except NotTaken as refused:
        form.tell(refused.faults)
        return render(request, "customers/add/manual.html", {"form": form}, status=422)
    return redirect("customers:customer", pk=application.customer_id)


def _by_share_tokens(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request, _empty_form(request))
    form = SumsubImportForm(request.POST, request.FILES, levels=levels())
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        imported = _stored(request, form)
    except (FileRefused, intake.NotAllowed) as refused:
        return _page(request, form, refusal=refused.sentence, status=422)
    return redirect("customers:import", pk=imported.pk)


def _empty_form(request: HttpRequest) -> SumsubImportForm:
    """The form as it arrives; a donor named in the address brings its own level along."""
    known, partner = levels(), _partner_asked_for(request)
    form = SumsubImportForm(levels=known, initial={"partner": partner})
    own = next((donor.default_level for donor in form.donors if str(donor.pk) == partner), "")
    if own in known.names:
        form.initial["level"] = own
    return form


def _stored(request: HttpRequest, form: SumsubImportForm) -> Import:
    """Store what was entered, and start it or look first, as it was chosen.

    The same file as one just before is not started: it waits for a person's word on its page.
    Raises FileRefused, NotAllowed.
    """
    look = form.cleaned_data["look"]
    known = not form.cleaned_data["again"] and is_recent(latest_with(_sha256(request, form)))
    options, start = _options(request, form), not (look or known)
    imported = intake.store(_opened(request, form), options, start=start, request=request)
    if look and not (known and look == LookKind.EACH):
        _look(request, imported, LookKind(look), leave=form.cleaned_data["leave_documents"])
    return imported


def _look(request: HttpRequest, imported: Import, kind: LookKind, *, leave: bool) -> None:
    """Begin the look; a file whose lines are all skipped has nothing to look at, and is finished.

    `leave`: rows that would end in Documents requested are not sent. Raises NotAllowed.
    """
    looking = partial(begin, kind=kind, documents_pass=not leave)
    deed = looking if imported.staged_count else intake.start
    deed(imported.pk, by=signed_in(request), request=request)


def _sha256(request: HttpRequest, form: SumsubImportForm) -> str:
    if form.typed:
        return token_csv.sha256_of_pasted(form.typed)
    return token_csv.sha256_of(cast(BinaryIO, received(request, "file").file))


def _opened(request: HttpRequest, form: SumsubImportForm) -> TokenFile:
    """The share tokens entered, ready to be read. Raises FileRefused."""
    if form.typed:
        return token_csv.read_pasted(form.typed, max_rows=settings.UPLOAD_MAX_ROWS)
    upload = received(request, "file").file
    return token_csv.read(cast(BinaryIO, upload), max_rows=settings.UPLOAD_MAX_ROWS)


def _options(request: HttpRequest, form: SumsubImportForm) -> intake.Options:
    upload = form.cleaned_data["file"]
    return intake.Options(
        level_name=form.cleaned_data["level"],
        source=ImportSource.PASTE if form.typed else ImportSource.FILE,
        mode=ImportMode(form.cleaned_data["mode"]),
        partner=form.cleaned_data["partner"],
        created_by=signed_in(request),
        file_name="" if form.typed else upload.name,
        **form.copy_options,
    )


def _page(
    request: HttpRequest, form: SumsubImportForm, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    limit, shares = budget.limit(budget.POST), shares_now()
    context = {
        "form": form,
        "refusal": refusal,
        "limit": limit,
        "shares": asdict(shares),
        "donor_facts": {key: asdict(one) for key, one in donor_facts(form.donors).items()},
        "others": len(shares.others),
        "thousand_rows": shares.seconds_until(1000),
        "max_bytes": settings.UPLOAD_MAX_BYTES,
        "max_rows": settings.UPLOAD_MAX_ROWS,
        "made": MADE,
        "lives": LIVES,
        "look_limit": budget.limit(budget_kind()),
        "look_shares_limit": budget_kind() == budget.POST,
        "sample_rows": SAMPLE_ROWS,
        "copy_warning": INHERITS,
        "has_donors": bool(form.donors),
        "barred": barred_sentences(Way.IN),
    }
    return render(request, "customers/add/sumsub_import.html", context, status=status)


def _partner_asked_for(request: HttpRequest) -> str:
    wanted = request.GET.get("partner", "")
    return wanted if wanted.isdecimal() else ""
