"""The recipient's records, one module per noun."""

from customers.models.applicant_links import ApplicantLink, LinkEnd, LinkState
from customers.models.application_states import ApplicationStatus, Standing, Waiting
from customers.models.applications import Application, ReviewChange
from customers.models.completion import (
    Attestation,
    AttestationKind,
    CheckKind,
    Completion,
    EmploymentStatus,
    HandCheck,
    Paper,
    PaperKind,
    Purpose,
    StatusChange,
    WealthSource,
)
from customers.models.connection import BreakerState, Gate, GateReason, GateScope, Link
from customers.models.customers import Customer, KycStatus
from customers.models.duplicates import Ground, Lookalikes, NewPerson, PairState, PersonKey
from customers.models.imports import (
    Import,
    ImportMode,
    ImportOrder,
    ImportSource,
    ImportState,
)
from customers.models.inbox import EventState, Reaction, Refusal, SumsubEvent, WebhookDoor
from customers.models.looks import Forecast, Look, LookKind, LookState, Outlook
from customers.models.outgoing import (
    Attempt,
    Delivery,
    DeliveryState,
    Endpoint,
    EndpointState,
    EventType,
    OutgoingEvent,
)
from customers.models.row_states import RowState
from customers.models.rows import Row
from customers.models.watches import Watch
from customers.models.work import Thing, WorkItem, WorkNote

__all__ = [
    "ApplicantLink",
    "Application",
    "ApplicationStatus",
    "Attempt",
    "Attestation",
    "AttestationKind",
    "BreakerState",
    "CheckKind",
    "Completion",
    "Customer",
    "Delivery",
    "DeliveryState",
    "EmploymentStatus",
    "Endpoint",
    "EndpointState",
    "EventState",
    "EventType",
    "Forecast",
    "Gate",
    "GateReason",
    "GateScope",
    "Ground",
    "HandCheck",
    "Import",
    "ImportMode",
    "ImportOrder",
    "ImportSource",
    "ImportState",
    "KycStatus",
    "Link",
    "LinkEnd",
    "LinkState",
    "Look",
    "LookKind",
    "LookState",
    "Lookalikes",
    "NewPerson",
    "OutgoingEvent",
    "Outlook",
    "PairState",
    "Paper",
    "PaperKind",
    "PersonKey",
    "Purpose",
    "Reaction",
    "Refusal",
    "ReviewChange",
    "Row",
    "RowState",
    "Standing",
    "StatusChange",
    "SumsubEvent",
    "Thing",
    "Waiting",
    "Watch",
    "WealthSource",
    "WebhookDoor",
    "WorkItem",
    "WorkNote",
]
