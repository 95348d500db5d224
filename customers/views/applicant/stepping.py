"""Behind an applicant's link: one group of questions at a time."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from customers.applicant_link import answering
from customers.applicant_link.answering import author_of
from customers.applicant_link.steps import Step, StepName, step_named
from customers.views.applicant import fields, papers, signing
from customers.views.applicant.behind_link import Visit, behind_link, page


@behind_link
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, visit: Visit, step: str) -> HttpResponse:
    """One step: shown, and with POST answered."""
    answering.note_seen(visit.link, author_of(request))
    asked = step_named(visit.steps, step)
    if asked is None:
        return _not_asked(request, visit)
    kind = _kind_of(asked)
    if request.method != "POST":
        return SHOW[kind](request, visit, asked)
    return ANSWER[kind](request, visit, asked)


def _kind_of(asked: Step) -> str:
    if asked.name in (StepName.SIGN, StepName.ANSWER):
        return asked.name
    return "paper" if asked.paper else "fields"


def _not_asked(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Nothing is asked here (any more): our people were quicker, or the address is none."""
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Refresh": "true"})
    return page(request, "not_asked.html", visit, lost=request.method == "POST", status=404)


Handler = Callable[[HttpRequest, Visit, Step], HttpResponse]
SHOW: dict[str, Handler] = {
    "fields": fields.show,
    "paper": papers.show,
    StepName.ANSWER: papers.show_question,
    StepName.SIGN: signing.show,
}
ANSWER: dict[str, Handler] = {
    "fields": fields.save,
    "paper": papers.take,
    StepName.ANSWER: papers.take_answer,
    StepName.SIGN: signing.sign,
}
