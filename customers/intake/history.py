"""Which share tokens came before, asked by their SHA-256: nothing is sent, stored or locked.

What it says holds for the moment it is asked. Storing decides again, inside its transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.keyring import keyring
from customers.fingerprints import Hashes
from customers.intake.owners import dead_rows, token_owners


@dataclass(frozen=True)
class SeenBefore:
    """Places in the list asked about (0 is the first) to the row that had the share token.

    An `owned` one would be skipped as a duplicate; `again` came to nothing before and would be
    looked up, then sent.
    """

    owned: dict[int, int]
    again: dict[int, int]


def seen_before(digests: Sequence[bytes]) -> SeenBefore:
    """What the history has of the share tokens with these SHA-256."""
    hashes = Hashes(keyring())
    prints = [hashes.fingerprint(digest) for digest in digests]
    live = {key: row_id for key, (row_id, _) in token_owners(prints).items()}
    dead = _latest_dead(prints)
    places = list(enumerate(prints))
    return SeenBefore(
        owned={place: live[key] for place, key in places if key in live},
        again={place: dead[key] for place, key in places if key in dead and key not in live},
    )


def _latest_dead(prints: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for rows in dead_rows(prints).values():
        for row_id, key in rows.items():
            found[key] = max(row_id, found.get(key, 0))
    return found
