"""One batch: the check before minting while it is a draft, its progress and its file afterwards.

Whoever watches it is told by a stream that something moved, and fetches the part that moves.
"""

import time
from functools import partial
from typing import Any, Final

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import notices
from accounts.keyset import number_in
from accounts.permissions import needs, signed_in
from accounts.rights import Right
from accounts.streams import stream_of
from sharing import gateway
from sharing.bar_words import bar_sentence
from sharing.minting_many import drafts
from sharing.minting_many.clock import clock_for
from sharing.minting_many.handing_over import subject_of
from sharing.minting_many.standing import draft_of, reasons_of, standing_of
from sharing.minting_views.forms import ChoicesForm
from sharing.models import BatchState, HandOver, MintBatch, MintRow, MintState, Way
from sharing.watching import Mark, Viewer, watch_of

PAGE_SIZE = 50
# Rates and what the register says are shown anew so often while a batch is under way.
REFRESH_SECONDS: Final = 5.0


@require_safe
@needs(Right.VIEW_APPLICANTS)
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """The page."""
    found = get_object_or_404(_batches(), pk=pk)
    notices.seen(signed_in(request), request.path)
    return render(request, _page_of(found), context_of(request, found))


@require_safe
@needs(Right.VIEW_APPLICANTS)
def updates(request: HttpRequest, pk: int) -> HttpResponse:
    """What moves on the page, for its polling."""
    found = get_object_or_404(_batches(), pk=pk)
    return render(request, part_of(found), context_of(request, found))


@require_safe
@needs(Right.VIEW_APPLICANTS)
async def live(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A word whenever something moved, as `text/event-stream`."""
    await sync_to_async(get_object_or_404)(MintBatch, pk=pk)
    watch = watch_of(("mint batch", pk), partial(_mark_of, pk))
    return stream_of(request, Viewer(watch).look)


def _mark_of(pk: int) -> Mark:
    """How a batch stands; a while it runs its pace is shown, which moves with the clock."""
    batch = MintBatch.objects.numbered(pk).first()
    if batch is None:
        return Mark("discarded", settled=True)
    told = (batch.state, batch.stop_sentence, batch.taken_at, batch.abandoned_at)
    counts = [batch.count(state) for state in MintState.values]
    runs = batch.state in (BatchState.RUNNING, BatchState.HELD)
    moment = int(time.monotonic() / REFRESH_SECONDS) if runs else 0
    return Mark(f"{told} {counts} {moment}", settled=not batch.moves)


def part_of(found: MintBatch) -> str:
    """The template of the part that moves."""
    draft = found.state == BatchState.DRAFT
    return f"sharing/minting/{'_draft' if draft else '_batch'}.html"


def context_of(
    request: HttpRequest, found: MintBatch, choices: ChoicesForm | None = None
) -> dict[str, Any]:
    """What the page and its moving part are made of."""
    context = {
        "batch": found,
        "partner": found.partner,
        "may_mint": signed_in(request).holds(Right.MINT_SHARE_TOKENS),
        "own_client_id": found.partner.client_id == gateway.connection().client_id,
        "now": timezone.now(),
        "moves": found.moves,
    }
    if found.state == BatchState.DRAFT:
        return context | _of_draft(request, found, choices or ChoicesForm(found))
    return context | _of_started(request, found)


def _of_draft(request: HttpRequest, found: MintBatch, choices: ChoicesForm) -> dict[str, Any]:
    draft = draft_of(found, drafts.to_look_up(found).count())
    rows = MintRow.objects.of(found).with_concern()
    return {
        "draft": draft,
        "form": choices,
        "clock": clock_for(found, draft.to_mint),
        **_paged(request, rows),
    }


def _of_started(request: HttpRequest, found: MintBatch) -> dict[str, Any]:
    rows = MintRow.objects.of(found).without_token()
    return {
        "held_because": _held_because(found),
        "standing": standing_of(found),
        "reasons": reasons_of(found),
        "hand_over": _hand_over(found),
        "lacking_ids": _lacking_ids(found),
        **_paged(request, rows),
    }


def _held_because(found: MintBatch) -> str:
    """Why the register holds a batch back, as things stand now; empty for one that it does not."""
    if found.state != BatchState.HELD:
        return ""
    bar = found.partner.bar(Way.OUT)
    return bar_sentence(found.partner, Way.OUT, bar) if bar else "Nothing stands against it now."


def _hand_over(found: MintBatch) -> HandOver | None:
    """The link that the file was put behind, if it was."""
    return HandOver.objects.of_subject(subject_of(found)).first() if found.taken_at else None


def _lacking_ids(found: MintBatch) -> int:
    """How many lines of a file by external ids would have none."""
    rows = MintRow.objects.of(found).minted_without_external_id()
    return rows.count() if found.file_is_ready else 0


def _paged(request: HttpRequest, rows: Any) -> dict[str, Any]:
    """A screenful of rows in file order below the line that the address names."""
    after = number_in(request.GET.get("after")) or 0
    found = list(
        rows.after_line(after).select_related("applicant").order_by("line")[: PAGE_SIZE + 1]
    )
    more = len(found) > PAGE_SIZE
    return {
        "rows": found[:PAGE_SIZE],
        "rows_count": rows.count(),
        "after": after,
        "next_after": found[PAGE_SIZE - 1].line if more else None,
    }


def _batches() -> Any:
    return MintBatch.objects.select_related("partner", "created_by", "taken_by", "again_of")


def _page_of(found: MintBatch) -> str:
    return f"sharing/minting/{'draft' if found.state == BatchState.DRAFT else 'batch'}.html"
