"""Every applicant of every workspace: generated on demand, or kept in the store once changed."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from sumsub.sandbox import applicant_row, profile_json
from sumsub.sandbox.applicant_row import COLUMNS, Row
from sumsub.sandbox.clock import Clock
from sumsub.sandbox.holdings import renumbered
from sumsub.sandbox.population import (
    DONOR_DEMO,
    EMAIL_CLASH,
    NEIGHBOUR_DEMO,
    PHONE_CLASH,
    Population,
)
from sumsub.sandbox.records import Applicant, Origin, Profile, Review, ReviewStatus
from sumsub.sandbox.review_text import review_from, review_text
from sumsub.sandbox.store import Store
from sumsub.sandbox.stories import Story
from sumsub.sandbox.workspaces import Directory, Workspace

FIRST_UPLOAD = 1_800_000_000


@dataclass(frozen=True, slots=True)
class Due:
    """A review whose verdict is due, and whose it is."""

    applicant_id: str
    client_id: str
    external_user_id: str
    review: Review
    source_id: str | None = None


class World:
    """Finds, creates and changes applicants. Changes belong inside a store transaction."""

    def __init__(
        self, store: Store, directory: Directory, clock: Clock, *, seed: str, born: date, count: int
    ) -> None:
        self._store = store
        self._clock = clock
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
        self._changed = {
            str(row[0])
            for population in self.populations.values()
            for row in store.all(
                "SELECT id FROM applicant WHERE id BETWEEN ? AND ?", population.id_range()
            )
        }
        self.donors = self.populations[directory.donor.client_id]
        self._settle_neighbours(directory.recipient)

    # finding

    def find(self, applicant_id: str) -> Applicant | None:
        """The applicant of that id, in whatever workspace, or None."""
        generated = self._generated(applicant_id)
        if generated is not None and applicant_id not in self._changed:
            return generated
        row = self._store.maybe(f"SELECT {COLUMNS} FROM applicant WHERE id = ?", (applicant_id,))
        return generated if row is None else self._from_row(row)

    def find_external(self, client_id: str, external_user_id: str) -> Applicant | None:
        """The workspace's applicant of that external id, or None."""
        row = self._store.maybe(
            f"SELECT {COLUMNS} FROM applicant WHERE client_id = ? AND external_user_id = ?",
            (client_id, external_user_id),
        )
        if row is not None:
            return self._from_row(row)
        population = self.populations.get(client_id)
        number = population.number_of_external(external_user_id) if population else None
        if population is None or number is None:
            return None
        # Somebody may have been given another external id since.
        found = self.find(population.id_of(number))
        return found if found and found.external_user_id == external_user_id else None

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
            "SELECT id, client_id, external_user_id, review, due_ms, source_id FROM applicant"
            " WHERE due_ms <= ? ORDER BY due_ms LIMIT ?",
            (now_ms, limit),
        )
        return [
            Due(row[0], row[1], row[2], review_from(row[3], row[4]), source_id=row[5])
            for row in rows
        ]

    # changing

    def new_id(self) -> str:
        """An ObjectId-like id that was never given before."""
        return f"{self._clock.now():08x}{self._machine}{next(self._counter) & 0xFFFFFF:06x}"

    def new_image_id(self) -> int:
        """A number that no uploaded image had before; those of generated people are smaller."""
        number = int(self._store.setting("last_image") or FIRST_UPLOAD) + 1
        self._store.remember("last_image", str(number))
        return number

    def add(self, applicant: Applicant) -> None:
        """Keep a new applicant: with a profile when it is its own, else without."""
        self._store.execute(applicant_row.INSERT, applicant_row.insert_values(applicant))

    def decide(self, applicant_id: str, review: Review) -> None:
        """Keep a verdict, or a step on the way to it with the time of the next."""
        self._store.execute(
            "UPDATE applicant SET review = ?, due_ms = ? WHERE id = ?",
            (review_text(review), review.due_ms, applicant_id),
        )

    def save(self, applicant: Applicant) -> None:
        """Keep an applicant whose data is as before; a generated one gets its first row."""
        values = applicant_row.update_values(applicant)
        if not self._store.execute(applicant_row.UPDATE, values):
            self.add(applicant)
            self._changed.add(applicant.id)

    def rewrite(self, before: Applicant, after: Applicant) -> Applicant:
        """Keep an applicant whose data changed; what was shared of the old stays as it was."""
        self._store.execute(
            "INSERT INTO past_profile VALUES (?, ?, ?)",
            (before.id, before.version, profile_json.dump(before.shown_profile)),
        )
        kept = replace(after, version=before.version + 1)
        self.save(kept)
        return kept

    # inside

    def _generated(self, applicant_id: str) -> Applicant | None:
        for population in self.populations.values():
            number = population.number_of(applicant_id)
            if number is not None:
                return population.at(number)
        return None

    def _from_row(self, row: Row) -> Applicant:
        return applicant_row.applicant_from(row, self._profile(row))

    def _profile(self, row: Row) -> Profile:
        applicant_id, source_id, own, source_version = row[0], row[5], row[7], row[13]
        if own is not None:
            return profile_json.load(own)
        if source_id is not None:
            return renumbered(self._shared(source_id, source_version), applicant_id)
        generated = self._generated(applicant_id)
        return Profile() if generated is None else generated.profile

    def _shared(self, source_id: str, version: int) -> Profile:
        """What an applicant showed at a version of its data."""
        source = self.find(source_id)
        if source is not None and source.version == version:
            return source.shown_profile
        past = self._store.maybe(
            "SELECT profile FROM past_profile WHERE applicant_id = ? AND version = ?",
            (source_id, version),
        )
        return Profile() if past is None else profile_json.load(past[0])

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
        self.add(
            Applicant(
                id=self.new_id(),
                client_id=recipient.client_id,
                external_user_id=external_id,
                level=recipient.levels[0].name,
                origin=Origin.CREATED,
                profile=Profile(
                    first="Sam",
                    last="Before",
                    first_en="Sam",
                    last_en="Before",
                    email="someone.else@people.example" if same_phone else contact.email,
                    phone=contact.phone if same_phone else "+10000000000",
                    fixed={"firstName": "Sam", "lastName": "Before"},
                ),
                review=Review(ReviewStatus.INIT),
                created_ms=self._clock.now_ms(),
                own=True,
            )
        )


def _inhabited(directory: Directory) -> Iterator[tuple[Workspace, tuple[tuple[str, Story], ...]]]:
    yield directory.donor, DONOR_DEMO
    for name, named in NEIGHBOUR_DEMO.items():
        yield directory.by_name[name], named
