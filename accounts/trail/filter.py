"""Which part of the audit trail a reader asks for."""

from typing import Any

from django import forms

from accounts.models import AuditEventQuerySet, User
from accounts.period_form import PeriodForm
from accounts.rights import Right
from accounts.saved_filters import FilteredPage
from accounts.trail.deeds import deeds_named, families
from accounts.trail.objects import everything_about, subject_in

NOBODY = "system"
DONE, FAILED = "done", "failed"


class TrailFilter(PeriodForm):
    """What part of the trail to show. Every field may stay empty; a field that is wrong is named
    and left out. `by_anybody` lets the reader choose whose deeds; others see their own only.
    """

    about = forms.CharField(required=False, max_length=120, label="About")
    deed = forms.CharField(required=False, max_length=80, label="Deed")
    person = forms.ChoiceField(required=False, label="Who")
    outcome = forms.ChoiceField(
        required=False,
        label="Outcome",
        choices=[("", "Any outcome"), (DONE, "Went through"), (FAILED, "Refused or amiss")],
    )
    first = forms.DateField(
        required=False, label="From", widget=forms.DateInput(attrs={"type": "date"})
    )
    last = forms.DateField(
        required=False, label="Until", widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, by_anybody: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        who = self.fields["person"]
        assert isinstance(who, forms.ChoiceField)
        who.choices = _actors() if by_anybody else [("", "Me")]
        deed = self.fields["deed"]
        deed.widget = forms.Select(choices=_deeds(self["deed"].value() or ""))
        self.is_valid()

    def clean_about(self) -> str:
        """What was typed as a subject: "Import 48" becomes `import:48`."""
        return subject_in(self.cleaned_data["about"])

    def narrow(self, events: AuditEventQuerySet) -> AuditEventQuerySet:
        """`events` as far as the valid fields of this form let them through."""
        values = self.cleaned_data
        if deed := values.get("deed"):
            known = deeds_named(deed)
            events = events.of_deeds(*known) if known else events.of_deed(deed)
        if who := values.get("person"):
            events = events.by_nobody() if who == NOBODY else events.by_number(int(who))
        if about := values.get("about"):
            events = events.concerning(everything_about(about))
        if outcome := values.get("outcome"):
            events = events.failed() if outcome == FAILED else events.went_through()
        return events.between(values.get("first"), values.get("last"))

    @property
    def subject(self) -> str:
        """The object that is asked for; empty for any."""
        return str(self.cleaned_data.get("about", ""))

    @property
    def in_use(self) -> bool:
        """True when anything is filtered."""
        return any(self.cleaned_data.values())


FILTERED = FilteredPage(
    name="audit",
    address="accounts:audit",
    parameters=frozenset(TrailFilter.base_fields),
    rights=(Right.VIEW_AUDIT, Right.VIEW_OWN_AUDIT),
)

Choices = list[tuple[str, Any]]


def _deeds(chosen: str) -> Choices:
    """Families and their deeds, for a list of choices."""
    groups: Choices = [("", "Any deed")]
    known = {""}
    for family in families():
        every = [(family.name, f"{family.label}: all of it")]
        single = [] if len(family.words) == 1 else list(family.words.items())
        choices = every + single if single else list(family.words.items())
        groups.append((family.label, choices))
        known |= {name for name, _ in choices}
    if chosen not in known:
        groups.append((chosen, chosen))
    return groups


def _actors() -> Choices:
    """Everybody in whose name something may stand in the trail."""
    people: Choices = []
    clients: Choices = []
    for actor in User.objects.actors():
        is_client = hasattr(actor, "api_client")
        (clients if is_client else people).append((str(actor.pk), actor.display_name))
    groups: Choices = [("", "Anyone"), (NOBODY, "Nobody: by itself")]
    return groups + [
        (label, choices)
        for label, choices in (("People", people), ("API clients", clients))
        if choices
    ]
