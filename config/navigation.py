"""The sidebar: every page of the product, shown when it exists and the person may see it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from accounts.compiled import Compiled, counted
from accounts.models import User
from accounts.rights import Right
from customers.models import Endpoint, Import
from sharing.models import Partner


@dataclass(frozen=True)
class Entry:
    """A page that may stand in the sidebar; no rights means everybody who is signed in."""

    title: str
    icon: str
    url_name: str
    rights: tuple[Right, ...] = ()
    also: tuple[str, ...] = ()
    """Pages that stand under this one, though their address does not."""


@dataclass(frozen=True)
class Tally:
    """A number beside a link: what it counts, how, and whether it waits for somebody."""

    words: str
    count: Callable[[], int]
    due: bool = False


@dataclass(frozen=True)
class ShownPage:
    """A sidebar link as the template draws it."""

    title: str
    icon: str
    address: str
    current: bool
    count: int
    tally: Tally | None


@dataclass(frozen=True)
class ShownGroup:
    """Links under one heading; the first group has none."""

    title: str
    pages: list[ShownPage]


MAP: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    ("", (Entry("Overview", "overview", "overview"),)),
    (
        "As recipient",
        (
            Entry(
                "Customers",
                "customers",
                "customers:list",
                (Right.VIEW_CUSTOMERS,),
                also=("customers:applications", "customers:work"),
            ),
            Entry("Imports", "imports", "customers:imports", (Right.VIEW_IMPORTS,)),
        ),
    ),
    (
        "As donor",
        (
            Entry("Applicants", "applicants", "sharing:applicants", (Right.VIEW_APPLICANTS,)),
            Entry("Share tokens", "tokens", "sharing:tokens", (Right.VIEW_SHARE_TOKENS,)),
        ),
    ),
    (
        "Register",
        (
            Entry("Partners", "partners", "sharing:partners", (Right.VIEW_PARTNERS,)),
            Entry("Audit", "audit", "accounts:audit", (Right.VIEW_AUDIT, Right.VIEW_OWN_AUDIT)),
            Entry(
                "Settings",
                "settings",
                "sharing:settings",
                (Right.MANAGE_CONNECTION, Right.VIEW_AUDIT),
            ),
        ),
    ),
)

_RUNNING = Compiled(lambda: counted(Import.objects.running()))
_IN_TROUBLE = Compiled(lambda: counted(Endpoint.objects.in_trouble()))
TALLIES = {
    "customers:imports": Tally("running", _RUNNING.first),
    "sharing:partners": Tally(
        "to look after", Partner.objects.all().needing_attention_count, due=True
    ),
    "sharing:settings": Tally("stopped", _IN_TROUBLE.first, due=True),
}


def navigation(request: HttpRequest) -> list[ShownGroup]:
    """The sidebar for this request; empty for strangers."""
    person = getattr(request, "user", None)
    if not isinstance(person, User):
        return []
    addresses = {
        entry.url_name: address
        for _, entries in MAP
        for entry in entries
        if (address := _address(entry.url_name)) and _may_see(person, entry)
    }
    here = _nearest(request.path, _homes(addresses))
    groups = [ShownGroup(title, _pages(entries, addresses, here)) for title, entries in MAP]
    return [group for group in groups if group.pages]


def _pages(entries: tuple[Entry, ...], addresses: dict[str, str], here: str) -> list[ShownPage]:
    return [
        _shown(entry, address, here)
        for entry in entries
        if (address := addresses.get(entry.url_name))
    ]


def _shown(entry: Entry, address: str, here: str) -> ShownPage:
    tally = TALLIES.get(entry.url_name)
    return ShownPage(
        title=entry.title,
        icon=entry.icon,
        address=address,
        current=address == here,
        count=tally.count() if tally else 0,
        tally=tally,
    )


def _may_see(person: User, entry: Entry) -> bool:
    return not entry.rights or person.holds(*entry.rights)


def _address(url_name: str) -> str:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def _homes(addresses: dict[str, str]) -> dict[str, str]:
    """Addresses and the sidebar's address that each belongs to."""
    homes = {address: address for address in addresses.values()}
    for _, entries in MAP:
        for entry in entries:
            if entry.url_name in addresses:
                homes |= {_address(name): addresses[entry.url_name] for name in entry.also}
    return homes


def _nearest(path: str, homes: dict[str, str]) -> str:
    """The home of the longest address that `path` lies under; the start page is only itself."""
    under = [a for a in homes if path == a or (a != "/" and path.startswith(a))]
    return homes[max(under, key=len)] if under else ""
