"""People, the trail of what they did, what they are told, and programs that act in their stead."""

from accounts.models.calls import KeptCall
from accounts.models.clients import ApiClient, ApiClientQuerySet, ApiKey
from accounts.models.notice_choices import NoticeChoice
from accounts.models.people import (
    AuditEvent,
    AuditEventQuerySet,
    Notice,
    NoticeKind,
    NoticeMail,
    NoticeQuerySet,
    User,
    UserManager,
    as_utc_text,
)
from accounts.models.saved_filters import SavedFilter

__all__ = [
    "ApiClient",
    "ApiClientQuerySet",
    "ApiKey",
    "AuditEvent",
    "AuditEventQuerySet",
    "KeptCall",
    "Notice",
    "NoticeChoice",
    "NoticeKind",
    "NoticeMail",
    "NoticeQuerySet",
    "SavedFilter",
    "User",
    "UserManager",
    "as_utc_text",
]
