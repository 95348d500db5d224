"""One partner as clients see it: the entry with its health, and the steps at Sumsub."""

from typing import Any

from django.db.models import Count, Max
from rest_framework import serializers

from accounts.api.ids import Kind, shown_id
from accounts.models import User
from sharing.api.partner_shapes import PARTNER_EXAMPLE, PartnerInList, partner_in_list
from sharing.dashboard_steps import Checklist, Step, checklists_for
from sharing.models import Partner, PartnerStep, PartnerToken, Way
from sharing.partner_attention import attention

REASONS_SHOWN = 8


class AttentionShown(serializers.Serializer[Any]):
    """Something that only a person can settle."""

    urgent = serializers.BooleanField(help_text="true: something stands still for it")
    title = serializers.CharField()
    explanation = serializers.CharField()


class RefusalsShown(serializers.Serializer[Any]):
    """Share tokens of the partner that were refused for one reason."""

    error_code = serializers.IntegerField(allow_null=True, help_text="Sumsub's")
    error_name = serializers.CharField()
    title = serializers.CharField(help_text="for people")
    count = serializers.IntegerField()
    last_at = serializers.DateTimeField()


class HealthShown(serializers.Serializer[Any]):
    """What outcomes taught us about the partner."""

    attention = AttentionShown(many=True)
    confirmed_at = serializers.DateTimeField(allow_null=True, help_text="last success since")
    contradicted_at = serializers.DateTimeField(
        allow_null=True, help_text="Sumsub answered 10501 and no success came since"
    )
    seen_at = serializers.DateTimeField(allow_null=True, help_text="the last outcome")
    redeemed = serializers.IntegerField(help_text="of its share tokens, here")
    refused = serializers.IntegerField()
    success_rate = serializers.FloatField(allow_null=True, help_text="per cent")
    minted = serializers.IntegerField(help_text="share tokens that we made for it")
    last_minted_at = serializers.DateTimeField(allow_null=True)
    refusals = RefusalsShown(many=True, help_text="the most frequent reasons")


class PartnerTokenShown(serializers.Serializer[Any]):
    """The partner token that a checklist is about. Its text is never told here."""

    id = serializers.CharField(help_text="`ptk_…`: one that we made may serve several donors")
    label = serializers.CharField()  # type: ignore[assignment]
    made_at = serializers.DateTimeField()
    dies_at = serializers.DateTimeField()
    recorded_by = serializers.CharField(allow_null=True)
    text_is_kept = serializers.BooleanField(help_text="an admin can see it on the partner's page")


class StepShown(serializers.Serializer[Any]):
    """One thing to do in Sumsub's dashboard."""

    step = serializers.ChoiceField(
        choices=["", *PartnerStep.values], help_text="empty: done by recording the partner token"
    )
    who = serializers.CharField()
    what = serializers.CharField()
    done_at = serializers.DateTimeField(allow_null=True)
    done_by = serializers.CharField(allow_null=True)


class ChecklistShown(serializers.Serializer[Any]):
    """The steps that make the two of us partners at Sumsub, one way."""

    way = serializers.ChoiceField(choices=Way.choices)
    title = serializers.CharField()
    partner_token = PartnerTokenShown(allow_null=True)
    steps = StepShown(many=True)


class PartnerShown(PartnerInList):
    """The same with its health and the steps at Sumsub."""

    health = HealthShown()
    checklists = ChecklistShown(many=True)


WHOLE_EXAMPLE: dict[str, Any] = PARTNER_EXAMPLE | {
    "health": {
        "attention": [],
        "confirmed_at": None,
        "contradicted_at": None,
        "seen_at": "2026-11-29T09:15:01.220000Z",
        "redeemed": 0,
        "refused": 0,
        "success_rate": None,
        "minted": 512,
        "last_minted_at": "2026-11-29T09:15:01.220000Z",
        "refusals": [],
    },
    "checklists": [
        {
            "way": "out",
            "title": "So that we can share with Velmora Bank",
            "partner_token": {
                "id": "ptk_5",
                "label": "Autumn onboarding",
                "made_at": "2026-11-02T08:00:00Z",
                "dies_at": "2026-12-02T08:00:00Z",
                "recorded_by": "Alma Admin",
                "text_is_kept": False,
            },
            "steps": [
                {
                    "step": "entered",
                    "who": "We",
                    "what": "enter it within 30 days: Reusable identity, Partners, Recipients.",
                    "done_at": "2026-11-02T09:00:00Z",
                    "done_by": "Alma Admin",
                }
            ],
        }
    ],
}


def partner_shown(partner: Partner) -> dict[str, Any]:
    """The entry with its health and its steps."""
    return partner_in_list(partner) | {
        "health": _health(partner),
        "checklists": [_checklist(one) for one in checklists_for(partner)],
    }


def _health(partner: Partner) -> dict[str, Any]:
    minted = partner.issued_tokens.aggregate(count=Count("pk"), last=Max("issued_at"))
    return {
        "attention": [
            {"urgent": one.tone == "bad", "title": one.title, "explanation": one.sentence}
            for one in attention(Partner.objects.with_id(partner.pk))
        ],
        "confirmed_at": partner.confirmed_at,
        "contradicted_at": partner.contradicted_at,
        "seen_at": partner.seen_at,
        "redeemed": partner.redeemed_count,
        "refused": partner.refused_count,
        "success_rate": partner.success_rate,
        "minted": minted["count"],
        "last_minted_at": minted["last"],
        "refusals": [
            {
                "error_code": one.error_code or None,
                "error_name": one.error_name,
                "title": one.title,
                "count": one.count,
                "last_at": one.last_at,
            }
            for one in partner.refusals.all()[:REASONS_SHOWN]
        ],
    }


def _checklist(one: Checklist) -> dict[str, Any]:
    return {
        "way": one.way.value,
        "title": one.title,
        "partner_token": token_shown(one.use.token) if one.use else None,
        "steps": [_step(step) for step in one.steps],
    }


def token_shown(token: PartnerToken) -> dict[str, Any]:
    """What is known of a partner token; not its text."""
    return {
        "id": shown_id(Kind.PARTNER_TOKEN, token.pk),
        "label": token.label,
        "made_at": token.made_at,
        "dies_at": token.dies_at,
        "recorded_by": name_of(token.recorded_by),
        "text_is_kept": token.can_be_shown,
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "step": step.step.value if step.step else "",
        "who": step.who,
        "what": step.what,
        "done_at": step.done_at,
        "done_by": name_of(step.done_by),
    }


def name_of(person: User | None) -> str | None:
    """Person or API client, by name."""
    return person.display_name if person else None
