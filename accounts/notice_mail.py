"""Notices by e-mail, for the people who asked for it.

A notice is marked as taken, and that is committed, before its e-mail leaves: no two processes send
it, and one that ends between the two loses the e-mail and not the notice, which waits under the
bell. Where the mail server says "later", or hangs up, the e-mail waits and is tried again, for as
long as it is news. A server that hangs up after it took one is then given it twice.
"""

import logging
from datetime import timedelta
from smtplib import (
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPServerDisconnected,
)

from django.conf import settings
from django.core.cache import cache
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notice, NoticeMail

logger = logging.getLogger(__name__)

AT_ONCE = 50
# Waiting e-mails that one look goes through to find them.
MOST_LOOKED_AT = 1000
# An e-mail that the server did not take yet rests so long (seconds); greylists ask for minutes.
REST_SECONDS = 300
# From here on an answer of SMTP means "never".
FOR_GOOD = 500
# Older news is better read in the house.
STALE_AFTER = timedelta(days=1)
CONSOLE = "django.core.mail.backends.console.EmailBackend"


def leaves_the_house() -> bool:
    """True when e-mail is sent to people, and not only written to the log."""
    return bool(settings.EMAIL_BACKEND != CONSOLE)


class HungUp(Exception):
    """The connection to the mail server is gone; nothing more goes out over it."""


def post_due() -> int:
    """Send the e-mails that wait; returns how many were sent.

    A mail server that cannot be reached leaves them waiting for the next look.
    """
    due = _due()
    if not due:
        return 0
    connection = get_connection()
    try:
        connection.open()
    except (OSError, SMTPException) as error:
        # Only its kind: a server's words may hold addresses.
        logger.warning("the mail server cannot be reached (%s)", type(error).__name__)
        return 0
    sent = 0
    try:
        for notice in due:
            sent += _sent(notice, connection)
    except HungUp:
        logger.warning("the mail server hung up; the e-mails that are left wait")
    finally:
        connection.close()
    return sent


def _due() -> list[Notice]:
    """The notices whose e-mail goes now: those that wait and do not rest, the oldest first."""
    waiting = Notice.objects.to_mail(timezone.now() - STALE_AFTER)[:MOST_LOOKED_AT]
    by_key = {_rest_key(notice): notice for notice in waiting}
    resting = cache.get_many(by_key)
    return [notice for key, notice in by_key.items() if key not in resting][:AT_ONCE]


def _sent(notice: Notice, connection: BaseEmailBackend) -> bool:
    """Send one; raises HungUp when the connection broke. One bad e-mail stops no other."""
    mine = Notice.objects.filter(pk=notice.pk)
    if not mine.filter(mail=NoticeMail.DUE).update(mail=NoticeMail.TAKEN):
        return False  # another process was quicker
    try:
        _message(notice, connection).send()
    except Exception as error:
        later = _may_go_later(error)
        if later:
            cache.set(_rest_key(notice), True, REST_SECONDS)
        mine.update(mail=NoticeMail.DUE if later else NoticeMail.FAILED)
        what = "waits with its e-mail" if later else "went without e-mail"
        logger.warning("notice %s %s (%s)", notice.pk, what, type(error).__name__)
        if _is_broken(error):
            raise HungUp from error
        return False
    mine.update(mail=NoticeMail.SENT)
    return True


def _is_broken(error: Exception) -> bool:
    """True when nothing more goes over this connection."""
    if isinstance(error, SMTPException):
        return isinstance(error, SMTPServerDisconnected)
    return isinstance(error, OSError)


def _may_go_later(error: Exception) -> bool:
    """True when the same e-mail may be taken another time: "4xx", or no answer at all."""
    if isinstance(error, SMTPRecipientsRefused):
        return any(code < FOR_GOOD for code, _ in error.recipients.values())
    if isinstance(error, SMTPResponseException):
        return error.smtp_code < FOR_GOOD
    return _is_broken(error)


def _rest_key(notice: Notice) -> str:
    return f"notice-mail-rests:{notice.pk}:{notice.created_at.timestamp()}"


def _message(notice: Notice, connection: BaseEmailBackend) -> EmailMessage:
    parts = (
        notice.text,
        f"{settings.SITE_URL}{notice.link}",
        f"You asked for this e-mail. To stop it: {settings.SITE_URL}{reverse('accounts:account')}",
    )
    return EmailMessage(
        # A partner's name may hold a line break, which no header may.
        subject=" ".join(notice.title.split()),
        body="\n\n".join(filter(None, parts)) + "\n",
        to=[notice.person.email],
        connection=connection,
    )
