"""The verification levels of the sandbox's workspaces (Sumsub: get applicant levels)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache

from sumsub.sandbox.records import StepType

CARDS = ("PASSPORT", "ID_CARD", "DRIVERS", "RESIDENCE_PERMIT")
PAPERS = ("UTILITY_BILL", "BANK_STATEMENT")
EUROPE = ("AUT", "BEL", "DEU", "DNK", "ESP", "FIN", "FRA", "GBR", "GRC", "IRL", "ITA", "NLD",
          "POL", "PRT", "SWE", "CZE", "UKR")  # fmt: skip
BARRED = ("PRK", "IRN")
_CAPITALS = bytes(65 + byte % 26 for byte in range(256))


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a level. ``max_age_days``: how old the document's issue date may be."""

    kind: StepType
    types: tuple[str, ...] = ()
    live_capture: bool = False
    liveness: bool = False
    max_age_days: int | None = None


@dataclass(frozen=True, slots=True)
class Level:
    """What a workspace asks of an applicant; ages in whole years, both ends included.

    ``given`` is the JSON that a caller made the level from, shown again as it is. Without an
    ``id`` of its own a level's id follows from workspace and name.
    """

    name: str
    desc: str
    steps: tuple[Step, ...]
    min_age: int = 18
    max_age: int = 120
    included: tuple[str, ...] = ()
    excluded: tuple[str, ...] = BARRED
    id: str = ""
    given: str = ""

    def id_in(self, client_id: str) -> str:
        """The level's id in a workspace."""
        return self.id or _mark(self, client_id).hex()[:24]

    def step_for(self, document_type: str) -> Step | None:
        """The step that takes documents of this idDocType, or None."""
        return next((step for step in self.steps if document_type in step.types), None)

    @property
    def kinds(self) -> tuple[StepType, ...]:
        """The step types in the order in which they are asked."""
        return tuple(step.kind for step in self.steps)

    def accepts_country(self, country: str) -> bool:
        """Whether a document of this country (ISO 3166-1 alpha-3) may be used."""
        return country not in self.excluded and (not self.included or country in self.included)


_LIVE_ID = Step(StepType.IDENTITY, CARDS, live_capture=True)
_LIVE_SELFIE = Step(StepType.SELFIE, ("SELFIE",), liveness=True)
_FRESH_PROOF = Step(StepType.PROOF_OF_RESIDENCE, PAPERS, max_age_days=180)

SHARED_LEVELS = (
    Level("id-only", "Identity document and liveness", (_LIVE_ID, _LIVE_SELFIE)),
    Level(
        "id-and-liveness",
        "Passport or identity card taken live, and liveness",
        (Step(StepType.IDENTITY, ("PASSPORT", "ID_CARD"), live_capture=True), _LIVE_SELFIE),
    ),
    Level(
        "id-and-poa",
        "Identity document, liveness and proof of address",
        (_LIVE_ID, _LIVE_SELFIE, _FRESH_PROOF),
    ),
    Level(
        "strict",
        "European passport issued within five years, liveness, recent proof of address, 21 to 75",
        (
            Step(StepType.IDENTITY, ("PASSPORT",), live_capture=True, max_age_days=5 * 365),
            _LIVE_SELFIE,
            Step(StepType.PROOF_OF_RESIDENCE, PAPERS, max_age_days=90),
        ),
        min_age=21,
        max_age=75,
        included=EUROPE,
    ),
    Level(
        "id-and-questionnaire",
        "Identity document, liveness and source of funds",
        (_LIVE_ID, _LIVE_SELFIE, Step(StepType.QUESTIONNAIRE)),
    ),
    Level(
        "id-relaxed",
        "Any identity document, uploaded or taken live; no selfie",
        (Step(StepType.IDENTITY, (*CARDS, "ID_DOC_PHOTO")),),
    ),
)
ADDRESS_ONLY = Level("address-only", "Proof of address alone", (_FRESH_PROOF,))


def _mark(level: Level, client_id: str) -> bytes:
    return hashlib.sha256(f"{client_id}/{level.name}".encode()).digest()


def level_body(level: Level, client_id: str) -> dict[str, object]:
    """One item of the levels list (Sumsub: get applicant levels).

    ``minAge``, ``maxAge`` and, in a step, ``maxAgeDays`` are keys of our own.
    """
    if level.given:
        given: dict[str, object] = json.loads(level.given)
        return {"id": level.id, "clientId": client_id, **given}
    mark = _mark(level, client_id)
    return {
        "id": level.id_in(client_id),
        "clientId": client_id,
        "name": level.name,
        "desc": level.desc,
        "type": "standalone",
        "applicantType": "individual",
        "requiredIdDocs": required_documents(level),
        "watchListCheckSettings": {},
        "websdkNext": True,
        "minAge": level.min_age,
        "maxAge": level.max_age,
        "key": letters(mark, 14),
        "createdAt": "2026-01-05 10:00:00",
        "createdBy": "admin",
        "modifiedAt": "2026-06-11 08:30:00",
    }


@lru_cache(maxsize=256)
def required_documents(level: Level) -> dict[str, object]:
    """``requiredIdDocs`` of a level or applicant; shared between callers, so not to be changed."""
    if level.given:
        given: dict[str, object] = json.loads(level.given)["requiredIdDocs"]
        return given
    return {
        "docSets": [_doc_set(step) for step in level.steps],
        "includedCountries": list(level.included),
        "excludedCountries": list(level.excluded),
        "videoIdent": False,
    }


def letters(mark: bytes, count: int) -> str:
    """Capitals derived from the first bytes of a digest, for Sumsub's ``key`` fields."""
    return mark[:count].translate(_CAPITALS).decode("ascii")


def _doc_set(step: Step) -> dict[str, object]:
    if step.kind is StepType.QUESTIONNAIRE:
        return {"idDocSetType": step.kind, "questionnaireDefId": "sourceOfFunds"}
    body: dict[str, object] = {"idDocSetType": step.kind, "types": list(step.types)}
    if step.kind is StepType.IDENTITY:
        body["subTypes"] = ["FRONT_SIDE", "BACK_SIDE"]
        body["videoRequired"] = "docapture" if step.live_capture else "disabled"
    if step.kind is StepType.SELFIE:
        body["videoRequired"] = "passiveLiveness" if step.liveness else "disabled"
    if step.max_age_days is not None:
        body["maxAgeDays"] = step.max_age_days
    return body
