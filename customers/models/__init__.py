"""The recipient's records, one module per noun."""

from customers.models.connection import BreakerState, Gate, GateReason, GateScope, Link
from customers.models.customers import (
    Application,
    ApplicationStatus,
    Customer,
    KycStatus,
    ReviewChange,
)
from customers.models.duplicates import Ground, Lookalikes, NewPerson, PairState, PersonKey
from customers.models.imports import (
    Import,
    ImportMode,
    ImportOrder,
    ImportSource,
    ImportState,
)
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

__all__ = [
    "Application",
    "ApplicationStatus",
    "Attempt",
    "BreakerState",
    "Customer",
    "Delivery",
    "DeliveryState",
    "Endpoint",
    "EndpointState",
    "EventType",
    "Forecast",
    "Gate",
    "GateReason",
    "GateScope",
    "Ground",
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
    "Lookalikes",
    "NewPerson",
    "OutgoingEvent",
    "Outlook",
    "PairState",
    "PersonKey",
    "ReviewChange",
    "Row",
    "RowState",
    "Watch",
]
