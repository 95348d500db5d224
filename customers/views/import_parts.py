"""The parts of an import's page, made alike for the first load and for every live update."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone

from accounts.compiled import Compiled
from accounts.look.figures import clock, thousands
from accounts.look.states import state_of
from customers import breaker, gates, register_gates
from customers.models import BreakerState, Gate, GateReason, Import, ImportState, Link, Row
from customers.progress import Figures, figures, moved_on
from customers.reason_groups import ReasonGroup, reason_groups
from customers.views.look_parts import LookView, forecast_title, look_view, outlook_cards
from customers.views.readers import Reader
from customers.views.reason_cards import parties
from customers.views.row_line import RowLine
from customers.views.row_list import RowChoice
from customers.wording import copy_facts, gate_sentence, story

# What a page says of the imports that brought new share tokens.
_RENEWALS = Compiled(
    lambda import_id: Import.objects.renewing(import_id).only(
        "renews_id", "imported_count", "total_count"
    ),
    import_id=int,
)


_NEXT_LOOK = Compiled(
    lambda import_id: Row.objects.of(import_id).in_doubt().planned_lookups()[:1], import_id=int
)


@dataclass(frozen=True)
class Hold:
    """What keeps the rows of an import from being sent, besides the decision of a person."""

    gates: tuple[Gate, ...]
    link: Link

    @property
    def breaker_is_open(self) -> bool:
        """True while Sumsub does not answer and rows wait for it, or go one at a time."""
        return bool(self.link.breaker != BreakerState.CLOSED)

    @property
    def is_on(self) -> bool:
        """True when no row goes out."""
        return bool(self.gates) or self.link.breaker == BreakerState.OPEN

    @property
    def mark(self) -> str:
        """A text that differs when the hold does."""
        closed = ",".join(f"{gate.pk}:{gate.times_closed}" for gate in self.gates)
        return f"{closed}|{self.link.breaker}"


@dataclass(frozen=True)
class View:
    """One look at an import: what its page is made of at a moment."""

    imported: Import
    reader: Reader
    choice: RowChoice
    figures: Figures
    hold: Hold
    looking: LookView

    @cached_property
    def renewals(self) -> list[Import]:
        """Imports that brought new share tokens for rows of this one."""
        return _RENEWALS(import_id=self.imported.pk)

    @cached_property
    def groups(self) -> list[ReasonGroup]:
        """Equal outcomes as one."""
        return reason_groups(self.imported, renewals=len(self.renewals))


def hold_on(imported: Import) -> Hold:
    """The closed gates over an import and the state of the link."""
    closed = gates.closed_over(imported, gates.all_closed())
    return Hold(tuple(closed), breaker.link())


def look_at(
    imported: Import,
    reader: Reader,
    choice: RowChoice,
    *,
    hold: Hold | None = None,
    looking: LookView | None = None,
    known: Figures | None = None,
) -> View:
    """Everything that the page of an import shows, its rows aside.

    `known` are figures of a moment ago, whose measurements still hold.
    """
    hold = hold or hold_on(imported)
    now = timezone.now()
    measured = (
        moved_on(known, imported, now) if known else figures(imported, now=now, held=hold.is_on)
    )
    return View(imported, reader, choice, measured, hold, looking or look_view(imported))


def context_of(view: View) -> dict[str, Any]:
    """What the templates of an import's page need."""
    imported, looking = view.imported, view.looking
    groups = view.groups
    staged = imported.state == ImportState.STAGED
    decides_by_look = staged and looking.look is not None and imported.staged_count > 0
    return {
        "import": imported,
        "reader": view.reader,
        "choice": view.choice,
        "figures": view.figures,
        "hold": view.hold,
        "bar_sentence": _bar_over(view),
        "gates": [(gate, gate_sentence(gate)) for gate in view.hold.gates],
        "may_pause": imported.state == ImportState.RUNNING and view.reader.manages,
        "may_resume": imported.state == ImportState.PAUSED and view.reader.manages,
        "may_start": staged and view.reader.manages and not decides_by_look,
        "may_cancel": imported.state in CANCELLABLE and view.reader.manages and not decides_by_look,
        "looking": looking,
        "outlook_cards": outlook_cards(looking, view.reader, groups),
        "legend": [(name, n, view.choice.under(name)) for name, n in view.figures.legend],
        "all_rows": view.choice.under(""),
        "copy_facts": copy_facts(imported),
        "parties": parties(
            imported, groups, manages=view.reader.manages, next_look=_next_look(view)
        ),
        "waiting_for_token": sum(group.waiting_for_token for group in groups),
        "renewals": view.renewals,
        "same_file": same_file_before(imported) if staged else None,
        "summary_sentence": summary_sentence(view),
        "page_title": page_title(view),
    }


def _bar_over(view: View) -> str:
    """Why the register stops this import, where no gate says so already."""
    told = any(gate.reason == GateReason.REGISTER for gate in view.hold.gates)
    over = view.imported.state in (ImportState.FINISHED, ImportState.CANCELLED)
    return "" if told or over else register_gates.bar_over(view.imported)


CANCELLABLE = (ImportState.STAGED, ImportState.RUNNING, ImportState.PAUSED)


def same_file_before(imported: Import) -> Import | None:
    """The latest earlier import of the very same file, if there is one."""
    earlier = Import.objects.with_same_file(imported.file_sha256).before(imported)
    return earlier.select_related("created_by").order_by("-pk").first()


def _next_look(view: View) -> str:
    """When Sumsub is asked next about a row in doubt, in words; "" where none is."""
    imported = view.imported
    due = _NEXT_LOOK.first(import_id=imported.pk) if imported.checking_count else None
    if due is None:
        return ""
    return "at once" if due <= view.figures.at else f"at {clock(due)}"


def page_title(view: View) -> str:
    """What the browser's tab says, also while another one is looked at: "Import 48, 62 % done"."""
    imported, percent = view.imported, view.figures.percent
    held = view.hold.is_on and imported.undecided_count > 0
    how_far = {
        ImportState.STAGED: "not started",
        ImportState.RUNNING: f"held at {percent} %" if held else f"{percent} % done",
        ImportState.PAUSED: f"paused at {percent} %",
        ImportState.FINISHED: "finished",
        ImportState.CANCELLED: "cancelled",
    }
    return f"Import {imported.pk}, {how_far[ImportState(imported.state)]}"


def count_of(view: View) -> int | None:
    """How many rows are asked for, as far as counters or the reason groups know; else None."""
    choice = view.choice
    if not choice.why or choice.words or choice.forecast or choice.label:
        return choice.count_in(view.imported)
    return sum(group.rows for group in view.groups if group.key == choice.why)


def chosen_title(view: View) -> str:
    """The reason or forecast that the rows asked for share, in words; "" where they share none."""
    if view.choice.forecast:
        return forecast_title(view.looking, view.choice.forecast)
    groups = view.groups if view.choice.why else []
    told = (story(group.sample) for group in groups if group.key == view.choice.why)
    return next((one.reason_title or one.label for one in told), "")


def summary_sentence(view: View) -> str:
    """What a screen reader is told: "1 240 of 2 000 done, 78 refused"."""
    shown = [(name, count) for name, count in view.figures.legend if count and name in SPOKEN]
    parts = [f"{thousands(view.figures.decided)} of {thousands(view.figures.total)} done"]
    parts += [f"{thousands(count)} {state_of(name).label.lower()}" for name, count in shown]
    if view.imported.is_pausing:
        parts.append(f"{thousands(view.imported.sending_count)} in flight")
    if view.imported.state != ImportState.RUNNING:
        parts.append(view.imported.get_state_display().lower())
    elif view.imported.undecided_count:
        parts += _held(view.hold)
    return ", ".join(parts)


def _held(hold: Hold) -> list[str]:
    """What holds a running import back, for the ear."""
    if hold.gates:
        return [f"held back: {hold.gates[0].get_reason_display()}"]
    if hold.link.breaker == BreakerState.OPEN:
        return ["sending is paused: Sumsub does not answer"]
    return ["Sumsub answers again: one row at a time"] if hold.breaker_is_open else []


SPOKEN = frozenset({"imported", "refused", "not_imported", "expired", "needs_person", "checking"})

# The partials that a live update may replace, by the id of the element that holds them.
REGIONS = {
    "import-head": "customers/imports/_head.html",
    "import-notices": "customers/imports/_notices.html",
    "import-forecast": "customers/imports/_forecast.html",
    "import-summary": "customers/imports/_summary.html",
    "import-next-steps": "customers/imports/_next_steps.html",
    "import-cancel-words": "customers/imports/_cancel_words.html",
    "import-passing-words": "customers/imports/_passing_words.html",
}


def regions(view: View) -> dict[str, str]:
    """The replaceable parts of the page as HTML, by element id."""
    context = context_of(view)
    return {element: render_to_string(template, context) for element, template in REGIONS.items()}


def rows_html(lines: Sequence[RowLine]) -> list[str]:
    """Rows of the table as HTML, each by itself: drawn in one pass, which costs less."""
    drawn = render_to_string("customers/imports/_rows.html", {"lines": lines})
    return [f"{row.lstrip()}</tr>" for row in drawn.split("</tr>")[:-1]]
