"""A step of form fields: it saves itself as it is filled."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.keyset import number_in
from customers.applicant_link import answering, words
from customers.applicant_link.answering import author_of
from customers.applicant_link.steps import Step, StepName
from customers.application_forms import SectionForm
from customers.applying.deeds import Overtaken
from customers.applying.items import FIELD_LABELS
from customers.applying.ssn import masked_ssn
from customers.link_forms import form_for
from customers.views.applicant.behind_link import Visit, fresh_visit, page
from customers.views.applicant.going import about_of, go_on


def show(request: HttpRequest, visit: Visit, asked: Step) -> HttpResponse:
    form = form_for(asked, current={**visit.current, "ssn": ""})
    return _fields_page(request, visit, asked, form)


def save(request: HttpRequest, visit: Visit, asked: Step) -> HttpResponse:
    """Store the fields; `go` says that the applicant goes on and does not only pass by."""
    form = form_for(asked, request.POST, current=visit.current)
    given = form.given
    if given.get("ssn") == "":
        given.pop("ssn")  # it is not shown, so an empty field means "as it is"
    goes_on, base = _goes_on(request), _base(request, visit)
    left_out = _left_out(visit, asked, given) if goes_on else {}
    whole = goes_on and not left_out
    try:
        saved = answering.save(
            visit.link, asked, given, author_of(request), based_on=base, whole=whole
        )
    except Overtaken as overtaken:
        form.tell({})
        note = {"overtaken": [FIELD_LABELS[name] for name in sorted(overtaken.fields)]}
        newest = fresh_visit(visit.link).application.version
        return _fields_page(
            request, visit, asked, form, status=409, version=base, newest=newest, **note
        )
    faults = {**left_out, **saved.faults}
    if whole and not faults:
        return go_on(visit, asked)
    form.tell(faults)
    told = {"version": saved.version, "saved_at": timezone.now() if saved.changed else None}
    return _fields_page(request, visit, asked, form, status=422 if faults else 200, **told)


def _left_out(visit: Visit, asked: Step, given: dict[str, Any]) -> dict[str, str]:
    """Sentences beside fields that have to be filled in before one goes on."""
    kept = "ssn" in visit.link.fields
    return {
        name: words.LEFT_OUT[name]
        for name in asked.fields
        if name in words.LEFT_OUT and not given.get(name) and not (name == "ssn" and kept)
    }


def _fields_page(
    request: HttpRequest,
    visit: Visit,
    asked: Step,
    form: SectionForm,
    *,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """The whole page; for htmx, which takes good answers only, the form alone."""
    alone = bool(request.headers.get("HX-Request"))
    template = "_fields.html" if alone else "fields.html"
    shown = {
        "form": form,
        "ssn": masked_ssn(str(visit.current.get("ssn", ""))),
        "version": visit.application.version,
        "saves_itself": asked.name is not StepName.TAX,
        **about_of(visit, asked),
        **context,
    }
    return page(request, template, visit, status=200 if alone else status, **shown)


def _goes_on(request: HttpRequest) -> bool:
    """True for *Continue*, and for *Store mine*, which names the newest version besides."""
    return "go" in request.POST or len(request.POST.getlist("version")) > 1


def _base(request: HttpRequest, visit: Visit) -> int:
    """The version that the form was filled on; without one, the present."""
    seen = number_in(request.POST.get("version"))
    return visit.application.version if seen is None else seen
