"""What the help page tells about receiving webhooks: code that verifies, a message of each type.

A test runs the code, and compares the messages with what the product sends.
"""

import json
from dataclasses import dataclass
from typing import Any

from customers.models import EventType

VERIFYING = '''\
import base64, hashlib, hmac, time

def is_ours(secret, headers, body, tolerance=300):
    """Whether a message was signed with our secret, lately. `body` is the raw bytes."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    timestamp = headers["webhook-timestamp"]
    if abs(time.time() - int(timestamp)) > tolerance:
        return False
    signed = f"{headers['webhook-id']}.{timestamp}.".encode() + body
    wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    given = headers["webhook-signature"].split()
    return any(hmac.compare_digest(one, "v1," + wanted) for one in given)
'''

_CUSTOMER = "cus_0b6f5c1e8f0f4d0e9a512f6c2f6f9f11"
_APPLICATION = "app_5b0f7a52-6c0c-4f5e-8a7e-0d6f1c2b3a4d"


@dataclass(frozen=True)
class Example:
    """The data of one type of event, as it may look."""

    type: EventType
    data: dict[str, Any]

    @property
    def text(self) -> str:
        """The data as JSON over several lines."""
        return json.dumps(self.data, indent=2)


EXAMPLES = (
    Example(
        EventType.CUSTOMER_CREATED,
        {
            "customer_id": _CUSTOMER,
            "application_id": _APPLICATION,
            "import_id": "imp_48",
            "external_id": "LM-17",
            "kyc_status": "pending",
            "provider_applicant_id": "66f0c2a4e19b7d35",
            "review_status": "init",
            "review_answer": None,
            "review_is_inherited": False,
        },
    ),
    Example(
        EventType.CUSTOMER_UPDATED,
        {
            "customer_id": _CUSTOMER,
            "external_id": "LM-17",
            "kyc_status": "approved",
            "changed": ["kyc_status"],
        },
    ),
    Example(
        EventType.APPLICATION_SUBMITTED,
        {"application_id": _APPLICATION, "customer_id": _CUSTOMER, "status": "submitted"},
    ),
    Example(
        EventType.APPLICATION_DECIDED,
        {"application_id": _APPLICATION, "customer_id": _CUSTOMER, "status": "approved"},
    ),
    Example(
        EventType.REVIEW_CHANGED,
        {
            "application_id": _APPLICATION,
            "customer_id": _CUSTOMER,
            "status": "pending",
            "provider_applicant_id": "66f0c2a4e19b7d35",
            "review_status": "completed",
            "review_answer": "GREEN",
            "review_is_inherited": False,
        },
    ),
    Example(
        EventType.IMPORT_FINISHED,
        {
            "import_id": "imp_48",
            "state": "finished",
            "total": 120,
            "counts": {"imported": 114, "refused": 5, "duplicate": 1},
        },
    ),
)
