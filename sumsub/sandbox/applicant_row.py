"""Applicants to and from their rows in the store."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from sumsub.sandbox import profile_json
from sumsub.sandbox.records import NO_LABELS, Applicant, Labels, Origin, Profile, StepType
from sumsub.sandbox.review_text import review_from, review_text

# Up to `active` in the order in which a row is read; the contacts are there to be searched.
COLUMNS = (
    "id, client_id, external_user_id, level, origin, source_id, steps, profile, review, due_ms,"
    " created_ms, active, version, source_version, labels"
)
INSERT = (
    f"INSERT INTO applicant ({COLUMNS}, email, phone) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
)
UPDATE = (
    "UPDATE applicant SET external_user_id = ?, level = ?, origin = ?, source_id = ?, steps = ?,"
    " profile = ?, review = ?, due_ms = ?, created_ms = ?, active = ?, version = ?,"
    " source_version = ?, labels = ?, email = ?, phone = ? WHERE id = ?"
)

Row = tuple[Any, ...]


def insert_values(applicant: Applicant) -> Row:
    """The values of ``INSERT``."""
    return (applicant.id, applicant.client_id, *_changeable(applicant))


def update_values(applicant: Applicant) -> Row:
    """The values of ``UPDATE``."""
    return (*_changeable(applicant), applicant.id)


def _changeable(applicant: Applicant) -> Row:
    own = applicant.own
    profile = applicant.profile
    return (
        applicant.external_user_id,
        applicant.level,
        applicant.origin.value,
        applicant.source_id,
        ",".join(applicant.steps),
        profile_json.dump(profile) if own else None,
        review_text(applicant.review),
        applicant.review.due_ms,
        applicant.created_ms,
        int(applicant.active),
        applicant.version,
        applicant.source_version,
        _labels_text(applicant.labels),
        (profile.email or None) if own else None,
        (profile.phone or None) if own else None,
    )


def applicant_from(row: Row, profile: Profile) -> Applicant:
    """The applicant of a row of ``COLUMNS``, whose profile the caller has found."""
    return Applicant(
        id=row[0],
        client_id=row[1],
        external_user_id=row[2],
        level=row[3],
        origin=Origin(row[4]),
        source_id=row[5],
        steps=_steps(row[6]),
        own=row[7] is not None,
        profile=profile,
        review=review_from(row[8], row[9]),
        created_ms=row[10],
        active=bool(row[11]),
        version=row[12],
        source_version=row[13],
        labels=NO_LABELS if row[14] is None else _labels_from(row[14]),
    )


@lru_cache(maxsize=256)
def _steps(text: str) -> tuple[StepType, ...]:
    return tuple(StepType(step) for step in text.split(",") if step)


def _labels_text(labels: Labels) -> str | None:
    if labels == NO_LABELS:
        return None
    kept = [labels.tags, labels.metadata, labels.notes, labels.source_key]
    return json.dumps(kept, ensure_ascii=False)


def _labels_from(text: str) -> Labels:
    tags, metadata, notes, source_key = json.loads(text)
    pairs = tuple((key, value) for key, value in metadata)
    return Labels(tuple(tags), pairs, tuple(notes), source_key)
