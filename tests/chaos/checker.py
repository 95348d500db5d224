"""The checker: a program of its own that compares three ledgers and knows nothing of the engine.

    python -m tests.chaos.checker --database DATABASE --ledger LEDGER --files FOLDER
        [--stops FILE] [--as-of MOMENT]

DATABASE is a PostgreSQL address or a SQLite file, LEDGER the far end's `/_sandbox/ledger.jsonl` or
a file of it, FOLDER holds the token files that were handed in, FILE the confirmed stops. Share
tokens whose time was over at MOMENT (ISO 8601; by default when all is read) must be erased. Prints
one JSON object with figures and violations, and exits 1 when there is a violation.
"""

import json
import sys
from argparse import ArgumentParser
from collections import Counter
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.chaos.ledgers import Evidence, read
from tests.chaos.rules import RULES, words


def violations(seen: Evidence) -> list[str]:
    """Every violation as a sentence, beginning with the rule that it breaks."""
    return [f"{words(rule)}: {told}" for rule in RULES for told in rule(seen)]


def figures(seen: Evidence) -> dict[str, Any]:
    """What happened, in numbers."""
    events = Counter(event.event for event in seen.ledger)
    return {
        "rows": dict(sorted(Counter(row.state for row in seen.rows).items())),
        "imports": len(seen.imports),
        "far end": {name: events[name] for name in sorted(events) if name != "minted"},
        "claims": sum(row.attempts for row in seen.rows),
        "lookups": sum(row.lookups for row in seen.rows),
        "rows that were in question": sum(row.was_checked for row in seen.rows),
        "rows settled by a lookup": sum(row.confirmed_by_lookup for row in seen.rows),
        "resends": sum(row.resends for row in seen.rows),
        "gates closed": sum(event.deed == "gate.closed" for event in seen.audit),
        "audit events": len(seen.audit),
    }


def main() -> int:
    """Read, compare, print; the exit status."""
    parser = ArgumentParser(description="Compare what three ledgers say.")
    parser.add_argument("--database", required=True)
    parser.add_argument("--ledger", required=True)
    parser.add_argument("--files", type=Path, required=True)
    parser.add_argument("--stops", type=Path)
    parser.add_argument("--as-of", type=datetime.fromisoformat)
    options = parser.parse_args()
    seen = read(options.database, options.ledger, options.files, options.stops)
    if options.as_of:
        seen = replace(seen, now=options.as_of)
    found = violations(seen)
    sys.stdout.write(json.dumps({"figures": figures(seen), "violations": found}) + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
