"""Gates: stops that hold rows back without burning them, with one notice instead of n errors."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from accounts import audit
from accounts.compiled import Compiled
from accounts.models import User
from customers.models import Gate, GateReason, GateScope, Import, ImportMode
from customers.timing import Timing
from sharing.register import record_contradiction

# Reasons that a harmless call can prove gone. The register opens its own; a person the others.
OPENS_BY_PROBE = frozenset({GateReason.CREDENTIALS, GateReason.CLOCK})


def scope_of(reason: str, imported: Import) -> str:
    """Which gate an answer closes, given the import it came for."""
    if reason == GateReason.NOT_PARTNERS:
        partner = imported.partner_id
        return f"{GateScope.PARTNER}:{partner}" if partner else _import_scope(imported)
    if reason == GateReason.DISABLED:
        return GateScope.COPY if imported.mode == ImportMode.COPY else GateScope.REUSE
    if reason in (GateReason.PARAMETERS, GateReason.KEYS):
        return _import_scope(imported)
    return GateScope.CONNECTION


# Connection, import, mode, partner, register.
MOST_SCOPES = 5


def scopes_over(imported: Import) -> set[str]:
    """All gates whose closing holds back the rows of an import."""
    scopes = {GateScope.CONNECTION.value, _import_scope(imported), imported.mode}
    if imported.partner_id:
        scopes.add(f"{GateScope.PARTNER}:{imported.partner_id}")
        scopes.add(f"{GateScope.REGISTER}:{imported.partner_id}")
    return scopes


def all_closed() -> list[Gate]:
    """Every gate that holds rows back now."""
    return _CLOSED()


_CLOSED = Compiled(lambda: Gate.objects.closed())


def closed_over(imported: Import, closed: Iterable[Gate]) -> list[Gate]:
    """Those of the closed gates that hold back an import."""
    scopes = scopes_over(imported)
    return [gate for gate in closed if gate.scope in scopes]


def close(
    imported: Import,
    reason: GateReason,
    *,
    error_code: int | None,
    detail: str,
    now: datetime,
    timing: Timing,
) -> bool:
    """Close the gate that `reason` calls for; False when it was closed already.

    Audited. Call inside a transaction, after the locks on imports and rows.
    """
    scope = scope_of(reason, imported)
    gate, _ = Gate.objects.get_or_create(scope=scope, defaults={"reason": reason})
    probe = now + timedelta(seconds=timing.gate_probe) if reason in OPENS_BY_PROBE else None
    shut = Gate.objects.filter(pk=gate.pk, closed_at=None).update(
        reason=reason,
        error_code=error_code,
        detail=detail[:500],
        closed_at=now,
        probe_at=probe,
        times_closed=gate.times_closed + 1,
    )
    if not shut:
        return False
    if reason == GateReason.NOT_PARTNERS and imported.partner_id:
        record_contradiction(imported.partner_id, now)
    audit.record(
        "gate.closed",
        actor=None,
        subject=f"gate:{scope}",
        reason=str(reason),
        error_code=error_code,
        import_id=imported.pk,
    )
    return True


def claim_probes(now: datetime, timing: Timing) -> list[Gate]:
    """Gates that this process is to probe now; each is taken by moving its next probe away."""
    later = now + timedelta(seconds=timing.gate_probe)
    return [
        gate
        for gate in Gate.objects.due_for_probe(now)
        if Gate.objects.filter(pk=gate.pk, probe_at=gate.probe_at).update(probe_at=later)
    ]


def reopen(gate: Gate, *, by: User | None, source: str = "") -> bool:
    """Open a closed gate; False when it was open already. Audited; inside a transaction."""
    opened = Gate.objects.closed().filter(pk=gate.pk).update(closed_at=None, probe_at=None)
    if not opened:
        return False
    audit.record("gate.opened", actor=by, subject=f"gate:{gate.scope}", source=source)
    return True


def _import_scope(imported: Import) -> str:
    return f"{GateScope.IMPORT}:{imported.pk}"
