"""An applicant's link as clients see it. What opens it is told by the call that makes it."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers

from accounts.api.ids import Kind, shown_id
from customers.api.customer_shapes import HIDDEN
from customers.applicant_link import words
from customers.applicant_link.steps import Step, StepName, steps_of, verification_of
from customers.applying.missing import Facts
from customers.models import ApplicantLink, LinkState


class LinkStepShown(serializers.Serializer[Any]):
    """One group of questions, or one document, that the link asks for."""

    step = serializers.ChoiceField(choices=[one.value for one in StepName])
    title = serializers.CharField(help_text="for people")
    done = serializers.BooleanField()
    optional = serializers.BooleanField(help_text="may be left out")


class ApplicantLinkShown(serializers.Serializer[Any]):
    """The newest link of an application: how it stands, and how far the applicant is."""

    id = serializers.CharField(help_text="`lnk_…`, as the audit trail names it by its number")
    application_id = serializers.CharField(help_text="`app_…`")
    state = serializers.ChoiceField(choices=LinkState.choices)
    made_by = serializers.CharField(help_text="person or API client")
    made_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(help_text="it opens nothing any more")
    emailed_at = serializers.DateTimeField(allow_null=True, help_text="null: no e-mail went")
    opened_at = serializers.DateTimeField(allow_null=True, help_text="null: not yet")
    seen_at = serializers.DateTimeField(allow_null=True, help_text="when they were last there")
    ended_at = serializers.DateTimeField(allow_null=True)
    ended_by = serializers.CharField(allow_null=True, help_text="who revoked it or took over")
    steps = LinkStepShown(many=True, help_text="in the order of asking; none once it has ended")
    verification = serializers.ListField(
        child=serializers.CharField(),
        help_text="what Sumsub asks of them: done in its own verification, not here",
    )
    answer = serializers.CharField(
        allow_null=True, help_text=f"to a request for information; {HIDDEN}"
    )


LINK_EXAMPLE: dict[str, Any] = {
    "id": "lnk_17",
    "application_id": "app_9a8b7c6d5e4f40318293a4b5c6d7e8f9",
    "state": "open",
    "made_by": "Onboarding service (API client)",
    "made_at": "2026-11-29T09:20:00Z",
    "expires_at": "2026-12-06T09:20:00Z",
    "emailed_at": None,
    "opened_at": "2026-11-29T09:41:07Z",
    "seen_at": "2026-11-29T09:44:52Z",
    "ended_at": None,
    "ended_by": None,
    "steps": [
        {"step": "work", "title": "Employment", "done": True, "optional": False},
        {"step": "sign", "title": "Attestations", "done": False, "optional": False},
    ],
    "verification": [],
    "answer": None,
}


def link_shown(link: ApplicantLink, facts: Facts, *, unmasked: bool) -> dict[str, Any]:
    """A link of the application that the facts are about, as this client may see it."""
    steps = steps_of(link, facts, timezone.now().date()) if link.is_open else ()
    return {
        "id": shown_id(Kind.APPLICANT_LINK, link.pk),
        "application_id": shown_id(Kind.APPLICATION, link.application_id),
        "state": link.state.value,
        "made_by": link.made_by.display_name,
        "made_at": link.made_at,
        "expires_at": link.expires_at,
        "emailed_at": link.mailed_at,
        "opened_at": link.opened_at,
        "seen_at": link.seen_at,
        "ended_at": link.ended_at,
        "ended_by": link.ended_by.display_name if link.ended_by else None,
        "steps": [_step(one) for one in steps],
        "verification": list(verification_of(facts.application)),
        "answer": (link.words or None) if unmasked else None,
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "step": step.name.value,
        "title": words.about(step).name,
        "done": step.done,
        "optional": step.optional,
    }
