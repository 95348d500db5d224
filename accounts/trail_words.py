"""What this room's deeds and objects are called in the audit trail."""

from collections.abc import Iterable, Mapping

from accounts.models import ApiClient, User
from accounts.rights import Right
from accounts.trail.deeds import Family
from accounts.trail.objects import ObjectKind, page_of

Family(
    "person",
    "People and sign-in",
    {
        "person.added": "Person added",
        "person.signed_in": "Signed in",
        "person.signed_out": "Signed out",
        "person.sign_in_failed": "Sign-in refused",
    },
)
Family(
    "api_client",
    "API clients",
    {
        "api_client.added": "API client added",
        "api_client.changed": "API client changed",
        "api_client.revoked": "API client revoked",
        "api_key.added": "API key made",
        "api_key.revoked": "API key revoked",
    },
)
Family(
    "audit",
    "Audit trail",
    {
        "audit.verified": "Chain of the trail verified",
        "audit.exported": "Audit trail taken as a file",
    },
    takes=("audit.exported",),
)
Family(
    "filter",
    "Saved filters",
    {
        "filter.saved": "Filter saved",
        "filter.renamed": "Filter renamed",
        "filter.deleted": "Filter deleted",
        "filter.made_default": "Filter made the default of its list",
        "filter.no_default": "Filter is no default any more",
    },
)


def _people(ids: Iterable[str]) -> Mapping[str, str]:
    numbers = [number for number in ids if number.isdecimal()]
    return {str(person.pk): person.display_name for person in User.objects.numbered(numbers)}


def _clients(ids: Iterable[str]) -> Mapping[str, str]:
    numbers = [number for number in ids if number.isdecimal()]
    return {str(one.pk): f"API client {one.name}" for one in ApiClient.objects.numbered(numbers)}


ObjectKind("person", "Person", names=_people)
ObjectKind(
    "api_client",
    "API client",
    rights=(Right.MANAGE_PEOPLE, Right.VIEW_AUDIT),
    address=page_of("accounts:api_client"),
    names=_clients,
)
ObjectKind("filter", "Saved filter")
ObjectKind("audit", "The audit trail", address=page_of("accounts:audit"))
