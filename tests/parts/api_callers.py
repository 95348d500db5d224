"""Fixtures: programs that call our API, each with a key of its own."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts import api_keys
from accounts.models import ApiClient, ApiKey
from accounts.scopes import Scope

LIVES = timedelta(days=30)


class Program:
    """A program with a key. `get` and `post` answer with Django's response; `json` reads it."""

    def __init__(self, key: ApiKey, text: str) -> None:
        self.key = key
        self.text = text
        self._client = Client()

    @property
    def client(self) -> ApiClient:
        """What an admin made for it."""
        return ApiClient.objects.get(pk=self.key.client_id)

    def get(self, path: str, **headers: str) -> Any:
        """A GET with the key."""
        return self._client.get(path, headers=self._with_key(headers))

    def post(self, path: str, body: Any = None, *, key: str = "", **headers: str) -> Any:
        """A POST of JSON with the key; `key` is the idempotency key."""
        if key:
            headers["X-Idempotency-Key"] = key
        data = b"" if body is None else json.dumps(body)
        return self._client.post(
            path, data, content_type="application/json", headers=self._with_key(headers)
        )

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        """A PATCH of JSON with the key."""
        return self.raw("PATCH", path, json.dumps(body).encode(), "application/json", **headers)

    def send(self, method: str, path: str, body: Any = None, *, key: str = "") -> Any:
        """Any method, with JSON where there is a body."""
        data = b"" if body is None else json.dumps(body).encode()
        headers = {"X-Idempotency-Key": key} if key else {}
        return self.raw(method, path, data, "application/json", **headers)

    def upload(self, path: str, fields: dict[str, Any], **headers: str) -> Any:
        """A POST of a form with the key."""
        return self._client.post(path, fields, headers=self._with_key(headers))

    def raw(self, method: str, path: str, body: bytes, kind: str, **headers: str) -> Any:
        """Any bytes under any content type."""
        return self._client.generic(
            method, path, body, content_type=kind, headers=self._with_key(headers)
        )

    def _with_key(self, headers: dict[str, str]) -> dict[str, str]:
        return {"X-Api-Key": self.text} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }


def make_program(
    scopes: Sequence[Scope] = tuple(Scope),
    *,
    name: str = "Onboarding service",
    addresses: Sequence[str] = (),
    calls_per_minute: int = 10_000,
    lives: timedelta = LIVES,
) -> Program:
    """Store a client with these scopes and return the program that has its key."""
    made = api_keys.add_client(
        name,
        scopes,
        addresses=addresses,
        calls_per_minute=calls_per_minute,
        lives=lives,
        by=None,
        source="tests",
    )
    return Program(made.key, made.text)


@pytest.fixture
def calls_forgotten() -> Iterator[None]:
    """The cache outlives a test, and numbers of clients come again."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def program(db: None, calls_forgotten: None) -> Program:
    """A program that may do everything."""
    return make_program()


@pytest.fixture
def program_with(db: None, calls_forgotten: None) -> Callable[..., Program]:
    """`program_with(Scope.IMPORTS_READ, name="Reader")`: one with these scopes alone."""

    def made(*scopes: Scope, name: str = "Reader", **options: Any) -> Program:
        return make_program(scopes, name=name, **options)

    return made
