"""Lists: one shape and one way of paging, as quick on the last page as on the first.

`starting_after` and `ending_before` name an item of the list by its id; `has_more` says whether
the list goes on in that direction. The order is the list's own and never changes.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet
from rest_framework import serializers

from accounts.api.ids import Kind, key_in_field
from accounts.api.problems import FieldError, invalid
from accounts.api.reading import Body, Text

DEFAULT_LIMIT = 25
MOST_ITEMS = 100

Item = TypeVar("Item", bound=Model)


class Paging(Body):
    """What every list takes; a list's own filters stand beside."""

    limit = serializers.IntegerField(
        required=False,
        default=DEFAULT_LIMIT,
        min_value=1,
        max_value=MOST_ITEMS,
        help_text="how many items, 1 to 100",
    )
    starting_after = Text(
        required=False, max_length=64, help_text="the id of the item before the first one wanted"
    )
    ending_before = Text(
        required=False, max_length=64, help_text="the id of the item after the last one wanted"
    )

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        """Refuse two directions at once."""
        if "starting_after" in values and "ending_before" in values:
            raise serializers.ValidationError(
                {"ending_before": ["Name starting_after or ending_before, not both."]}
            )
        return values


@dataclass(frozen=True)
class Order:
    """How a list is sorted: columns of the model, each with `-` in front when it falls."""

    columns: tuple[str, ...]

    def after(self, item: Model) -> Q:
        """What comes after this item."""
        return self._beyond(item, falling="lt", rising="gt")

    def before(self, item: Model) -> Q:
        """What comes before this item."""
        return self._beyond(item, falling="gt", rising="lt")

    @property
    def reverse(self) -> list[str]:
        """The columns of the opposite order."""
        return [one[1:] if one.startswith("-") else f"-{one}" for one in self.columns]

    def _beyond(self, item: Model, *, falling: str, rising: str) -> Q:
        found, same = Q(), Q()
        for column in self.columns:
            name = column.lstrip("-")
            value = getattr(item, name)
            sign = falling if column.startswith("-") else rising
            found |= same & Q(**{f"{name}__{sign}": value})
            same &= Q(**{name: value})
        return self._bound(item, falling=falling, rising=rising) & found

    def _bound(self, item: Model, *, falling: str, rising: str) -> Q:
        """The first column's part said once more by itself: there an index begins to read."""
        name = self.columns[0].lstrip("-")
        sign = falling if self.columns[0].startswith("-") else rising
        return Q(**{f"{name}__{sign}e": getattr(item, name)})


def page(
    items: QuerySet[Item],
    order: Order,
    kind: Kind,
    asked: Mapping[str, Any],
    shown: Callable[[Sequence[Item]], list[dict[str, Any]]],
    *,
    among: QuerySet[Item] | None = None,
) -> dict[str, Any]:
    """One page as the answer says it.

    `asked` are the values of Paging, `among` the list without its filters, in which the item that
    a cursor names is looked for. Raises Problem (400) for a cursor that names nothing there.
    """
    limit: int = asked["limit"]
    whole = items if among is None else among
    if "ending_before" in asked:
        item = _named(whole, kind, asked["ending_before"], "ending_before")
        found = list(items.filter(order.before(item)).order_by(*order.reverse)[: limit + 1])
        kept = found[:limit][::-1]
    else:
        rest = items
        if "starting_after" in asked:
            item = _named(whole, kind, asked["starting_after"], "starting_after")
            rest = items.filter(order.after(item))
        found = list(rest.order_by(*order.columns)[: limit + 1])
        kept = found[:limit]
    return {"data": shown(kept), "has_more": len(found) > limit}


def _named(items: QuerySet[Item], kind: Kind, text: str, field: str) -> Item:
    found = items.filter(pk=key_in_field(kind, text, field)).first()
    if found is None:
        raise invalid(FieldError(field, "No item of this list has this id.", "not_found"))
    return found
