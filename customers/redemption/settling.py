"""Settling: what came back for a row becomes its next state, in the tick's transaction."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from accounts import audit
from customers import decisions, gates
from customers.books import Books
from customers.creation import Newcomers
from customers.decisions import Circumstances, Decision
from customers.models import Application, GateReason, Row, RowState
from customers.models.row_states import OPEN_TO_EVIDENCE
from customers.outcomes import Answer, Class
from customers.timing import Timing
from sharing.models import TokenOutcome
from sharing.register import Refused, record_redeemed, record_refused
from sharing.token_fates import Settled, record_settled
from sumsub.errors import (
    Answered,
    ClockRefused,
    CredentialsRefused,
    NotFound,
    PermissionRefused,
)
from sumsub.records import Applicant, Lookup

# What the ledger of share tokens hears of a row's end, where its share token was ours too.
_FATES = {
    RowState.IMPORTED: TokenOutcome.REDEEMED,
    RowState.REFUSED: TokenOutcome.REFUSED,
    RowState.NOT_IMPORTED: TokenOutcome.UNUSED,
    RowState.EXPIRED: TokenOutcome.UNUSED,
    RowState.CANCELLED: TokenOutcome.UNUSED,
}


@dataclass
class Settlement:
    """Applies decisions to rows of locked imports and gathers what they bring along."""

    books: Books
    now: datetime
    timing: Timing
    owned: set[str] = field(default_factory=set)
    newcomers: Newcomers = field(default_factory=Newcomers)
    events: list[Any] = field(default_factory=list)
    redeemed: Counter[int] = field(default_factory=Counter)
    refused: dict[int, Counter[Refused]] = field(default_factory=dict)
    fates: list[Settled] = field(default_factory=list)

    def look_for_owners(self, applicants: Iterable[Applicant]) -> None:
        """Learn in one query which of these applicants an application owns already."""
        ids = [applicant.id for applicant in applicants]
        if ids:
            self.owned |= Application.objects.applicant_ids_among(ids)

    def circumstances(self, row: Row) -> Circumstances:
        """What a decision on this row depends on."""
        imported = self.books.imports[row.import_ref_id]
        return Circumstances(now=self.now, imported=imported, timing=self.timing)

    def answered(self, row: Row, version: int, answer: Answer) -> None:
        """Take in the answer to a redemption that was claimed as `version` of the row.

        A row whose share token was uploaded again hears nothing any more: the new row has the same
        id at Sumsub, and its lookups find what this answer would tell.
        """
        if row.replaced_by_id is not None:
            return
        proof = answer.kind is Class.OK and row.state in OPEN_TO_EVIDENCE
        if proof or self._is_expected(row, version) or self._tells_more(row, answer):
            decision = decisions.after_sending(row, answer, self.circumstances(row))
            self._apply(row, decision)
            self._close_gate(row, answer, decision)
        self._note_parameters(row, answer)

    def looked_up(self, row: Row, version: int, evidence: Lookup | None) -> None:
        """Take in what a lookup of that version of the row showed; None when it showed nothing."""
        if row.state == RowState.SENDING:
            return
        proof = evidence is not None and evidence.applicant is not None
        if row.version == version or (proof and self._accepts_late_proof(row)):
            self.decided(row, decisions.after_lookup(row, evidence, self.circumstances(row)))

    def _accepts_late_proof(self, row: Row) -> bool:
        own_ids = self.books.imports[row.import_ref_id].sends_external_ids
        return row.replaced_by_id is None and row.state in OPEN_TO_EVIDENCE and not own_ids

    def lookup_refused(self, row: Row, error: Answered) -> None:
        """No doubt can be settled without lookups: their refusal closes the connection's gate."""
        reasons = (
            (ClockRefused, None),
            (CredentialsRefused, GateReason.CREDENTIALS),
            (PermissionRefused, GateReason.PERMISSION),
            (NotFound, GateReason.PERMISSION),
        )
        reason = next((reason for kind, reason in reasons if isinstance(error, kind)), None)
        if reason is not None:
            self._close(row, reason, error.error_code, error.description)

    def _is_expected(self, row: Row, version: int) -> bool:
        return row.state == RowState.SENDING and row.version == version

    def _tells_more(self, row: Row, answer: Answer) -> bool:
        """A late refusal is kept beside the doubt, and a late success that could not be read.

        Any other late answer says nothing new.
        """
        refusals = (Class.REFUSED, Class.TOKEN_REFUSED, Class.UNKNOWN_REFUSAL)
        succeeded = answer.after_success and not row.after_success
        return row.state == RowState.CHECKING and (answer.kind in refusals or succeeded)

    def _note_parameters(self, row: Row, answer: Answer) -> None:
        imported = self.books.imports[row.import_ref_id]
        own_level = row.level_name not in ("", imported.level_name)
        if answer.accepts_parameters and not own_level and not imported.accepted:
            self.books.alter(imported.pk, accepted=True)
        run = imported.dead_token_run + 1 if answer.kind is Class.TOKEN_REFUSED else 0
        if answer.is_definite and run != imported.dead_token_run:
            self.books.alter(imported.pk, dead_token_run=run)

    def _close_gate(self, row: Row, answer: Answer, decision: Decision) -> None:
        if decision.gate is not None:
            self._close(row, decision.gate, answer.error_code, answer.detail)

    def _close(self, row: Row, reason: GateReason, error_code: int | None, detail: str) -> None:
        gates.close(
            self.books.imports[row.import_ref_id],
            reason,
            error_code=error_code,
            detail=detail,
            now=self.now,
            timing=self.timing,
        )

    def decided(self, row: Row, decision: Decision) -> None:
        """Apply a decision that came from elsewhere (a lookup, a lease, a deadline)."""
        self._apply(row, decision)

    def _apply(self, row: Row, decision: Decision) -> None:
        if decision.applicant is not None:
            decision = self._owning(row, decision)
        settled_before = row.state
        self.books.move(row, decision.state, decision.changes)
        if row.state != settled_before:
            self._tell(row)

    def _owning(self, row: Row, decision: Decision) -> Decision:
        """Create customer and application, unless the applicant has an owner already."""
        applicant = decision.applicant
        assert applicant is not None
        if applicant.id in self.owned:
            return decisions.owned_by_another(row, self.circumstances(row), applicant.id)
        self.owned.add(applicant.id)
        links = self.newcomers.add(
            row,
            applicant,
            self.books.imports[row.import_ref_id],
            now=self.now,
            timing=self.timing,
        )
        return Decision(decision.state, decision.changes | links)

    def _tell(self, row: Row) -> None:
        """Audit events and the partner's figures, for rows that reached an end."""
        if row.state in (RowState.PENDING, RowState.SENDING, RowState.CHECKING):
            return
        self.events.append(
            audit.drafted(
                f"row.{row.state}",
                actor=None,
                subject=f"row:{row.pk}",
                source="redemption",
                import_id=row.import_ref_id,
                line=row.line,
                token_mark=row.token_mark,
                applicant_id=row.applicant_id,
                error_code=row.error_code,
            )
        )
        fate = _FATES.get(RowState(row.state))
        if fate is not None:
            self.fates.append(
                Settled(row.token_mark, fate, self.now, row.error_code, row.error_name)
            )
        partner_id = self.books.imports[row.import_ref_id].partner_id
        if partner_id is not None and row.state == RowState.IMPORTED:
            self.redeemed[partner_id] += 1
        elif partner_id is not None and row.state == RowState.REFUSED:
            reason = Refused(row.error_code, row.error_name)
            self.refused.setdefault(partner_id, Counter())[reason] += 1

    def store(self) -> None:
        """Write what was gathered: customers, applications, events, figures, fates of tokens."""
        self.newcomers.store()
        audit.record_all(self.events)
        for partner_id, count in sorted(self.redeemed.items()):
            record_redeemed(partner_id, count)
        for partner_id, reasons in sorted(self.refused.items()):
            record_refused(partner_id, reasons)
        record_settled(self.fates)
