"""What a case of the axe run is: one look at one page."""

from dataclasses import dataclass

from tests.browser import page_deeds as deeds


@dataclass(frozen=True)
class Case:
    """One look at one page. `who` is a first name of windows.py; `then` opens what is closed.

    Of the longest page, for which axe takes minutes, `but_for` selects what another case looks at,
    and `once` what is looked at wide and light only, for it is drawn like the rest.
    """

    name: str
    address: str
    who: str = "ada"
    then: deeds.Deed = deeds.nothing
    status: int = 200
    but_for: str = ""
    once: str = ""
