"""An installation in which every page has something to show, and in which nothing moves.

`build` runs inside that installation (`manage.py shell`); of its programs only the web is
started, so a running import stays where it is for as long as somebody looks at it.
"""

import json
import sys
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Notice, NoticeKind, NoticeMail, User
from accounts.rights import Role
from accounts.scopes import Scope
from customers.breaker import link
from customers.models import (
    Application,
    BreakerState,
    Forecast,
    Gate,
    GateReason,
    GateScope,
    Import,
    ImportMode,
    ImportState,
    Look,
    LookKind,
    LookState,
    Outlook,
    ReviewChange,
    Row,
    RowState,
)
from customers.reasons import Reason
from sharing.applicant_lookup import look_up
from sharing.models import Partner
from tests.browser.showcase_applications import on_their_way
from tests.browser.showcase_audit import checks
from tests.browser.showcase_links import links
from tests.browser.showcase_minting import batches, exports
from tests.browser.showcase_partners import handed_over, partners
from tests.browser.showcase_told import endpoints, lookalikes
from tests.browser.showcase_webhooks import webhooks
from tests.parts.api_callers import make_program
from tests.parts.import_maker import make_import
from tests.parts.people import add_cast, make_person

OUTCOMES = [state for state in RowState if state != RowState.STAGED]
WAITING = [RowState.IMPORTED, RowState.PENDING, RowState.PENDING, RowState.CHECKING]


def build(recipient_client_id: str) -> None:
    """Fill the installation; writes what page_cases puts into addresses, as JSON."""
    add_cast()
    make_person("Tessa Twofold", Role.VIEWER)
    make_person("Otto Outsider")
    everyone = make_person("Ada Allroles", *Role)
    places: dict[str, int | str] = {**partners(recipient_client_id), **_applicants(everyone)}
    places |= _imports(everyone)
    places |= batches(Partner.objects.get(pk=places["partner"]), everyone)
    handed_over(Partner.objects.get(pk=places["partner"]), everyone)
    places |= checks(everyone) | exports(everyone)
    places |= endpoints(everyone) | lookalikes(everyone)
    _notices(everyone)
    row = Row.objects.filter(state=RowState.IMPORTED).select_related("application").earliest("pk")
    assert row.application is not None
    _enrich(row.application)
    webhooks(row.application)
    places |= {"customer": str(row.customer_id), "application": str(row.application_id)}
    places |= on_their_way(everyone)
    places |= links(everyone)
    scopes = [Scope.IMPORTS_READ, Scope.IMPORTS_WRITE]
    program = make_program(scopes, addresses=["192.0.2.0/24"]).client
    places |= {"program": program.pk}
    sys.stdout.write(json.dumps(places))


def _applicants(by: User) -> dict[str, int]:
    names = {"applicant": "demo-approved-complete", "unfit": "demo-10510-nothing-left"}
    return {name: look_up(wanted, by=by).applicant.pk for name, wanted in names.items()}


def _imports(by: User) -> dict[str, int]:
    donor = Partner.objects.donors().active().earliest("pk")
    done = [one for one in OUTCOMES if one not in (RowState.PENDING, RowState.SENDING)]
    made = {
        "finished": make_import(*done, state=ImportState.FINISHED, by=by, partner=donor),
        "running": make_import(*OUTCOMES, by=by, partner=donor, file_sha256="a" * 64),
        "paused": make_import(*WAITING, state=ImportState.PAUSED, by=by, mode=ImportMode.COPY),
        "cancelled": make_import(RowState.CANCELLED, RowState.SENDING, state=ImportState.CANCELLED),
        "staged": make_import(RowState.STAGED, state=ImportState.STAGED, file_sha256="a" * 64),
        "held": make_import(*WAITING, by=by),
        "pausing": make_import(*WAITING, RowState.SENDING, state=ImportState.PAUSED, by=by),
        "dead": make_import(
            *[RowState.REFUSED] * 4,
            RowState.PENDING,
            state=ImportState.PAUSED,
            by=by,
            partner=donor,
            pause_reason="dead_tokens",
            dead_token_run=20,
        ),
        "given_up": make_import(
            RowState.IMPORTED, RowState.CANCELLED, RowState.CHECKING, state=ImportState.CANCELLED
        ),
        "giving_up": make_import(
            RowState.IMPORTED, RowState.CANCELLED, *WAITING, state=ImportState.CANCELLED, by=by
        ),
        "stored": make_import(RowState.STAGED, RowState.INVALID, state=ImportState.STAGED, by=by),
        "refusals": make_import(
            *[RowState.IMPORTED] * 2, *[RowState.REFUSED] * 3, state=ImportState.FINISHED, by=by
        ),
    }
    Row.objects.of(made["dead"]).in_state(RowState.REFUSED).update(
        reason=Reason.TOKEN_DEAD, error_code=None, error_name=""
    )
    _hold(made["held"])
    made |= _looks(by)
    made["repair"] = to_repair(by, donor)
    return {name: imported.pk for name, imported in made.items()}


def _looks(by: User) -> dict[str, Import]:
    """Imports that are looked at first: it lasts, it is over, Sumsub does not let us ask."""
    said = (Outlook.PASSES, Outlook.PASSES, Outlook.DOCUMENTS, Outlook.REFUSED, Outlook.UNANSWERED)
    made = {
        name: make_import(*[RowState.STAGED] * len(said), state=ImportState.STAGED, by=by)
        for name in ("looking", "looked", "stopped")
    }
    counts = {"passes_count": 2, "documents_count": 1, "refused_count": 1, "unanswered_count": 1}
    look = Look.objects.create(
        import_ref=made["looked"],
        kind=LookKind.ALL,
        state=LookState.DONE,
        ended_at=timezone.now() + timedelta(seconds=9),
        wanted=len(said),
        at_levels=[
            {
                "group": "refused.rule.10513.reusable-kyc-not-compatible-doc-type.",
                "level": "id-relaxed",
                "asked": 1,
                "passes": 1,
                "documents": 0,
            }
        ],
        **counts,
    )
    told: dict[Outlook, dict[str, Any]] = {
        Outlook.REFUSED: {
            "reason": Reason.RULE,
            "error_code": 10513,
            "error_name": "reusable-kyc-not-compatible-doc-type",
        },
        Outlook.DOCUMENTS: {"steps": "QUESTIONNAIRE"},
    }
    for row, outlook in zip(Row.objects.of(made["looked"]).order_by("line"), said, strict=True):
        more = told.get(outlook, {})
        Forecast.objects.create(
            row=row, look=look, outlook=outlook, asked_at=timezone.now(), **more
        )
    made["each"] = _looked_at_one_by_one(by)
    Look.objects.create(import_ref=made["looking"], kind=LookKind.ALL, wanted=len(said))
    Look.objects.create(
        import_ref=made["stopped"],
        kind=LookKind.ALL,
        state=LookState.STOPPED,
        wanted=len(said),
        stopped_by=GateReason.CREDENTIALS,
        stopped_code=4003,
    )
    return made


def _looked_at_one_by_one(by: User) -> Import:
    """Each row is looked at just before it is sent: one passed and waits, two were given up."""
    S = RowState
    made = make_import(S.IMPORTED, S.PENDING, S.CANCELLED, S.CANCELLED, S.STAGED, S.STAGED, by=by)
    look = Look.objects.create(
        import_ref=made, kind=LookKind.EACH, wanted=6, passes_count=2, refused_count=2
    )
    rows = Row.objects.of(made)
    rows.in_state(S.CANCELLED).update(reason=Reason.FORECAST)
    for line, outlook, reason in (
        (2, Outlook.PASSES, ""),
        (3, Outlook.PASSES, ""),
        (4, Outlook.REFUSED, Reason.TOKEN_DEAD),
        (5, Outlook.REFUSED, Reason.TOO_LARGE),
    ):
        Forecast.objects.create(
            row=rows.get(line=line),
            look=look,
            outlook=outlook,
            reason=reason,
            asked_at=timezone.now(),
        )
    return made


def to_repair(by: User, donor: Partner) -> Import:
    """Lines 2 and 3 wait for a person, line 4 is in doubt, the others were refused or lost."""
    S = RowState
    states = [S.NEEDS_PERSON, S.NEEDS_PERSON, S.CHECKING, *[S.REFUSED] * 6, S.NOT_IMPORTED]
    made = make_import(*states, S.INVALID, state=ImportState.FINISHED, by=by, partner=donor)
    now = timezone.now()
    rows = Row.objects.of(made)
    sent = {"first_sent_at": now - timedelta(days=1), "sent_at": now - timedelta(days=1)}
    asked = {"attempts": 1, "checking_since": now - timedelta(hours=23), "lookups": 31}
    rows.filter(line__in=[2, 3]).update(**sent, **asked, settled_at=now)
    rows.filter(line=3).update(
        sent_at=now,
        lookups=12,
        absents=4,
        reason=Reason.UNREADABLE_SUCCESS,
        detail="applicant 66f0c2a4e19b7d35",
        label="Ada Mercer",
        external_id="LM-2041",
    )
    rows.filter(line=4).update(
        **sent,
        checking_since=now - timedelta(minutes=2),
        lookups=4,
        absents=3,
        first_absent_at=now - timedelta(minutes=1),
        last_absent_at=now,
        next_lookup_at=now + timedelta(hours=1),
    )
    kept = {"token_sealed": b"sealed", "token_until": now + timedelta(hours=9)}
    rows.filter(line__in=[5, 6, 7]).update(**sent, settled_at=now, **kept)
    rows.filter(line=8).update(reason=Reason.TOKEN_DEAD, error_code=None, error_name="")
    come = make_import(S.IMPORTED, state=ImportState.FINISHED, by=by, partner=donor, renews=made)
    rows.filter(line=10).update(renewed_by=Row.objects.of(come).get(), settled_at=now)
    return made


def _hold(imported: Import) -> None:
    now = timezone.now()
    Gate.objects.create(
        scope=f"{GateScope.IMPORT}:{imported.pk}",
        reason=GateReason.NOT_PARTNERS,
        error_code=10501,
        closed_at=now,
        times_closed=1,
    )
    line = link()
    line.breaker, line.opened_at, line.probe_at = BreakerState.OPEN, now, now + timedelta(hours=1)
    line.save()


def _notices(person: User) -> None:
    """One of each kind unread, and one that was read."""
    now = timezone.now()
    for number, kind in enumerate([*NoticeKind, NoticeKind.DONE]):
        Notice.objects.create(
            person=person,
            about=f"import:{number}",
            event="finished",
            occurred_at=now,
            kind=kind,
            title=f"Import {number} is finished: 18 of 20 rows imported",
            text="18 imported, 2 refused.",
            link=f"/imports/{9000 + number}/",
            read_at=None if number < len(NoticeKind) else now,
            mail=NoticeMail.SENT,
        )


def _enrich(application: Application) -> None:
    application.documents = [
        {"type": "PASSPORT", "country": "NLD", "issued": "2021-04-02", "valid_until": "2031-04-02"}
    ]
    application.steps = [
        {"step": "IDENTITY", "submitted": True, "answer": "GREEN", "doc_type": "PASSPORT"},
        {"step": "SELFIE", "submitted": True, "answer": "RED"},
        {"step": "PROOF_OF_RESIDENCE", "submitted": False},
        {"step": "QUESTIONNAIRE", "submitted": None},
    ]
    application.save()
    for status, answer in (("init", ""), ("completed", "GREEN")):
        ReviewChange.objects.create(
            application=application, status=status, answer=answer, source="poll"
        )
    for kind, source in (("", "confirmed"), ("applicantLevelChanged", "webhook")):
        ReviewChange.objects.create(
            application=application, status="queued", source=source, event=kind
        )
