"""Settings of the process that runs the tests: the product's, in a place of their own.

`TEST_ON=postgresql` runs the same tests on PostgreSQL. Only speed differs from the product: a
quick password hash, no waiting for the disk, static files that are listed once, and a quicker way
to empty the database.
"""

import os

from tests.parts.places import BROKER, PLACE, clean_environment
from tests.parts.postgres import CLUSTER

_own = clean_environment() | {"DATA_DIR": str(PLACE / "data"), "REDIS_URL": f"unix://{BROKER}"}
if os.environ.get("TEST_ON") == "postgresql":
    _own["DATABASE_URL"] = CLUSTER.url("relay")
for _name in set(os.environ) - set(_own) - {"DJANGO_SETTINGS_MODULE"}:
    del os.environ[_name]
os.environ.update(_own)

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES, INSTALLED_APPS, MIDDLEWARE  # noqa: E402

INSTALLED_APPS = ["tests.parts.cleaning", *INSTALLED_APPS]
MIDDLEWARE = [
    name.replace(
        "servestatic.middleware.ServeStaticMiddleware", "tests.parts.static_files.ListedOnce"
    )
    for name in MIDDLEWARE
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["TEST"] = {"NAME": str(PLACE / "tests.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"
