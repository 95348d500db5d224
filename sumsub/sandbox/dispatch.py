"""The way of a request: route, credentials, rate limit, faults, permission, handler, commit."""

from __future__ import annotations

import logging
import traceback
from dataclasses import replace

from sumsub.sandbox import control, faults, routes
from sumsub.sandbox.auth import authenticate
from sumsub.sandbox.engine import Engine, Incoming
from sumsub.sandbox.faults import Strike
from sumsub.sandbox.ledger import Entry, Event
from sumsub.sandbox.problems import Problem, not_found
from sumsub.sandbox.routes import Route
from sumsub.sandbox.scenario import Call, Do
from sumsub.sandbox.share_tokens import fingerprint
from sumsub.sandbox.wire import Answer, Request, problem_answer
from sumsub.sandbox.workspaces import Permission

log = logging.getLogger("sumsub.sandbox")


class Dispatcher:
    """Answers requests; never raises."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def answer(self, request: Request) -> Answer:
        """The answer to one request. What it changed is committed when this returns."""
        try:
            if request.too_large:
                raise Problem(413, "Request entity is too large")
            if control.is_control(request.path):
                return control.answer(self._engine, request)
            with self._engine.store.transaction():
                return self._api(request)
        except Problem as problem:
            return problem_answer(problem)
        except Exception as error:
            log.error("%s", _where(error))
            return problem_answer(Problem(500, "Internal server error"))

    def _api(self, request: Request) -> Answer:
        route = None
        lost: Problem | None = None
        args: tuple[str, ...] = ()
        try:
            route, args = routes.find(request.method, request.path)
        except Problem as problem:
            lost = problem
        if route is not None and not route.signed:
            anyone = Incoming(request, route.call, self._engine.directory.recipient, args)
            return self._struck(anyone, route)
        workspace = authenticate(request, self._engine.directory, self._engine.clock.now())
        incoming = Incoming(request, route.call if route else Call.CHANGE, workspace, args)
        wait = self._wait_seconds(incoming)
        if wait:
            return self._throttled(incoming, wait)
        if route is None:
            raise lost or not_found()
        return self._struck(incoming, route)

    def _wait_seconds(self, incoming: Incoming) -> int:
        write = incoming.request.method != "GET"
        switches = self._engine.switches
        limit = switches.post_limit if write else switches.get_limit
        client_id = incoming.workspace.client_id
        return self._engine.limiter.wait_seconds(client_id, write=write, limit=limit)

    def _throttled(self, incoming: Incoming, wait: int) -> Answer:
        switches = self._engine.switches
        self._engine.record(incoming, _entry(incoming, Event.THROTTLED, 429))
        answer = problem_answer(Problem(429, "Too many requests"))
        if not switches.throttle_body:
            answer = replace(answer, body=b"")
        if switches.retry_after:
            answer = replace(answer, headers=(("Retry-After", str(wait)),))
        return answer

    def _struck(self, incoming: Incoming, route: Route) -> Answer:
        """Carry the call out, under whatever fault strikes it."""
        strike = self._engine.faults.strike(
            incoming.call, incoming.request, lambda: self._applicants_of(incoming)
        )
        if strike.before_commit:
            return self._not_carried_out(incoming, strike)
        incoming.stale = strike.do is Do.STALE
        answer = self._carried_out(incoming, route)
        if strike.do is Do.DROP_AFTER_COMMIT:
            entry = incoming.entry or _entry(incoming, Event.DROPPED, None)
            self._engine.record(incoming, replace(entry, event=Event.DROPPED))
        return faults.spoil(answer, strike)

    def _not_carried_out(self, incoming: Incoming, strike: Strike) -> Answer:
        if strike.do is Do.THROTTLE:
            answer = self._throttled(incoming, 1)
            return replace(answer, delay_ms=strike.delay_ms)
        if strike.do is Do.DROP_BEFORE_COMMIT:
            self._engine.record(incoming, _entry(incoming, Event.DROPPED, None))
        return faults.instead(strike)

    def _carried_out(self, incoming: Incoming, route: Route) -> Answer:
        try:
            permission = route.permission
            if permission is not None and not incoming.workspace.may(permission):
                raise _lacking(permission)
            return route.handler(self._engine, incoming)
        except Problem as problem:
            return problem_answer(problem)

    def _applicants_of(self, incoming: Incoming) -> set[str]:
        """The applicants that a call is about: of its path, its body or its share token."""
        about = set(incoming.args)
        for external_id in incoming.args:
            found = self._engine.world.find_external(incoming.workspace.client_id, external_id)
            about.add(found.id if found else "")
        text = incoming.request.params.get("shareToken", "")
        token = self._engine.tokens.find(fingerprint(text)) if text else None
        if token is not None:
            about.add(token.applicant_id)
        if incoming.call is Call.SHARE_TOKEN and incoming.request.body:
            about.add(str(incoming.request.json_object().get("applicantId")))
        about.add(incoming.request.params.get("applicantId", ""))
        return about - {""}


def _entry(incoming: Incoming, event: Event, status: int | None) -> Entry:
    params = incoming.request.params
    text = params.get("shareToken", "")
    return Entry(
        event,
        incoming.workspace.client_id,
        external_user_id=params.get("userId") or None,
        token_sha256=fingerprint(text) if text else None,
        status=status,
    )


def _lacking(permission: Permission) -> Problem:
    """Sumsub answers 404, not 403, to a reader without *View applicants*."""
    if permission is Permission.VIEW:
        return not_found()
    return Problem(403, f"App token lacks the permission {permission.value}")


def _where(error: Exception) -> str:
    """Type and place of an error, without its text, which could quote a request."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {last.name}, {last.filename}:{last.lineno}"
