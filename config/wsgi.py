"""The WSGI door, for servers without ASGI; live pages then fall back to polling."""

import os

from django.core.wsgi import get_wsgi_application

from config.warmth import warm_up

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()
warm_up()
