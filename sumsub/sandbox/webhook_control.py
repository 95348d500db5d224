"""The sandbox's own addresses about webhooks and their deliveries, under ``/_sandbox/``."""

from __future__ import annotations

import re
from collections.abc import Callable
from http import HTTPStatus

from sumsub.sandbox.engine import Engine
from sumsub.sandbox.problems import Problem
from sumsub.sandbox.records import Answer as Verdict
from sumsub.sandbox.records import Applicant, Origin, Profile, Review, ReviewStatus
from sumsub.sandbox.webhook_calls import webhook_body
from sumsub.sandbox.webhook_text import TYPE_OF_STATUS
from sumsub.sandbox.webhooks_kept import Webhook
from sumsub.sandbox.wire import Answer, Request, json_answer

_Handler = Callable[[Engine, Request, str], Answer]


def is_ours(path: str) -> bool:
    """Whether a control path is about webhooks or deliveries."""
    return any(pattern.fullmatch(path) for _, pattern, _ in _ROUTES)


def answer(engine: Engine, request: Request) -> Answer:
    """Answer a control request about webhooks; raises Problem."""
    methods = []
    for method, pattern, handler in _ROUTES:
        match = pattern.fullmatch(request.path)
        if match is not None and method == request.method:
            return handler(engine, request, match[1] if match.groups() else "")
        if match is not None:
            methods.append(method)
    raise Problem(405, f"Use {' or '.join(methods)} here")


def _deliveries(engine: Engine, request: Request, _: str) -> Answer:
    """Every attempt after ``after``, a JSON object a line; the last ten thousand are kept."""
    text = request.params.get("after", "") or "0"
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise Problem(400, "after must be a whole number")
    lines = engine.outbox.log.lines(int(text))
    return Answer(HTTPStatus.OK, lines, "application/x-ndjson")


def _resend(engine: Engine, request: Request, number: str) -> Answer:
    """Send a delivery again, whatever became of it."""
    if not engine.outbox.resend(int(number)):
        raise Problem(404, "This delivery is not kept any more")
    return json_answer(HTTPStatus.OK, {"delivery_id": int(number)})


def _webhooks(engine: Engine, request: Request, _: str) -> Answer:
    """Every webhook of every workspace, without secrets, with what is waiting for it."""
    items = [_item(engine, webhook) for webhook in engine.webhooks.everywhere()]
    return json_answer(HTTPStatus.OK, {"items": items}, pretty=True)


def _item(engine: Engine, webhook: Webhook) -> dict[str, object]:
    body = webhook_body(webhook)
    del body["secretKey"], body["headers"]
    return {**body, "waiting": engine.outbox.waiting(webhook.id)}


def _try_out(engine: Engine, request: Request, webhook_id: str) -> Answer:
    """Send one invented event marked ``testMode``; ``type`` says of which kind."""
    webhook = engine.webhooks.find(webhook_id)
    if webhook is None:
        raise Problem(404, "There is no such webhook")
    if webhook.disabled:
        raise Problem(400, "This webhook is disabled. Enable it first")
    kind = request.params.get("type") or "applicantReviewed"
    delivery_id = engine.outbox.try_out(webhook, _somebody(engine, webhook, kind), kind)
    return json_answer(HTTPStatus.OK, {"delivery_id": delivery_id})


def _somebody(engine: Engine, webhook: Webhook, kind: str) -> Applicant:
    """An applicant who does not exist, standing as the event says."""
    known = {kind: status for status, kind in TYPE_OF_STATUS.items()}
    status = known.get(kind, ReviewStatus.INIT)
    green = Verdict.GREEN if status is ReviewStatus.COMPLETED else None
    return Applicant(
        id=engine.world.new_id(),
        client_id=webhook.client_id,
        external_user_id="webhook-test",
        level=engine.directory.by_client_id[webhook.client_id].levels[0].name,
        origin=Origin.CREATED,
        profile=Profile(),
        review=Review(status, green),
        created_ms=engine.clock.now_ms(),
    )


_ROUTES: tuple[tuple[str, re.Pattern[str], _Handler], ...] = (
    ("GET", re.compile("/_sandbox/deliveries\\.jsonl"), _deliveries),
    ("POST", re.compile("/_sandbox/deliveries/([0-9]{1,15})/resend"), _resend),
    ("GET", re.compile("/_sandbox/webhooks"), _webhooks),
    ("POST", re.compile("/_sandbox/webhooks/([0-9a-f]{24})/test"), _try_out),
)
