"""What events are about: kinds of objects, their names, and pages for who may see them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import Q
from django.urls import NoReverseMatch, reverse

from accounts.models import User
from accounts.rights import Right

Details = Mapping[str, Any]
# Longer ids are shown by their beginning; the page and the filter have them whole.
LONGEST_ID = 20
SHORT_ID = 8
_IN_IDS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_:")


def _no_names(ids: Iterable[str]) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True)
class ObjectKind:
    """One kind of subject: `name` is what stands before the colon (`import:48`), or all of it.

    `address` gives the page of one, from its id and an event's details; None without a page. The
    page is shown, and `names` are asked, only for people with one of `rights`. `whole` finds what
    else happened to one; `called` is what an event itself calls it, empty where that is not told.
    """

    name: str
    label: str
    rights: tuple[Right, ...] = ()
    address: Callable[[str, Details], str | None] | None = None
    names: Callable[[Iterable[str]], Mapping[str, str]] = _no_names
    whole: Callable[[str], Q] | None = None
    called: Callable[[Details], str] | None = None
    known: ClassVar[dict[str, "ObjectKind"]] = {}

    def __post_init__(self) -> None:
        self.known[self.name] = self

    def is_open_to(self, person: User) -> bool:
        """Whether this person may follow a link to one."""
        return self.address is not None and (not self.rights or person.holds(*self.rights))


@dataclass(frozen=True)
class ShownObject:
    """What an event is about, as the list shows it. `subject` finds everything else about it."""

    subject: str
    label: str
    address: str | None = None


def page_of(url_name: str) -> Callable[[str, Details], str | None]:
    """The address of a page that takes the object's id, or nothing."""

    def address(object_id: str, details: Details) -> str | None:
        try:
            return reverse(url_name, args=[object_id] if object_id else [])
        except NoReverseMatch:
            return None

    return address


def split(subject: str) -> tuple[str, str]:
    """`import:48` as kind and id."""
    kind, _, object_id = subject.partition(":")
    return kind, object_id


def shown(subjects: Iterable[tuple[str, Details]], person: User) -> list[ShownObject]:
    """These subjects, each with an event's details, as `person` may see them."""
    pairs = list(subjects)
    names = _names_of({subject for subject, _ in pairs}, person)
    return [_one(subject, details, names.get(subject, ""), person) for subject, details in pairs]


def everything_about(subject: str) -> Q:
    """What happened to one object, its parts included."""
    kind, object_id = split(subject)
    known = ObjectKind.known.get(kind)
    about = Q(subject=subject)
    return about | known.whole(object_id) if known and known.whole and object_id else about


def is_subject(text: str) -> bool:
    """True for the name of an object, and false for whatever else somebody may have typed."""
    kind, object_id = split(text)
    return kind in ObjectKind.known and not set(object_id) - _IN_IDS


def subject_in(words: str) -> str:
    """What somebody typed, as a subject: "Import 48" and "import:48" are the same."""
    text = " ".join(words.split())
    if ":" in text:
        return text.replace(": ", ":")
    head, _, object_id = text.rpartition(" ")
    for kind in ObjectKind.known.values():
        if text.lower() in (kind.name, kind.label.lower()):
            return kind.name
        if head and head.lower() in (kind.name, kind.label.lower()):
            return f"{kind.name}:{object_id.replace(' ', '')}"
    return text


def _names_of(subjects: Iterable[str], person: User) -> dict[str, str]:
    """Names of objects that have one, by subject: one question for each kind."""
    by_kind: dict[str, list[str]] = {}
    for subject in subjects:
        kind, object_id = split(subject)
        by_kind.setdefault(kind, []).append(object_id)
    found = {}
    for kind, ids in by_kind.items():
        known = ObjectKind.known.get(kind)
        if known and (not known.rights or person.holds(*known.rights)):
            for object_id, name in known.names(ids).items():
                found[f"{kind}:{object_id}"] = name
    return found


def _one(subject: str, details: Details, name: str, person: User) -> ShownObject:
    kind, object_id = split(subject)
    known = ObjectKind.known.get(kind)
    if known is None:
        return ShownObject(subject, subject)
    short = object_id if len(object_id) <= LONGEST_ID else object_id[:SHORT_ID]
    own = known.called(details) if known.called else ""
    label = name or own or f"{known.label} {short}".rstrip()
    may = known.address is not None and known.is_open_to(person)
    return ShownObject(
        subject, label, known.address(object_id, details) if may and known.address else None
    )
