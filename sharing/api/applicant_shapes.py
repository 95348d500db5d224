"""Applicants as clients see them: what is known, whether they can be shared, what happened."""

from collections.abc import Iterable
from typing import Any

from rest_framework import serializers

from accounts.api.ids import Kind, shown_id
from accounts.models import AuditEvent
from sharing.models import (
    Applicant,
    ApplicantSource,
    IssuedToken,
    Partner,
    Shareability,
    TokenOutcome,
)
from sharing.precheck import Check, Verdict, checks_for, shareability
from sharing.profile import carried_steps, held_documents
from sharing.review_states import REVIEW_STATES
from sumsub.review import ReviewWord

HISTORY_SHOWN = 50
STATUSES = {word.name.lower(): word for word in REVIEW_STATES}
UNKNOWN = ReviewWord.UNKNOWN.name.lower()
_PERSONAL = ("name", "email", "phone")


class ApplicantInList(serializers.Serializer[Any]):
    """An applicant of our own workspace."""

    id = serializers.CharField(help_text="`apl_…`")
    applicant_id = serializers.CharField(help_text="Sumsub's")
    external_id = serializers.CharField(help_text="yours")
    name = serializers.CharField(allow_null=True, help_text="null without `personal-data:read`")
    email = serializers.CharField(allow_null=True)
    phone = serializers.CharField(allow_null=True)
    masked = serializers.BooleanField(help_text="true: personal data is left out")
    country = serializers.CharField()
    level = serializers.CharField()
    type = serializers.CharField(help_text="`individual`, `company`, or empty while unknown")
    status = serializers.ChoiceField(choices=[*STATUSES, UNKNOWN], help_text="of the review")
    to_be_confirmed = serializers.BooleanField(
        help_text="only a webhook told of the approval; a lookup confirms it"
    )
    reject_labels = serializers.ListField(child=serializers.CharField())
    tags = serializers.ListField(child=serializers.CharField())
    can_be_shared = serializers.ChoiceField(choices=[one.value for one in Shareability])
    deactivated = serializers.BooleanField()
    deleted_at = serializers.DateTimeField(allow_null=True)
    missing_since = serializers.DateTimeField(
        allow_null=True, help_text="lookups find nothing since then"
    )
    source = serializers.ChoiceField(  # type: ignore[assignment]
        choices=ApplicantSource.choices, help_text="how we came to know it"
    )
    reviewed_at = serializers.DateTimeField(allow_null=True)
    looked_up_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField(help_text="in this list")


class CheckShown(serializers.Serializer[Any]):
    """One thing worth knowing before a share token is made."""

    verdict = serializers.ChoiceField(
        choices=[one.value for one in Verdict],
        help_text="`bad`: the recipient would be refused; `warn`: look first",
    )
    explanation = serializers.CharField(help_text="for people")


class CarriedShown(serializers.Serializer[Any]):
    """A step of the level, and whether it travels with a share token."""

    title = serializers.CharField()
    held = serializers.CharField()
    result = serializers.CharField()


class DocumentHeld(serializers.Serializer[Any]):
    """A document that Sumsub read; its number is not kept here."""

    title = serializers.CharField()
    country = serializers.CharField()
    valid_until = serializers.DateField(allow_null=True)


class HappeningShown(serializers.Serializer[Any]):
    """One thing that happened to the applicant here."""

    at = serializers.DateTimeField()
    what = serializers.CharField(help_text="`share_token.minted`, `applicant.looked_up` …")
    outcome = serializers.CharField()
    by = serializers.CharField(help_text="empty where it happened by itself")
    token_mark = serializers.CharField(help_text="empty where it is about no share token")
    recipient = serializers.CharField(help_text="its client id, or empty")
    fields = serializers.CharField(help_text="what a lookup or a webhook changed")  # type: ignore[assignment]


class ApplicantShown(ApplicantInList):
    """The same with what a share token would carry, the checks and the history."""

    carries = CarriedShown(many=True, help_text="as the last lookup found it")
    documents = DocumentHeld(many=True)
    checks = CheckShown(many=True, help_text="the worst first, whoever the recipient is")
    history = HappeningShown(many=True, help_text="the newest first, at most 50")


APPLICANT_EXAMPLE: dict[str, Any] = {
    "id": "apl_12",
    "applicant_id": "66f0c2a4e19b7d3500000001",
    "external_id": "004417",
    "name": "Ada Mercer",
    "email": "ada@mail.example",
    "phone": "",
    "masked": False,
    "country": "NLD",
    "level": "id-only",
    "type": "individual",
    "status": "approved",
    "to_be_confirmed": False,
    "reject_labels": [],
    "tags": [],
    "can_be_shared": "yes",
    "deactivated": False,
    "deleted_at": None,
    "missing_since": None,
    "source": "lookup",
    "reviewed_at": "2026-11-20T10:00:00Z",
    "looked_up_at": "2026-11-29T09:00:00Z",
    "created_at": "2026-11-21T08:00:00Z",
}
CHECKS_EXAMPLE = [
    {"verdict": "ok", "explanation": "Approved at Sumsub and active."},
    {"verdict": "ok", "explanation": "Identity document and selfie are there."},
]
WHOLE_EXAMPLE: dict[str, Any] = APPLICANT_EXAMPLE | {
    "carries": [{"title": "Identity document", "held": "Passport, NLD", "result": "Shared"}],
    "documents": [{"title": "Passport", "country": "NLD", "valid_until": "2031-04-12"}],
    "checks": CHECKS_EXAMPLE,
    "history": [
        {
            "at": "2026-11-29T09:15:01.220000Z",
            "what": "share_token.minted",
            "outcome": "done",
            "by": "Onboarding service (API client)",
            "token_mark": "f3a971c20b18",
            "recipient": "velmora.example_200002",
            "fields": "",
        }
    ],
}


def applicant_in_list(applicant: Applicant, *, unmasked: bool) -> dict[str, Any]:
    """An applicant as this client may see them."""
    personal = {name: getattr(applicant, name) if unmasked else None for name in _PERSONAL}
    return {
        "id": shown_id(Kind.APPLICANT, applicant.pk),
        "applicant_id": applicant.applicant_id,
        "external_id": applicant.external_user_id,
        **personal,
        "masked": not unmasked,
        "country": applicant.country,
        "level": applicant.level_name,
        "type": applicant.applicant_type,
        "status": applicant.review_word.name.lower(),
        "to_be_confirmed": applicant.unconfirmed,
        "reject_labels": applicant.reject_labels,
        "tags": applicant.tag_list,
        "can_be_shared": shareability(applicant).value,
        "deactivated": applicant.deactivated,
        "deleted_at": applicant.deleted_at,
        "missing_since": applicant.missing_since,
        "source": applicant.source,
        "reviewed_at": applicant.reviewed_at,
        "looked_up_at": applicant.looked_up_at,
        "created_at": applicant.created_at,
    }


def applicant_shown(applicant: Applicant, *, unmasked: bool) -> dict[str, Any]:
    """The same with what its page shows."""
    return applicant_in_list(applicant, unmasked=unmasked) | {
        "carries": [
            {"title": one.title, "held": one.held, "result": one.word}
            for one in carried_steps(applicant)
        ],
        "documents": [
            {"title": one.title, "country": one.country, "valid_until": one.valid_until}
            for one in held_documents(applicant)
        ],
        "checks": checks_shown(checks_for(applicant, None)),
        "history": _history(applicant),
    }


def checks_shown(checks: Iterable[Check]) -> list[dict[str, str]]:
    """What the pre-check found, for people and for programs."""
    return [{"verdict": one.verdict.value, "explanation": one.sentence} for one in checks]


def prechecked(applicant: Applicant, partner: Partner) -> list[dict[str, str]]:
    """The checks with those about one recipient."""
    return checks_shown(checks_for(applicant, partner))


def _history(applicant: Applicant) -> list[dict[str, Any]]:
    events = AuditEvent.objects.about(f"applicant:{applicant.pk}")[:HISTORY_SHOWN]
    ends = applicant.issued_tokens.of_known_end()[:HISTORY_SHOWN]
    found = [*map(_event, events), *map(_end, ends)]
    return sorted(found, key=lambda one: one["at"], reverse=True)[:HISTORY_SHOWN]


def _event(event: AuditEvent) -> dict[str, Any]:
    told = {name: str(event.details.get(name) or "") for name in ("token_mark", "fields")}
    return {
        "at": event.at,
        "what": event.deed,
        "outcome": event.outcome,
        "by": event.actor_label,
        "recipient": str(event.details.get("partner") or ""),
        **told,
    }


def _end(token: IssuedToken) -> dict[str, Any]:
    return {
        "at": token.outcome_at,
        "what": "share_token.ended",
        "outcome": TokenOutcome(token.outcome).value,
        "by": "",
        "token_mark": token.token_mark,
        "recipient": token.partner.client_id,
        "fields": "",
    }
