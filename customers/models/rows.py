"""A row: one share token of an import and the honest story of what became of it.

The states and their meaning are those of docs/architecture.md, "The way of a row".
"""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from customers.models.imports import Import
from customers.models.row_queries import RowQuerySet
from customers.models.row_states import (
    DEAD_STATES,
    LIVE_STATES,
    NO_DEADLINE,
    TELLING_STATES,
    TOKENLESS_STATES,
    WITHOUT_APPLICANT,
    RowState,
)


class Row(models.Model):
    """One line of an import.

    Every change of `state` is a conditional update on (id, state, version) that must change
    exactly one row; `change` takes the import's change number, so that a viewer who knows the
    last number it saw can ask for all that came later.
    """

    # On PostgreSQL triggers hold this key: migration 0021.
    import_ref = models.ForeignKey(
        Import, models.PROTECT, related_name="rows", db_column="import_id", db_index=False
    )
    line = models.PositiveIntegerField(help_text="line in the file where the record starts")
    state = models.CharField(max_length=12, choices=RowState.choices)
    version = models.PositiveIntegerField(default=0, db_default=0)
    change = models.PositiveBigIntegerField(default=0, db_default=0)
    doubt = models.BooleanField(default=False, db_default=False)

    # ---- what the file said
    token_sealed = models.BinaryField(null=True)
    token_until = models.DateTimeField(
        null=True, help_text="when a share token kept after the outcome is erased"
    )
    fingerprint = models.CharField(max_length=32, default="", db_default="")
    token_mark = models.CharField(max_length=12, default="", db_default="")
    external_user_id = models.CharField(max_length=256, default="", db_default="")
    external_id = models.CharField(max_length=256, default="", db_default="")
    label = models.CharField(max_length=256, default="", db_default="")
    level_name = models.CharField(max_length=256, default="", db_default="")
    issued_at = models.DateTimeField(null=True)
    deadline_at = models.DateTimeField(null=True, help_text="declared in the file; None if not")
    claim_order = models.DateTimeField(default=NO_DEADLINE, db_default=NO_DEADLINE)
    look_first = models.BooleanField(default=False, db_default=False)
    duplicate_of = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", db_index=False
    )
    replaced_by = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", db_index=False
    )
    renewed_by = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", db_index=False
    )

    # ---- sending
    not_before = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    lease_owner = models.CharField(max_length=40, default="", db_default="")
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    resends = models.PositiveSmallIntegerField(default=0, db_default=0)
    resend_cleared = models.BooleanField(default=False, db_default=False)
    wrong_requests = models.PositiveSmallIntegerField(default=0, db_default=0)
    first_sent_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True, help_text="the last time it was claimed for sending")

    # ---- looking up
    checking_since = models.DateTimeField(null=True)
    next_lookup_at = models.DateTimeField(null=True)
    lookups = models.PositiveSmallIntegerField(default=0, db_default=0)
    absents = models.PositiveSmallIntegerField(default=0, db_default=0)
    first_absent_at = models.DateTimeField(null=True)
    last_absent_at = models.DateTimeField(null=True)
    after_success = models.BooleanField(
        default=False, db_default=False, help_text="a 2xx came whose body could not be read"
    )
    confirmed_by_lookup = models.BooleanField(default=False, db_default=False)

    # ---- the outcome
    http_status = models.PositiveSmallIntegerField(null=True)
    error_code = models.PositiveIntegerField(null=True)
    error_name = models.CharField(max_length=80, default="", db_default="")
    reason = models.CharField(max_length=40, default="", db_default="")
    detail = models.CharField(max_length=500, default="", db_default="")
    correlation_id = models.CharField(max_length=80, default="", db_default="")
    applicant_id = models.CharField(max_length=64, default="", db_default="")
    name = models.CharField(max_length=256, default="", db_default="")
    customer = models.ForeignKey(
        "customers.Customer", models.PROTECT, null=True, related_name="rows", db_index=False
    )
    application = models.ForeignKey(
        "customers.Application", models.PROTECT, null=True, related_name="rows", db_index=False
    )
    settled_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    objects = RowQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["import_ref", "line"], name="row_line_once"),
            models.UniqueConstraint(
                fields=["fingerprint"],
                condition=Q(state__in=LIVE_STATES),
                name="row_token_owned_once",
            ),
            # The ids we make ourselves differ because the share tokens do.
            models.UniqueConstraint(
                fields=["external_user_id"],
                condition=Q(state__in=LIVE_STATES, external_user_id=F("external_id")),
                name="row_external_user_id_owned_once",
            ),
            models.UniqueConstraint(
                fields=["applicant_id"], condition=~Q(applicant_id=""), name="row_applicant_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in RowState]), name="row_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=TOKENLESS_STATES) | Q(token_sealed=None),
                name="row_token_erased_when_settled",
            ),
            models.CheckConstraint(
                condition=~Q(state=RowState.IMPORTED)
                | (~Q(applicant_id="") & Q(customer__isnull=False)),
                name="row_imported_has_applicant",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[RowState.CANCELLED, RowState.EXPIRED]) | Q(doubt=False),
                name="row_in_doubt_is_not_given_up",
            ),
            models.CheckConstraint(
                condition=~Q(state=RowState.SENDING) | Q(lease_until__isnull=False),
                name="row_sending_has_lease",
            ),
        ]
        indexes = [
            # Every index that holds all rows costs each row at each step of its way.
            models.Index(
                fields=["import_ref", "state", "claim_order", "line"],
                condition=Q(state=RowState.PENDING) | Q(state=RowState.CHECKING),
                name="row_queue",
            ),
            # Rows that start with their store are never in this one.
            models.Index(
                fields=["import_ref", "claim_order", "line"],
                condition=Q(state=RowState.STAGED),
                name="row_not_started",
            ),
            models.Index(fields=["import_ref", "state", "-change", "line"], name="row_by_state"),
            models.Index(fields=["import_ref", "-change", "line"], name="row_by_change"),
            models.Index(
                fields=["import_ref", "state", "reason", "error_code", "-change", "line"],
                condition=Q(state__in=TELLING_STATES),
                name="row_by_reason",
            ),
            models.Index(
                fields=["next_lookup_at"],
                condition=Q(next_lookup_at__isnull=False),
                name="row_lookup_due",
            ),
            models.Index(
                fields=["lease_until"],
                condition=Q(lease_until__isnull=False),
                name="row_leases",
            ),
            # Of all imports together, for the work queue.
            models.Index(
                fields=["settled_at", "id"],
                condition=Q(state=RowState.NEEDS_PERSON),
                name="row_for_a_person",
            ),
            models.Index(
                fields=["token_until"],
                condition=Q(token_until__isnull=False),
                name="row_token_kept",
            ),
            models.Index(
                fields=["fingerprint"], condition=Q(state__in=DEAD_STATES), name="row_dead_tokens"
            ),
            # For webhooks that name the id of a row without an applicant.
            models.Index(
                fields=["external_user_id"],
                condition=Q(state__in=WITHOUT_APPLICANT),
                name="row_without_applicant",
            ),
            # Links are rare while a row is on its way: every move would write them all the same.
            *(
                models.Index(fields=[link], condition=Q(**{f"{link}__isnull": False}), name=name)
                for link, name in (
                    ("duplicate_of", "row_duplicates"),
                    ("replaced_by", "row_replaced"),
                    ("renewed_by", "row_renewed"),
                    ("customer", "row_of_customer"),
                    ("application", "row_of_application"),
                )
            ),
        ]

    def __str__(self) -> str:
        return f"row {self.line} of import {self.import_ref_id}"

    @property
    def import_id(self) -> int:
        """The number of the import this row belongs to."""
        return self.import_ref_id
