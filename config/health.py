"""Operations' questions: is the process up, and can it serve?

Answers name what is wrong in general words only: they are open to strangers.
"""

from collections.abc import Callable
from http import HTTPStatus

import redis
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from accounts.permissions import open_to_all

BROKER_SECONDS = 2


@open_to_all
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers at all."""
    return HttpResponse("ok\n", content_type="text/plain")


@open_to_all
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when everything that serving needs is there, else 503 with the reasons."""
    reasons = {name: check() for name, check in CHECKS.items()}
    ready = all(reason is None for reason in reasons.values())
    return JsonResponse(
        {"ready": ready, "checks": {name: reason or "ok" for name, reason in reasons.items()}},
        status=HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE,
    )


def database_reason() -> str | None:
    """Why the database cannot be used, or None."""
    try:
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "the database does not answer"
    return None


def migration_reason() -> str | None:
    """Why the database's tables do not fit this code, or None."""
    try:
        executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return "the database does not answer"
    return f"{len(missing)} migrations are not applied: run manage.py migrate" if missing else None


def broker_reason() -> str | None:
    """Why the broker cannot be used, or None."""
    address = str(settings.CACHES["default"]["LOCATION"])
    waits = {"socket_timeout": BROKER_SECONDS, "socket_connect_timeout": BROKER_SECONDS}
    try:
        with redis.from_url(address, **waits) as client:
            client.ping()
    except redis.RedisError:
        return "the broker does not answer"
    return None


CHECKS: dict[str, Callable[[], str | None]] = {
    "database": database_reason,
    "migrations": migration_reason,
    "broker": broker_reason,
}
