"""First steps: what somebody does on an installation where nothing happened yet."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from accounts.compiled import Compiled
from accounts.models import User
from accounts.rights import Right
from customers.models import Import
from sharing import gateway
from sharing.models import Applicant, Partner


@dataclass(frozen=True)
class Step:
    """One thing to do, for whoever may; `address` leads there, `done` says that it is."""

    title: str
    text: str
    done: bool = False
    address: str = ""
    act: str = ""


def first_steps(person: User) -> list[Step]:
    """The steps that this person sees; none once what they work with is there."""
    imports = person.holds(Right.VIEW_IMPORTS) and _IMPORT.first() is None
    applicants = person.holds(Right.VIEW_APPLICANTS) and _APPLICANT.first() is None
    if not imports and not applicants:
        return []
    steps = [_connection(person), _partners(person)]
    steps += list(_recipients(person)) if imports else []
    return steps + (list(_donors(person)) if applicants else [])


def _connection(person: User) -> Step:
    here = gateway.connection()
    title = "Check the connection"
    if not here.is_configured:
        return Step(
            title,
            "No app token is set. Whoever runs the server gives one, with its secret key.",
        )
    speaks = f"This installation speaks for {here.client_id or 'its workspace'}."
    if person.holds(Right.MANAGE_CONNECTION):
        text = f"{speaks} The check asks Sumsub, changes nothing there, and says what is missing."
        return Step(title, text, address=reverse("sharing:settings"), act="Open settings")
    return Step(title, f"{speaks} An admin sees under Settings whether Sumsub accepts it.")


def _partners(person: User) -> Step:
    known = Partner.objects.exists()
    title = "Record who shares with whom"
    text = "Partners holds who may share customers with us, who gets ours, and the agreements."
    if person.holds(Right.MANAGE_PARTNERS):
        return Step(title, text, known, reverse("sharing:partner_add"), "Add a partner")
    return Step(title, f"{text} An admin adds them.", known)


def _recipients(person: User) -> Iterator[Step]:
    title = "Import share tokens"
    if person.holds(Right.MANAGE_COMPLIANCE_APPLICATIONS):
        text = "Add customers takes a donor’s file of share tokens, or one pasted share token."
        yield Step(title, text, address=reverse("customers:add"), act="Add customers")
        yield Step(
            "Know what to expect",
            "The help page shows the file’s columns, what each label means and what to do next.",
            address=reverse("customers:help"),
            act="Read the help",
        )
    else:
        yield Step(title, "A compliance operator uploads the donor’s file under Customers.")


def _donors(person: User) -> Iterator[Step]:
    yield Step(
        "Bring in applicants",
        "Take in the export of Sumsub’s dashboard, or look one up by id. Webhooks bring the rest.",
        address=reverse("sharing:applicants_import"),
        act="Bring in applicants",
    )
    if person.holds(Right.MINT_SHARE_TOKENS):
        yield Step(
            "Generate share tokens",
            "On an applicant’s page for one, under Share tokens for many. Each works once.",
        )


_IMPORT = Compiled(lambda: Import.objects.order_by().values_list("pk", flat=True)[:1])
_APPLICANT = Compiled(lambda: Applicant.objects.order_by().values_list("pk", flat=True)[:1])
