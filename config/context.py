"""What every page knows about the house it stands in."""

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

from accounts.models import User
from accounts.notice_bell import Bell
from accounts.rights import Right
from config.navigation import ShownGroup, navigation
from sumsub.signing import environment

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
LABELS = {"production": "Production", "sandbox": "Sandbox", "none": "Not connected"}


@dataclass(frozen=True)
class May:
    """A person's rights for templates. Django's own `perms` asks two questions on each page."""

    person: object

    def __getitem__(self, right: str) -> bool:
        return isinstance(self.person, User) and self.person.holds(Right(right))


@dataclass(frozen=True)
class House:
    """The frame of a page: environment badge, workspace, sidebar. Computed when a template asks."""

    request: HttpRequest

    @property
    def workspace(self) -> str:
        """Our client id at Sumsub, or nothing when it is not set."""
        return str(settings.SUMSUB_CLIENT_ID)

    @property
    def environment(self) -> str:
        """`production`, `sandbox`, or `none` without credentials.

        The app token tells; a loopback address is our own sandbox; a token without a mark is
        taken for production, the one where a mistake costs most.
        """
        if self._local or environment(settings.SUMSUB_APP_TOKEN) == "sandbox":
            return "sandbox"
        return "production" if settings.SUMSUB_APP_TOKEN else "none"

    @property
    def environment_label(self) -> str:
        """The badge's words."""
        if self._local:
            return "Local sandbox"
        return LABELS[self.environment]

    @property
    def may(self) -> "May":
        """What the person who looks may do, by the name of a right: `house.may.view_imports`."""
        return May(getattr(self.request, "user", None))

    @cached_property
    def navigation(self) -> list[ShownGroup]:
        """The sidebar's groups."""
        return navigation(self.request)

    @cached_property
    def bell(self) -> Bell | None:
        """The bell of the person who looks; None for strangers."""
        person = getattr(self.request, "user", None)
        return Bell.of(person) if isinstance(person, User) else None

    @property
    def _local(self) -> bool:
        return urlsplit(settings.SUMSUB_BASE_URL).hostname in LOOPBACK


def house(request: HttpRequest) -> dict[str, House]:
    """Context processor: `house` in every template."""
    return {"house": House(request)}
