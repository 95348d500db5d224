"""The demo: people, a register, applications, two imports, against the local sandbox."""

import io
import json
import secrets
import urllib.request
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from accounts.demo import DEMO_PEOPLE, create_demo_people
from accounts.models import User
from customers import intake, redemption, token_csv
from customers.demo_applications import bring_applications_along
from customers.models import Application, Import, ImportSource, ImportState
from sharing.demo import bring_in_applicants, create_demo_register
from sharing.models import Partner

SIGN_INS = "demo-sign-ins.json"
FINISHED_FILE, FINISHED_ROWS = "ostermoor-sample.csv", 30
RUNNING_FILE, RUNNING_ROWS = "ostermoor-autumn.csv", 1500
APPLICANTS = 12
SANDBOX_SECONDS = 60
COMPLIANCE_OPERATOR = DEMO_PEOPLE[0].email
DONOR_OPERATOR = DEMO_PEOPLE[1].email
ADMIN = DEMO_PEOPLE[2].email


def create_demo(data_dir: Path) -> bool:
    """Make everything that is not there yet; False when all of it was.

    Each part is looked for on its own, so a start that was cut short is finished by the next.
    Raises ImproperlyConfigured in production, and OSError when the local sandbox does not answer.
    """
    if settings.PRODUCTION:
        raise ImproperlyConfigured("The demo is for an installation of this machine only.")
    people = {person.email: person for person in create_demo_people(_password(data_dir))}
    if Import.objects.exclude(state=ImportState.STAGED).filter(file_name=RUNNING_FILE).exists():
        return False  # the last part is there, so all are
    operator = people[COMPLIANCE_OPERATOR]
    donor = create_demo_register(_client_id("donor"), by=people[ADMIN])
    finished = _started(FINISHED_FILE, FINISHED_ROWS, donor, operator)
    open_yet = Import.objects.running().undecided().filter(pk=finished.pk)
    redemption.drain(until=lambda: not open_yet.exists())
    bring_in_applicants(_applicants_of(finished), by=people[DONOR_OPERATOR])
    bring_applications_along(finished, by=operator)
    _started(RUNNING_FILE, RUNNING_ROWS, donor, operator)
    return True


def _started(file_name: str, rows: int, donor: Partner, by: User) -> Import:
    """The demo's import of that file, stored and started unless it is already."""
    imported = Import.objects.filter(file_name=file_name).first()
    imported = imported or _stored(file_name, rows, donor, by)
    if imported.state == ImportState.STAGED:
        intake.start(imported.pk, by=by)
    return imported


def _stored(file_name: str, rows: int, donor: Partner, by: User) -> Import:
    columns = "token,external_id,label,issued_at,expires_at"
    contents = _fetch(f"/_sandbox/tokens.csv?n={rows}&columns={columns}")
    options = intake.Options(
        level_name=settings.SUMSUB_LEVEL_NAME,
        source=ImportSource.FILE,
        partner=donor,
        created_by=by,
        file_name=file_name,
    )
    return intake.store(token_csv.read(io.BytesIO(contents), max_rows=None), options)


def _applicants_of(imported: Import) -> list[str]:
    """Some of the applicants that the import made in our own workspace."""
    made = Application.objects.of_import(imported.pk)[:APPLICANTS]
    return [application.provider_applicant_id for application in made]


def _client_id(workspace: str) -> str:
    listed = json.loads(_fetch("/_sandbox/applicants?limit=1"))["items"]
    ids = {one["client_id"] for one in listed} - {settings.SUMSUB_CLIENT_ID}
    return str(next(iter(ids), workspace))


def _fetch(path: str) -> bytes:
    with urllib.request.urlopen(settings.SUMSUB_BASE_URL + path, timeout=SANDBOX_SECONDS) as answer:
        return bytes(answer.read())


def _password(data_dir: Path) -> str:
    """The demo's one password: made at the first start, kept for the terminal to show again."""
    kept = data_dir / SIGN_INS
    if kept.is_file():
        return str(json.loads(kept.read_text(encoding="utf-8"))[0]["password"])
    password = f"relay-{secrets.token_hex(5)}"
    people: list[dict[str, Any]] = [
        {"email": one.email, "password": password, "role": " and ".join(one.roles)}
        for one in DEMO_PEOPLE
    ]
    kept.touch(mode=0o600)
    kept.write_text(json.dumps(people, indent=1), encoding="utf-8")
    return password
