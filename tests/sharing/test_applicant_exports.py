"""Long exports: taken in by a worker, part by part, with every faulty line named."""

import csv
import io
import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import AuditEvent, Notice, User
from sharing.applicant_exports import taking
from sharing.applicant_exports.storing import contents_of, keep
from sharing.models import Applicant, ApplicantExport, ExportFault, ExportFile
from tests.sharing.conftest import Browse

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
PART = 1000
LINES = 3 * PART


def export_of(count: int, *, faulty_every: int = 0) -> bytes:
    """An export of so many lines, of which each so many-th has no applicant id."""
    lines = ["applicantId,externalId,applicantName,status,result"]
    for number in range(1, count + 1):
        is_faulty = faulty_every and number % faulty_every == 0
        who = "" if is_faulty else f"{number:024x}"
        lines.append(f"{who},{number:06},Person {number},completed,GREEN")
    return ("\n".join(lines) + "\n").encode()


def kept(contents: bytes, by: User) -> ApplicantExport:
    return keep(contents, file_name="export.csv", by=by)


def take_in() -> None:
    """What a worker does at one look."""
    taking.take_in_what_is_due(threading.Event())


class StopsAfter(threading.Event):
    """The event by which a worker is told to stop, after it was asked so often."""

    def __init__(self, asked: int) -> None:
        super().__init__()
        self._left = asked

    def is_set(self) -> bool:
        self._left -= 1
        return self._left < 0


def figures(export: ApplicantExport) -> tuple[int, int, int, int, int]:
    export.refresh_from_db()
    return export.new, export.changed, export.unchanged, export.repeated, export.faulty


def test_a_short_export_is_taken_in_with_the_request_that_brings_it(
    donor_operator: User, client_for: Browse
) -> None:
    upload = SimpleUploadedFile("export.csv", export_of(5))
    answer = client_for(donor_operator).post("/applicants/import/", {"file": upload}, follow=True)
    assert "<h1>5 applicants stored</h1>" in answer.content.decode()
    assert Applicant.objects.count() == 5
    assert not ExportFile.objects.exists()
    # Whoever waited for it needs no notice.
    assert not Notice.objects.exists()


def test_a_worker_goes_on_where_the_request_had_no_more_time(donor_operator: User) -> None:
    export = kept(export_of(LINES, faulty_every=100), donor_operator)
    # As the request's second: it is over after the first part.
    taking.take_in_what_is_due(StopsAfter(2))
    assert figures(export) == (990, 0, 0, 0, 10)
    assert (export.state, export.read_through) == ("running", PART + 1)
    assert contents_of(export)
    take_in()
    assert figures(export) == (2970, 0, 0, 0, 30)
    assert (export.state, export.percent) == ("finished", 100)
    assert Applicant.objects.count() == 2970
    assert not ExportFile.objects.exists()
    [notice] = Notice.objects.all()
    assert (notice.person, notice.text) == (
        donor_operator,
        "2\u00a0970 applicants are in your list, 30 lines were left out.",
    )
    deeds = Counter(AuditEvent.objects.values_list("deed", flat=True))
    assert deeds == {"applicants.export_received": 1, "applicants.imported": 1}


def test_an_applicant_repeated_across_an_interruption_counts_once(donor_operator: User) -> None:
    again = f"{7:024x},000007,Person Seven,completed,GREEN\n".encode()
    export = kept(export_of(LINES) + again, donor_operator)
    taking.take_in_what_is_due(StopsAfter(2))
    take_in()
    assert figures(export) == (LINES, 0, 0, 1, 0)
    assert Applicant.objects.get(applicant_id=f"{7:024x}").name == "Person Seven"


def test_one_process_at_a_time_and_another_when_it_vanished(donor_operator: User) -> None:
    export = kept(export_of(3), donor_operator)
    now = timezone.now()
    held = {"lease_owner": "somebody else", "claims": 1}
    ApplicantExport.objects.update(lease_until=now + timedelta(seconds=30), **held)
    take_in()
    assert figures(export) == (0, 0, 0, 0, 0)
    ApplicantExport.objects.update(lease_until=now - timedelta(seconds=1))
    take_in()
    assert figures(export) == (3, 0, 0, 0, 0)


def test_whoever_lost_the_lease_stores_nothing_more(donor_operator: User) -> None:
    export = kept(export_of(LINES), donor_operator)

    class LosesIt(StopsAfter):
        def is_set(self) -> bool:
            ApplicantExport.objects.filter(read_through__gt=0).update(lease_owner="another")
            return False

    taking.take_in_what_is_due(LosesIt(0))
    assert figures(export) == (PART, 0, 0, 0, 0)
    assert export.state == "running"
    assert Applicant.objects.count() == PART


def test_a_file_over_which_processes_vanish_is_given_up_and_told(donor_operator: User) -> None:
    export = kept(export_of(3), donor_operator)
    past = timezone.now() - timedelta(seconds=1)
    ApplicantExport.objects.update(
        claims=taking.MOST_CLAIMS, lease_until=past, lease_owner="vanished"
    )
    take_in()
    export.refresh_from_db()
    assert export.state == "failed"
    assert not ExportFile.objects.exists()
    assert Notice.objects.get().title == "An import of applicants broke off"
    assert AuditEvent.objects.filter(deed="applicants.import_broke_off").exists()


def test_every_faulty_line_can_be_taken_home(donor_operator: User, client_for: Browse) -> None:
    export = kept(export_of(LINES, faulty_every=10), donor_operator)
    take_in()
    client = client_for(donor_operator)
    page = client.get(f"/applicants/import/{export.pk}/").content.decode()
    assert "Line 11 has no applicant id." in page
    assert "the first 50" in page
    answer = client.get(f"/applicants/import/{export.pk}/faults/")
    told = list(csv.DictReader(io.StringIO(answer.getvalue().decode())))
    assert [int(line["line"]) for line in told] == list(range(11, LINES + 2, 10))
    assert {line["reason"] for line in told} >= {"Line 3001 has no applicant id."}
    assert ExportFault.objects.count() == 300


def test_while_it_runs_its_page_says_how_far_and_asks_for_itself_also_without_scripts(
    donor_operator: User, client_for: Browse
) -> None:
    export = kept(export_of(LINES), donor_operator)
    taking.take_in_what_is_due(StopsAfter(2))
    client = client_for(donor_operator)
    page = client.get(f"/applicants/import/{export.pk}/").content.decode()
    assert "line 1\u00a0001 of about 3\u00a0001" in page
    assert "33 %" in page
    assert "Reload the page</a> to see how far it is.</noscript>" in page
    assert f'data-watch="/applicants/import/{export.pk}/live/"' in page
    take_in()
    part = client.get(f"/applicants/import/{export.pk}/updates/").content.decode()
    assert "3\u00a0000 applicants stored" in part
    assert "data-watch" not in part


def test_the_kept_file_is_sealed_and_nothing_of_it_reaches_the_trail(donor_operator: User) -> None:
    export = kept(export_of(3), donor_operator)
    assert b"Person" not in bytes(ExportFile.objects.get().sealed)
    take_in()
    told = "".join(str(event.details) for event in AuditEvent.objects.all())
    assert "Person" not in told
    assert "export.csv" not in told
    assert figures(export)[0] == 3


def test_a_file_over_the_limit_is_refused_with_the_limit(
    donor_operator: User, client_for: Browse, settings: Settings
) -> None:
    settings.UPLOAD_MAX_BYTES = 1024
    upload = SimpleUploadedFile("export.csv", export_of(100))
    page = client_for(donor_operator).post("/applicants/import/", {"file": upload}).content.decode()
    assert "limit of an upload here" in page
    assert not ApplicantExport.objects.exists()
