"""For tests of looking first: looks begun, asked to their end, and what they said."""

import threading
from collections import Counter

from customers.forecast import looker
from customers.forecast.beginning import begin
from customers.models import Forecast, Import, Look, LookKind
from sumsub.sandbox.process import Sandbox


def ask(stop: threading.Event | None = None) -> None:
    """Ask as a worker's thread does, until no look is due."""
    looker.look(stop or threading.Event())


def looked(imported: Import, kind: LookKind = LookKind.ALL) -> Look:
    """A look at an import that is not started, asked to its end."""
    begin(imported.pk, kind, by=None)
    ask()
    return look_of(imported)


def look_of(imported: Import) -> Look:
    """The look as it stands; checks that its counters equal its forecasts."""
    look = Look.objects.get(pk=imported.pk)
    counted = outlooks(imported)
    kept = {name: look.count(name) for name in ("passes", "documents", "refused", "unanswered")}
    assert {name: counted[name] for name in kept} == kept
    return look


def outlooks(imported: Import) -> Counter[str]:
    """The forecasts of an import's rows, counted."""
    return Counter(Forecast.objects.of(imported.pk).values_list("outlook", flat=True))


def events(far_end: Sandbox) -> Counter[str]:
    """What the far end's ledger holds, by kind; minting aside."""
    return Counter(
        event["event"] for event in far_end.ledger() if event["event"] not in ("minted", "created")
    )
