"""What a client decides about a batch. Each deed answers with the batch as it stands then."""

from functools import partial

from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import acting
from accounts.api.codes import Code
from accounts.api.deeds import DeedView, Room, by_number
from accounts.api.idempotency import Answer, once
from accounts.api.ids import Kind, shown_id
from accounts.api.problems import Problem
from accounts.api.reading import Body, OneOf, checked
from accounts.api.schema import answered, operation
from accounts.api.views import ApiView
from accounts.scopes import Scope
from sharing.api.batch_shapes import WHOLE_EXAMPLE, BatchShown, batch_shown
from sharing.api.fetching import batch_with
from sharing.bell import ring_to_mint
from sharing.csv_text.refusals import FileRefused
from sharing.minting import MintRefused, refuse_unless_sharing
from sharing.minting_many import deeds, drafts
from sharing.models import MintBatch

TAG = "Batches"
NO_SUCH_ROW = "This batch has no such row."


class AgainBody(Body):
    """Which rows to mint for once more."""

    rows = OneOf(
        choices=[("failed", "Failed"), ("lost", "Lost")],
        help_text="`failed`: those that failed; `lost`: all, for a file that did not arrive",
    )


class BatchDeed(DeedView):
    """A deed about a batch."""

    room = Room(
        tag=TAG,
        scope=Scope.BATCHES_WRITE,
        place="batch_id",
        kind=Kind.BATCH,
        found=batch_with,
        shown=batch_shown,
        subject=lambda batch: f"mint_batch:{batch.pk}",
        shape=BatchShown,
        example=WHOLE_EXAMPLE,
        refusals=(MintRefused,),
    )
    answer = "The batch as it stands now."


class LookUpView(BatchDeed):
    """Ask Sumsub about the applicants of a draft."""

    name, summary = "lookUpBatch", "Look the applicants of a draft up"
    words = (
        "Sumsub is asked about all that it was not asked about for a day; `counts.finding` says "
        "how many are left, and `precheck` follows."
    )
    deed = by_number(drafts.look_up)


class StartView(BatchDeed):
    """Mint."""

    name, summary = "startBatch", "Start"
    words = "Mint from now on. Rows that were not chosen are left out, each with its reason."
    deed = by_number(drafts.start)


class PauseView(BatchDeed):
    """Claim no further row."""

    name, summary = "pauseBatch", "Pause"
    words = "Nothing more is minted; calls under way come to their end."
    deed = by_number(deeds.pause)


class ResumeView(BatchDeed):
    """Go on."""

    name, summary = "resumeBatch", "Resume"
    words = "Go on, also after it stopped by itself."
    deed = by_number(deeds.resume)


class CancelView(BatchDeed):
    """Give up what is not minted."""

    name, summary = "cancelBatch", "Cancel"
    words = "What is not minted is given up. What is minted may be taken."
    deed = by_number(deeds.cancel)


class RetryView(BatchDeed):
    """Let failed rows go again."""

    name, summary = "retryBatch", "Try failed rows again"
    words = "Only while the file was not taken."
    deed = by_number(deeds.retry_failed)


class RenewView(BatchDeed):
    """Mint again what died before it was taken."""

    name, summary = "renewBatch", "Mint again what died"
    words = "For rows that are `expired`."
    deed = by_number(deeds.renew)


class AbandonView(BatchDeed):
    """Erase the share tokens unseen."""

    name, summary = "abandonBatch", "Erase the share tokens unseen"
    words = "They work for nobody then, and die of age. There is no file any more."
    deed = by_number(deeds.abandon)


class AgainView(ApiView):
    """A new draft of the rows of an earlier batch."""

    scopes = {"POST": Scope.BATCHES_WRITE}

    @operation(
        "mintBatchAgain",
        "Make a new batch of an earlier one",
        tag=TAG,
        scope=Scope.BATCHES_WRITE,
        description="A draft, checked anew: of the rows that failed, or of all for a lost file.",
        path={"batch_id": Kind.BATCH},
        body=AgainBody,
        sample={"rows": "lost"},
        key="optional",
        problems=[Code.NOT_POSSIBLE, Code.NOT_ALLOWED],
        answers={201: answered(BatchShown, "The draft. `Location` names it.", WHOLE_EXAMPLE)},
    )
    def post(self, request: Request, batch_id: str) -> Response:
        """Store the draft."""
        asked, found = checked(AgainBody, request.data), batch_with(batch_id)
        failed_only = asked["rows"] == "failed"
        return once(request, asked, partial(_again, request, found, failed_only=failed_only))


def _again(request: Request, found: MintBatch, *, failed_only: bool) -> Answer:
    by = acting(request)
    try:
        refuse_unless_sharing(found.partner)
        made = deeds.again(found, failed_only=failed_only, by=by, request=request._request)
    except MintRefused as refused:
        raise Problem(Code.NOT_ALLOWED, refused.sentence) from None
    except FileRefused:
        raise Problem(Code.NOT_POSSIBLE, NO_SUCH_ROW) from None
    ring_to_mint(made.pk)
    name = shown_id(Kind.BATCH, made.pk)
    location = reverse("api_batch", args=[name])
    return Answer(201, batch_shown(batch_with(name)), location, f"mint_batch:{made.pk}")
