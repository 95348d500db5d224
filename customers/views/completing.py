"""Completing an application: sections that save as they are filled, documents, attestations."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from accounts.keyset import number_in
from accounts.permissions import signed_in
from accounts.rights import Right
from customers.application_forms import SECTIONS, PaperForm, SectionForm
from customers.applying import attesting, completing, documents
from customers.applying.completing import Saved
from customers.applying.deeds import Author, NotPossible, Overtaken
from customers.applying.items import FIELD_LABELS
from customers.applying.missing import facts_of, missing
from customers.applying.ssn import is_us_person, masked_ssn
from customers.models import Application, AttestationKind, PaperKind
from customers.models.application_states import COMPLETABLE
from customers.token_csv import FileRefused, Refusal
from customers.views.application_page import attestations_of, name_of, papers_of, shown_needs
from customers.views.fetching import application_for, paper_for
from customers.views.readers import Reader
from sharing.documents import TOO_LARGE, DocumentErased, DocumentRefused
from sharing.uploads import Upload, received

RIGHTS = (Right.VIEW_PERSONAL_DATA, Right.MANAGE_COMPLIANCE_APPLICATIONS)
# What a section says after it was asked to save: nothing yet, saved, or in the way of somebody.
Note = dict[str, Any]


@require_safe
def complete(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The page on which an application is completed."""
    return _page(request, application_for(request, pk, *RIGHTS))


@sensitive_post_parameters()
@require_POST
def save(request: HttpRequest, pk: UUID, section: str) -> HttpResponse:
    """Store one section: as it is filled (htmx gets the section back), or by its button."""
    application = application_for(request, pk, *RIGHTS)
    if section not in SECTIONS:
        raise Http404
    form = SECTIONS[section](request.POST, current=completing.current(application))
    base = _base(request, application)
    try:
        saved = completing.save(pk, _given(request, form), _author(request), based_on=base)
    except Overtaken as overtaken:
        return _in_the_way(request, pk, section, form, base, overtaken)
    except NotPossible as refusal:
        messages.warning(request, refusal.sentence)
        return _leave(request, pk)
    form.tell(saved.faults)
    return _after_saving(request, pk, section, form, saved)


@require_POST
def attest(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Record that the customer attested something."""
    application_for(request, pk, *RIGHTS)
    kind = _chosen(AttestationKind, request.POST.get("kind", ""))
    name = request.POST.get("name", "")
    return _done(
        request,
        pk,
        lambda: attesting.attest(pk, kind, name, _author(request)),
        f"“{kind.label}” is attested.",
        "attestations",
    )


@require_POST
def add_paper(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep a document that was handed in."""
    application = application_for(request, pk, *RIGHTS)
    form = PaperForm(request.POST, request.FILES)
    try:
        upload = _uploaded(request)
        kind = _chosen(PaperKind, request.POST.get("kind", ""))
        documents.add(pk, kind, upload.name or "", upload.read(), _author(request))
    except (DocumentRefused, NotPossible) as refusal:
        return _page(request, application, paper=_refused(form, refusal), status=422)
    messages.success(request, "The document is added. It is kept sealed.")
    return _back(pk, "documents")


@require_POST
def remove_paper(request: HttpRequest, pk: UUID, document: UUID) -> HttpResponse:
    """Erase a document, with a reason."""
    paper = paper_for(request, pk, document, Right.MANAGE_COMPLIANCE_APPLICATIONS)
    reason = request.POST.get("reason", "")
    return _done(
        request,
        pk,
        lambda: documents.remove(paper, reason, _author(request)),
        "The document is erased. Its name and your reason stay.",
        "documents",
    )


@require_safe
def paper_file(request: HttpRequest, pk: UUID, document: UUID) -> HttpResponse:
    """A document as a download. That it was taken is in the audit trail."""
    paper = paper_for(request, pk, document)
    try:
        return documents.hand_out(paper, _author(request))
    except DocumentErased:
        raise Http404 from None


def _page(
    request: HttpRequest,
    application: Application,
    *,
    forms: dict[str, SectionForm] | None = None,
    notes: dict[str, Note] | None = None,
    paper: PaperForm | None = None,
    status: int = 200,
) -> HttpResponse:
    if application.status not in COMPLETABLE:
        return redirect("customers:application", pk=application.pk)
    facts = facts_of(application)
    current = completing.current(application)
    sections = [
        _section(application, name, (forms or {}).get(name), (notes or {}).get(name), current)
        for name in SECTIONS
    ]
    attestations = attestations_of(application)
    context = {
        "application": application,
        "customer": application.customer,
        "name": name_of(application, Reader.of(signed_in(request))),
        "needs": shown_needs(missing(facts, timezone.now().date())),
        "asked": facts.asked,
        "sections": sections,
        "papers": papers_of(application),
        "removed_papers": papers_of(application, removed=True),
        "paper_form": paper or PaperForm(),
        "attestations": attestations,
        "next_kind": attesting.next_kind(facts.attested),
    }
    return render(request, "customers/applications/complete.html", context, status=status)


def _section(
    application: Application,
    name: str,
    form: SectionForm | None,
    note: Note | None,
    current: dict[str, Any],
) -> dict[str, Any]:
    """What the template of a section reads."""
    shown = {**current, "ssn": ""}
    return {
        "name": name,
        "form": form or SECTIONS[name](current=shown),
        "version": application.version,
        "saves_itself": name != "tax",
        "application": application,
        "ssn": masked_ssn(current["ssn"]),
        "us_person": is_us_person(application),
        **(note or {}),
    }


def _after_saving(
    request: HttpRequest, pk: UUID, section: str, form: SectionForm, saved: Saved
) -> HttpResponse:
    """The section as it is now; without htmx the page, with its faults or at the section again."""
    if not request.headers.get("HX-Request") and not saved.faults:
        messages.success(request, "Saved." if saved.changed else "Nothing was changed.")
        return _back(pk, f"section-{section}")
    application = application_for(request, pk, *RIGHTS)
    note = {"saved_at": timezone.now() if saved.changed else None, "version": saved.version}
    return _answer(request, application, section, form, note, status=422)


def _in_the_way(
    request: HttpRequest,
    pk: UUID,
    section: str,
    form: SectionForm,
    base: int,
    overtaken: Overtaken,
) -> HttpResponse:
    """Somebody else was quicker: what they entered beside what this person did."""
    application = application_for(request, pk, *RIGHTS)
    theirs = SECTIONS[section](current=completing.current(application))
    form.tell({})
    note = {
        "overtaken": overtaken.sentence,
        "theirs": [_spoken(theirs, name) for name in theirs.fields if name in overtaken.fields],
        "version": base,
        "newest": application.version,
    }
    return _answer(request, application, section, form, note, status=409)


def _answer(
    request: HttpRequest,
    application: Application,
    section: str,
    form: SectionForm,
    note: Note,
    *,
    status: int,
) -> HttpResponse:
    """A section for htmx, which takes good answers only; the whole page for everybody else."""
    if not request.headers.get("HX-Request"):
        return _page(
            request, application, forms={section: form}, notes={section: note}, status=status
        )
    drawn = _section(application, section, form, note, completing.current(application))
    answer = render(request, "customers/applications/_section.html", {"section": drawn})
    answer.headers["HX-Trigger"] = "application-changed"
    return answer


def _spoken(form: SectionForm, name: str) -> tuple[str, str]:
    """A field's label, and in words what stands in it."""
    value = form.initial.get(name)
    chosen = value if isinstance(value, list) else [value]
    labels = dict(getattr(form.fields[name], "choices", ()))
    words = ", ".join(str(labels.get(one, one)) for one in chosen if one)
    return FIELD_LABELS[name], words or "nothing"


def _given(request: HttpRequest, form: SectionForm) -> dict[str, Any]:
    """What to store. The SSN is not shown, so an empty field means "as it is" unless told so."""
    given = form.given
    if given.get("ssn") == "" and "remove" not in request.POST:
        given.pop("ssn")
    return given


def _done(
    request: HttpRequest, pk: UUID, deed: Callable[[], object], done: str, place: str
) -> HttpResponse:
    try:
        deed()
    except NotPossible as refusal:
        messages.warning(request, refusal.sentence)
    else:
        messages.success(request, done)
    return _back(pk, place)


def _uploaded(request: HttpRequest) -> Upload:
    """The file that came. Raises DocumentRefused."""
    try:
        return received(request, "file")
    except FileRefused as refusal:
        large = refusal.code is Refusal.TOO_LARGE
        raise DocumentRefused(TOO_LARGE if large else "Choose a document.") from None


def _refused(form: PaperForm, refusal: DocumentRefused | NotPossible) -> PaperForm:
    form.full_clean()
    form.errors.clear()
    form.add_error("file", refusal.sentence)
    return form


def _author(request: HttpRequest) -> Author:
    return Author(signed_in(request), request)


def _base(request: HttpRequest, application: Application) -> int:
    """The version that the section was filled on; without one, the present."""
    seen = number_in(request.POST.get("version"))
    return application.version if seen is None else seen


def _chosen(choices: Any, value: str) -> Any:
    if value not in choices.values:
        raise Http404
    return choices(value)


def _back(pk: UUID, place: str) -> HttpResponse:
    answer = redirect("customers:complete", pk=pk)
    answer["Location"] += f"#{place}"
    return answer


def _leave(request: HttpRequest, pk: UUID) -> HttpResponse:
    """To the application's page, which tells how it stands."""
    answer = redirect("customers:application", pk=pk)
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": answer["Location"]})
    return answer
