"""Attestations: what the customer puts their name to, electronic signature first."""

from uuid import UUID

from django.db import transaction

from customers.applying.completing import NOT_OPEN
from customers.applying.deeds import Author, NotPossible, conclude, locked
from customers.models import Application, Attestation, AttestationKind
from customers.models.application_states import COMPLETABLE
from sharing.database_clock import database_now

LONGEST_NAME = 256


def next_kind(attested: frozenset[str]) -> AttestationKind | None:
    """What is to be attested next; None when all is."""
    return next((kind for kind in AttestationKind if kind not in attested), None)


@transaction.atomic
def attest(application_id: UUID, kind: AttestationKind, name: str, author: Author) -> Attestation:
    """Record that `name` attested `kind`, now.

    Raises NotPossible when it is not its turn, was recorded already, nobody is named, or the
    application is not open for changes; Application.DoesNotExist.
    """
    application = locked(application_id, COMPLETABLE, NOT_OPEN)
    signed = " ".join(name.split())
    if not 0 < len(signed) <= LONGEST_NAME:
        raise NotPossible("Enter the name of the person who attests.")
    due = next_kind(_standing(application))
    if due is None or kind != due:
        raise NotPossible(_out_of_order(kind, due))
    now = database_now()
    attested = Attestation.objects.create(
        application=application, kind=kind, name=signed, at=now, recorded_by=author.person
    )
    conclude(application, author, "application.attested", now=now, kind=kind.value)
    return attested


def _standing(application: Application) -> frozenset[str]:
    standing = application.attestations.filter(lapsed_at__isnull=True)
    return frozenset(standing.values_list("kind", flat=True))


def _out_of_order(kind: AttestationKind, due: AttestationKind | None) -> str:
    if due is None or list(AttestationKind).index(kind) < list(AttestationKind).index(due):
        return f"“{kind.label}” is attested already."
    return f"“{due.label}” comes first."
