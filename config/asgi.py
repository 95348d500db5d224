"""The ASGI door: `uvicorn config.asgi:application`."""

import os

from django.core.asgi import get_asgi_application

from config.body_limit import BodyLimit
from config.warmth import warm_up

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Behind this door each request has a thread of its own, so none would meet a kept connection:
# `config.databases` lets them share so many.
os.environ.setdefault("DATABASE_POOL", "20")

# Django reads a request's body to its end before it asks any rule of ours.
# A document behind an applicant's link has 20 MB; one somewhat larger is refused by its page.
application = BodyLimit(
    get_asgi_application(), {"/webhooks/sumsub": 64 * 1024, "/apply/": 32 * 1024 * 1024}
)
warm_up()
