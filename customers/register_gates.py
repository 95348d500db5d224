"""The register's gates: rows of a donor that may not share any more wait where they are.

An import that runs when its donor is paused or removed, or when the agreement ends, is not
cancelled: its rows wait behind a gate, and go on by themselves once the register allows it again.
The register is looked at in every tick, before rows are claimed, at the cost of a join; a worker
without anything to do looks with `customers.announcing`.
"""

from collections.abc import Iterable, Sequence

from accounts import audit
from customers import gates
from customers.models import Gate, GateReason, GateScope, Import
from sharing.bar_words import bar_sentence
from sharing.database_clock import database_now
from sharing.models import Bar, Partner, Way


def heed(imports: Iterable[Import], closed: Sequence[Gate]) -> None:
    """Close the gates of donors that may not share, and open those of donors that may again.

    `imports` are those with rows to send, their partners fetched; `closed` the closed gates. In
    a transaction, after the locks on imports and rows.
    """
    barred, shut = _barred(imports), _shut(closed)
    for scope, (partner, bar) in barred.items():
        _hold(partner, bar_sentence(partner, Way.IN, bar), shut.get(scope))
    for scope in shut.keys() - barred.keys():
        gates.reopen(shut[scope], by=None, source="register")


def differ(imports: Iterable[Import], closed: Sequence[Gate]) -> bool:
    """True when `heed` would have something to do, asked without a query."""
    barred, shut = _barred(imports), _shut(closed)
    told = {scope: gate.detail for scope, gate in shut.items()}
    return told != {
        scope: bar_sentence(partner, Way.IN, bar) for scope, (partner, bar) in barred.items()
    }


def scope_of(partner_id: int) -> str:
    """The gate of one donor as far as the register goes."""
    return f"{GateScope.REGISTER}:{partner_id}"


def is_barred(imported: Import) -> bool:
    """True when the donor of an import may not share now."""
    partner = imported.partner_id
    return partner is not None and not Partner.objects.clear_for(Way.IN).with_id(partner).exists()


def bar_over(imported: Import) -> str:
    """The sentence about what stands against this import's donor; empty when nothing does."""
    partner = imported.partner
    bar = partner.bar(Way.IN) if partner is not None else None
    return bar_sentence(partner, Way.IN, bar) if partner is not None and bar is not None else ""


def _barred(imports: Iterable[Import]) -> dict[str, tuple[Partner, Bar]]:
    """The donors of these imports that may not share, by the scope of their gate."""
    donors = {one.partner_id: one.partner for one in imports if one.partner is not None}
    bars = ((partner, partner.bar(Way.IN)) for partner in donors.values())
    return {scope_of(partner.pk): (partner, bar) for partner, bar in bars if bar is not None}


def _shut(closed: Iterable[Gate]) -> dict[str, Gate]:
    return {gate.scope: gate for gate in closed if gate.reason == GateReason.REGISTER}


def _hold(partner: Partner, sentence: str, gate: Gate | None) -> None:
    if gate is None:
        _close(partner, sentence)
    elif gate.detail != sentence:
        Gate.objects.filter(pk=gate.pk).update(detail=sentence)


def _close(partner: Partner, sentence: str) -> None:
    scope, now = scope_of(partner.pk), database_now()
    gate, _ = Gate.objects.get_or_create(scope=scope, defaults={"reason": GateReason.REGISTER})
    closed = Gate.objects.filter(pk=gate.pk, closed_at=None).update(
        reason=GateReason.REGISTER,
        detail=sentence,
        closed_at=now,
        times_closed=gate.times_closed + 1,
    )
    if closed:
        audit.record(
            "gate.closed",
            actor=None,
            subject=f"gate:{scope}",
            reason=GateReason.REGISTER.value,
        )
