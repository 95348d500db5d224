"""What a case of the axe run is: one look at one page."""

from dataclasses import dataclass

from tests.browser import page_deeds as deeds


@dataclass(frozen=True)
class Case:
    """One look at one page. `who` is a first name of windows.py; `then` opens what is closed."""

    name: str
    address: str
    who: str = "ada"
    then: deeds.Deed = deeds.nothing
    status: int = 200
