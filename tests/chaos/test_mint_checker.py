"""The checker of minting finds each kind of violation in made-up records, none in honest ones."""

import hashlib
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from tests.chaos.mint_ledgers import ENDS, MARK_DIGITS, RULES, Evidence, Row, violations
from tests.chaos.rules import words

STATES = ("finding", "waiting", "minting", *ENDS)


def digest(applicant: str) -> str:
    """The SHA-256 of an applicant's share token."""
    return hashlib.sha256(f"the share token of {applicant}".encode()).hexdigest()


def a_row(line: int, state: str = "minted", **columns: Any) -> Row:
    applicant = f"applicant-{line}"
    mark = digest(applicant)[:MARK_DIGITS] if state == "minted" else None
    reason = "" if state == "minted" else "Sumsub knows no such applicant."
    found = Row(line, 1, line, state, applicant, 0, 0, reason, keeps_token=False, mark=mark)
    return replace(found, **columns)


def seen(*rows: Row, **changes: Any) -> Evidence:
    """What an honest run with these rows leaves behind, but for `changes`."""
    minted = [row for row in rows if row.state == "minted"]
    marks = [row.mark for row in minted if row.mark]
    tokens = [(row.applicant, digest(row.applicant)) for row in minted]
    counts = Counter(row.state for row in rows)
    honest = Evidence(
        rows=list(rows),
        issued=marks,
        batches=[(1, "finished", len(rows), {name: counts[name] for name in STATES}, "file")],
        told=marks,
        minted=[(sha256, applicant) for applicant, sha256 in tokens],
        handed_in={"file": [row.applicant for row in rows]},
        taken={1: tokens},
    )
    return replace(honest, **changes)


HONEST = seen(a_row(2), a_row(3), a_row(4, "failed"))
TWICE = [*HONEST.minted, (hashlib.sha256(b"another one").hexdigest(), "applicant-2")]
KEPT = [a_row(2, keeps_token=True), *HONEST.rows[1:]]
FORGED = [a_row(2, mark="0" * MARK_DIGITS), *HONEST.rows[1:]]


def test_an_honest_run_has_no_violation() -> None:
    assert violations(HONEST) == []


def test_what_rows_declare_as_possibly_lost_may_be_at_the_far_end() -> None:
    declared = [a_row(2, unread=1), *HONEST.rows[1:]]
    assert violations(replace(HONEST, rows=declared, minted=TWICE)) == []


@pytest.mark.parametrize(
    ("rule", "made_up"),
    [
        ("every line has one row", replace(HONEST, handed_in={"file": ["applicant-2"]})),
        ("every line has one row", replace(HONEST, handed_in={"another": ["applicant-2"]})),
        ("every row has its end", seen(a_row(2, "waiting"))),
        ("every row has its end", seen(a_row(2, "failed", reason=""))),
        ("counts equal rows", replace(HONEST, batches=seen(a_row(2)).batches)),
        ("every minted row has one line of the ledger", replace(HONEST, issued=HONEST.issued[:1])),
        ("every minted row has one line of the ledger", replace(HONEST, told=HONEST.told * 2)),
        ("every share token is the far ends for that applicant", replace(HONEST, rows=FORGED)),
        ("nothing is doubled but what was declared", replace(HONEST, minted=TWICE)),
        ("the files hold every share token once", replace(HONEST, taken={})),
        ("the files hold every share token once", replace(HONEST, rows=KEPT)),
    ],
)
def test_each_rule_finds_what_breaks_it(rule: str, made_up: Evidence) -> None:
    assert any(told.startswith(f"{rule}: ") for told in violations(made_up)), violations(made_up)


def test_every_rule_is_tried_above() -> None:
    marks: Any = test_each_rule_finds_what_breaks_it
    [parameters] = marks.pytestmark
    assert {rule for rule, _ in parameters.args[1]} == {words(rule) for rule in RULES}
