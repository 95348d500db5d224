"""What a client sends for a batch: a list, a filter of the applicants, or a form with a file."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api.problems import FieldError, invalid
from accounts.api.reading import Body, FormFile, Text, Truth, Whole
from accounts.models import User
from sharing.api.applicants import ApplicantFilters
from sharing.api.fetching import recipient_named
from sharing.mint_csv.lines import (
    LONGEST_APPLICANT_ID,
    LONGEST_EXTERNAL_ID,
    LONGEST_LEVEL,
    MintLine,
    bare_line,
    named_line,
)
from sharing.minting_many.storing import Order
from sharing.models import MintSource
from sharing.times_to_live import MAX_TTL_SECONDS

ITEM_FIELDS = ("applicant_id", "external_id", "level")
# What a form carries as texts.
TRUTHS = ("start", "include_refusable", "include_live")
NUMBERS = ("ttl_seconds",)
MOST_FAULTS = 50
DEFAULT_HELP = "default: the recipient's"


@extend_schema_field(
    {
        "type": "array",
        "minItems": 1,
        "items": {
            "oneOf": [
                {"type": "string", "maxLength": LONGEST_EXTERNAL_ID},
                {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {
                        "applicant_id": {"type": "string", "maxLength": LONGEST_APPLICANT_ID},
                        "external_id": {"type": "string", "maxLength": LONGEST_EXTERNAL_ID},
                        "level": {"type": "string", "maxLength": LONGEST_LEVEL},
                    },
                },
            ]
        },
    }
)
class ApplicantItems(serializers.Field):  # type: ignore[type-arg]
    """Applicants, each an id or an object; whether one can be used is a matter of its row."""

    def to_internal_value(self, data: Any) -> list[str | dict[str, str]]:
        """The items. Raises Problem that names the first ones at fault."""
        if not isinstance(data, list) or not data:
            raise serializers.ValidationError("List at least one applicant.")
        if len(data) > settings.UPLOAD_MAX_ROWS:
            raise serializers.ValidationError(
                f"List at most {settings.UPLOAD_MAX_ROWS} applicants in one batch."
            )
        wrong = [error for place, one in enumerate(data) if (error := _fault(place, one))]
        if wrong:
            raise invalid(*wrong[:MOST_FAULTS])
        return data


def _fault(place: int, item: Any) -> FieldError | None:
    at = f"applicants[{place}]"
    if isinstance(item, str):
        return None
    if not isinstance(item, dict):
        return FieldError(at, "An applicant is an id, or an object with ids.", "invalid")
    for name, value in item.items():
        if name not in ITEM_FIELDS:
            return FieldError(at, f"An item has {', '.join(ITEM_FIELDS)} only.", "unknown")
        if not isinstance(value, str):
            return FieldError(f"{at}.{name}", "Not a text.", "invalid")
    return None


class BatchOptions(Body):
    """For whom, how long the share tokens live, and what to do about doubtful rows."""

    recipient = Text(max_length=256, help_text="`par_…`, or its Sumsub client id")
    ttl_seconds = Whole(
        required=False, min_value=1, max_value=MAX_TTL_SECONDS, help_text=DEFAULT_HELP
    )
    include_refusable = Truth(
        default=False, help_text="mint also for those whom the recipient would be refused"
    )
    include_live = Truth(
        default=False, help_text="mint also for those who have a living share token for it"
    )
    start = Truth(
        default=False, help_text="mint at once; false: it is checked and waits for `start`"
    )


class NewBatch(BatchOptions):
    """A new batch from a list of ids, or from all applicants that a filter finds."""

    applicants = ApplicantItems(
        required=False, help_text="Sumsub's applicant ids or your own, or objects that name them"
    )
    filter = ApplicantFilters(required=False, help_text="all of our list that pass; {}: everybody")

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        """One of the two."""
        if ("applicants" in values) == ("filter" in values):
            sentence = "Name applicants or a filter, and not both."
            raise serializers.ValidationError({"applicants": [sentence]})
        return values


class NewBatchFile(BatchOptions):
    """A new batch from a CSV file, as on the page."""

    file = FormFile(help_text="CSV with `applicantId` or `externalId`, or the export")


class BatchChange(Body):
    """What changes about a draft; fields that are left out stay as they are."""

    recipient = Text(required=False, max_length=256, help_text="`par_…`, or its client id")
    ttl_seconds = Whole(required=False, min_value=1, max_value=MAX_TTL_SECONDS)
    include_refusable = Truth(required=False)
    include_live = Truth(required=False)


def order_of(
    asked: Mapping[str, Any], source: MintSource, *, by: User, file_name: str = ""
) -> Order:
    """What storing takes. Raises Problem for a recipient that is not there."""
    recipient = recipient_named(asked["recipient"])
    return Order(
        partner=recipient,
        ttl_seconds=asked.get("ttl_seconds", recipient.default_ttl_seconds),
        source=source,
        created_by=by,
        file_name=file_name,
        mints_live=asked["include_live"],
        mints_refusable=asked["include_refusable"],
    )


def lines_listed(items: list[str | dict[str, str]]) -> Iterator[MintLine]:
    """The items of a list as lines, numbered from 1."""
    for number, item in enumerate(items, start=1):
        if isinstance(item, str):
            text = item.strip()
            yield bare_line(number, text) if text else named_line(number, "", "", "")
        else:
            yield named_line(number, *(item.get(name, "").strip() for name in ITEM_FIELDS))
