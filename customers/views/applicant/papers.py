"""A step of documents, and the one that answers what was asked in words."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from customers.applicant_link import answering, words
from customers.applicant_link.answering import author_of
from customers.applicant_link.steps import Step, papers_by
from customers.applying.deeds import NotPossible
from customers.models import Paper
from customers.token_csv import FileRefused, Refusal
from customers.views.applicant.behind_link import Visit, page
from customers.views.applicant.going import about_of, go_on
from sharing.documents import DocumentRefused
from sharing.uploads import received

TOO_LARGE = "The file is larger than 20 MB. Choose a smaller one."
CHOOSE = "Choose a photo or a file."


def show(
    request: HttpRequest,
    visit: Visit,
    asked: Step,
    *,
    refusal: str = "",
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    papers = [one for one in papers_by(visit.link, visit.application) if one.kind == asked.paper]
    shown = {"papers": papers, "refusal": refusal, **about_of(visit, asked), **context}
    return page(request, "papers.html", visit, status=status, **shown)


def take(request: HttpRequest, visit: Visit, asked: Step) -> HttpResponse:
    if "go" in request.POST:
        if asked.done:
            return go_on(visit, asked)
        return show(request, visit, asked, refusal=words.NO_PAPER, status=422)
    refusal = _refusal_of(request, visit, asked)
    if refusal:
        return show(request, visit, asked, refusal=refusal, status=422)
    return HttpResponseRedirect(f"../{asked.name}/")


def _refusal_of(request: HttpRequest, visit: Visit, asked: Step) -> str:
    """Add the document that came, or take one back; why that was not possible, or nothing."""
    author = author_of(request)
    try:
        if "remove" in request.POST:
            answering.remove_paper(visit.link, UUID(request.POST["remove"]), author)
        else:
            name, content = _uploaded(request)
            assert asked.paper is not None
            answering.add_paper(visit.link, asked.paper, name, content, author)
    except (DocumentRefused, NotPossible) as refused:
        return refused.sentence
    except (Paper.DoesNotExist, ValueError):
        return "This document is not here any more."
    return ""


def _uploaded(request: HttpRequest) -> tuple[str, bytes]:
    """The photo, or the file. Raises DocumentRefused."""
    try:
        upload = received(request, "photo" if request.FILES.get("photo") else "file")
    except FileRefused as refusal:
        large = refusal.code is Refusal.TOO_LARGE
        raise DocumentRefused(TOO_LARGE if large else CHOOSE) from None
    return upload.name or "", upload.read()


def show_question(request: HttpRequest, visit: Visit, asked: Step) -> HttpResponse:
    return show(request, visit, asked, **_question(visit))


def take_answer(request: HttpRequest, visit: Visit, asked: Step) -> HttpResponse:
    """Keep the words; then take a document or go on."""
    said = request.POST.get("words", "")
    refusal = ""
    try:
        answering.answer(visit.link, said, author_of(request))
    except NotPossible as refused:
        refusal = refused.sentence
    if "go" in request.POST:
        done = asked.optional or bool(said.strip()) or _has_paper(visit, asked)
        refusal = refusal or ("" if done else words.NO_ANSWER)
        if not refusal:
            return go_on(visit, asked)
    else:
        refusal = refusal or _refusal_of(request, visit, asked)
        if not refusal:
            return HttpResponseRedirect(f"../{asked.name}/")
    told = _question(visit) | {"said": said}
    return show(request, visit, asked, refusal=refusal, status=422, **told)


def _has_paper(visit: Visit, asked: Step) -> bool:
    return any(one.kind == asked.paper for one in papers_by(visit.link, visit.application))


def _question(visit: Visit) -> dict[str, Any]:
    asked = visit.facts.asked
    return {"reason": asked.reason if asked else "", "said": visit.link.words, "in_words": True}
