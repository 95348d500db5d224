"""What many would write: a Celery task for each row. Only to be compared with our drain."""

from datetime import timedelta
from functools import cache
from typing import Any

import django
from celery import Celery

from config.celery import app as _ours

django.setup()

from django.db import transaction  # noqa: E402
from django.db.models import F, Model  # noqa: E402
from django.utils import timezone  # noqa: E402

from customers.creation import draft_application, draft_customer  # noqa: E402
from customers.models import Application, Customer, Row, RowState  # noqa: E402
from customers.redemption.claims import seal_context  # noqa: E402
from customers.timing import Timing  # noqa: E402
from sharing.gateway import connection  # noqa: E402
from sharing.sealing import open_sealed  # noqa: E402
from sumsub import calls  # noqa: E402
from sumsub.client import Client  # noqa: E402

app: Celery = _ours


@cache
def _client() -> Client:
    """One keep-alive client for each worker process."""
    return Client(connection().base_url, connection().credentials)


@app.task(name="benchmarks.redeem_row", ignore_result=True)  # type: ignore[untyped-decorator]
def redeem_row(row_id: int) -> None:
    """Claim, send, settle: one row, the ORM's way."""
    row = Row.objects.select_related("import_ref").get(pk=row_id)
    lease = timezone.now() + timedelta(minutes=1)
    Row.objects.filter(pk=row_id, state=RowState.PENDING).update(
        state=RowState.SENDING, lease_until=lease, version=F("version") + 1
    )
    place = seal_context(row.import_id, row.line)
    token = open_sealed(bytes(row.token_sealed or b""), context=place)
    call = calls.reuse(token, row.import_ref.level_name, row.external_user_id)
    applicant = _client().send(call)
    with transaction.atomic():
        now = timezone.now()
        customer = _made(Customer, draft_customer(row, applicant, row.import_ref, now))
        timing = Timing.current()
        drafted = draft_application(row, applicant, row.import_ref, customer, now, timing)
        application = _made(Application, drafted)
        Row.objects.filter(pk=row_id, state=RowState.SENDING).update(
            state=RowState.IMPORTED,
            version=F("version") + 1,
            token_sealed=None,
            lease_until=None,
            applicant_id=applicant.id,
            name=applicant.display_name,
            customer=customer,
            application=application,
        )


def _made(model: type[Model], draft: Any) -> Model:
    names = [field.attname for field in model._meta.concrete_fields]
    made = model(**{name: getattr(draft, name) for name in names if hasattr(draft, name)})
    made.save(force_insert=True)
    return made
