"""What we keep of an applicant of ours, and what of it a share token carries.

The profile is the JSON column of an applicant. It holds no document number and no tax number: a
donor needs neither to decide whether to share.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from sharing.document_words import document_word, step_word
from sharing.models import Applicant
from sumsub.identity import Address, IdDoc
from sumsub.records import Applicant as SumsubApplicant
from sumsub.records import DocSet, StepStatus

# Sumsub: Reusable KYC moves documents, proof of address and the selfie; nothing else travels.
TRAVELLING = ("IDENTITY", "SELFIE", "PROOF_OF_RESIDENCE")
_LIVENESS = frozenset({"passiveLiveness", "staticLiveness", "liveness"})


def profile_of(found: SumsubApplicant, steps: tuple[StepStatus, ...]) -> dict[str, Any]:
    """The JSON to keep of a lookup."""
    identity = found.identity
    return {
        "born": _iso(identity.dob),
        "nationality": identity.nationality,
        "address": next(map(_address_line, identity.addresses), ""),
        "questionnaire": found.questionnaire_present,
        "liveness": any(map(_asks_for_liveness, found.doc_sets)),
        "documents": [_document(document) for document in identity.id_docs],
        "steps": [_step(step) for step in steps],
    }


def _iso(value: date | None) -> str:
    return value.isoformat() if value else ""


def _address_line(address: Address) -> str:
    street = " ".join(filter(None, (address.street, address.building_number, address.flat_number)))
    town = " ".join(filter(None, (address.post_code, address.town)))
    parts = (street, town, address.state, address.country)
    return address.formatted or ", ".join(filter(None, parts))


def _asks_for_liveness(doc_set: DocSet) -> bool:
    return doc_set.step.startswith("SELFIE") and doc_set.video_required in _LIVENESS


def _document(document: IdDoc) -> dict[str, str]:
    return {
        "type": document.type,
        "country": document.country,
        "valid_until": _iso(document.valid_until),
    }


def _step(step: StepStatus) -> dict[str, Any]:
    return {
        "step": step.step,
        "submitted": step.submitted,
        "answer": step.answer or "",
        "doc_type": step.doc_type,
        "country": step.country,
    }


@dataclass(frozen=True)
class CarriedStep:
    """One line of "What a share token carries": the look and word of `state` say what happens."""

    title: str
    held: str
    state: str
    word: str


def carried_steps(applicant: Applicant) -> list[CarriedStep]:
    """Every step of the applicant's level, and the questionnaire, with its fate on sharing."""
    profile = applicant.profile
    steps = [_carried(step, profile) for step in profile.get("steps", [])]
    asked = any(step["step"].startswith("QUESTIONNAIRE") for step in profile.get("steps", []))
    if profile.get("questionnaire") and not asked:
        steps.append(_staying("Questionnaire"))
    return steps


def holds_step(steps: tuple[StepStatus, ...], kind: str) -> bool:
    """Whether an accepted or undecided step of this kind is held."""
    return any(
        step.step.startswith(kind) and step.submitted and step.answer != "RED" for step in steps
    )


@dataclass(frozen=True)
class HeldDocument:
    """One document that Sumsub read; its number is not kept."""

    title: str
    country: str
    valid_until: date | None
    is_over: bool


def held_documents(applicant: Applicant) -> list[HeldDocument]:
    """The documents of the last lookup, in Sumsub's order."""
    return [_held_document(one) for one in applicant.profile.get("documents", [])]


def _held_document(document: dict[str, str]) -> HeldDocument:
    until = _day(document["valid_until"])
    over = until is not None and until < timezone.now().date()
    return HeldDocument(document_word(document["type"]), document["country"], until, over)


def _carried(step: dict[str, Any], profile: dict[str, Any]) -> CarriedStep:
    title = step_word(step["step"])
    if not step["step"].startswith(TRAVELLING):
        return _staying(title)
    if not step["submitted"]:
        return CarriedStep(title, "Nothing held", "staged", "Missing")
    held = _held(step, profile)
    if step["answer"] == "RED":
        return CarriedStep(title, held, "refused", "Not accepted")
    if step["answer"] == "GREEN":
        return CarriedStep(title, held, "approved", "Shared")
    return CarriedStep(title, held, "in_review", "Under review")


def _staying(title: str) -> CarriedStep:
    return CarriedStep(title, "Never travels with a share token", "cancelled", "Stays here")


def _held(step: dict[str, Any], profile: dict[str, Any]) -> str:
    if step["step"].startswith("SELFIE"):
        return "Selfie; the level asks for liveness" if profile.get("liveness") else "Selfie"
    document = next(
        (one for one in profile.get("documents", []) if one["type"] == step["doc_type"]), None
    )
    words = [document_word(step["doc_type"]), step["country"]]
    if document and document["valid_until"]:
        ends = date.fromisoformat(document["valid_until"])
        words.append(f"valid until {ends.day} {ends:%b %Y}")
    return ", ".join(filter(None, words))


def shown_facts(applicant: Applicant) -> dict[str, Any]:
    """The identity lines of an applicant's page, with days as days."""
    profile = applicant.profile
    return {
        "born": _day(profile.get("born", "")),
        "nationality": profile.get("nationality", ""),
        "address": profile.get("address", ""),
    }


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
