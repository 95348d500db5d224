"""The step in which applicants put their name to something."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from customers.applicant_link import answering, words
from customers.applicant_link.answering import ALL_BUT_CONSENT, author_of
from customers.applicant_link.steps import Step
from customers.applying.deeds import NotPossible
from customers.models import AttestationKind
from customers.views.applicant.behind_link import Visit, page
from customers.views.applicant.going import about_of, go_on


def show(
    request: HttpRequest,
    visit: Visit,
    asked: Step,
    *,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    kinds = _to_sign(visit)
    shown = {
        "statements": [(kind, words.STATEMENTS[kind]) for kind in kinds],
        "consent": kinds == (AttestationKind.ESIGN,),
        "refusal": refusal,
        "typed": request.POST.get("name", ""),
        "ticked": request.POST.getlist("kinds"),
        **about_of(visit, asked),
    }
    return page(request, "sign.html", visit, status=status, **shown)


def sign(request: HttpRequest, visit: Visit, asked: Step) -> HttpResponse:
    """The consent to sign here first, then everything else at once."""
    kinds, ticked = _to_sign(visit), set(request.POST.getlist("kinds"))
    name = " ".join(request.POST.get("name", "").split())
    if not kinds:
        return go_on(visit, asked)
    if not ticked.issuperset(kinds):
        return show(request, visit, asked, refusal=words.TICK_ALL, status=422)
    if not name:
        return show(request, visit, asked, refusal=words.TYPE_NAME, status=422)
    try:
        answering.sign(visit.link, kinds, name, author_of(request))
    except NotPossible as refused:
        return show(request, visit, asked, refusal=refused.sentence, status=409)
    if kinds == (AttestationKind.ESIGN,):
        return HttpResponseRedirect(f"../{asked.name}/")
    return go_on(visit, asked)


def _to_sign(visit: Visit) -> tuple[AttestationKind, ...]:
    """What is to be signed next."""
    if AttestationKind.ESIGN not in visit.facts.attested:
        return (AttestationKind.ESIGN,)
    return tuple(kind for kind in ALL_BUT_CONSENT if kind not in visit.facts.attested)
