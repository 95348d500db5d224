"""What a task asks of whoever does it, in a sentence."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from customers.applying.missing import Facts, missing
from customers.models import ApplicationStatus, Import, ImportState, Waiting
from customers.models.imports import DEAD_TOKENS
from customers.wording import gate_sentence
from customers.work.kinds import Kind
from sharing.models import Partner
from sharing.partner_attention import attention_to

_WORDS: dict[Kind, str] = {
    Kind.REVERSED: "Sumsub no longer approves: look at the approval again",
    Kind.DECIDE: "Decide: approve, decline, or ask for information",
    Kind.TAKE: "Submitted: take it into review",
    Kind.ANSWERED: "What was asked for came in: submit it again",
    Kind.ROW: "Nobody can tell whether Sumsub has this person: look there",
    Kind.PAIR: "Compare two customers who may be one person",
}


def what_of(kind: Kind, known: Any) -> str:
    """What there is to do about a thing that waits for this reason."""
    if kind in _WORDS:
        return _WORDS[kind]
    return _TOLD[kind](known)


def _lacking(facts: Facts) -> str:
    lacking = missing(facts, timezone.now().date())
    if not lacking:
        return "Nothing is missing: submit it"
    more = f" and {len(lacking) - 1} more" if len(lacking) > 1 else ""
    return f"Still needed: {lacking[0].what}{more}"


def _requested(facts: Facts) -> str:
    application = facts.application
    if application.status == ApplicationStatus.REQUEST_FOR_INFORMATION and (
        application.entries_from == Waiting.APPLICANT
    ):
        return "Information was requested: remind the person"
    return "Sumsub asks the person for documents: remind them"


def _stands_still(imported: Import) -> str:
    if imported.state == ImportState.STAGED:
        return "Stored and not started: import it, or cancel it"
    if imported.pause_reason == DEAD_TOKENS:
        return "Paused by itself: share token after share token was refused"
    return "Paused: resume it, or cancel it"


def _partner_needs(partner: Partner) -> str:
    needs = attention_to([partner])
    if not needs:
        return ""
    more = f" (and {len(needs) - 1} more)" if len(needs) > 1 else ""
    return f"{needs[0].title}{more}"


_TOLD: dict[Kind, Callable[[Any], str]] = {
    Kind.COMPLETE: _lacking,
    Kind.REQUESTED: _requested,
    Kind.STILL: _stands_still,
    Kind.GATE: gate_sentence,
    Kind.PARTNER: _partner_needs,
}
