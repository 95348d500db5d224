"""The way of a request: route, credentials, rate limit, faults, permission, handler, commit."""

from __future__ import annotations

import logging
import traceback
from dataclasses import replace

from sumsub.sandbox import control, faults, routes, source_keys
from sumsub.sandbox.about import about, applicants
from sumsub.sandbox.auth import authenticate
from sumsub.sandbox.engine import Engine, Incoming
from sumsub.sandbox.faults import Asking, Strike
from sumsub.sandbox.ledger import Entry, Event
from sumsub.sandbox.problems import Problem, not_found
from sumsub.sandbox.routes import Route
from sumsub.sandbox.scenario import Call, Do, LimitWindow
from sumsub.sandbox.share_tokens import fingerprint
from sumsub.sandbox.sharing import note_refusal
from sumsub.sandbox.wire import Answer, Request, problem_answer
from sumsub.sandbox.workspaces import Permission

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_REDEEMING = frozenset({Call.REUSE, Call.COPY})

log = logging.getLogger("sumsub.sandbox")


class Dispatcher:
    """Answers requests; never raises."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def answer(self, request: Request) -> Answer:
        """The answer to one request. What it changed is committed when this returns."""
        try:
            if request.refusal is not None:
                raise request.refusal
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
        now = self._engine.clock.now()
        workspace = authenticate(request, self._engine.directory, now, self._engine.switches)
        incoming = Incoming(request, route.call if route else Call.CHANGE, workspace, args)
        wait = self._wait_seconds(incoming)
        if wait:
            return self._throttled(incoming, wait)
        if route is None:
            raise lost or not_found()
        if request.method == "OPTIONS":
            return Answer(200, headers=(("Allow", routes.allowed(request.path)),))
        return self._struck(incoming, route)

    def _wait_seconds(self, incoming: Incoming) -> int:
        write = incoming.request.method not in _READING
        switches = self._engine.switches
        limit = switches.post_limit if write else switches.get_limit
        client_id = incoming.workspace.client_id
        fixed = switches.limit_window is LimitWindow.FIXED
        return self._engine.limiter.wait_seconds(client_id, write=write, limit=limit, fixed=fixed)

    def _throttled(self, incoming: Incoming, wait: int) -> Answer:
        switches = self._engine.switches
        self._engine.record(incoming, _entry(incoming, Event.THROTTLED, 429))
        answer = problem_answer(Problem(429, "Too many requests"))
        if not switches.throttle_body:
            answer = replace(answer, body=b"")
        if switches.retry_after:
            answer.headers = (("Retry-After", str(wait)),)
        return answer

    def _struck(self, incoming: Incoming, route: Route) -> Answer:
        """Carry the call out, under whatever fault strikes it."""
        asking = Asking(
            incoming.call,
            incoming.request,
            incoming.workspace.client_id,
            lambda: about(self._engine, incoming),
        )
        strike = self._engine.faults.strike(asking)
        if strike.before_commit:
            return self._not_carried_out(incoming, strike)
        incoming.stale_since = self._stale_since(strike)
        answer = self._carried_out(incoming, route)
        if strike.do is Do.DROP_AFTER_COMMIT:
            self._engine.record(incoming, self._lost(incoming, answer.status))
        return faults.spoil(answer, strike)

    def _stale_since(self, strike: Strike) -> float | None:
        if strike.rule is None or strike.do is not Do.STALE:
            return None
        lag = strike.rule.lag_ms
        return 0 if lag is None else self._engine.clock.now_ms() - lag

    def _not_carried_out(self, incoming: Incoming, strike: Strike) -> Answer:
        if strike.do is Do.THROTTLE:
            answer = self._throttled(incoming, 1)
            return replace(answer, delay_ms=strike.delay_ms)
        if strike.do is Do.DROP_BEFORE_COMMIT:
            self._engine.record(incoming, _entry(incoming, Event.DROPPED, None))
        return faults.instead(strike)

    def _carried_out(self, incoming: Incoming, route: Route) -> Answer:
        try:
            self._check_rights(incoming, route)
            return route.handler(self._engine, incoming)
        except Problem as problem:
            return problem_answer(problem)

    def _check_rights(self, incoming: Incoming, route: Route) -> None:
        """Permissions, then source keys; raises Problem 403, or 404 to a reader."""
        permission = route.permission
        try:
            if permission is not None and not incoming.workspace.may(permission):
                raise _lacking(permission)
            if incoming.workspace.settings.source_keys:
                source_keys.check(self._engine, incoming)
        except Problem as problem:
            if incoming.call in _REDEEMING:
                note_refusal(self._engine, incoming, Event.REFUSED, problem)
            raise

    def _lost(self, incoming: Incoming, status: int) -> Entry:
        """The entry of a call that was carried out and whose answer is then dropped."""
        if incoming.entry is not None:
            return replace(incoming.entry, event=Event.DROPPED)
        entry = _entry(incoming, Event.DROPPED, status)
        named = next(applicants(self._engine, incoming), None)
        if named is None:
            return entry
        return replace(entry, applicant_id=named.id, external_user_id=named.external_user_id)


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
