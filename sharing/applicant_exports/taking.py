"""Storing an export's lines part by part, from any process, and going on where another ended."""

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse

from accounts import audit, notices
from accounts.look.figures import thousands
from accounts.models import NoticeKind
from accounts.occasions import Occasion
from accounts.sealed import CannotOpen
from sharing import leaseholder
from sharing.applicant_exports.storing import contents_of, subject_of
from sharing.applicant_intake import COUNTS, Part, Taker, record
from sharing.bell import ring_to_take_in
from sharing.dashboard_csv import read_export
from sharing.database_clock import database_now
from sharing.models import (
    ApplicantExport,
    ApplicantExportQuerySet,
    ExportFault,
    ExportFile,
    ExportState,
)

# A part takes a tenth of this on a busy machine.
LEASE = timedelta(seconds=30)
# So many processes may vanish over the same part before it is given up.
MOST_CLAIMS = 5
# What the request that brings a file does of it; the rest is a worker's.
WITHIN_REQUEST = 1.0


def take_in_what_is_due(stop: threading.Event) -> None:
    """Take exports in until none is left that no other process holds."""
    while not stop.is_set() and (export := _claim(ApplicantExport.objects.all())):
        _carry_on(export, stop.is_set, tells=True)


def begin(export: ApplicantExport) -> None:
    """Take in what fits into a request. A short export is done with it; a worker takes the rest."""
    until = time.monotonic() + WITHIN_REQUEST
    if held := _claim(ApplicantExport.objects.filter(pk=export.pk)):
        _carry_on(held, lambda: time.monotonic() >= until, tells=False)


@transaction.atomic
def _claim(exports: ApplicantExportQuerySet) -> ApplicantExport | None:
    """The oldest of these that no process holds, held by this one from now on."""
    now = database_now()
    free = exports.free(now).select_related("taken_by")
    export = free.select_for_update(skip_locked=True, of=("self",)).first()
    if export is None:
        return None
    if export.claims >= MOST_CLAIMS:
        _close(export, ExportState.FAILED, now, tells=True)
        return None
    export.claims += 1
    export.lease_owner, export.lease_until = leaseholder.this_thread(), now + LEASE
    export.save(update_fields=["claims", "lease_owner", "lease_until"])
    return export


def _carry_on(export: ApplicantExport, is_enough: Callable[[], bool], *, tells: bool) -> None:
    try:
        taker = Taker(read_export(contents_of(export)))
    except (CannotOpen, ExportFile.DoesNotExist):
        _end(export, ExportState.FAILED, tells=tells)
        return
    for part in taker.parts():
        if part.last_line <= export.read_through:
            taker.passed(part)
        elif is_enough():
            _let_go(export)
            return
        elif not _store(export, taker, part):
            return
    _end(export, ExportState.DONE, tells=tells)


@transaction.atomic
def _store(export: ApplicantExport, taker: Taker, part: Part) -> bool:
    """Store a part; False when another process holds the export by now."""
    if not _is_ours(export):
        return False
    stored = taker.store(part)
    faults = [ExportFault(export=export, line=one.line, fault=one.fault) for one in part.faulty]
    ExportFault.objects.bulk_create(faults)
    for name in COUNTS:
        setattr(export, name, getattr(export, name) + getattr(stored, name))
    export.read_through, export.claims = part.last_line, 1
    export.lease_until = database_now() + LEASE
    export.save(update_fields=[*COUNTS, "read_through", "claims", "lease_until"])
    return True


@transaction.atomic
def _let_go(export: ApplicantExport) -> None:
    """There is more to store: a worker goes on."""
    if _is_ours(export):
        export.lease_until, export.lease_owner, export.claims = None, "", 0
        export.save(update_fields=["lease_until", "lease_owner", "claims"])
        ring_to_take_in(export.pk)


@transaction.atomic
def _end(export: ApplicantExport, state: ExportState, *, tells: bool) -> None:
    if _is_ours(export):
        _close(export, state, database_now(), tells=tells)


def _close(export: ApplicantExport, state: ExportState, now: datetime, *, tells: bool) -> None:
    """It is over: the file is erased, the trail and whoever brought it are told."""
    export.state, export.finished_at = state, now
    export.lease_until, export.lease_owner = None, ""
    export.save(update_fields=["state", "finished_at", "lease_until", "lease_owner"])
    ExportFile.objects.filter(export=export).delete()
    if state == ExportState.DONE:
        record(export, export.taken_by)
    else:
        audit.record(
            "applicants.import_broke_off",
            actor=None,
            subject=subject_of(export),
            read_through=export.read_through,
        )
    if tells:
        _tell(export, now)


def _is_ours(export: ApplicantExport) -> bool:
    """Whether this process still holds the export, which is locked from here on."""
    found = ApplicantExport.objects.select_for_update().filter(
        pk=export.pk, state=ExportState.RUNNING, lease_owner=export.lease_owner
    )
    return found.exists()


def _tell(export: ApplicantExport, now: datetime) -> None:
    """Tell whoever brought the file, who need not have waited. Names nobody of the file."""
    done = export.state == ExportState.DONE
    stored = thousands(export.stored)
    faulty = f", {thousands(export.faulty)} lines were left out" if export.faulty else ""
    news = notices.News(
        about=subject_of(export),
        event=export.state,
        occurred_at=now,
        kind=NoticeKind.DONE if done else NoticeKind.STOPPED,
        title="Your applicants are imported" if done else "An import of applicants broke off",
        text=f"{stored} applicants are in your list{faulty}."
        if done
        else f"{stored} applicants are in your list. Import the file again for the rest.",
        link=reverse("sharing:applicants_export", args=[export.pk]),
        occasion=Occasion.EXPORT_TAKEN,
    )
    notices.tell([export.taken_by], news)
