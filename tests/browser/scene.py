"""What the pictures of the help page show: imports with invented people, at a moment worth seeing.

`build` and `as_of_now` run inside an installation (`manage.py shell`) of which only the web runs.
"""

import hashlib
import itertools
import json
import sys
from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from customers.models import Application, Import, Row, RowState
from sharing.models import Partner
from tests.browser.showcase import to_repair
from tests.parts.import_maker import make_import
from tests.parts.partners import make_partner
from tests.parts.people import add_cast

S = RowState
NAMES = (
    "Jördis Köhler",
    "Skye O'Rourke",
    "Estevão Araújo",
    "Maëlle Lefèvre",
    "Sören Groß",
    "Conceição Prado",
    "Tunde Nwosu",
    "Grace St. Clair",
    "Íris Simões",
    "Ulf Brandt",
    "Noor Haddad",
    "Ifeoma Okafor",
    "Ada Mercer",
)
# Of the rows that the picture counts, those that the database holds are the last ones.
COUNTS = {
    "imported_count": 1148,
    "refused_count": 78,
    "checking_count": 2,
    "sending_count": 3,
    "pending_count": 769,
}
SENT_A_SECOND = 9.7
# Seconds until the page is there to be looked at.
AHEAD = 2.0


def build() -> None:
    """Fill the installation; writes the numbers of its imports as JSON."""
    add_cast()
    olga = User.objects.get(email="olga@relay.example")
    donor = make_partner(name="Ostermoor Pay", client_id="ostermoor_20551", is_donor=True)
    places = {"running": _running(olga, donor).pk, "repair": _to_repair(olga, donor).pk}
    sys.stdout.write(json.dumps(places))


def as_of_now(import_id: int) -> None:
    """Make the running import look as if its rows had been sent until this moment."""
    now = timezone.now()
    rows = list(Row.objects.of(import_id).order_by("-line"))
    for place, row in enumerate(rows):
        if row.state == S.PENDING:
            continue
        row.sent_at = now + timedelta(seconds=AHEAD - place / SENT_A_SECOND)
        if row.settled_at:
            row.settled_at = row.sent_at + timedelta(milliseconds=300)
    Row.objects.bulk_update(rows, ["sent_at", "settled_at"])
    Import.objects.filter(pk=import_id).update(
        created_at=now - timedelta(seconds=131), started_at=now - timedelta(seconds=130)
    )


def _running(by: User, donor: Partner) -> Import:
    states = [
        S.REFUSED if place % 15 == 7 else S.CHECKING if place in (88, 113) else S.IMPORTED
        for place in range(118)
    ]
    made = make_import(
        *states,
        *[S.SENDING] * 3,
        S.PENDING,
        by=by,
        partner=donor,
        file_name="ostermoor-november.csv",
    )
    _name_people(made)
    Import.objects.filter(pk=made.pk).update(total_count=sum(COUNTS.values()), **COUNTS)
    return made


def _to_repair(by: User, donor: Partner) -> Import:
    made = to_repair(by, donor)
    now = timezone.now()
    made.file_name = "ostermoor-october.csv"
    made.created_at = made.started_at = now - timedelta(minutes=4)
    made.save()
    _name_people(made)
    sent = now - timedelta(minutes=2, seconds=5)
    Row.objects.of(made).filter(line=4).update(
        created_at=made.created_at, first_sent_at=sent, sent_at=sent, attempts=1
    )
    return made


def _name_people(imported: Import) -> None:
    for row, name in zip(Row.objects.of(imported).order_by("line"), itertools.cycle(NAMES)):
        row.token_mark = hashlib.sha256(str(row.pk).encode()).hexdigest()[:12]
        row.external_id = f"LM-{2000 + (row.line or 0)}"
        if row.state == S.IMPORTED:
            row.name = name
        else:
            row.label = name
        row.save()
    waiting = Application.objects.of_import(imported.pk).order_by("pk")[::5]
    for application in waiting:
        application.sumsub_review_status, application.sumsub_review_answer = "pending", ""
        application.save()
