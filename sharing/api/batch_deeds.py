"""What a client decides about a batch. Each deed answers with the batch as it stands then."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import acting
from accounts.api.codes import Code
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
View = TypeVar("View", bound=Callable[..., Any])
ONLY_LATER = "Repeated under its key it answers as it did; without one it is 409 the second time."
NO_SUCH_ROW = "This batch has no such row."


class NoBody(Body):
    """Nothing is sent."""


class AgainBody(Body):
    """Which rows to mint for once more."""

    rows = OneOf(
        choices=[("failed", "Failed"), ("lost", "Lost")],
        help_text="`failed`: those that failed; `lost`: all, for a file that did not arrive",
    )


class BatchDeedView(ApiView):
    """One deed of a batch that needs no body."""

    scopes = {"POST": Scope.BATCHES_WRITE}
    deed: Callable[..., Any]

    def post(self, request: Request, batch_id: str) -> Response:
        """Do it."""
        if request.data:
            checked(NoBody, request.data)
        found = batch_with(batch_id)
        return once(request, {}, partial(self._done, request, found))

    def _done(self, request: Request, found: MintBatch) -> Answer:
        try:
            type(self).deed(found.pk, by=acting(request), request=request._request)
        except MintRefused as refused:
            raise Problem(Code.NOT_POSSIBLE, refused.sentence) from None
        name = shown_id(Kind.BATCH, found.pk)
        return Answer(200, batch_shown(batch_with(name)), about=f"mint_batch:{found.pk}")


def _described(name: str, summary: str, description: str) -> Callable[[View], View]:
    return operation(
        name,
        summary,
        tag=TAG,
        scope=Scope.BATCHES_WRITE,
        description=f"{description} {ONLY_LATER}",
        path={"batch_id": Kind.BATCH},
        key="optional",
        problems=[
            Code.NOT_POSSIBLE,
            Code.INVALID_JSON,
            Code.INVALID_REQUEST,
            Code.TOO_LARGE,
            Code.UNSUPPORTED_MEDIA_TYPE,
        ],
        answers={200: answered(BatchShown, "The batch as it stands now.", WHOLE_EXAMPLE)},
    )


class LookUpView(BatchDeedView):
    """Ask Sumsub about the applicants of a draft."""

    deed = staticmethod(drafts.look_up)

    @_described(
        "lookUpBatch",
        "Look the applicants of a draft up",
        "Sumsub is asked about all that it was not asked about for a day; `counts.finding` says "
        "how many are left, and `precheck` follows.",
    )
    def post(self, request: Request, batch_id: str) -> Response:
        """Look them up."""
        return super().post(request, batch_id)


class StartView(BatchDeedView):
    """Mint."""

    deed = staticmethod(drafts.start)

    @_described(
        "startBatch",
        "Start",
        "Mint from now on. Rows that were not chosen are left out, each with its reason.",
    )
    def post(self, request: Request, batch_id: str) -> Response:
        """Start."""
        return super().post(request, batch_id)


class PauseView(BatchDeedView):
    """Claim no further row."""

    deed = staticmethod(deeds.pause)

    @_described("pauseBatch", "Pause", "Nothing more is minted; calls under way come to their end.")
    def post(self, request: Request, batch_id: str) -> Response:
        """Pause."""
        return super().post(request, batch_id)


class ResumeView(BatchDeedView):
    """Go on."""

    deed = staticmethod(deeds.resume)

    @_described("resumeBatch", "Resume", "Go on, also after it stopped by itself.")
    def post(self, request: Request, batch_id: str) -> Response:
        """Resume."""
        return super().post(request, batch_id)


class CancelView(BatchDeedView):
    """Give up what is not minted."""

    deed = staticmethod(deeds.cancel)

    @_described(
        "cancelBatch", "Cancel", "What is not minted is given up. What is minted may be taken."
    )
    def post(self, request: Request, batch_id: str) -> Response:
        """Cancel."""
        return super().post(request, batch_id)


class RetryView(BatchDeedView):
    """Let failed rows go again."""

    deed = staticmethod(deeds.retry_failed)

    @_described("retryBatch", "Try failed rows again", "Only while the file was not taken.")
    def post(self, request: Request, batch_id: str) -> Response:
        """Try again."""
        return super().post(request, batch_id)


class RenewView(BatchDeedView):
    """Mint again what died before it was taken."""

    deed = staticmethod(deeds.renew)

    @_described("renewBatch", "Mint again what died", "For rows that are `expired`.")
    def post(self, request: Request, batch_id: str) -> Response:
        """Mint them again."""
        return super().post(request, batch_id)


class AbandonView(BatchDeedView):
    """Erase the share tokens unseen."""

    deed = staticmethod(deeds.abandon)

    @_described(
        "abandonBatch",
        "Erase the share tokens unseen",
        "They work for nobody then, and die of age. There is no file any more.",
    )
    def post(self, request: Request, batch_id: str) -> Response:
        """Erase them."""
        return super().post(request, batch_id)


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
