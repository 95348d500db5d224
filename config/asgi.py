"""The ASGI door: `uvicorn config.asgi:application`."""

import os

from django.core.asgi import get_asgi_application

from config.body_limit import BodyLimit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# Django reads a request's body to its end before it asks any rule of ours.
application = BodyLimit(get_asgi_application(), {"/webhooks/sumsub": 64 * 1024})
