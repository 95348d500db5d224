"""Access tokens beside share tokens: for the SDK, and for a person's Sumsub ID."""

from __future__ import annotations

import uuid

from sumsub.sandbox.engine import Engine, Incoming
from sumsub.sandbox.problems import Problem, bad_token
from sumsub.sandbox.records import Applicant
from sumsub.sandbox.share_tokens import SUMSUB_ID, read_ttl
from sumsub.sandbox.sharing import minted
from sumsub.sandbox.wire import Answer, json_answer

SUMSUB_ID_TTL = 1800
CONSENTED, UNASKED = "sumsub-id:", "sumsub-id-without-consent:"


def sdk_token(engine: Engine, incoming: Incoming) -> Answer:
    """``POST /resources/accessTokens/sdk`` with ``{userId, levelName, ttlInSecs}``.

    There is no SDK here to use the token with: it is made and forgotten.
    """
    return _sdk(incoming, incoming.request.json_object())


def sdk_token_from_query(engine: Engine, incoming: Incoming) -> Answer:
    """``POST /resources/accessTokens?userId=&levelName=``, the form before."""
    return _sdk(incoming, dict(incoming.request.params))


def sumsub_id_share_token(engine: Engine, incoming: Incoming) -> Answer:
    """``POST /resources/accessTokens/sumsubIdShareToken``: a share token out of a Sumsub ID.

    Which person a connect token belongs to is our choice: ``sumsub-id:<external id>`` is whoever
    has that external id in the caller's workspace or else in the donor's, as a person who agreed to
    share; ``sumsub-id-without-consent:<external id>`` is one who did not, is answered with
    ``sharingAllowed`` false, and the token then given redeems nothing (401).
    """
    body = incoming.request.json_object()
    given = {name: body.get(name) for name in ("sumsubIdConnectToken", "forClientId")}
    if not all(isinstance(value, str) and value for value in given.values()):
        raise Problem(400, "sumsubIdConnectToken and forClientId are required")
    connect_token, for_client_id = str(given["sumsubIdConnectToken"]), str(given["forClientId"])
    ttl = read_ttl(body.get("ttlInSecs") or SUMSUB_ID_TTL)
    allowed = connect_token.startswith(CONSENTED)
    person = _person(engine, incoming, connect_token)
    text = f"{SUMSUB_ID}{uuid.uuid4()}"
    if allowed:
        kept = engine.tokens.keep(
            text,
            donor_client_id=person.client_id,
            applicant_id=person.id,
            for_client_id=for_client_id,
            ttl_seconds=ttl,
        )
        engine.record(incoming, minted(person, kept))
    answer = {"token": text, "forClientId": for_client_id, "sharingAllowed": allowed}
    return json_answer(200, answer)


def _person(engine: Engine, incoming: Incoming, connect_token: str) -> Applicant:
    prefix = next((one for one in (CONSENTED, UNASKED) if connect_token.startswith(one)), None)
    if prefix is not None:
        external_id = connect_token.removeprefix(prefix)
        for workspace in (incoming.workspace, engine.directory.donor):
            found = engine.world.find_external(workspace.client_id, external_id)
            if found is not None:
                return found
    raise bad_token("Sumsub ID connect token is malformed or unknown")


def _sdk(incoming: Incoming, wanted: dict[str, object]) -> Answer:
    user_id, level_name = wanted.get("userId"), wanted.get("levelName")
    if not isinstance(user_id, str) or not user_id:
        raise Problem(400, "userId is required and must be a string")
    if not isinstance(level_name, str) or not level_name:
        raise Problem(400, "levelName is required and must be a string")
    if incoming.workspace.level(level_name) is None:
        raise Problem(400, f"Level '{level_name}' is not found")
    read_ttl(wanted.get("ttlInSecs"))
    prefix = "_act-sbx" if incoming.workspace.sandbox else "_act"
    return json_answer(200, {"token": f"{prefix}-{uuid.uuid4()}", "userId": user_id})
