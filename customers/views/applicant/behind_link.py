"""What every page behind an applicant's link shares: the link, and the calm page in its stead.

No address with the secret stands in these pages: they link to each other relatively.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from accounts import audit
from accounts.permissions import open_to_all
from customers.applicant_link import answering, words
from customers.applicant_link.answering import LinkOver
from customers.applicant_link.steps import Step, steps_of, verification_of
from customers.applying.completing import current
from customers.applying.missing import Facts, facts_of
from customers.models import ApplicantLink, Application, LinkState
from sharing.secret_links import keep_private, within_limit

WINDOW_SECONDS = 600
# Within the window: links that are none, of one address; and POSTs by one link.
MOST_MISSES = 30
MOST_POSTS = 600


@dataclass(frozen=True)
class Visit:
    """An applicant behind an open link: what there is, and what they are asked."""

    link: ApplicantLink
    application: Application
    facts: Facts
    steps: tuple[Step, ...]

    @property
    def verification(self) -> tuple[str, ...]:
        """What Sumsub asks them for besides."""
        return verification_of(self.application)

    @property
    def current(self) -> dict[str, Any]:
        """What they entered by this link; of everything else nothing is shown."""
        stored = current(self.application)
        return {name: value for name, value in stored.items() if name in self.link.fields}


def behind_link(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view for strangers who hold a link's secret: it gets the Visit in the secret's place."""

    @open_to_all
    @sensitive_post_parameters()
    @sensitive_variables("secret")
    @wraps(view)
    def guarded(request: HttpRequest, secret: str, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            answer = view(request, _visit(request, secret), *args, **kwargs)
        except LinkOver as over:
            answer = _in_its_stead(request, over)
        return keep_private(answer)

    return guarded


def fresh_visit(link: ApplicantLink) -> Visit:
    """The visit as things are now."""
    application = Application.objects.with_facts().get(pk=link.application_id)
    facts = facts_of(application)
    return Visit(link, application, facts, steps_of(link, facts, timezone.now().date()))


def page(
    request: HttpRequest,
    template: str,
    visit: Visit | None = None,
    *,
    status: int = 200,
    up: str = "../",
    **context: Any,
) -> HttpResponse:
    """A page or fragment behind a link; `up` leads to where it begins."""
    shared = {
        "visit": visit,
        "up": up,
        "company": settings.COMPANY_NAME,
        "verification_url": settings.APPLICANT_VERIFICATION_URL,
        "terms_url": settings.APPLICANT_TERMS_URL,
        "privacy_url": settings.APPLICANT_PRIVACY_URL,
    }
    return render(request, f"customers/apply/{template}", shared | context, status=status)


@sensitive_variables("secret")
def _visit(request: HttpRequest, secret: str) -> Visit:
    link = answering.found(secret)
    if request.method == "POST" and not within_limit(
        f"applicant-link:{link.pk}", MOST_POSTS, WINDOW_SECONDS
    ):
        raise TooOften
    return fresh_visit(link)


class TooOften(LinkOver):
    """More requests than a person makes."""

    def __init__(self) -> None:
        super().__init__(None)


def _in_its_stead(request: HttpRequest, over: LinkOver) -> HttpResponse:
    """One page for whatever is over; htmx is told to load it."""
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Refresh": "true"})
    if over.state is LinkState.SENT:
        return page(request, "thanks.html", fresh_visit(over.link) if over.link else None)
    said = words.OVER[over.state]
    if isinstance(over, TooOften) or (over.state is None and not _may_miss(request)):
        said = words.TOO_OFTEN
    return page(request, "over.html", over=said, status=said.status)


def _may_miss(request: HttpRequest) -> bool:
    who = f"no-applicant-link:{audit.client_address(request)}"
    return within_limit(who, MOST_MISSES, WINDOW_SECONDS)
