"""Verdicts out of what callers send (Sumsub: testCompleted)."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sumsub.sandbox.given import text
from sumsub.sandbox.problems import Problem
from sumsub.sandbox.records import Answer, Review, ReviewStatus


class RejectType(StrEnum):
    """Whether a rejected applicant may try again (Sumsub: reviewRejectType)."""

    RETRY = "RETRY"
    FINAL = "FINAL"


def verdict_from(body: dict[str, Any], before: Review, now_ms: int) -> Review:
    """A finished review with the verdict of ``reviewResult``; raises Problem 400."""
    answer = Answer(_word(body, "reviewAnswer", Answer, None))
    labels = body.get("rejectLabels") or []
    if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
        raise Problem(400, "rejectLabels must be a list of strings")
    red = answer is Answer.RED
    reject_type = _word(body, "reviewRejectType", RejectType, "RETRY")
    return Review(
        status=ReviewStatus.COMPLETED,
        answer=answer,
        reject_type=reject_type if red else "",
        labels=tuple(labels) if red else (),
        client_comment=text(body, "clientComment"),
        moderation_comment=text(body, "moderationComment"),
        attempts=before.attempts + 1,
        decided_ms=now_ms,
    )


def _word(body: dict[str, Any], name: str, words: type[StrEnum], otherwise: str | None) -> str:
    value = body.get(name) or otherwise
    if value not in tuple(words):
        raise Problem(400, f"{value} is not valid, must be one of: [{', '.join(words)}]")
    return str(value)
