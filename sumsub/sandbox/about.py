"""Which applicants a call is about: for rules that name one, for the dice, for source keys."""

from __future__ import annotations

from collections.abc import Iterator

from sumsub.sandbox.engine import Engine, Incoming
from sumsub.sandbox.faults import About
from sumsub.sandbox.problems import Problem
from sumsub.sandbox.records import Applicant, Origin
from sumsub.sandbox.share_tokens import fingerprint

_MEMBERS = ("applicantId", "id", "externalUserId")


def about(engine: Engine, incoming: Incoming) -> About:
    """The applicants that a call names in its path, its query, its body or its share token.

    ``subject`` is made of what a second run with the same seed says again: ids of generated
    applicants and the caller's own external ids, but not ids that are new each time.
    """
    applicant_ids: set[str] = set()
    stable: list[str] = []
    for word in _words(incoming):
        found = _found(engine, incoming, word)
        applicant_ids.update((word,) if found is None else (word, found.id))
        stable.append(word if found is None else _lasting(found))
    donor_id = _donor_id(engine, incoming)
    if donor_id is not None:
        donor = engine.world.find(donor_id)
        applicant_ids.add(donor_id)
        stable.append(_lasting(donor) if donor else "")
        stable.append(incoming.request.params.get("userId", ""))
    return About(frozenset(applicant_ids), "\n".join(stable))


def applicants(engine: Engine, incoming: Incoming) -> Iterator[Applicant]:
    """The caller's own applicants among those that a call names."""
    for word in _words(incoming):
        found = _found(engine, incoming, word)
        if found is not None and found.client_id == incoming.workspace.client_id:
            yield found


def _words(incoming: Incoming) -> Iterator[str]:
    yield from (word for word in incoming.args if word)
    if "applicantId" in incoming.request.params:
        yield incoming.request.params["applicantId"]
    if incoming.request.body.startswith(b"{"):
        yield from _of_body(incoming)


def _of_body(incoming: Incoming) -> Iterator[str]:
    try:
        body = incoming.request.json_object()
    except Problem:
        return  # whoever carries the call out refuses it
    for member in _MEMBERS:
        value = body.get(member)
        if isinstance(value, str) and value:
            yield value


def _found(engine: Engine, incoming: Incoming, word: str) -> Applicant | None:
    known = engine.world.find(word)
    return known or engine.world.find_external(incoming.workspace.client_id, word)


def _donor_id(engine: Engine, incoming: Incoming) -> str | None:
    text = incoming.request.params.get("shareToken", "")
    token = engine.tokens.find(fingerprint(text)) if text else None
    return None if token is None else token.applicant_id


def _lasting(applicant: Applicant) -> str:
    if applicant.origin is Origin.GENERATED:
        return applicant.id
    invented = applicant.external_user_id.startswith(("copy-", "random-"))
    return (applicant.source_id or "") if invented else applicant.external_user_id
