"""The register and the applicants of the demo, against the local sandbox."""

from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from sharing import register
from sharing.applicant_lookup import look_up
from sharing.models import LawfulBasis, Partner, PartnerContact, PartnerState
from sumsub.errors import NotFound


def create_demo_register(donor_client_id: str, *, by: User) -> Partner:
    """Store the sandbox's workspace `donor` as a partner both ways, and two invented partners.

    Returns the donor. A partner that is there already stays as it is, so a second start changes
    nothing.
    """
    for invented in _invented():
        _add(invented, by)
    team = PartnerContact(
        name="Compliance desk", email="compliance@ostermoor.example", purpose="New share tokens"
    )
    return _add(_donor(donor_client_id), by, team)


def bring_in_applicants(applicant_ids: Iterable[str], *, by: User) -> int:
    """Look up applicants of our own workspace; returns how many are in the list now.

    Ids that Sumsub does not know are passed over. Raises what `sumsub.errors` names else.
    """
    return sum(_is_known(applicant_id, by) for applicant_id in applicant_ids)


def _is_known(applicant_id: str, by: User) -> bool:
    try:
        look_up(applicant_id, by=by)
    except NotFound:
        return False
    return True


def _add(partner: Partner, by: User, *contacts: PartnerContact) -> Partner:
    known = Partner.objects.filter(client_id=partner.client_id).first()
    return known or register.add(partner, contacts, by=by)


def _donor(client_id: str) -> Partner:
    return Partner(
        name="Ostermoor Pay",
        client_id=client_id,
        is_donor=True,
        is_recipient=True,
        agreement_reference="OP-2026-03",
        agreement_signed_on=timezone.now().date() - timedelta(days=65),
        agreement_ends_on=timezone.now().date() + timedelta(days=300),
        lawful_basis=LawfulBasis.CONSENT,
        lawful_basis_note="Asked of each person when they onboard; kept with the applicant.",
        notes="The local sandbox's workspace donor.",
    )


def _invented() -> list[Partner]:
    today = timezone.now().date()
    return [
        Partner(
            name="Pellworth Wallet",
            client_id="pellworth.example_50918",
            is_donor=True,
            state=PartnerState.PAUSED,
            agreement_reference="PW-2026-07",
            agreement_signed_on=today - timedelta(days=165),
            lawful_basis=LawfulBasis.CONSENT,
            agreement_ends_on=today + timedelta(days=200),
        ),
        Partner(
            name="Brackwater Exchange",
            client_id="brackwater.example_11840",
            is_donor=True,
            is_recipient=True,
            default_ttl_seconds=3600,
            agreement_reference="BX-2025-09",
            agreement_signed_on=today - timedelta(days=343),
            lawful_basis=LawfulBasis.CONTRACT,
            agreement_ends_on=today + timedelta(days=22),
        ),
    ]
