"""The table of files that the server and the browser read alike (tests/parts/token_files.json).

The browser's half is tests/browser/test_token_files.py.
"""

import io
from typing import Any

import pytest

from customers.reasons import Reason
from customers.token_csv import FileRefused, TokenFile, TokenLine, read, read_pasted
from customers.wording.skipped import FAULTS
from tests.parts.token_files import CASES, Case


def opened(case: Case) -> TokenFile:
    if case.paste is not None:
        return read_pasted(case.paste)
    return read(io.BytesIO((case.file or "").encode()), max_rows=None)


def outcome(case: Case) -> dict[str, Any]:
    try:
        token_file = opened(case)
        lines = list(token_file.lines)
    except FileRefused as refused:
        return Case(case.name, refused=refused.sentence).expected
    first: dict[str, int] = {}
    return {
        "columns": sorted(token_file.columns),
        "unknown": list(token_file.unknown_columns),
        "lines": [[line.line, told(line, first)] for line in lines],
        "refused": "",
    }


def told(line: TokenLine, first: dict[str, int]) -> str:
    if line.fault:
        return line.fault.value
    if line.share_token in first:
        return f"duplicate of {first[line.share_token]}"
    first[line.share_token] = line.line
    if line.deadline is None:
        return "ready"
    return f"dies {line.deadline.isoformat(timespec='milliseconds').replace('+00:00', 'Z')}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_server_reads_each_file_of_the_table_as_it_says(case: Case) -> None:
    assert outcome(case) == case.expected


def test_the_table_has_every_fault_that_a_line_can_have() -> None:
    in_table = {str(word) for case in CASES for _, word in case.lines}
    assert in_table & set(Reason.values) == set(map(str, FAULTS))
