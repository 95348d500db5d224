"""Settling: what came back from Sumsub becomes a sealed share token, a ledger line, or a reason.

Minting is a call that may be repeated: a share token that nobody read works for nobody, and dies
of age. So a call without an answer goes again, and the row notes that one may exist unread.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from django.db.models import F

from accounts import audit
from accounts.keyring import keyring
from sharing import budget, register
from sharing.applicant_lookup import Found, keep
from sharing.clockwork import ClockKeeper
from sharing.minting_many import words
from sharing.minting_many.books import Books
from sharing.minting_many.checking import live_until, note_concern
from sharing.minting_many.timing import Timing
from sharing.minting_many.work import Looked, Mint, Minted, Result
from sharing.models import (
    Applicant,
    ApplicantSource,
    BatchState,
    Concern,
    IssuedToken,
    MintBatch,
    MintRow,
    MintState,
)
from sharing.plain_words import plain_words
from sharing.sealing import Sealer, token_mark
from sumsub.errors import (
    BadRequest,
    CredentialsRefused,
    FeatureDisabled,
    LeaseEnded,
    NotDelivered,
    NotFound,
    NotPartners,
    PermissionRefused,
    Redirected,
    SumsubError,
    Throttled,
    Unclear,
)
from sumsub.records import ShareToken

# What every row of a batch would be told as well: it stops the batch instead of n rows.
STOPPING: Final = (CredentialsRefused, PermissionRefused, Redirected, NotPartners, FeatureDisabled)
Throttling = dict[str, float]


class Settlement:
    """Applies results to rows whose batches `books` has locked; `store` ends it."""

    def __init__(self, books: Books, timing: Timing, clocks: ClockKeeper) -> None:
        self.throttled: Throttling = {}
        self._books = books
        self._timing = timing
        self._clocks = clocks
        self._fresh: list[tuple[MintRow, Mint, ShareToken]] = []
        self._unread: list[int] = []

    def settle(self, results: Sequence[Result]) -> None:
        """Apply what came back. A result of another claim than the row's present one is void."""
        ids = [one.work.row_id for one in results]
        rows = MintRow.objects.select_related("applicant").in_bulk(ids)
        for one in results:
            row = rows.get(one.work.row_id)
            if row is None or row.batch_id not in self._books.batches:
                continue
            if row.version != one.work.version or row.lease_until is None:
                self._void(one)
            elif isinstance(one, Minted):
                self._settle_minted(row, one)
            else:
                self._settle_looked(row, one)

    def store(self) -> None:
        """Write what was minted: ledger, trail, sealed share tokens."""
        if self._fresh:
            self._store_fresh()
        self._books.write()
        for row_id in self._unread:
            MintRow.objects.filter(pk=row_id).update(unread_count=F("unread_count") + 1)

    # ---- minted ----------------------------------------------------------------------------

    def _settle_minted(self, row: MintRow, one: Minted) -> None:
        batch = self._books.batches[row.batch_id]
        if isinstance(one.result, ShareToken):
            batch.unanswered = batch.refused_run = 0
            self._fresh.append((row, one.work, one.result))
        elif not self._is_nobodys_fault(row, one.result, one.began, budget.POST):
            self._settle_error(batch, row, one.result)

    def _settle_error(self, batch: MintBatch, row: MintRow, error: SumsubError) -> None:
        if isinstance(error, STOPPING):
            self._again(row)
            self._stop(batch, error)
        elif isinstance(error, NotDelivered | Unclear):
            self._unanswered(batch, row, error)
        else:
            batch.unanswered = 0
            self._fail(row, error)
            self._count_bad_requests(batch, error)

    def _store_fresh(self) -> None:
        sealer = Sealer(keyring())
        applicants = self._applicants()
        issued = [
            self._issued(row, work, made, applicants[row.sumsub_id])
            for row, work, made in self._fresh
        ]
        stored = IssuedToken.objects.bulk_create(issued)
        for partner_id in {line.partner_id for line in stored}:
            register.record_minted(partner_id, max(line.issued_at for line in stored))
        for (row, _, made), line in zip(self._fresh, stored, strict=True):
            sealed = sealer.seal(made.token.encode(), context=row.seal_context)
            self._books.move(
                row,
                MintState.MINTED,
                applicant=line.applicant,
                issued=line,
                token_sealed=sealed,
                settled_at=self._books.now,
                error_code=None,
                reason="",
                said="",
            )
        audit.record_all(
            self._event(row, line) for (row, _, _), line in zip(self._fresh, stored, strict=True)
        )

    def _issued(
        self, row: MintRow, work: Mint, made: ShareToken, applicant: Applicant
    ) -> IssuedToken:
        batch = self._books.batches[row.batch_id]
        return IssuedToken(
            applicant=applicant,
            partner=batch.partner,
            token_mark=token_mark(made.token),
            ttl_seconds=work.ttl_seconds,
            issued_at=work.issued_at,
            expires_at=work.issued_at + timedelta(seconds=work.ttl_seconds),
            issued_by=batch.created_by,
        )

    def _event(self, row: MintRow, line: IssuedToken) -> object:
        batch = self._books.batches[row.batch_id]
        return audit.drafted(
            "share_token.minted",
            actor=batch.created_by,
            subject=f"applicant:{line.applicant_id}",
            token_mark=line.token_mark,
            partner=batch.partner.client_id,
            ttl_seconds=line.ttl_seconds,
            batch=batch.pk,
            line=row.line,
        )

    def _applicants(self) -> dict[str, Applicant]:
        """The applicants of what was minted; those that our list lacks join it."""
        known = {row.sumsub_id: row.applicant for row, _, _ in self._fresh if row.applicant}
        lacking = {
            row.sumsub_id: Applicant(
                applicant_id=row.sumsub_id,
                external_user_id=row.external_id,
                level_name=row.level_name,
                source=ApplicantSource.CSV,
            )
            for row, _, _ in self._fresh
            if row.applicant is None
        }
        Applicant.objects.bulk_create(lacking.values(), ignore_conflicts=True)
        found = Applicant.objects.filter(applicant_id__in=lacking)
        return known | {applicant.applicant_id: applicant for applicant in found}

    # ---- looked up -------------------------------------------------------------------------

    def _settle_looked(self, row: MintRow, one: Looked) -> None:
        batch = self._books.batches[row.batch_id]
        if isinstance(one.result, Found):
            batch.unanswered = 0
            self._found(batch, row, one.result)
        elif not self._is_nobodys_fault(row, one.result, one.began, budget.GET):
            self._settle_error(batch, row, one.result)

    def _found(self, batch: MintBatch, row: MintRow, found: Found) -> None:
        row.applicant = keep(found, by=batch.created_by).applicant
        row.sumsub_id = row.applicant.applicant_id
        row.external_id = row.external_id or row.applicant.external_user_id
        note_concern(row)
        row.live_until = live_until([row.applicant.pk], batch.partner).get(row.applicant.pk)
        same = MintRow.objects.of(batch).filter(sumsub_id=row.sumsub_id).exclude(pk=row.pk)
        if first := same.exclude(state=MintState.SKIPPED).order_by("line").first():
            self._books.move(row, MintState.SKIPPED, same_as_line=first.line)
        elif reason := self._left_out(batch, row):
            self._books.move(row, MintState.SKIPPED, reason=reason)
        else:
            self._books.move(row, self._open(batch, MintState.WAITING), attempts=0)
        # The next one looked up may be the same applicant.
        self._books.write()

    def _left_out(self, batch: MintBatch, row: MintRow) -> str:
        """Why a row of a started batch is not minted, by what was chosen at its start."""
        if batch.started_at is None:
            return ""
        if row.concern == Concern.REFUSABLE and not batch.mints_refusable:
            return row.concern_sentence
        alive = row.live_until is not None and row.live_until > self._books.now
        return words.LIVE_TOKEN if alive and not batch.mints_live else ""

    # ---- neither ---------------------------------------------------------------------------

    def _is_nobodys_fault(self, row: MintRow, error: SumsubError, began: float, kind: str) -> bool:
        """Whether the row simply goes again: 429, our own lateness, a clock corrected just now."""
        if isinstance(error, Throttled):
            wait = error.retry_after or 1.0
            self.throttled[kind] = max(wait, self.throttled.get(kind, 0.0))
        elif not isinstance(error, LeaseEnded) and not self._clocks.forgives(error, began):
            return False
        self._again(row)
        return True

    def _void(self, one: Result) -> None:
        """Another claim owns the row, or nobody: what was minted here is dropped unread."""
        if isinstance(one, Minted) and isinstance(one.result, ShareToken | Unclear):
            self._unread.append(one.work.row_id)

    def _unanswered(self, batch: MintBatch, row: MintRow, error: SumsubError) -> None:
        row.attempts += 1
        row.unread_count += isinstance(error, Unclear) and row.state == MintState.MINTING
        batch.unanswered += 1
        if row.attempts >= self._timing.tries:
            self._fail(row, error)
        else:
            waits = self._timing.again_after
            pause = waits[min(row.attempts, len(waits)) - 1]
            self._again(row, not_before=self._books.now + timedelta(seconds=pause))
        if batch.unanswered >= self._timing.silence:
            self._books.stop(batch, words.silent(batch.unanswered))

    def _again(self, row: MintRow, **changes: object) -> None:
        batch = self._books.batches[row.batch_id]
        back = MintState.WAITING if row.state == MintState.MINTING else MintState.FINDING
        self._books.move(row, self._open(batch, back), **changes)

    def _open(self, batch: MintBatch, state: MintState) -> MintState:
        """The state, unless the batch was cancelled meanwhile."""
        return MintState.CANCELLED if batch.state == BatchState.CANCELLED else state

    def _fail(self, row: MintRow, error: SumsubError) -> None:
        batch = self._books.batches[row.batch_id]
        self._books.move(
            row,
            MintState.FAILED,
            error_code=words.code_of(error),
            reason=words.reason_of(error, batch),
            said=words.said_by(error),
            settled_at=self._books.now,
        )
        if row.applicant is None and isinstance(error, NotFound):
            row.concern = Concern.NONE

    def _count_bad_requests(self, batch: MintBatch, error: SumsubError) -> None:
        """The same bad request time and again, before anything was minted, is not the rows'."""
        is_draft = batch.state == BatchState.DRAFT
        if not isinstance(error, BadRequest) or batch.minted_count or is_draft:
            batch.refused_run = 0
            return
        batch.refused_run += 1
        if batch.refused_run >= self._timing.refused_run:
            self._stop(batch, error, words.reason_of(error, batch))

    def _stop(self, batch: MintBatch, error: SumsubError, sentence: str = "") -> None:
        if isinstance(error, NotPartners):
            register.record_contradiction(batch.partner_id, self._books.now)
        said = words.said_by(error)
        told = sentence or plain_words(error)
        if said and said not in told:
            told += f" Sumsub says: “{said}”"
        self._books.stop(batch, told, error=type(error).__name__, error_code=words.code_of(error))
