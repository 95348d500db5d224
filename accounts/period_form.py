"""A period of days in the filter of a list."""

from typing import Any

from django import forms


class PeriodForm(forms.Form):
    """A form whose fields `first` and `last` are the days of a period; each may stay empty."""

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        values = super().clean() or {}
        first, last = values.get("first"), values.get("last")
        if first and last and last < first:
            self.add_error("last", "Choose a day on or after the first one.")
        return values
