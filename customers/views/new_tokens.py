"""New share tokens from the donor: the list to ask with, and taking in what comes back."""

from collections.abc import Sequence
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import audit
from accounts.downloads import CSV, file_of
from accounts.permissions import signed_in
from accounts.rights import Right
from customers import intake, renewing, token_csv
from customers.import_form import NewTokensForm
from customers.models import Import, ImportMode, ImportSource, Row, RowState
from customers.reason_groups import reason_groups
from customers.renewing import How, Pairing, Scope
from customers.token_csv import FileRefused, TokenFile, TokenLine
from customers.views.fetching import import_for
from customers.views.readers import Reader
from customers.wording import story
from sharing.levels import levels
from sharing.uploads import received

SHOWN_PAIRS = 20
CHANGED = "The rows changed since you looked. Look at the pairing below and confirm it again."
LOOK_FIRST = "Look at the pairing below, choose the file again if it is gone, then import."
CONFIRM_ORDER = "Confirm the order below, or use a file with the column token_mark or external_id."
NOTHING_FITS = "No share token of this file is for a row that waits."
NOT_FILLED_IN = (
    "The column token is empty on every line: this is the list as the donor got it. "
    "Ask for the file with share tokens in that column."
)


@sensitive_post_parameters("pasted")
@require_http_methods(["GET", "HEAD", "POST"])
def new_tokens(request: HttpRequest, pk: int) -> HttpResponse:
    """Which rows wait for a new share token, the list for the donor, and the way back in."""
    if request.method != "POST":
        imported = import_for(request, pk)
        return _page(request, imported, _form(imported))
    imported = import_for(request, pk, Right.MANAGE_COMPLIANCE_APPLICATIONS)
    form = _form(imported, request)
    if not form.is_valid():
        return _page(request, imported, form, status=422)
    return _taken_in(request, imported, form)


@sensitive_post_parameters("pasted")
@require_POST
def pairing(request: HttpRequest, pk: int) -> HttpResponse:
    """The pairing of a file that is chosen and not imported yet. Nothing is stored."""
    imported = import_for(request, pk, Right.MANAGE_COMPLIANCE_APPLICATIONS)
    context: dict[str, Any] = {"import": imported, "swap": True}
    try:
        _, lines = _read(request)
    except FileRefused as refused:
        context["refusal"] = refused.sentence
    else:
        context |= _shown(renewing.pairing_for(imported, Scope.from_query(request.GET), lines))
    return render(request, "customers/imports/_pairing.html", context)


@require_safe
def donor_list(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The rows that need a new share token, as a CSV for the donor. It holds no share token."""
    imported = import_for(request, pk, Right.EXPORT_RESULTS)
    scope = Scope.from_query(request.GET)
    with transaction.atomic():
        audit.record(
            "import.new_tokens_asked",
            actor=signed_in(request),
            subject=f"import:{imported.pk}",
            request=request,
            rows=scope.rows(imported).count(),
            why=scope.why,
            with_cancelled=scope.with_cancelled,
        )
    name = f"import-{imported.pk}-new-tokens-please.csv"
    return file_of(request, renewing.donor_list(imported, scope), name, CSV)


def _taken_in(request: HttpRequest, imported: Import, form: NewTokensForm) -> HttpResponse:
    scope = Scope.from_query(request.GET)
    try:
        token_file, lines = _read(request)
        found = renewing.pairing_for(imported, scope, lines)
        if problem := _unconfirmed(form, found):
            return _page(request, imported, form, found=found, refusal=problem, status=422)
        stored = renewing.store(
            token_file,
            lines,
            found,
            _options(request, imported, form),
            with_surplus=form.cleaned_data["with_surplus"],
            request=request,
        )
    except renewing.Changed:
        now = renewing.pairing_for(imported, scope, lines)
        return _page(request, imported, form, found=now, refusal=CHANGED, status=422)
    except (FileRefused, intake.NotAllowed) as refused:
        return _page(request, imported, form, refusal=refused.sentence, status=422)
    intake.start(stored.pk, by=signed_in(request), request=request)
    messages.success(request, f"These share tokens are for rows of import {imported.pk}.")
    return redirect("customers:import", pk=stored.pk)


def _unconfirmed(form: NewTokensForm, found: Pairing) -> str:
    """Why this pairing cannot be stored yet, empty when it can."""
    said = form.cleaned_data
    if said["pairing"] != found.digest:
        return CHANGED if said["pairing"] else LOOK_FIRST
    if found.count(How.ORDER) and not said["in_order"]:
        return CONFIRM_ORDER
    if not found.pairs and not (found.surplus and said["with_surplus"]):
        return _nothing_in(found)
    return ""


def _nothing_in(found: Pairing) -> str:
    """Why a file of which nothing can be imported is no use, and what would be."""
    brings_none = found.unfilled and not (found.surplus or found.settled or found.faulty)
    return NOT_FILLED_IN if brings_none else NOTHING_FITS


def _read(request: HttpRequest) -> tuple[TokenFile, Sequence[TokenLine]]:
    """The share tokens entered, read to their end. Raises FileRefused."""
    pasted = request.POST.get("pasted", "")
    if pasted.strip() and "file" not in request.FILES:
        opened = token_csv.read_pasted(pasted, max_rows=settings.UPLOAD_MAX_ROWS)
    else:
        upload = received(request, "file").file
        opened = token_csv.read(cast(BinaryIO, upload), max_rows=settings.UPLOAD_MAX_ROWS)
    return opened, list(opened.lines)


def _options(request: HttpRequest, imported: Import, form: NewTokensForm) -> intake.Options:
    """As the old import, but for what the person chose."""
    upload = form.cleaned_data["file"]
    mode = ImportMode(form.cleaned_data["mode"])
    copies = mode == ImportMode.COPY
    return intake.Options(
        level_name=form.cleaned_data["level"],
        source=ImportSource.FILE if upload else ImportSource.PASTE,
        mode=mode,
        partner=form.cleaned_data["partner"],
        created_by=signed_in(request),
        file_name=upload.name if upload else "",
        sends_external_ids=imported.sends_external_ids,
        reset_steps=imported.reset_steps if copies else (),
        trust_review=imported.copy_trust_review if copies else None,
        renews=imported,
    )


def _form(imported: Import, request: HttpRequest | None = None) -> NewTokensForm:
    if request is None:
        return NewTokensForm(levels=levels(), renews=imported)
    return NewTokensForm(request.POST, request.FILES, levels=levels(), renews=imported)


def _page(
    request: HttpRequest,
    imported: Import,
    form: NewTokensForm,
    *,
    found: Pairing | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    scope = Scope.from_query(request.GET)
    rows = Row.objects.of(imported)
    given_up = rows.waiting_for_token(with_cancelled=True).in_state(RowState.CANCELLED)
    groups = [one for one in reason_groups(imported) if one.waiting_for_token]
    context = {
        "import": imported,
        "reader": Reader.of(signed_in(request)),
        "form": form,
        "scope": scope,
        "waiting": scope.rows(imported).count(),
        "given_up": given_up.exclude(pk__in=rows.waiting_for_token()).count(),
        "groups": [(one, story(one.sample)) for one in groups],
        "chosen": next((story(one.sample) for one in groups if one.key == scope.why), None),
        "renewals": imported.renewals.with_who().order_by("-pk"),
        "refusal": refusal,
        **(_shown(found) if found else {}),
    }
    return render(request, "customers/imports/new_tokens.html", context, status=status)


def _shown(found: Pairing) -> dict[str, Any]:
    """A pairing as a page shows it: counts, and the first pairs."""
    return {
        "pairing": found,
        "useless": "" if found.pairs or found.surplus else _nothing_in(found),
        "by_mark": found.count(How.MARK),
        "by_id": found.count(How.ID),
        "by_order": found.count(How.ORDER),
        "first_pairs": found.pairs[:SHOWN_PAIRS],
        "more_pairs": max(0, len(found.pairs) - SHOWN_PAIRS),
    }
