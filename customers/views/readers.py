"""What the person in front of a page may see and do there, asked once per page."""

from dataclasses import dataclass

from accounts.models import User
from accounts.rights import Right
from customers.views.fetching import GATE_OPENERS


@dataclass(frozen=True)
class Reader:
    """The rights that pages of this room branch on."""

    sees_names: bool
    sees_customers: bool
    manages: bool
    exports: bool
    opens_gates: bool
    decides: bool

    @property
    def completes(self) -> bool:
        """Whether this person may enter what an application lacks: they see what they change."""
        return self.manages and self.sees_names

    @classmethod
    def of(cls, person: User) -> "Reader":
        """The rights of `person`."""
        return cls(
            sees_names=person.holds(Right.VIEW_PERSONAL_DATA),
            sees_customers=person.holds(Right.VIEW_CUSTOMERS),
            manages=person.holds(Right.MANAGE_COMPLIANCE_APPLICATIONS),
            exports=person.holds(Right.EXPORT_RESULTS),
            opens_gates=person.holds(*GATE_OPENERS),
            decides=person.holds(Right.DECIDE_APPLICATIONS),
        )
