"""Every applicant of every workspace: generated on demand, or kept in the store once changed."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sumsub.sandbox import profile_json
from sumsub.sandbox.clock import Clock
from sumsub.sandbox.population import (
    DONOR_DEMO,
    EMAIL_CLASH,
    NEIGHBOUR_DEMO,
    PHONE_CLASH,
    Population,
)
from sumsub.sandbox.records import (
    Applicant,
    Origin,
    Profile,
    Review,
    ReviewStatus,
    StepType,
)
from sumsub.sandbox.review_text import review_from, review_text
from sumsub.sandbox.store import Store
from sumsub.sandbox.stories import Story
from sumsub.sandbox.workspaces import Directory, Workspace

_COLUMNS = (
    "id, client_id, external_user_id, level, origin, source_id, steps, profile, review, due_ms,"
    " created_ms, active"
)
_Row = tuple[str, str, str, str, str, str | None, str, str | None, str, int | None, int, int]


@dataclass(frozen=True, slots=True)
class Due:
    """A review whose verdict is due, and whose it is."""

    applicant_id: str
    client_id: str
    external_user_id: str
    review: Review


class World:
    """Finds, creates and changes applicants. Changes belong inside a store transaction."""

    def __init__(
        self, store: Store, directory: Directory, clock: Clock, *, seed: str, born: date, count: int
    ) -> None:
        self._store = store
        self._clock = clock
        rows = store.all("SELECT id FROM applicant WHERE origin = ?", (Origin.GENERATED.value,))
        self._changed = {str(row[0]) for row in rows}
        self._counter = itertools.count(int.from_bytes(os.urandom(2), "big"))
        self._machine = os.urandom(5).hex()
        self.populations = {
            workspace.client_id: Population(
                seed=seed,
                client_id=workspace.client_id,
                named=named,
                count=count if workspace is directory.donor else len(named),
                today=born,
            )
            for workspace, named in _inhabited(directory)
        }
        self.donors = self.populations[directory.donor.client_id]
        self._settle_neighbours(directory.recipient)

    # finding

    def find(self, applicant_id: str) -> Applicant | None:
        """The applicant of that id, in whatever workspace, or None."""
        generated = self._generated(applicant_id)
        if generated is not None and applicant_id not in self._changed:
            return generated
        row = self._store.maybe(f"SELECT {_COLUMNS} FROM applicant WHERE id = ?", (applicant_id,))
        return generated if row is None else self._from_row(row)

    def find_external(self, client_id: str, external_user_id: str) -> Applicant | None:
        """The workspace's applicant of that external id, or None."""
        row = self._store.maybe(
            f"SELECT {_COLUMNS} FROM applicant WHERE client_id = ? AND external_user_id = ?",
            (client_id, external_user_id),
        )
        if row is not None:
            return self._from_row(row)
        population = self.populations.get(client_id)
        number = population.number_of_external(external_user_id) if population else None
        return None if population is None or number is None else population.at(number)

    def everyone_generated(self) -> Iterator[Applicant]:
        """The generated applicants as they stand now: the donor's, then the neighbours'."""
        for population in self.populations.values():
            for number in population.numbers():
                applicant = self.find(population.id_of(number))
                if applicant is not None:
                    yield applicant

    def count(self, client_id: str) -> int:
        """How many applicants a workspace has."""
        made = self._store.one(
            "SELECT count(*) FROM applicant WHERE client_id = ? AND origin != ?",
            (client_id, Origin.GENERATED.value),
        )[0]
        population = self.populations.get(client_id)
        return int(made) + (population.count if population else 0)

    def contact_clash(self, client_id: str, profile: Profile) -> str | None:
        """``email`` or ``phone`` when an applicant shares one contact and differs in the other."""
        if not (profile.email and profile.phone):
            return None
        row = self._store.maybe(
            "SELECT phone FROM applicant WHERE (phone = ? OR email = ?) AND +client_id = ?"
            " AND (phone != ? OR email != ?) LIMIT 1",
            (profile.phone, profile.email, client_id, profile.phone, profile.email),
        )
        if row is None:
            return None
        return "email" if row[0] == profile.phone else "phone"

    def due(self, now_ms: int, limit: int) -> list[Due]:
        """Reviews that have run their time."""
        rows = self._store.all(
            "SELECT id, client_id, external_user_id, review FROM applicant"
            " WHERE due_ms <= ? ORDER BY due_ms LIMIT ?",
            (now_ms, limit),
        )
        return [Due(row[0], row[1], row[2], review_from(row[3], None)) for row in rows]

    # changing

    def new_id(self) -> str:
        """An ObjectId-like id that was never given before."""
        return f"{self._clock.now():08x}{self._machine}{next(self._counter) & 0xFFFFFF:06x}"

    def add(self, applicant: Applicant, body: dict[str, object] | None = None) -> None:
        """Keep a new applicant; ``body`` is what a create call said about the person."""
        own = body is not None
        self._store.execute(
            "INSERT INTO applicant (id, client_id, external_user_id, level, origin, source_id,"
            " steps, profile, email, phone, review, due_ms, created_ms, active)"
            " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            (
                applicant.id,
                applicant.client_id,
                applicant.external_user_id,
                applicant.level,
                applicant.origin.value,
                applicant.source_id,
                ",".join(applicant.steps),
                profile_json.dump(body) if body is not None else None,
                (applicant.profile.email or None) if own else None,
                (applicant.profile.phone or None) if own else None,
                review_text(applicant.review),
                applicant.review.due_ms,
                applicant.created_ms,
                int(applicant.active),
            ),
        )

    def decide(self, applicant_id: str, review: Review) -> None:
        """Keep a verdict."""
        self._store.execute(
            "UPDATE applicant SET review = ?, due_ms = NULL WHERE id = ?",
            (review_text(review), applicant_id),
        )

    def save(self, applicant: Applicant) -> None:
        """Keep a changed applicant; a generated one gets its first row."""
        changed = self._store.execute(
            "UPDATE applicant SET level = ?, origin = ?, source_id = ?, steps = ?, review = ?,"
            " due_ms = ?, active = ? WHERE id = ?",
            (
                applicant.level,
                applicant.origin.value,
                applicant.source_id,
                ",".join(applicant.steps),
                review_text(applicant.review),
                applicant.review.due_ms,
                int(applicant.active),
                applicant.id,
            ),
        )
        if not changed:
            self.add(applicant)
            self._changed.add(applicant.id)

    # inside

    def _generated(self, applicant_id: str) -> Applicant | None:
        for population in self.populations.values():
            number = population.number_of(applicant_id)
            if number is not None:
                return population.at(number)
        return None

    def _from_row(self, row: _Row) -> Applicant:
        return Applicant(
            id=row[0],
            client_id=row[1],
            external_user_id=row[2],
            level=row[3],
            origin=Origin(row[4]),
            source_id=row[5],
            steps=tuple(StepType(step) for step in row[6].split(",") if step),
            profile=self._profile(row),
            review=review_from(row[8], row[9]),
            created_ms=row[10],
            active=bool(row[11]),
        )

    def _profile(self, row: _Row) -> Profile:
        if row[5] is not None:
            source = self.find(row[5])
            return Profile() if source is None else source.shown_profile
        if row[7] is not None:
            return profile_json.load(row[7])
        generated = self._generated(row[0])
        return Profile() if generated is None else generated.profile

    def _settle_neighbours(self, recipient: Workspace) -> None:
        """Two applicants of the recipient own a contact of two of the donor's people."""
        with self._store.transaction():
            for external_id, donor_id in (
                ("already-has-this-phone", EMAIL_CLASH),
                ("already-has-this-email", PHONE_CLASH),
            ):
                if self.find_external(recipient.client_id, external_id) is None:
                    number = self.donors.number_of_external(donor_id)
                    profile = self.donors.at(number or 0).profile
                    self._settle(recipient, external_id, profile)

    def _settle(self, recipient: Workspace, external_id: str, contact: Profile) -> None:
        same_phone = external_id.endswith("phone")
        body: dict[str, object] = {
            "email": "someone.else@people.example" if same_phone else contact.email,
            "phone": contact.phone if same_phone else "+10000000000",
            "fixedInfo": {"firstName": "Sam", "lastName": "Before"},
        }
        self.add(
            Applicant(
                id=self.new_id(),
                client_id=recipient.client_id,
                external_user_id=external_id,
                level=recipient.levels[0].name,
                origin=Origin.CREATED,
                profile=profile_json.profile_from_body(body),
                review=Review(ReviewStatus.INIT),
                created_ms=self._clock.now_ms(),
            ),
            body,
        )


def _inhabited(directory: Directory) -> Iterator[tuple[Workspace, tuple[tuple[str, Story], ...]]]:
    yield directory.donor, DONOR_DEMO
    for name, named in NEIGHBOUR_DEMO.items():
        yield directory.by_name[name], named
