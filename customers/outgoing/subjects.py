"""How the trail and notices name an endpoint: its address may hold a secret, its host not."""

from urllib.parse import urlsplit

from customers.models import Endpoint


def subject_of(endpoint: Endpoint) -> str:
    """How the audit trail names an endpoint."""
    return f"endpoint:{endpoint.pk}"


def host_of(endpoint: Endpoint) -> str:
    """Host and port of an endpoint's address."""
    return urlsplit(endpoint.url).netloc
