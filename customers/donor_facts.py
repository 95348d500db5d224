"""What helps to choose donor and level: the agreement, and how rows fared lately."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Sum
from django.utils import timezone

from accounts.look.figures import day, thousands
from customers.models import Import, ImportMode
from sharing.models import Partner

DAYS = 30
# How the page names what no donor was stated for.
NOBODY = ""
# Level to (became customers, sent).
Counts = dict[str, tuple[int, int]]


@dataclass
class DonorFacts:
    """What is known of one donor, in sentences; `level` is its own, empty where it has none.

    `went` says by level how its rows fared; a level that none of them was sent at is not in it.
    """

    agreement: str = ""
    level: str = ""
    went: dict[str, str] = field(default_factory=dict)


def donor_facts(donors: Iterable[Partner]) -> dict[str, DonorFacts]:
    """The facts of each donor by its number as text, and under NOBODY those of all together.

    Counted from the imports' own counters, so a donor of a million rows costs what one of ten does.
    Copies are left out: a level does not refuse them.
    """
    by_donor = _counted()
    facts = {NOBODY: DonorFacts(went=_in_words(_together(by_donor.values())))}
    for donor in donors:
        went = _in_words(by_donor.get(donor.pk, {}), f" from {donor.name}")
        facts[str(donor.pk)] = DonorFacts(_agreement(donor), donor.default_level, went)
    return facts


def _counted() -> dict[int | None, Counts]:
    since = timezone.now() - timedelta(days=DAYS)
    found: dict[int | None, Counts] = defaultdict(dict)
    recent = Import.objects.stored_since(since).filter(mode=ImportMode.REUSE).order_by()
    for partner, level, imported, refused in recent.values_list("partner", "level_name").annotate(
        imported=Sum("imported_count"), refused=Sum("refused_count")
    ):
        found[partner][level] = (imported, imported + refused)
    return found


def _together(all_counts: Iterable[Counts]) -> Counts:
    total: Counts = {}
    for counts in all_counts:
        for level, (imported, sent) in counts.items():
            before = total.get(level, (0, 0))
            total[level] = (before[0] + imported, before[1] + sent)
    return total


def _in_words(counts: Counts, whose: str = "") -> dict[str, str]:
    return {level: _sentence(*count, whose) for level, count in counts.items() if count[1]}


def _sentence(imported: int, sent: int, whose: str) -> str:
    rows = f"row{'' if sent == 1 else 's'} sent{whose} at this level became "
    customers = "a customer" if imported == sent == 1 else "customers"
    share = f", {100 * imported // sent} %" if sent > 1 else ""
    return f"Last {DAYS} days: {thousands(imported)} of {thousands(sent)} {rows}{customers}{share}."


def _agreement(donor: Partner) -> str:
    if donor.is_ourselves:
        return "Your own workspace: only for tests."
    if not donor.agreement_reference:
        return ""
    until = f"ends {day(donor.agreement_ends_on)}" if donor.agreement_ends_on else "without an end"
    return f"Agreement {donor.agreement_reference}, {until}."
