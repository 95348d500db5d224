"""Notices by e-mail, for the people who asked for it.

At most once each: a notice is marked as taken, and that is committed, before its e-mail leaves. A
process that ends between the two loses the e-mail and not the notice, which waits under the bell.
"""

import logging
from datetime import timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notice, NoticeMail

logger = logging.getLogger(__name__)

AT_ONCE = 50
# Older news is better read in the house.
STALE_AFTER = timedelta(days=1)
CONSOLE = "django.core.mail.backends.console.EmailBackend"


def leaves_the_house() -> bool:
    """True when e-mail is sent to people, and not only written to the log."""
    return bool(settings.EMAIL_BACKEND != CONSOLE)


def post_due() -> int:
    """Send the e-mails that wait; returns how many were sent.

    A mail server that cannot be reached leaves them waiting for the next look.
    """
    due = list(Notice.objects.to_mail(timezone.now() - STALE_AFTER)[:AT_ONCE])
    if not due:
        return 0
    connection = get_connection()
    try:
        connection.open()
    except (OSError, SMTPException) as error:
        # Only its kind: a server's words may hold addresses.
        logger.warning("the mail server cannot be reached (%s)", type(error).__name__)
        return 0
    try:
        return sum(_sent(notice, connection) for notice in due)
    finally:
        connection.close()


def _sent(notice: Notice, connection: BaseEmailBackend) -> bool:
    mine = Notice.objects.filter(pk=notice.pk)
    if not mine.filter(mail=NoticeMail.DUE).update(mail=NoticeMail.TAKEN):
        return False  # another process was quicker
    try:
        _message(notice, connection).send()
    except (OSError, SMTPException) as error:
        mine.update(mail=NoticeMail.FAILED)
        logger.warning("notice %s went without e-mail (%s)", notice.pk, type(error).__name__)
        return False
    mine.update(mail=NoticeMail.SENT)
    return True


def _message(notice: Notice, connection: BaseEmailBackend) -> EmailMessage:
    parts = (
        notice.text,
        f"{settings.SITE_URL}{notice.link}",
        f"You asked for this e-mail. To stop it: {settings.SITE_URL}{reverse('accounts:account')}",
    )
    return EmailMessage(
        subject=notice.title,
        body="\n\n".join(filter(None, parts)) + "\n",
        to=[notice.person.email],
        connection=connection,
    )
