"""Settings of an installation. Everything that differs between two of them is in the environment.

The names are listed in docs/operations.md. An installation that answers only to this machine
(ALLOWED_HOSTS holds loopback names) may make its own keys under DATA_DIR; any other is
production: it refuses to start without keys of its own, and its cookies need HTTPS.
"""

import json
from typing import Any

from accounts.keyring import local_keys, local_secret_key
from accounts.private_files import private_file
from config.api_words import SPECTACULAR_SETTINGS  # noqa: F401
from config.applicants import *  # noqa: F403
from config.databases import database
from config.environment import PROJECT, data_directory, env, load_local_values, secret
from config.logs import logging_config
from config.places import celery_broker_url, embedded_redis_url, redis_address, site_url

DATA_DIR = data_directory()
load_local_values(DATA_DIR)

# ---- the installation -----------------------------------------------------------------------

LOOPBACK_HOSTS = {"localhost", "127.0.0.1", "[::1]", "testserver"}
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
PRODUCTION = not set(ALLOWED_HOSTS) <= LOOPBACK_HOSTS
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = secret("SECRET_KEY")
RELAY_KEYS = secret("RELAY_KEYS")
if not PRODUCTION:
    SECRET_KEY = SECRET_KEY or local_secret_key(DATA_DIR)
    RELAY_KEYS = RELAY_KEYS or local_keys(DATA_DIR)

DATABASE_URL = secret("DATABASE_URL")
if not DATABASE_URL:
    # SQLite gives the files beside it the permissions of this one.
    DATABASE_URL = f"sqlite:///{private_file(DATA_DIR / 'relay.sqlite3')}"
REDIS_URL = secret("REDIS_URL") or embedded_redis_url(DATA_DIR)

# ---- the connection to Sumsub ---------------------------------------------------------------

SUMSUB_BASE_URL = secret("SUMSUB_BASE_URL", "https://api.sumsub.com")
# Where people read applicants; the local sandbox has no dashboard.
SUMSUB_DASHBOARD_URL = env.str(
    "SUMSUB_DASHBOARD_URL",
    "https://cockpit.sumsub.com/checkus" if SUMSUB_BASE_URL == "https://api.sumsub.com" else "",
)
SUMSUB_APP_TOKEN = secret("SUMSUB_APP_TOKEN")
SUMSUB_SECRET_KEY = secret("SUMSUB_SECRET_KEY")
SUMSUB_CLIENT_ID = secret("SUMSUB_CLIENT_ID")
SUMSUB_LEVEL_NAME = secret("SUMSUB_LEVEL_NAME", "id-only")
SUMSUB_WEBHOOK_SECRET = secret("SUMSUB_WEBHOOK_SECRET")
# The one before, while it is being replaced: webhooks signed with either are taken.
SUMSUB_WEBHOOK_SECRET_OLD = secret("SUMSUB_WEBHOOK_SECRET_OLD")
SUMSUB_WEBHOOK_WEAK_DIGEST = env.bool("SUMSUB_WEBHOOK_WEAK_DIGEST", default=False)
SUMSUB_POST_LIMIT = secret("SUMSUB_POST_LIMIT", "50/5s")
SUMSUB_GET_LIMIT = secret("SUMSUB_GET_LIMIT", "300/5s")
# Sumsub's pages disagree on the preview's method. GET has the larger budget.
SUMSUB_PREVIEW_METHOD = env.str("SUMSUB_PREVIEW_METHOD", "GET")
REQUIRE_PARTNER = env.bool("REQUIRE_PARTNER", default=False)

# Seconds and counts of the row engine that differ from customers.timing's defaults, as JSON.
REDEMPTION_TIMING: dict[str, Any] = json.loads(env.str("REDEMPTION_TIMING", "") or "{}")

# The same for minting many; names and defaults in sharing.minting_many.timing.
MINTING_TIMING: dict[str, Any] = json.loads(env.str("MINTING_TIMING", "") or "{}")
# Webhooks to the company's own systems: whether addresses in private networks (and plain HTTP
# there) may be entered; and waits that differ from customers.outgoing.pace's defaults, as JSON.
WEBHOOK_ALLOW_PRIVATE = env.bool("WEBHOOK_ALLOW_PRIVATE", default=False)
WEBHOOK_TIMING: dict[str, Any] = json.loads(env.str("WEBHOOK_TIMING", "") or "{}")

# ---- Django ---------------------------------------------------------------------------------

INSTALLED_APPS = [
    "config.apps.ConfigConfig",
    "accounts",
    "sharing",
    "customers",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "servestatic.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "django_structlog",
    "rest_framework",
    "drf_spectacular",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.SignInRequiredMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.RequestLogMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "accounts.middleware.in_one_thread",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PROJECT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.house",
            ],
            "builtins": ["accounts.templatetags.look"],
        },
    }
]

# ---- the database ---------------------------------------------------------------------------

DATABASES = {"default": database(DATABASE_URL)}

# ---- queue, cache, sessions -----------------------------------------------------------------

CELERY_BROKER_URL = celery_broker_url(REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 3,
    "socket_connect_timeout": 3,
    "socket_keepalive": not REDIS_URL.startswith("unix://"),
    "health_check_interval": 10,
    # Whoever rings must not wait for a broker that is not there; the beat rings again.
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.1,
}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    name: {"task": task, "schedule": every, "options": {"expires": every}}
    for name, task, every in (
        ("ring-for-imports", "customers.tasks.ring", 5.0),
        ("mint-batches", "sharing.tasks.mint", 5.0),
        ("tell-people", "customers.tasks.tell", 5.0),
        ("note-budget", "sharing.tasks.note_budget", 5.0),
        ("tell-admins", "sharing.tasks.tell", 60.0),
        ("post-notices", "accounts.tasks.post_notices", 10.0),
        ("seal-audit", "accounts.tasks.seal_audit", 30.0),
    )
}

CACHES = {
    "default": {
        # Sign-in must survive a stopped cache: the limits then pause, and the log says so.
        "BACKEND": "accounts.cache.ForgivingRedisCache",
        "LOCATION": redis_address(REDIS_URL),
        "OPTIONS": {
            "socket_timeout": 3,
            "socket_connect_timeout": 3,
            "pool_class": "accounts.cache.SharedPool",
        },
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
if PRODUCTION:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if host != "*"]
SECURE_CONTENT_TYPE_NOSNIFF = True
# Not "no-referrer": browsers then send "Origin: null" with forms, which the CSRF check refuses.
# Other sites get no referrer either way.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

# ---- people ---------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
# Answered without sign-in, besides static files, views marked `open_to_all`, and API views, which
# authenticate their callers themselves.
OPEN_PATHS = frozenset({"/healthz", "/readyz", "/metrics"})
CSRF_FAILURE_VIEW = "accounts.error_pages.csrf_failed"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_REDIRECT_URL = "/"
LOGIN_URL = "account_login"
ACCOUNT_ADAPTER = "accounts.adapter.ClosedAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_FORMS = {"login": "accounts.forms.SignInForm"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGIN_TIMEOUT = 300
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "KYC Relay"
# A code that was read just before it changed, or on a phone whose clock is off, still counts.
MFA_TOTP_TOLERANCE = 1

# ---- e-mail: notices, for people who asked for them --------------------------------------------

EMAIL_HOST = env.str("EMAIL_HOST", "")
EMAIL_BACKEND = env.str("EMAIL_BACKEND", "") or (
    f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
)
EMAIL_PORT = env.int("EMAIL_PORT", default=587)
EMAIL_USE_TLS, EMAIL_USE_SSL = EMAIL_PORT == 587, EMAIL_PORT == 465
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = secret("EMAIL_HOST_PASSWORD")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", "") or "KYC Relay <relay@localhost>"
# Where people open this installation: links in e-mails begin with it.
SITE_URL = env.str("SITE_URL", "").rstrip("/") or site_url(ALLOWED_HOSTS, production=PRODUCTION)

# ---- pages, files, language -----------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False
STATIC_URL = "/static/"
STATICFILES_DIRS = [PROJECT / "static"]
STATIC_ROOT = DATA_DIR / "static"
SERVESTATIC_USE_FINDERS = True
SERVESTATIC_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Never a temporary file: a CSV of share tokens must not touch the disk in clear.
FILE_UPLOAD_HANDLERS = ["sharing.uploads.CappedMemoryUploadHandler"]
UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_BYTES", default=64 * 1024 * 1024)
UPLOAD_MAX_ROWS = env.int("UPLOAD_MAX_ROWS", default=200_000)
DATA_UPLOAD_MAX_MEMORY_SIZE = UPLOAD_MAX_BYTES
# Beyond this ASGI keeps a body in a temporary file: twice the cap, so that what is taken never is.
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * UPLOAD_MAX_BYTES
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "UNAUTHENTICATED_USER": None,
}
# How long the bulk call waits for its rows, and a repetition of it with it (seconds).
BULK_IMPORT_WAIT = env.float("BULK_IMPORT_WAIT", default=50.0)

LOGGING = logging_config(debug=DEBUG)
