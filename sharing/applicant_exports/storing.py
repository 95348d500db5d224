"""Keeping an export until it is taken in."""

from django.db import transaction
from django.http import HttpRequest

from accounts import audit
from accounts.models import User
from accounts.sealed import open_bytes, seal_bytes
from sharing.dashboard_csv import read_export
from sharing.models import ApplicantExport, ExportFile

_LONGEST_FILE_NAME = 200


@transaction.atomic
def keep(
    contents: bytes, *, file_name: str, by: User, request: HttpRequest | None = None
) -> ApplicantExport:
    """Keep a file, sealed: it names people. Raises ExportRefused when it is no export."""
    line_count = read_export(contents).line_count
    export = ApplicantExport.objects.create(
        file_name=file_name[:_LONGEST_FILE_NAME], line_count=line_count, taken_by=by
    )
    ExportFile.objects.create(export=export, sealed=seal_bytes(contents, context=_place(export)))
    audit.record(
        "applicants.export_received",
        actor=by,
        subject=subject_of(export),
        request=request,
        lines=line_count,
    )
    return export


def contents_of(export: ApplicantExport) -> bytes:
    """The file that was kept. Raises CannotOpen when no key of ours opens it any more."""
    return open_bytes(bytes(export.file.sealed), context=_place(export))


def subject_of(export: ApplicantExport) -> str:
    """How the audit trail and notices name an export."""
    return f"applicant_export:{export.pk}"


def _place(export: ApplicantExport) -> str:
    return f"sharing.applicant_export:{export.pk}"
