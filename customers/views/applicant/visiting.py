"""Behind an applicant's link: where they begin, where they look through it and send it."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_safe

from customers.applicant_link import answering, words
from customers.applicant_link.answering import author_of
from customers.applicant_link.steps import Step, StepName, is_ready, papers_by
from customers.applying.deeds import NotPossible
from customers.applying.items import FIELD_LABELS
from customers.applying.ssn import masked_ssn
from customers.link_forms import form_for
from customers.views.applicant.behind_link import Visit, behind_link, page


@dataclass(frozen=True)
class Shown:
    """A step in a list: its question, and what was answered, in words."""

    step: Step
    title: str
    answers: list[tuple[str, str]]


@behind_link
@require_safe
def start(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What is asked for. Previews of messages open it too, so nobody counts as seen by it."""
    customer = visit.application.customer
    known = customer.first_name or customer.name
    listed = [Shown(step, words.about(step).question, []) for step in visit.steps]
    undone = [step for step in visit.steps if not step.done]
    context: dict[str, Any] = {
        "first_name": known.split()[0] if known.split() else "",
        "steps": listed,
        "first": undone[0] if undone else None,
        "begun": visit.link.opened_at is not None,
    }
    return page(request, "start.html", visit, up="", **context)


@behind_link
@require_safe
def still_open(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Asked now and then by an open page, which loads anew once the link is over."""
    answering.note_seen(visit.link, author_of(request))
    return HttpResponse(status=204)


@behind_link
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, visit: Visit) -> HttpResponse:
    """A last look at everything that was entered; POST sends it."""
    answering.note_seen(visit.link, author_of(request))
    if request.method != "POST":
        return _last_look(request, visit)
    try:
        answering.send(visit.link, author_of(request))
    except NotPossible as refusal:
        return _last_look(request, visit, refusal=refusal.sentence, status=409)
    return HttpResponseRedirect("../")


def _last_look(
    request: HttpRequest, visit: Visit, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    shown = [
        Shown(step, words.about(step).question, answers_of(visit, step)) for step in visit.steps
    ]
    context: dict[str, Any] = {"steps": shown, "ready": is_ready(visit.steps), "refusal": refusal}
    context["total"] = len(visit.steps) + 1
    return page(request, "check.html", visit, status=status, **context)


def answers_of(visit: Visit, step: Step) -> list[tuple[str, str]]:
    """What the applicant answered in a step, as labels and words."""
    if step.fields:
        stored = visit.current
        form = form_for(step, current=stored)
        return [(FIELD_LABELS[name], _spoken(form, name, stored)) for name in step.fields]
    answers = [
        ("Document", paper.document.name)
        for paper in papers_by(visit.link, visit.application)
        if paper.kind == step.paper
    ]
    if step.name is StepName.ANSWER and visit.link.words:
        answers.insert(0, ("Answer", visit.link.words))
    if step.name is StepName.SIGN and visit.link.signed:
        answers = [
            (one.get_kind_display(), one.name)
            for one in visit.application.attestations.all()
            if one.lapsed_at is None
        ]
    return answers


def _spoken(form: Any, name: str, stored: dict[str, Any]) -> str:
    if name == "ssn":
        return masked_ssn(str(stored.get("ssn", "")))
    value = form.initial.get(name)
    chosen = value if isinstance(value, list) else [value]
    labels = dict(getattr(form.fields[name], "choices", ()))
    return ", ".join(str(labels.get(one, one)) for one in chosen if one)
