"""The link by e-mail, for applicants whose address we have.

Sent at once and not by a worker: the secret is kept nowhere from which a worker could take it, and
no task may carry it. The e-mail names nobody.
"""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from accounts import audit
from accounts.look.figures import day
from accounts.notice_mail import leaves_the_house
from customers.applicant_link.making import Made
from customers.applying.deeds import Author, subject_of
from customers.models import ApplicantLink, Application
from sharing.database_clock import database_now

logger = logging.getLogger(__name__)

_SUBJECT = "Please complete your application"
_SUBJECT_OF = "{company} asks you to complete your application"
_BODY = """Hello,

{who} needs a few more answers from you to complete your application.

Open this link on your phone or computer:

{address}

It works until {until} and is meant for you alone: please do not pass it on.
You will not be asked for a password or for a payment.

If you did not apply for anything, do nothing: the link stops working by itself.
"""


def may_mail(application: Application) -> bool:
    """True when an e-mail to the applicant would leave the house and has somewhere to go."""
    return leaves_the_house() and bool(application.customer.email)


def mail(made: Made, application: Application, author: Author) -> bool:
    """Send the link to the applicant's own address; False when no mail server took it."""
    company = settings.COMPANY_NAME
    message = EmailMessage(
        subject=_SUBJECT_OF.format(company=company) if company else _SUBJECT,
        body=_BODY.format(
            who=company or "The company that you applied to",
            address=f"{settings.SITE_URL}{made.path}",
            until=day(made.link.expires_at),
        ),
        to=[application.customer.email],
    )
    try:
        message.send()
    except (OSError, SMTPException) as error:
        # Only its kind: a server's words may hold the address.
        logger.warning("the e-mail with an applicant's link did not go (%s)", type(error).__name__)
        return False
    _note_mailed(made.link, author)
    return True


@transaction.atomic
def _note_mailed(link: ApplicantLink, author: Author) -> None:
    link.mailed_at = database_now()
    link.save(update_fields=["mailed_at"])
    audit.record(
        "application.link_mailed",
        actor=author.person,
        subject=subject_of(link.application_id),
        request=author.request,
        source=author.source,
        link=str(link.pk),
    )
