"""The register as CSV: the record of who shares what with whom (GDPR, article 30)."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db.models import Count

from accounts.safe_csv import written
from sharing.models import Bar, Partner, PartnerQuerySet, Way
from sharing.register import role_of

COLUMNS = (
    "name",
    "client_id",
    "own_workspace",
    "role",
    "state",
    "shares_with_us_now",
    "gets_from_us_now",
    "agreement",
    "agreement_covers",
    "signed_on",
    "ends_on",
    "lawful_basis",
    "lawful_basis_note",
    "document",
    "document_sha256",
    "contacts",
    "default_level",
    "default_ttl_seconds",
    "share_tokens_minted",
    "imported",
    "refused",
    "refused_by_reason",
    "last_outcome_at",
    "confirmed_at",
    "not_partners_at",
    "in_register_since",
)


def register_csv(partners: PartnerQuerySet) -> Iterator[str]:
    """The file in pieces: a line for each partner, removed ones too if they are among them."""
    yield written([COLUMNS])
    found = partners.annotate(minted_count=Count("issued_tokens", distinct=True))
    for partner in found.prefetch_related("contacts", "refusals", "papers__document"):
        yield written([_cells(partner)])


def _cells(partner: Partner) -> tuple[object, ...]:
    paper = max(partner.papers.all(), key=lambda one: one.pk, default=None)
    contacts = (_contact(one.name, one.email, one.purpose) for one in partner.contacts.all())
    reasons = partner.refusals.all()
    refusals = (f"{one.error_code or one.error_name}: {one.count}" for one in reasons)
    return (
        partner.name,
        partner.client_id,
        "yes" if partner.is_ourselves else "no",
        role_of(partner),
        partner.state,
        _now(partner.bar(Way.IN)),
        _now(partner.bar(Way.OUT)),
        partner.agreement_reference,
        partner.agreement_covers,
        _text(partner.agreement_signed_on),
        _text(partner.agreement_ends_on),
        partner.lawful_basis,
        partner.lawful_basis_note,
        paper.document.name if paper else "",
        paper.document.sha256 if paper else "",
        "; ".join(contacts),
        partner.default_level,
        partner.default_ttl_seconds,
        partner.minted_count,  # type: ignore[attr-defined]
        partner.redeemed_count,
        partner.refused_count,
        "; ".join(refusals),
        _text(partner.seen_at),
        _text(partner.confirmed_at),
        _text(partner.not_partners_at),
        _text(partner.created_at),
    )


def _now(bar: Bar | None) -> str:
    return "yes" if bar is None else f"no: {bar.label.lower()}"


def _contact(name: str, email: str, purpose: str) -> str:
    address = f" <{email}>" if email else ""
    return f"{name}{address}" + (f" for {purpose}" if purpose else "")


def _text(moment: date | datetime | None) -> str:
    return moment.isoformat() if moment else ""
