"""A chunk of lines with all that can be known of them without asking the database.

Reading, hashing and sealing take as long as storing does, so the next chunk is prepared in a
thread of its own while the last one is being stored.
"""

from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from accounts.interpreter import take_short_turns
from accounts.keyring import keyring
from customers.bulk import Packed, packed
from customers.fingerprints import Hashes
from customers.intake.shaping import Shaper, Values
from customers.redemption.claims import seal_context
from customers.token_csv import TokenLine
from sharing.sealing import Sealer, mark_of, token_digest

# Lines of a chunk: enough to make a statement worth its while, few enough for memory to stay flat.
CHUNK = 8000

T = TypeVar("T")


@dataclass(slots=True)
class Candidate:
    """A usable line with its keys: `keys` as `Shaper.ready` takes them, `row` what it made."""

    line: TokenLine
    fingerprint: str
    token_mark: str
    user_id: str
    keys: Values = field(repr=False)
    row: Values = field(repr=False)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some lines of a file, in file order; `if_new` are their rows when no share token is known."""

    candidates: Sequence[Candidate]
    faulty: Sequence[TokenLine]
    if_new: Packed

    @property
    def fingerprints(self) -> list[str]:
        """Those of the candidates, in the same order."""
        return [one.fingerprint for one in self.candidates]


class Preparer:
    """Prepares the lines of one import."""

    def __init__(self, import_id: int, shaper: Shaper, *, sends_external_ids: bool) -> None:
        ring = keyring()
        self._import_id = import_id
        self._shaper = shaper
        self._sends_external_ids = sends_external_ids
        self._hashes = Hashes(ring)
        self._sealer = Sealer(ring)

    def chunks(self, lines: Iterator[TokenLine]) -> Iterator[Chunk]:
        """The lines in chunks; raises what reading them raises."""
        while some := list(islice(lines, CHUNK)):
            candidates = [self._candidate(line) for line in some if line.fault is None]
            faulty = [line for line in some if line.fault is not None]
            rows = [*(one.row for one in candidates), *map(self._shaper.invalid, faulty)]
            yield Chunk(candidates, faulty, packed(rows))

    def _candidate(self, line: TokenLine) -> Candidate:
        token = line.share_token.encode()
        sealed = self._sealer.seal(token, context=seal_context(self._import_id, line.line))
        digest = token_digest(token)
        fingerprint, mark = self._hashes.fingerprint(digest), mark_of(digest)
        own = line.external_id if self._sends_external_ids else ""
        user_id = own or self._hashes.external_user_id(token)
        keys = (sealed, fingerprint, mark, user_id)
        row = self._shaper.ready(line, keys, look_first=self._sends_external_ids)
        return Candidate(line, fingerprint, mark, user_id, keys, row)


def one_ahead(things: Iterator[T]) -> Generator[T, None, None]:
    """The same things, each made by another thread while the one before is in use.

    What making one raises is raised here, in its turn. Close the iterator to end the thread. Both
    take short turns, for whoever stores waits for the database many times.
    """
    take_short_turns()
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="ahead") as thread:
        coming = thread.submit(next, things, None)
        while (thing := coming.result()) is not None:
            coming = thread.submit(next, things, None)
            yield thing
