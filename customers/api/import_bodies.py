"""What a client sends for a new import: a list in JSON, or a form with a CSV file."""

from collections.abc import Mapping
from typing import Any, BinaryIO, cast

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from accounts.api.ids import Kind, number_in
from accounts.api.problems import FieldError, invalid
from accounts.api.reading import Body, FormFile, OneOf, Text, Truth
from customers import intake, token_csv
from customers.import_form import STEPS
from customers.models import ImportMode, LookKind
from customers.token_csv import MAX_TOKEN_BYTES, TokenFile
from customers.token_csv.columns import Column
from customers.token_csv.lines import MAX_CELL_BYTES
from sharing.api.uploading import uploaded
from sharing.levels import levels
from sharing.models import Partner
from sharing.uploads import MISSING

ITEM_FIELDS = (
    Column.TOKEN.value,
    Column.EXTERNAL_ID.value,
    Column.LABEL.value,
    Column.ISSUED_AT.value,
    Column.EXPIRES_AT.value,
    Column.LEVEL.value,
)
# What a form carries as texts.
TRUTHS = ("start", "leave_documents")
LISTS = ("reset_steps",)
MOST_FAULTS = 50
_CELL = {"type": "string", "maxLength": MAX_CELL_BYTES}
_TIME = {"type": "string", "format": "date-time"}


def item_schema(*more: str) -> dict[str, Any]:
    """The contract's words for a list of share tokens; `more` are texts beside the usual ones."""
    properties = {
        "token": {"type": "string", "maxLength": MAX_TOKEN_BYTES},
        "external_id": _CELL,
        "label": _CELL,
        "issued_at": _TIME,
        "expires_at": _TIME,
        "level": _CELL,
    }
    an_object = {
        "type": "object",
        "required": ["token"],
        "additionalProperties": False,
        "properties": properties | dict.fromkeys(more, _CELL),
    }
    a_text = {"type": "string", "maxLength": MAX_TOKEN_BYTES}
    return {"type": "array", "minItems": 1, "items": {"oneOf": [a_text, an_object]}}


@extend_schema_field(item_schema())
class TokenItems(serializers.Field):  # type: ignore[type-arg]
    """Share tokens, each a text or an object; whether one can be used is a matter of its row."""

    known: tuple[str, ...] = ITEM_FIELDS

    def to_internal_value(self, data: Any) -> list[Mapping[str, str]]:
        """The items as objects. Raises Problem that names the first ones at fault."""
        if not isinstance(data, list) or not data:
            raise serializers.ValidationError("List at least one share token.")
        if len(data) > settings.UPLOAD_MAX_ROWS:
            raise serializers.ValidationError(
                f"List at most {settings.UPLOAD_MAX_ROWS} share tokens in one import."
            )
        found = [{"token": one} if isinstance(one, str) else one for one in data]
        wrong = [error for place, one in enumerate(found) if (error := self._fault(place, one))]
        if wrong:
            raise invalid(*wrong[:MOST_FAULTS])
        return found

    def _fault(self, place: int, item: Any) -> FieldError | None:
        at = f"tokens[{place}]"
        if not isinstance(item, dict):
            return FieldError(at, "A share token is a text, or an object with `token`.", "invalid")
        if "token" not in item:
            return FieldError(f"{at}.token", "This field is required.", "required")
        for name, value in item.items():
            if name not in self.known:
                return FieldError(at, f"An item has {', '.join(self.known)} only.", "unknown")
            if not isinstance(value, str):
                return FieldError(f"{at}.{name}", "Not a text.", "invalid")
        return None


class ImportOptions(Body):
    """How to redeem the share tokens."""

    level = Text(required=False, max_length=256, help_text="default: the workspace's")
    partner = Text(
        required=False, max_length=256, help_text="the donor: `par_…`, or its Sumsub client id"
    )
    mode = OneOf(
        choices=ImportMode.choices,
        default=ImportMode.REUSE.value,
        help_text="`reuse`: Sumsub checks each person anew; `copy`: it takes all over unchecked",
    )
    reset_steps = serializers.ListField(
        child=OneOf(choices=[(step, step) for step in STEPS]),
        required=False,
        max_length=len(STEPS),
        help_text="Copy Applicant: steps to ask the person for again",
    )
    trust_review = OneOf(
        choices=["inherit", "recheck"],
        required=False,
        help_text="Copy Applicant: what to do with the donor's review",
    )
    start = Truth(default=True, help_text="send at once; false: it waits for `start`")
    preview = OneOf(
        choices=LookKind.choices,
        required=False,
        help_text="look first: `sample` and `all` wait for `start`; `each` sends what passes",
    )
    leave_documents = Truth(
        default=False, help_text="with preview `each`: do not send rows that would need documents"
    )


class NewImport(ImportOptions):
    """A new import from a list."""

    tokens = TokenItems(help_text="share tokens: texts, or objects with what is known of each")


class NewImportFile(ImportOptions):
    """A new import from a CSV file, as on the page *Sumsub Import*."""

    file = FormFile(help_text="CSV with a column `token`")


def uploaded_tokens(request: Request) -> tuple[BinaryIO, str]:
    """The file that came, and its name. Raises Problem."""
    upload = uploaded(request, MISSING, field="tokens")
    return cast(BinaryIO, upload.file), upload.name or ""


def read_uploaded(stream: BinaryIO) -> TokenFile:
    """The file from its beginning, wherever a reading of it ended. Raises FileRefused."""
    stream.seek(0)
    return token_csv.read(stream, max_rows=settings.UPLOAD_MAX_ROWS)


def options_from(asked: Mapping[str, Any], **given: Any) -> intake.Options:
    """What `intake.store` takes. Raises Problem for a level or a donor that is not there."""
    mode = ImportMode(asked["mode"])
    if mode is not ImportMode.COPY and ("reset_steps" in asked or "trust_review" in asked):
        raise invalid(FieldError("mode", "reset_steps and trust_review go with mode copy."))
    copying: dict[str, Any] = {}
    if mode is ImportMode.COPY:
        copying["reset_steps"] = tuple(asked.get("reset_steps", ()))
        copying["trust_review"] = {"inherit": True, "recheck": False}.get(
            asked.get("trust_review", "")
        )
    return intake.Options(
        level_name=level_from(asked.get("level", "")),
        partner=donor_from(asked.get("partner", "")),
        mode=mode,
        **copying,
        **given,
    )


def level_from(name: str) -> str:
    """A level of the workspace, the default for none. Raises Problem for one that it lacks.

    While Sumsub does not tell its levels, any name is taken: the import's gate says if it is wrong.
    """
    if not name:
        return str(settings.SUMSUB_LEVEL_NAME)
    known = levels()
    if name not in known.names and not known.note:
        raise invalid(FieldError("level", "The workspace has no such level.", "not_found"))
    return name


def donor_from(text: str) -> Partner | None:
    """The donor with this id, or this client id at Sumsub; None for none. Raises Problem (400)."""
    if not text:
        return None
    number = number_in(Kind.PARTNER, text)
    wanted = {"client_id": text} if number is None else {"pk": number}
    found = Partner.objects.donors().filter(**wanted).first()
    if found is None:
        raise invalid(FieldError("partner", "The register has no such donor.", "not_found"))
    return found
