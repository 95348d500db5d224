"""What an application shows of its review."""

from collections.abc import Sequence

from customers.models import Application


def show(
    application: Application,
    status: str,
    answer: str | None,
    reject_type: str | None,
    labels: Sequence[str],
) -> None:
    """Let an application show a review, as far as its columns hold it."""
    application.sumsub_review_status = status[:40]
    application.sumsub_review_answer = (answer or "")[:10]
    application.sumsub_reject_type = (reject_type or "")[:10]
    application.sumsub_reject_labels = list(labels)


def shown(application: Application) -> tuple[object, ...]:
    """What people see of a review; a change of it is a line of the history."""
    return (
        application.sumsub_review_status,
        application.sumsub_review_answer,
        application.sumsub_reject_type,
        application.sumsub_standing,
    )
