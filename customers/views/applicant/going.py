"""Where a step stands among the others, and where one goes from it."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect

from customers.applicant_link import answering, words
from customers.applicant_link.steps import Step, following
from customers.views.applicant.behind_link import Visit, fresh_visit


def about_of(visit: Visit, asked: Step) -> dict[str, Any]:
    """What the template of every step reads."""
    names = [step.name for step in visit.steps]
    place = names.index(asked.name)
    return {
        "step": asked,
        "about": words.about(asked),
        "number": place + 1,
        "total": len(names) + 1,  # and the last look
        "back": f"../{names[place - 1]}/" if place else "../",
    }


def go_on(visit: Visit, asked: Step) -> HttpResponse:
    """To the next step that is open, or to the last look."""
    now = fresh_visit(answering.again(visit.link))
    comes = following(now.steps, asked.name)
    return HttpResponseRedirect(f"../{comes.name if comes else 'check-your-answers'}/")
