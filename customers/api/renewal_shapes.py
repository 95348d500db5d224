"""New share tokens for old rows as clients send them, and what each was paired with."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api.ids import Kind, shown_id
from accounts.api.reading import Body, FormFile, OneOf, Text, Truth
from customers.api.import_bodies import ITEM_FIELDS, TokenItems, item_schema
from customers.api.import_shapes import IMPORT_EXAMPLE, ImportShown, import_shown
from customers.models import Import, ImportMode
from customers.renewing import How, Pairing
from customers.renewing.asking import LONGEST_WHY
from customers.token_csv.columns import Column

SHOWN_PAIRS = 100
LIST_EXAMPLE = (
    '"line","token_mark","label","external_id","error_code","error_name","reason","token"\r\n'
    '"2","f3a971c20b18","","004417","","","The share token expired",""\r\n'
)


@extend_schema_field(item_schema(Column.OLD_MARK.value))
class NewTokenItems(TokenItems):
    """Share tokens with the mark of the old one that each takes the place of."""

    known = (*ITEM_FIELDS, Column.OLD_MARK.value)


class RenewalOptions(Body):
    """Which rows they are for, and how to redeem them."""

    dry_run = Truth(default=False, help_text="tell what would be for which row; store nothing")
    pairing = Text(
        required=False, max_length=64, help_text="of a dry run: store only if it is the same still"
    )
    in_order = Truth(
        default=False,
        help_text="those that name no row are for the rows that wait, in their order",
    )
    with_surplus = Truth(default=False, help_text="store those that are for no row, too")
    reason = Text(
        required=False, max_length=LONGEST_WHY, help_text="order is for rows of this reason alone"
    )
    with_cancelled = Truth(default=False, help_text="rows that were given up wait, too")
    level = Text(required=False, max_length=256)
    partner = Text(
        required=False, max_length=256, help_text="the donor: `par_…`, or its Sumsub client id"
    )
    mode = OneOf(choices=ImportMode.choices, required=False)


class NewTokens(RenewalOptions):
    """New share tokens as a list."""

    tokens = NewTokenItems(help_text="share tokens with `token_mark` or `external_id` of the row")


class NewTokensFile(RenewalOptions):
    """New share tokens as the donor's CSV file."""

    file = FormFile(help_text="CSV with `token` and `token_mark` or `external_id`")


TRUTHS = ("dry_run", "in_order", "with_surplus", "with_cancelled")


class PairShown(serializers.Serializer[Any]):
    """A new share token and the old row that it is for."""

    line = serializers.IntegerField(help_text="its place in the list, or line in the file")
    row = serializers.CharField(help_text="the old row: `row_…`")
    old_line = serializers.IntegerField()
    how = serializers.ChoiceField(choices=[how.value for how in How])


class RenewalShown(serializers.Serializer[Any]):
    """What the new share tokens are for."""

    pairing = serializers.CharField(help_text="differs when any pair does")
    by_mark = serializers.IntegerField()
    by_id = serializers.IntegerField()
    by_order = serializers.IntegerField()
    pairs = PairShown(many=True, help_text=f"the first {SHOWN_PAIRS}")
    surplus = serializers.IntegerField(help_text="share tokens that are for no row")
    settled = serializers.IntegerField(help_text="left out: their rows need none")
    faulty = serializers.IntegerField(help_text="share tokens that cannot be used")
    left = serializers.IntegerField(help_text="rows that go on waiting")

    def get_fields(self) -> Any:
        """With the new import; its name is a word of Python's."""
        shown = ImportShown(allow_null=True, help_text="the new import; null after a dry run")
        return {"import": shown, **super().get_fields()}


RENEWAL_EXAMPLE: dict[str, Any] = {
    "import": IMPORT_EXAMPLE,
    "pairing": "b1946ac92492d2347c6235b4d2611184",
    "by_mark": 1,
    "by_id": 0,
    "by_order": 0,
    "pairs": [{"line": 1, "row": "row_1204", "old_line": 2, "how": "mark"}],
    "surplus": 0,
    "settled": 0,
    "faulty": 0,
    "left": 0,
}
DRY_EXAMPLE: dict[str, Any] = RENEWAL_EXAMPLE | {"import": None}


def renewal_shown(imported: Import | None, found: Pairing) -> Mapping[str, Any]:
    """A pairing with its first pairs, and the import that came of it."""
    return {
        "import": import_shown(imported) if imported else None,
        "pairing": found.digest,
        "by_mark": found.count(How.MARK),
        "by_id": found.count(How.ID),
        "by_order": found.count(How.ORDER),
        "pairs": [
            {
                "line": pair.line,
                "row": shown_id(Kind.ROW, pair.old.row_id),
                "old_line": pair.old.line,
                "how": pair.how.value,
            }
            for pair in found.pairs[:SHOWN_PAIRS]
        ],
        "surplus": len(found.surplus),
        "settled": len(found.settled),
        "faulty": len(found.faulty),
        "left": len(found.left),
    }
