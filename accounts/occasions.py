"""What notices are about, as people choose which of them reach them how."""

from django.db.models import TextChoices

from accounts.rights import Right

_WORKING = (Right.VIEW_IMPORTS, Right.VIEW_CUSTOMERS, Right.VIEW_PARTNERS)


class Occasion(TextChoices):
    """Kinds of notices: each has its own line among a person's settings."""

    IMPORT_DONE = "import.done", "An import is finished and asks nothing"
    IMPORT_NEEDS = "import.needs", "An import is finished and rows need somebody"
    IMPORT_STOPPED = "import.stopped", "An import was paused by itself or cancelled"
    GATE_CLOSED = "gate.closed", "A closed gate holds an import back"
    ENDPOINT_STOPPED = "endpoint.stopped", "A webhook endpoint stopped"
    WORK_ASSIGNED = "work.assigned", "A colleague gives you a task"
    WORK_NOTED = "work.noted", "A colleague names you in a note"
    LINK_SENT = "link.sent", "An applicant sent what your link asked for"
    LINK_EXPIRED = "link.expired", "A link you made for an applicant expired"
    BATCH_ENDED = "batch.ended", "A batch of share tokens is finished, waits or stopped"
    EXPORT_TAKEN = "export.taken", "A file of applicants you brought is taken in"
    PARTNER_NEEDS = "partner.needs", "An agreement or a partner token runs out"

    @property
    def rights(self) -> tuple[Right, ...]:
        """One of these is needed to be told at all."""
        return _RIGHTS[self]


_RIGHTS = {
    Occasion.IMPORT_DONE: (Right.VIEW_IMPORTS,),
    Occasion.IMPORT_NEEDS: (Right.VIEW_IMPORTS,),
    Occasion.IMPORT_STOPPED: (Right.VIEW_IMPORTS,),
    Occasion.GATE_CLOSED: (Right.VIEW_IMPORTS,),
    Occasion.ENDPOINT_STOPPED: (Right.MANAGE_CONNECTION,),
    Occasion.WORK_ASSIGNED: _WORKING,
    Occasion.WORK_NOTED: _WORKING,
    Occasion.LINK_SENT: (Right.VIEW_CUSTOMERS,),
    Occasion.LINK_EXPIRED: (Right.VIEW_CUSTOMERS,),
    Occasion.BATCH_ENDED: (Right.MINT_SHARE_TOKENS,),
    Occasion.EXPORT_TAKEN: (Right.VIEW_APPLICANTS,),
    Occasion.PARTNER_NEEDS: (Right.MANAGE_PARTNERS,),
}
