"""Settings: the connection to Sumsub, and its check."""

from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts import audit
from accounts.permissions import needs, signed_in
from accounts.rights import Right
from sharing import gateway
from sharing.connection_check import check_connection
from sharing.connection_settings import last_four
from sharing.findings import Finding, Kind, worst
from sharing.limits import parse_limit

CACHE_KEY = "sharing.connection_check"
CACHE_SECONDS = 24 * 3600


@require_safe
@needs(Right.MANAGE_CONNECTION, Right.VIEW_AUDIT)
def connection(request: HttpRequest) -> HttpResponse:
    """What the connection is, and what its last check found."""
    here = gateway.connection()
    context = {
        "address": here.base_url,
        "app_token_ends": last_four(here) if here.is_configured else "",
        "client_id": here.client_id,
        "level": settings.SUMSUB_LEVEL_NAME,
        "limits": {
            "writing": parse_limit(settings.SUMSUB_POST_LIMIT),
            "reading": parse_limit(settings.SUMSUB_GET_LIMIT),
        },
        "may_check": signed_in(request).holds(Right.MANAGE_CONNECTION),
        **last_check(),
    }
    return render(request, "sharing/settings.html", context)


@require_POST
@needs(Right.MANAGE_CONNECTION)
def check(request: HttpRequest) -> HttpResponse:
    """Ask Sumsub, and answer with the list of findings."""
    findings = check_connection()
    with transaction.atomic():
        audit.record(
            "connection.checked",
            actor=signed_in(request),
            subject="connection",
            outcome=worst(findings).value,
            request=request,
        )
    checked_at = timezone.now()
    cache.set(
        CACHE_KEY, {"at": checked_at, "findings": [asdict(f) for f in findings]}, CACHE_SECONDS
    )
    return render(request, "sharing/_findings.html", _shown(findings) | {"checked_at": checked_at})


def last_check() -> dict[str, Any]:
    """What the last check found, and when; no findings where none was made within a day."""
    kept = cache.get(CACHE_KEY)
    if not isinstance(kept, dict):
        return {"findings": []}
    findings = [
        Finding(**(finding | {"kind": Kind(finding["kind"])})) for finding in kept["findings"]
    ]
    return _shown(findings) | {"checked_at": kept["at"]}


def _shown(findings: list[Finding]) -> dict[str, Any]:
    return {
        "findings": findings,
        "worst": worst(findings).value,
        "open_points": sum(1 for finding in findings if finding.kind is not Kind.OK),
    }
