"""A look at a page: where it is, who looks, and what of it has to be opened first."""

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
