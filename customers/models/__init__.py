"""The recipient's records, one module per noun."""

from customers.models.connection import BreakerState, Gate, GateReason, GateScope, Link
from customers.models.customers import (
    Application,
    ApplicationStatus,
    Customer,
    KycStatus,
    ReviewChange,
    Standing,
)
from customers.models.imports import (
    Import,
    ImportMode,
    ImportOrder,
    ImportSource,
    ImportState,
)
from customers.models.inbox import EventState, Reaction, Refusal, SumsubEvent, WebhookDoor
from customers.models.looks import Forecast, Look, LookKind, LookState, Outlook
from customers.models.row_states import RowState
from customers.models.rows import Row
from customers.models.watches import Watch

__all__ = [
    "Application",
    "ApplicationStatus",
    "BreakerState",
    "Customer",
    "EventState",
    "Forecast",
    "Gate",
    "GateReason",
    "GateScope",
    "Import",
    "ImportMode",
    "ImportOrder",
    "ImportSource",
    "ImportState",
    "KycStatus",
    "Link",
    "Look",
    "LookKind",
    "LookState",
    "Outlook",
    "Reaction",
    "Refusal",
    "ReviewChange",
    "Row",
    "RowState",
    "Standing",
    "SumsubEvent",
    "Watch",
    "WebhookDoor",
]
