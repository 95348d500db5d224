"""How the work queue is narrowed, and what people enter to plan a task."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django import forms
from django.db.models import TextChoices
from django.utils import timezone

from accounts.models import User
from accounts.rights import Right
from accounts.saved_filters import FilteredPage
from customers.application_forms import AGES
from customers.forms import ListFilter
from customers.work.kinds import Kind
from customers.work.wanted import NOBODY, Wanted
from sharing.models import Partner

# Whoever sees one kind of task at least.
SEES_TASKS = (Right.VIEW_CUSTOMERS, Right.VIEW_IMPORTS, Right.VIEW_PARTNERS)
# Put off for longer, a task is forgotten.
LONGEST_REST = timedelta(days=366)
MINE = "mine"


class Show(TextChoices):
    """Which tasks by their plan."""

    OPEN = "", "Open tasks"
    OVERDUE = "overdue", "Overdue"
    PUT_OFF = "off", "Put off"


class WorkFilter(ListFilter):
    """Which tasks to list."""

    who = forms.ChoiceField(required=False, choices=[(MINE, "Mine"), (NOBODY, "Nobody's")])
    kind = forms.ChoiceField(required=False, label="Kind of task")
    show = forms.ChoiceField(required=False, choices=Show.choices, label="Plan")
    age = forms.TypedChoiceField(
        required=False, coerce=int, choices=[("", "For any time"), *AGES], label="Has waited"
    )
    person = forms.ModelChoiceField(
        User.objects.none(), required=False, empty_label="Anyone", label="Who has it"
    )
    partner = forms.ModelChoiceField(
        Partner.objects.order_by("name"),
        required=False,
        empty_label="Any partner",
        label="Partner",
    )

    def __init__(self, *args: Any, kinds: list[Kind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = self.fields["kind"]
        assert isinstance(choices, forms.ChoiceField)
        choices.choices = [("", "Any kind"), *((kind.value, kind.label) for kind in kinds)]
        people = self.fields["person"]
        assert isinstance(people, forms.ModelChoiceField)
        people.queryset = User.objects.able_to_sign_in().order_by("name", "pk")
        self._kinds = kinds

    @property
    def kinds(self) -> list[Kind]:
        """The kinds that are asked for."""
        asked = self.value("kind")
        return [Kind(asked)] if asked else self._kinds

    def wanted(self, person: User) -> Wanted:
        """The question to the queue, as this person asks it."""
        days, partner = self.value("age"), self.value("partner")
        return Wanted(
            holder=self._holder(person),
            overdue=self.value("show") == Show.OVERDUE,
            put_off=self.value("show") == Show.PUT_OFF,
            partner=partner.pk if partner else None,
            before=timezone.now() - timedelta(days=days) if days else None,
            words=self.value("q") or "",
            by_name=person.holds(Right.VIEW_PERSONAL_DATA),
        )

    def _holder(self, person: User) -> int | str | None:
        if chosen := self.value("person"):
            return int(chosen.pk)
        who = self.value("who")
        return person.pk if who == MINE else who


FILTERED = FilteredPage(
    name="work",
    address="customers:work",
    parameters=frozenset(WorkFilter.base_fields),
    rights=SEES_TASKS,
)


class DayForm(forms.Form):
    """A day to come."""

    day = forms.DateField(
        label="Day",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Choose a day.", "invalid": "Enter a day as 2026-11-29."},
    )

    def __init__(self, *args: Any, later: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._later = later

    def clean_day(self) -> date:
        """Today or later, or with `later` tomorrow or later; no further away than a year."""
        day: date = self.cleaned_data["day"]
        today = datetime.now(UTC).date()
        if day < today or (self._later and day == today):
            wanted = "a day after today" if self._later else "today or a later day"
            raise forms.ValidationError(f"Choose {wanted}.")
        if day - today > LONGEST_REST:
            raise forms.ValidationError("Choose a day within a year.")
        return day
