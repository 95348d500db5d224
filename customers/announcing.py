"""Telling people what became of their imports: looks that may be missed or doubled.

The engine says nothing to anybody, so its tick costs the same with a thousand listeners. A look
finds what people were not told yet. An import that ended is marked as told in the transaction that
writes the notices, under the import's lock; notices are unique by person, occasion and moment. So
none is lost and none doubled, whichever process looks, and however often.
"""

from collections import defaultdict
from collections.abc import Iterable

from django.db import transaction
from django.urls import reverse

from accounts import notices
from accounts.compiled import Compiled
from accounts.models import AuditEvent, NoticeKind, User
from accounts.notices import News
from accounts.occasions import Occasion
from accounts.rights import Right
from customers import gates, register_gates
from customers.models import Gate, Import, ImportState, Watch
from customers.models.imports import ImportQuerySet
from customers.redemption.due import imports_with_work
from customers.wording import announcements

# Of one look; the next finds the rest.
MOST = 200


def tell() -> None:
    """Tell whoever wants to know what ended, paused by itself, or is held by a gate."""
    untold = Import.objects.untold().order_by("finished_at")
    for pk in list(untold.values_list("pk", flat=True)[:MOST]):
        _tell_ended(pk)
    for imported in _with_names(Import.objects.paused_for_dead_tokens()):
        _tell_paused(imported)
    if closed := _heed_register(list(Gate.objects.closed())):
        _tell_held(closed)


def _heed_register(closed: list[Gate]) -> list[Gate]:
    """Let the gates follow the register where no drain looks at just now; the closed ones then."""
    imports = imports_with_work()
    if not register_gates.differ(imports, closed):
        return closed
    with transaction.atomic():
        register_gates.heed(imports, closed)
    return list(Gate.objects.closed())


def wants_to_know(imported: Import, person: User) -> bool:
    """True when the person asked to be told about an import that somebody else brought."""
    return _WATCH.first(import_id=imported.pk, person=person.pk) is not None


_WATCH = Compiled(
    lambda import_id, person: Watch.objects.filter(import_ref=import_id, person=person).values_list(
        "pk", flat=True
    ),
    import_id=int,
    person=int,
)


def watch(imported: Import, person: User, *, wanted: bool) -> None:
    """Note that the person wants to be told about an import, or not any more."""
    if wanted:
        Watch.objects.get_or_create(import_ref=imported, person=person)
    else:
        Watch.objects.on(imported).by(person).delete()


@transaction.atomic
def _tell_ended(pk: int) -> None:
    """Tell of one import that ended. Nothing when another process was quicker, or it runs again."""
    mine = Import.objects.untold().filter(pk=pk)
    imported = mine.select_for_update(of=("self",)).select_related("partner").first()
    if imported is None or imported.finished_at is None:
        return
    if imported.state == ImportState.CANCELLED:
        people = [one for one in _listeners(imported) if one.pk != _who_cancelled(imported)]
        kind, event, occasion = NoticeKind.STOPPED, "cancelled", Occasion.IMPORT_STOPPED
        title = announcements.cancelled_title(imported)
    else:
        people, event = _listeners(imported), "finished"
        kind, occasion = NoticeKind.DONE, Occasion.IMPORT_DONE
        if imported.needs_person_count:
            kind, occasion = NoticeKind.NEEDS, Occasion.IMPORT_NEEDS
        title = announcements.finished_title(imported)
    news = News(
        about=f"import:{pk}",
        event=event,
        occurred_at=imported.finished_at,
        kind=kind,
        title=title,
        text=announcements.ended_text(imported),
        link=_page_of(imported),
        occasion=occasion,
    )
    notices.tell(people, news)
    Import.objects.filter(pk=pk).update(told_of=imported.finished_at)


def _who_cancelled(imported: Import) -> int | None:
    """The person who knows already, for it was their deed."""
    deeds = AuditEvent.objects.about(f"import:{imported.pk}").of_deeds("import.cancelled")
    found: int | None = deeds.order_by("-pk").values_list("actor", flat=True).first()
    return found


def _tell_paused(imported: Import) -> None:
    subject = f"import:{imported.pk}"
    pauses = AuditEvent.objects.about(subject).of_deeds("import.paused")
    moment = pauses.values_list("at", flat=True).first()
    if moment is None:
        return
    news = News(
        about=subject,
        event="paused",
        occurred_at=moment,
        kind=NoticeKind.STOPPED,
        title=announcements.paused_title(imported),
        text=announcements.paused_text(imported),
        link=_page_of(imported),
        occasion=Occasion.IMPORT_STOPPED,
    )
    notices.tell(_listeners(imported), news)


def _tell_held(closed: Iterable[Gate]) -> None:
    """One notice for each gate and person, however many of their imports it holds."""
    moving = list(_with_names(Import.objects.running().undecided()))
    for gate in closed:
        held: dict[User, list[Import]] = defaultdict(list)
        for imported in moving:
            if gates.closed_over(imported, [gate]):
                for person in _listeners(imported):
                    held[person].append(imported)
        for person, imports in held.items():
            notices.tell([person], _held(gate, imports))


def _held(gate: Gate, imports: list[Import]) -> News:
    alone = len(imports) == 1
    assert gate.closed_at is not None
    return News(
        about=f"gate:{gate.scope}",
        event="closed",
        occurred_at=gate.closed_at,
        kind=NoticeKind.STOPPED,
        title=announcements.held_title(gate, imports),
        text=announcements.held_text(imports),
        link=_page_of(imports[0]) if alone else f"{reverse('customers:imports')}?state=running",
        occasion=Occasion.GATE_CLOSED,
    )


def _listeners(imported: Import) -> list[User]:
    """Who is told: whoever brought it and whoever asked, while they may see imports."""
    found = {watch.person for watch in Watch.objects.on(imported).select_related("person")}
    found |= {imported.created_by} if imported.created_by else set()
    return [one for one in found if one.is_active and one.holds(Right.VIEW_IMPORTS)]


def _with_names(imports: ImportQuerySet) -> ImportQuerySet:
    return imports.select_related("partner", "created_by").order_by("pk")


def _page_of(imported: Import) -> str:
    return reverse("customers:import", args=[imported.pk])
