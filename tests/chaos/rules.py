"""What must be true of the three ledgers. Each rule yields one sentence for each violation."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator

from tests.chaos.ledgers import (
    MARK_DIGITS,
    STATES,
    Event,
    Evidence,
    Import,
    Row,
    Stop,
    TokenFile,
)

UNDECIDED = frozenset({"staged", "pending", "sending", "checking"})
FAILED = frozenset({"refused", "not_imported", "expired", "cancelled"})
# These may keep a share token until `token_until`; an undecided row keeps it as long as it must.
MAY_KEEP_TOKEN = frozenset({"refused", "needs_person"})
# Rows of these have their own event at the end; others are counted in their import's events.
TOLD_ONE_BY_ONE = frozenset({"imported", "refused", "not_imported", "expired", "needs_person"})
# Refusals of the installation, not of the share token: such an attempt is not counted.
NOT_THE_ROWS_FAULT = frozenset({10501, 10505})

Rule = Callable[[Evidence], Iterator[str]]


def every_line_has_one_row(seen: Evidence) -> Iterator[str]:
    """Rows in = rows out: each line of each file has exactly one row in each of its imports."""
    rows: dict[int, dict[int, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in seen.rows:
        rows[row.import_id][row.line].append(row)
    files = {file.sha256: file for file in seen.files}
    stored = {imported.file_sha256 for imported in seen.imports}
    for file in seen.files:
        if file.sha256 not in stored:
            yield f"The file {file.name} was handed in and there is no import of it."
    for imported in seen.imports:
        known = files.get(imported.file_sha256)
        if known is None:
            yield f"Import {imported.id} is of a file that nobody handed in."
        else:
            yield from _lines_of(imported, known, rows[imported.id])


def _lines_of(imported: Import, file: TokenFile, rows: dict[int, list[Row]]) -> Iterator[str]:
    for line, token in file.tokens.items():
        found = rows.get(line, [])
        if len(found) != 1:
            yield f"Line {line} of {file.name} has {len(found)} rows in import {imported.id}."
        elif found[0].token_mark != token[:MARK_DIGITS] and found[0].state != "invalid":
            yield f"{found[0]} does not carry the mark of its line's share token."
    for line in sorted(rows.keys() - file.tokens.keys()):
        yield f"Import {imported.id} has a row for line {line}, which {file.name} does not have."


def counters_equal_rows(seen: Evidence) -> Iterator[str]:
    """The counters that people see are the rows counted."""
    counted: dict[int, Counter[str]] = defaultdict(Counter)
    for row in seen.rows:
        counted[row.import_id][row.state] += 1
    for imported in seen.imports:
        for state in STATES:
            kept, rows = imported.counts.get(state, 0), counted[imported.id][state]
            if kept != rows:
                yield f"Import {imported.id} says {kept} rows are {state}; there are {rows}."
        if imported.total != counted[imported.id].total():
            yield f"Import {imported.id} says it has {imported.total} rows in all; it has not."


def every_row_ended(seen: Evidence) -> Iterator[str]:
    """Nothing is left undecided once the faults are over."""
    for row in seen.rows:
        if row.state in UNDECIDED:
            yield f"{row} is still {row.state}."


def no_token_executed_twice(seen: Evidence) -> Iterator[str]:
    """A share token leads to one applicant at most, and so does an id of ours."""
    made = [event for event in seen.ledger if event.made_an_applicant]
    for token, times in Counter(event.token_sha256 for event in made).items():
        if times > 1:
            yield f"The share token {str(token)[:MARK_DIGITS]} was executed {times} times."
    for user_id, times in Counter(event.external_user_id for event in made).items():
        if times > 1:
            yield f"The id {user_id} has {times} applicants."


def imported_rows_are_applicants(seen: Evidence) -> Iterator[str]:
    """Applicants under our ids and imported rows are the same, one to one."""
    made = {(e.external_user_id, e.applicant_id) for e in seen.ledger if e.made_an_applicant}
    imported = [row for row in seen.rows if row.state == "imported"]
    ours = Counter((row.external_user_id, row.applicant_id) for row in imported)
    for (name, applicant), times in ours.items():
        if times > 1:
            yield f"{times} imported rows claim the applicant {applicant} of {name}."
        if (name, applicant) not in made:
            yield f"A row is imported as {applicant} of {name}, which the far end never made."
    handed_over = {row.external_user_id for row in seen.rows if row.state == "needs_person"}
    for user_id, made_as in sorted(made - ours.keys(), key=str):
        if user_id not in handed_over:
            yield f"The applicant {made_as} of {user_id} exists and no row is imported as it."
    yield from _applications(seen, {row.applicant_id for row in imported})


def _applications(seen: Evidence, imported: set[str]) -> Iterator[str]:
    known = Counter(seen.applications)
    for applicant in sorted(imported ^ known.keys()):
        yield f"The applicant {applicant} has only one of imported row and application."
    for applicant, times in known.items():
        if times > 1:
            yield f"The applicant {applicant} has {times} applications."


def nobody_called_failed_exists(seen: Evidence) -> Iterator[str]:
    """No row is called, or was ever called, failed while an applicant exists under its id."""
    made = {event.external_user_id for event in seen.ledger if event.made_an_applicant}
    rows = {f"row:{row.id}": row for row in seen.rows}
    for row in seen.rows:
        if row.state in FAILED and row.replaced_by is None and row.external_user_id in made:
            yield f"{row} is called {row.state}, and its applicant exists."
    for event in seen.audit:
        called = rows.get(event.subject)
        word = event.deed.removeprefix("row.")
        if called is None or word not in FAILED or called.state in FAILED:
            continue
        if called.external_user_id in made:
            yield f"{called} was called {word} for a while, and its applicant exists."


def nothing_sent_after_a_stop(seen: Evidence) -> Iterator[str]:
    """Once a pause or cancel is confirmed, no share token of the import reaches the far end."""
    owners: dict[str, set[int]] = defaultdict(set)
    for row in seen.rows:
        if row.state not in ("duplicate", "invalid"):
            owners[row.token_mark].add(row.import_id)
    for stop in seen.stops:
        for event in seen.ledger:
            mark = (event.token_sha256 or "")[:MARK_DIGITS]
            after = event.seq > stop.after and (stop.until is None or event.seq <= stop.until)
            if after and _was_sent(event) and _concerns(stop, owners[mark]):
                yield (
                    f"Import {stop.import_id}: {stop.deed} was confirmed at {stop.after}, and at "
                    f"{event.seq} the share token {mark} arrived ({event.event})."
                )


def _concerns(stop: Stop, owners: set[int]) -> bool:
    """A share token that was uploaded again may be sent for the newer import.

    What was cancelled can be uploaded again, but nobody did before `until`.
    """
    if stop.deed == "cancel" and stop.until is not None:
        return stop.import_id in owners
    return owners == {stop.import_id}


def _was_sent(event: Event) -> bool:
    return event.made_an_applicant or event.event in ("refused", "throttled", "dropped")


def no_row_sent_more_often_than_claimed(seen: Evidence) -> Iterator[str]:
    """The far end answered each share token no more often than its rows were claimed for it."""
    attempts: Counter[str] = Counter()
    for row in seen.rows:
        attempts[row.token_mark] += row.attempts
    sent = Counter((e.token_sha256 or "")[:MARK_DIGITS] for e in seen.ledger if _was_counted(e))
    for mark, times in sent.items():
        if times > attempts[mark]:
            yield f"The share token {mark} arrived {times} times for {attempts[mark]} claims."


def _was_counted(event: Event) -> bool:
    if event.event == "refused":
        rule = event.error_code is not None and event.error_code not in NOT_THE_ROWS_FAULT
        return event.status == 401 or (event.status == 400 and rule)
    return event.made_an_applicant


def no_share_token_left(seen: Evidence) -> Iterator[str]:
    """No settled row keeps its share token once it cannot be retried any more."""
    for row in seen.rows:
        if row.state in UNDECIDED or not row.keeps_token:
            continue
        over = row.token_until is None or row.token_until < seen.now
        if row.state not in MAY_KEEP_TOKEN or over:
            yield f"{row} is {row.state} and still keeps its share token."


def the_trail_tells_each_end_once(seen: Evidence) -> Iterator[str]:
    """One event for each settled row; rows given up with their import are counted there."""
    told = Counter(
        (event.subject, event.deed) for event in seen.audit if event.deed.startswith("row.")
    )
    states = {f"row:{row.id}": row.state for row in seen.rows}
    for row in seen.rows:
        times = told[(f"row:{row.id}", f"row.{row.state}")]
        if row.state in TOLD_ONE_BY_ONE and times != 1:
            yield f"The audit trail tells {times} times that {row} is {row.state}."
    for (subject, deed), times in told.items():
        if subject not in states:
            yield f"The audit trail tells {deed} of {subject}, which does not exist."
        elif times > 1 and states[subject] != deed.removeprefix("row."):
            yield f"The audit trail tells {times} times {deed} of {subject}."
    yield from _given_up(seen)


def _given_up(seen: Evidence) -> Iterator[str]:
    """Cancelled rows: those given up at once by the cancel, and those it caught on their way."""
    told: Counter[int] = Counter()
    for event in seen.audit:
        if event.deed == "import.cancelled":
            told[int(event.subject.removeprefix("import:"))] += int(event.details["given_up"])
        elif event.deed == "row.cancelled":
            told[int(event.details["import_id"])] += 1
    cancelled = Counter(row.import_id for row in seen.rows if row.state == "cancelled")
    for import_id in sorted(told.keys() | cancelled.keys()):
        if told[import_id] != cancelled[import_id]:
            yield (
                f"The audit trail tells of {told[import_id]} cancelled rows of import {import_id}; "
                f"there are {cancelled[import_id]}."
            )


def words(rule: Callable[..., Iterator[str]]) -> str:
    """How a rule is named before the sentences of its violations."""
    return rule.__name__.replace("_", " ")


def of_rule(rule: Callable[..., Iterator[str]], violations: Iterable[str]) -> list[str]:
    """The violations of one rule."""
    return [one for one in violations if one.startswith(words(rule))]


RULES: tuple[Rule, ...] = (
    every_line_has_one_row,
    counters_equal_rows,
    every_row_ended,
    no_token_executed_twice,
    imported_rows_are_applicants,
    nobody_called_failed_exists,
    nothing_sent_after_a_stop,
    no_row_sent_more_often_than_claimed,
    no_share_token_left,
    the_trail_tells_each_end_once,
)
