"""The applicants that are there from the start, made on demand from a seed and a number."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from sumsub.sandbox.people import Draw
from sumsub.sandbox.records import Applicant, Origin
from sumsub.sandbox.stories import Story, Told, ordinary_story, tell

DAY_MS = 86_400_000

# External ids that anyone may rely on, with what befell the person. Each refusal of a reuse at the
# default level has at least one; 10501, 10502 and 10505 are matters between workspaces and have
# theirs in the workspaces `stranger`, `renamed` and `dormant`.
DONOR_DEMO: tuple[tuple[str, Story], ...] = (
    ("demo-approved", Story.PLAIN),
    ("demo-approved-complete", Story.COMPLETE),
    ("demo-approved-no-address", Story.NO_ADDRESS),
    ("demo-approved-single-name", Story.MONONYM),
    ("demo-approved-us-tin", Story.GOOD_TIN),
    ("demo-approved-us-tin-malformed", Story.BAD_TIN),
    ("demo-documents-no-selfie", Story.NO_SELFIE),
    ("demo-documents-no-liveness", Story.STILL_SELFIE),
    ("demo-documents-id-expired", Story.OLD_DOCUMENT),
    ("demo-10503-erased", Story.ERASED),
    ("demo-10504-company", Story.COMPANY),
    ("demo-10506-recorded-only", Story.INGESTED),
    ("demo-10507-pending", Story.UNDECIDED),
    ("demo-10507-rejected", Story.REJECTED),
    ("demo-10508-deactivated", Story.DEACTIVATED),
    ("demo-10509-aml-only", Story.AML_ONLY),
    ("demo-10510-nothing-left", Story.EMPTY),
    ("demo-10511-no-liveness", Story.STILL_SELFIE_ALONE),
    ("demo-10512-address-only", Story.FRESH_PROOF_ALONE),
    ("demo-10513-doc-type", Story.ODD_DOCUMENT),
    ("demo-10514-id-expired", Story.OLD_DOCUMENT_ALONE),
    ("demo-10515-old-address", Story.OLD_PROOF_ALONE),
    ("demo-10516-minor", Story.MINOR),
    ("demo-10517-uploaded", Story.UPLOADED),
    ("demo-10518-email-clash", Story.PLAIN),
    ("demo-10519-phone-clash", Story.PLAIN),
    ("demo-10521-empty-sumsub-id", Story.EMPTY_SUMSUB_ID),
    ("demo-review-on-hold", Story.WATCH_LISTED),
    ("demo-review-rejected", Story.FORGED),
    ("demo-review-resubmission", Story.BLURRED),
    ("demo-review-awaiting-user", Story.MUST_ACT),
)
NEIGHBOUR_DEMO: dict[str, tuple[tuple[str, Story], ...]] = {
    "stranger": (("demo-10501-not-partners", Story.PLAIN),),
    "renamed": (("demo-10502-partner-renamed", Story.PLAIN),),
    "dormant": (("demo-10505-reuse-disabled", Story.PLAIN),),
    "production": (
        ("demo-production-approved", Story.PLAIN),
        ("demo-production-pending", Story.UNDECIDED),
        ("demo-production-no-selfie", Story.NO_SELFIE),
    ),
}
# As many as the last six hexadecimal digits of an id can tell apart.
MOST_APPLICANTS = 16**6
EMAIL_CLASH, PHONE_CLASH = "demo-10518-email-clash", "demo-10519-phone-clash"


class Population:
    """The generated applicants of one workspace: the named ones first, then ``user-000027`` on.

    ``count`` includes the named ones and is never smaller than their number.
    """

    def __init__(
        self,
        *,
        seed: str,
        client_id: str,
        named: tuple[tuple[str, Story], ...],
        count: int,
        today: date,
    ) -> None:
        self.client_id = client_id
        self.count = max(count, len(named))
        self._seed = f"{seed}/{client_id}"
        self._named = named
        self._numbers = {external_id: number for number, (external_id, _) in enumerate(named)}
        self._today = today
        mark = hashlib.sha256(self._seed.encode()).hexdigest()[:10]
        self._midnight_ms = (today - date(1970, 1, 1)).days * DAY_MS
        self._prefix = f"66f00000{mark}"
        self.at = lru_cache(maxsize=8192)(self._make)

    def numbers(self) -> Iterator[int]:
        """Every number, the ordinary people first, the named ones last."""
        yield from range(len(self._named), self.count)
        yield from range(len(self._named))

    def named_numbers(self) -> range:
        """The numbers of the named demo applicants."""
        return range(len(self._named))

    def id_of(self, number: int) -> str:
        """The applicant id of a number."""
        return f"{self._prefix}{number:06x}"

    def id_range(self) -> tuple[str, str]:
        """The smallest and the greatest id that one of these applicants can have."""
        return f"{self._prefix}000000", f"{self._prefix}ffffff"

    def number_of(self, applicant_id: str) -> int | None:
        """The number behind an applicant id, None when it is not one of ours."""
        if len(applicant_id) != 24 or not applicant_id.startswith(self._prefix):
            return None
        try:
            number = int(applicant_id[18:], 16)
        except ValueError:
            return None
        known = 0 <= number < self.count
        return number if known and self.id_of(number) == applicant_id else None

    def number_of_external(self, external_user_id: str) -> int | None:
        """The number behind an external id, None when it is not one of ours."""
        if external_user_id in self._numbers:
            return self._numbers[external_user_id]
        digits = external_user_id.removeprefix("user-")
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
            return None
        number = int(digits)
        known = len(self._named) <= number < self.count
        return number if known and self._external_id(number) == external_user_id else None

    def _external_id(self, number: int) -> str:
        if number < len(self._named):
            return self._named[number][0]
        return f"user-{number:06}"

    def _told(self, number: int) -> Told:
        named = number < len(self._named)
        story = self._named[number][1] if named else ordinary_story(number)
        return tell(self._seed, number, story, self._today)

    def _make(self, number: int) -> Applicant:
        told = self._told(number)
        days_ago = 1 + Draw(f"{self._seed}/{number}/age").below(18)
        created_ms = self._midnight_ms - days_ago * DAY_MS
        level = told.level or ("id-only" if told.profile.proof is None else "id-and-poa")
        return Applicant(
            id=self.id_of(number),
            client_id=self.client_id,
            external_user_id=self._external_id(number),
            level=level,
            origin=Origin.GENERATED,
            profile=told.profile,
            review=told.review(created_ms + DAY_MS // 24),
            created_ms=created_ms,
            active=told.active,
        )
