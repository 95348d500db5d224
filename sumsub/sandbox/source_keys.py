"""Source keys: an app token may be limited to some of them (Sumsub: app tokens)."""

from __future__ import annotations

from sumsub.sandbox.about import applicants
from sumsub.sandbox.engine import Engine, Incoming
from sumsub.sandbox.problems import Problem
from sumsub.sandbox.scenario import Call


def check(engine: Engine, incoming: Incoming) -> None:
    """Refuse a call about an applicant whose source key the app token may not touch.

    Sumsub's text begins with "Unable"; the rest of it, and that an applicant without a source key
    is out of reach too, is our guess. Raises Problem 403.
    """
    allowed = incoming.workspace.settings.source_keys
    wanted = [applicant.source_key for applicant in applicants(engine, incoming)]
    if incoming.call in (Call.CREATE, Call.INGEST) and incoming.request.body:
        wanted.append(str(incoming.request.json_object().get("sourceKey") or ""))
    if any(key not in allowed for key in wanted):
        raise Problem(403, "Unable to access the applicant: its source key is not allowed")
