"""A cache whose absence is an inconvenience, not an outage."""

import logging
from functools import lru_cache
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis import ConnectionPool
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


class SharedPool:
    """The cache's connections, the same for all threads.

    Django keeps a cache, and its connections, for each thread: under ASGI for each request.
    """

    @staticmethod
    @lru_cache
    def from_url(address: str, **options: Any) -> ConnectionPool:
        """The pool for this address, made when somebody first asks for it."""
        return ConnectionPool.from_url(address, **options)


class ForgivingRedisCache(RedisCache):
    """Redis as a cache that answers "not there" when it cannot be reached.

    What lives in it (counts for sign-in limits) may be missing for a while; a person who cannot
    sign in during an incident is worse. Each failure is logged once per call.
    """

    def add(self, *args: Any, **kwargs: Any) -> bool:
        """True when stored, also when the cache is away: a lock held by nobody is free."""
        try:
            return super().add(*args, **kwargs)
        except RedisError as error:
            _note("add", error)
            return True

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """The value, or `default` when it is absent or the cache is away."""
        try:
            return super().get(key, default, version)
        except RedisError as error:
            _note("get", error)
            return default

    def get_many(self, *args: Any, **kwargs: Any) -> dict[Any, Any]:
        """The values that are there; none when the cache is away."""
        try:
            return super().get_many(*args, **kwargs)
        except RedisError as error:
            _note("get_many", error)
            return {}

    def set(self, *args: Any, **kwargs: Any) -> None:
        """Store a value, or lose it when the cache is away."""
        try:
            super().set(*args, **kwargs)
        except RedisError as error:
            _note("set", error)

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        """Forget a value; False when there was none or the cache is away."""
        try:
            return super().delete(*args, **kwargs)
        except RedisError as error:
            _note("delete", error)
            return False


def _note(act: str, error: RedisError) -> None:
    logger.warning("cache_unreachable", extra={"act": act, "error": type(error).__name__})
