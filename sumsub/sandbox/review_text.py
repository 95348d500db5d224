"""Reviews to and from the text kept in the store: the bare status when there is no more to say."""

from __future__ import annotations

import json
from dataclasses import fields

from sumsub.sandbox.records import Answer, Review, ReviewStatus

_KEPT = tuple(one.name for one in fields(Review) if one.name != "due_ms")


def review_text(review: Review) -> str:
    """The text to keep; the due time has a column of its own."""
    kept = {name: value for name in _KEPT if (value := getattr(review, name))}
    return review.status.value if len(kept) == 1 else json.dumps(kept)


def review_from(text: str, due_ms: int | None) -> Review:
    """The review behind a kept text."""
    if not text.startswith("{"):
        return Review(ReviewStatus(text), due_ms=due_ms)
    kept = json.loads(text)
    return Review(
        status=ReviewStatus(kept["status"]),
        answer=Answer(kept["answer"]) if kept.get("answer") else None,
        reject_type=kept.get("reject_type", ""),
        labels=tuple(kept.get("labels", ())),
        client_comment=kept.get("client_comment", ""),
        moderation_comment=kept.get("moderation_comment", ""),
        attempts=kept.get("attempts", 0),
        decided_ms=kept.get("decided_ms"),
        due_ms=due_ms,
    )
