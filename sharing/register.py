"""The partner register: its deeds, each with its audit event, and what outcomes teach it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from accounts import audit
from accounts.models import User
from sharing.models import Partner, PartnerContact, PartnerRefusal, PartnerState

_DEEDS = {
    PartnerState.ACTIVE: "partner.activated",
    PartnerState.PAUSED: "partner.paused",
    PartnerState.REMOVED: "partner.removed",
}


class Refused(NamedTuple):
    """A reason of refusal as Sumsub gives it; `code` is None where it gives none."""

    code: int | None
    name: str


@transaction.atomic
def add(
    partner: Partner,
    contacts: Iterable[PartnerContact] = (),
    *,
    by: User,
    request: HttpRequest | None = None,
) -> Partner:
    """Store a new partner. The caller validated it; see `sharing.partner_form`."""
    partner.save()
    _set_contacts(partner, contacts)
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
    partner: Partner,
    changed: Iterable[str],
    *,
    contacts: Iterable[PartnerContact] | None = None,
    by: User,
    request: HttpRequest | None = None,
) -> Partner:
    """Store a changed partner; `changed` names its changed fields.

    Only they are written, so that outcomes which arrive meanwhile are kept. `contacts`, if given,
    are all that there are from now on. Another client id is another workspace at Sumsub: what
    outcomes said about the old one is forgotten.
    """
    fields = set(changed)
    if "client_id" in fields:
        partner.confirmed_at = partner.contradicted_at = partner.not_partners_at = None
        forgotten = {"confirmed_at", "contradicted_at", "not_partners_at"}
    else:
        forgotten = set()
    if fields:
        partner.save(update_fields=fields | forgotten)
    if contacts is not None:
        _set_contacts(partner, contacts)
        fields.add("contacts")
    audit.record(
        "partner.changed",
        actor=by,
        subject=subject_of(partner),
        request=request,
        fields=", ".join(sorted(fields)),
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


def record_refused(partner_id: int, reasons: Mapping[Refused, int]) -> None:
    """So many share tokens of this partner were refused, by reason. Inside a transaction.

    A tick reports all rows that it settled at once: one statement for the partner, and one for
    each reason among them. The partner's row is locked first, so no two processes count apart.
    """
    now = timezone.now()
    total = sum(reasons.values())
    Partner.objects.filter(pk=partner_id).update(
        refused_count=F("refused_count") + total, seen_at=now
    )
    for refused, count in sorted(reasons.items(), key=lambda item: item[0].code or 0):
        counts = PartnerRefusal.objects.filter(partner=partner_id, error_code=refused.code or 0)
        known = counts.update(count=F("count") + count, last_at=now)
        if not known:
            PartnerRefusal.objects.create(
                partner_id=partner_id,
                error_code=refused.code or 0,
                error_name=refused.name[:120],
                count=count,
                last_at=now,
            )


def record_contradiction(partner_id: int, at: datetime) -> None:
    """Sumsub said at `at` that the two of us are no sharing partners (10501)."""
    Partner.objects.filter(pk=partner_id).update(
        contradicted_at=at, not_partners_at=at, confirmed_at=None, seen_at=at
    )


def record_minted(partner_id: int, at: datetime) -> None:
    """Sumsub made share tokens for this partner at `at`: an older contradiction stands no more."""
    Partner.objects.filter(pk=partner_id, contradicted_at__lt=at).update(
        contradicted_at=None, seen_at=at
    )


def _set_contacts(partner: Partner, contacts: Iterable[PartnerContact]) -> None:
    partner.contacts.all().delete()
    for contact in contacts:
        contact.partner = partner
        contact.pk = None
    PartnerContact.objects.bulk_create(contacts)


def subject_of(partner: Partner) -> str:
    """How the audit trail names a partner."""
    return f"partner:{partner.pk}"


def role_of(partner: Partner) -> str:
    """What a partner is to us, in one word."""
    if partner.is_donor and partner.is_recipient:
        return "both"
    return "donor" if partner.is_donor else "recipient"
