"""Notices on a page, and the bell that counts them on every page."""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from accounts.keyset import Page, page_of
from accounts.models import Notice
from accounts.notice_bell import Bell, new_since
from accounts.notices import seen
from accounts.permissions import signed_in

PAGE_SIZE = 30


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """One's own notices, newest first. Needs sign-in only."""
    mine = Notice.objects.of(signed_in(request))
    page: Page[Notice] = page_of(mine, request.GET.get("before"), size=PAGE_SIZE)
    context = {"page": page, "total": mine.count(), "unread": mine.unread().count()}
    return render(request, "accounts/notices.html", context)


@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one notice as read."""
    mine = Notice.objects.of(signed_in(request))
    get_object_or_404(mine, pk=pk)
    mine.numbered(pk).mark_read(timezone.now())
    return redirect("accounts:notices")


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark every notice of one's own as read."""
    Notice.objects.of(signed_in(request)).mark_read(timezone.now())
    return redirect("accounts:notices")


@require_safe
def bell(request: HttpRequest) -> HttpResponse:
    """The bell as it stands now; `after` is the newest notice that the page knows of.

    The newest one after it floats up as a toast, wherever the person is; but who looks at the
    very page that a notice leads to has seen it.
    """
    person = signed_in(request)
    if shown := urlsplit(request.headers.get("HX-Current-URL", "")).path:
        seen(person, shown)
    news = new_since(person, request.GET.get("after", ""))
    response = render(request, "_partials/bell.html", {"bell": Bell.of(person)})
    if news is None:
        return response
    tone = "info" if news.asks_nothing else "warning"
    return trigger_client_event(response, "toast", {"text": news.title, "tone": tone})
