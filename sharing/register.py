"""The partner register: its deeds, each with its audit event, and what outcomes teach it."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from accounts import audit
from accounts.models import User
from sharing.models import Partner, PartnerState

_DEEDS = {
    PartnerState.ACTIVE: "partner.activated",
    PartnerState.PAUSED: "partner.paused",
    PartnerState.REMOVED: "partner.removed",
}


@transaction.atomic
def add(partner: Partner, *, by: User, request: HttpRequest | None = None) -> Partner:
    """Store a new partner. The caller validated it; see `sharing.partner_form`."""
    partner.save()
    audit.record(
        "partner.added",
        actor=by,
        subject=subject_of(partner),
        request=request,
        client_id=partner.client_id,
        role=role_of(partner),
    )
    return partner


@transaction.atomic
def change(
    partner: Partner, changed: Iterable[str], *, by: User, request: HttpRequest | None = None
) -> Partner:
    """Store a changed partner; `changed` names its changed fields.

    Another client id is another workspace at Sumsub: what outcomes said about the old one is
    forgotten.
    """
    names = sorted(changed)
    if "client_id" in names:
        partner.confirmed_at = partner.contradicted_at = None
    partner.save()
    audit.record(
        "partner.changed",
        actor=by,
        subject=subject_of(partner),
        request=request,
        fields=", ".join(names),
        client_id=partner.client_id,
    )
    return partner


@transaction.atomic
def set_state(
    partner: Partner, state: PartnerState, *, by: User, request: HttpRequest | None = None
) -> bool:
    """Pause, activate or remove a partner; returns False when it was in that state already.

    Removing keeps the partner and everything that refers to it: its history stays readable.
    """
    changed = Partner.objects.filter(pk=partner.pk).exclude(state=state).update(state=state)
    if not changed:
        return False
    audit.record(
        _DEEDS[state],
        actor=by,
        subject=subject_of(partner),
        request=request,
        before=partner.state,
    )
    partner.state = state
    return True


def record_redeemed(partner_id: int, count: int) -> None:
    """`count` share tokens of this partner became customers, which confirms the relation."""
    now = timezone.now()
    Partner.objects.filter(pk=partner_id).update(
        redeemed_count=F("redeemed_count") + count,
        confirmed_at=now,
        contradicted_at=None,
        seen_at=now,
    )


def record_refused(partner_id: int, count: int) -> None:
    """`count` share tokens of this partner were refused."""
    Partner.objects.filter(pk=partner_id).update(
        refused_count=F("refused_count") + count, seen_at=timezone.now()
    )


def record_contradiction(partner_id: int, at: datetime) -> None:
    """Sumsub said at `at` that the two of us are no sharing partners (10501)."""
    Partner.objects.filter(pk=partner_id).update(contradicted_at=at, confirmed_at=None, seen_at=at)


def subject_of(partner: Partner) -> str:
    """How the audit trail names a partner."""
    return f"partner:{partner.pk}"


def role_of(partner: Partner) -> str:
    """What a partner is to us, in one word."""
    if partner.is_donor and partner.is_recipient:
        return "both"
    return "donor" if partner.is_donor else "recipient"
