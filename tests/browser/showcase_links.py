"""The showcase's links of applicants: one that asks for everything, and one of each end."""

from accounts.models import User
from customers.applicant_link import answering, making
from customers.applicant_link.answering import author_of
from customers.applicant_link.steps import Step, StepName
from customers.applying import deciding, documents
from customers.applying.deeds import Author
from customers.applying.items import Item
from customers.models import (
    ApplicantLink,
    Application,
    ApplicationStatus,
    AttestationKind,
    LinkEnd,
    PaperKind,
)
from sharing.database_clock import database_now
from tests.customers.applications import ANSWERS, PDF, bring_to, make_application, make_manual

NEEDS_ALL = {"email": "", "country": "USA", "street": "", "city": "", "postal_code": ""}

ASKED = {
    StepName.WORK: "employment_status",
    StepName.ACCOUNT: "purpose_of_account",
    StepName.WEALTH: "source_of_wealth",
}


def links(by: User) -> dict[str, str]:
    """Make them; the names are those of page_cases, a link's is its secret."""
    author = Author(by)
    step = {"step": "PROOF_OF_RESIDENCE", "submitted": False}
    asks = make_manual(**NEEDS_ALL)
    hers = making.make(asks.pk, author)
    documents.add(asks.pk, PaperKind.WEALTH, "payslip.pdf", PDF, author_of(None), link=hers.link)
    Application.objects.filter(pk=asks.pk).update(steps=[step])
    question = bring_to(ApplicationStatus.UNDER_REVIEW, make_application(), by)
    deciding.ask(question.pk, author, reason="Since when?", items=[Item.EMPLOYMENT])
    ready = making.make(make_application().pk, author)
    _answer_all(ready.link)
    made = {
        "link": hers.secret,
        "link_question": making.make(question.pk, author).secret,
        "link_ready": ready.secret,
        "linked": str(asks.pk),
    }
    for end in (LinkEnd.SENT, LinkEnd.REVOKED):
        over = making.make(make_application(steps=[step]).pk, author)
        type(over.link).objects.filter(pk=over.link.pk).end(end, database_now())
        made[f"link_{end.value}"] = over.secret
    answering.note_seen(hers.link, author_of(None))
    return made


def _answer_all(link: ApplicantLink) -> None:
    """Everything is entered by the link, and nothing sent."""
    they = author_of(None)
    for name, field in ASKED.items():
        step = Step(name, done=False, fields=(field,))
        version = Application.objects.get(pk=link.application_id).version
        answering.save(link, step, ANSWERS, they, based_on=version, whole=False)
    answering.add_paper(link, PaperKind.WEALTH, "payslip.pdf", PDF, they)
    answering.sign(link, tuple(AttestationKind), "Ada Mercer", they)
