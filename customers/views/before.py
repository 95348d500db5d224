"""What the Add page asks before anything is sent: the same file, the history, the clock.

A share token never comes here: the page names a file by its SHA-256, and so each share token.
"""

from dataclasses import asdict
from datetime import timedelta

from django.http import HttpRequest, HttpResponseBadRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import needs, signed_in
from accounts.rights import Right
from customers.intake import SeenBefore, seen_before
from customers.models import Import, Row
from customers.shares import shares_now
from customers.wording import owned_sentence, same_file_sentence

SAME_FILE_DAYS = 1
DIGEST_BYTES = 32
# Share tokens of one question: as many as storing asks about at a time.
MOST_ASKED = 4000
# Rows of one answer that are told in words; the page lists no more lines than these.
MOST_TOLD = 100


@require_safe
@needs(Right.MANAGE_COMPLIANCE_APPLICATIONS)
def same_file(request: HttpRequest) -> JsonResponse:
    """Whether a file with this SHA-256 was imported before, when, and by whom.

    A `recent` one asks for a person's word, as storing does.
    """
    earlier = latest_with(request.GET.get("sha256", ""))
    if earlier is None:
        return JsonResponse({"found": False})
    sentence = same_file_sentence(earlier)
    return JsonResponse({"found": True, "recent": is_recent(earlier), "sentence": sentence})


@require_POST
@needs(Right.MANAGE_COMPLIANCE_APPLICATIONS)
def history(request: HttpRequest) -> HttpResponseBase:
    """Which of these share tokens came before. The body: SHA-256 after SHA-256, 32 bytes each.

    The answer names them by place, 0 being the first: `owned` would be skipped, `again` would be
    looked up and sent; `told` says in words, for the first of the owned ones, where they are.
    """
    body = request.body
    if len(body) % DIGEST_BYTES or len(body) > DIGEST_BYTES * MOST_ASKED:
        return HttpResponseBadRequest("Send at most 4000 SHA-256 of 32 bytes each.")
    starts = range(0, len(body), DIGEST_BYTES)
    seen = seen_before([body[start : start + DIGEST_BYTES] for start in starts])
    names_rows = signed_in(request).holds(Right.VIEW_IMPORTS)
    told = _told(seen, names_rows=names_rows)
    return JsonResponse({"owned": list(seen.owned), "again": list(seen.again), "told": told})


@require_safe
@needs(Right.MANAGE_COMPLIANCE_APPLICATIONS)
def clock(request: HttpRequest) -> JsonResponse:
    """How a new import would share the budget now, and what would hold it back."""
    return JsonResponse(asdict(shares_now()))


def latest_with(sha256: str) -> Import | None:
    """The latest import of the same bytes."""
    return Import.objects.with_same_file(sha256).with_who().order_by("-pk").first()


def is_recent(imported: Import | None) -> bool:
    """True for an import within SAME_FILE_DAYS, after which the same file comes on purpose."""
    if imported is None:
        return False
    return imported.created_at >= timezone.now() - timedelta(days=SAME_FILE_DAYS)


def _told(seen: SeenBefore, *, names_rows: bool) -> list[dict[str, object]]:
    first = list(seen.owned.items())[:MOST_TOLD]
    if not names_rows:
        return [{"place": place, "why": owned_sentence(None)} for place, _ in first]
    rows = Row.objects.defer("token_sealed").in_bulk([row_id for _, row_id in first])
    return [
        {
            "place": place,
            "why": owned_sentence(rows[row_id]),
            "address": _address(rows[row_id]),
        }
        for place, row_id in first
        if row_id in rows
    ]


def _address(row: Row) -> str:
    page = reverse("customers:import", args=[row.import_ref_id])
    return f"{page}?order=file&q={row.line}"
