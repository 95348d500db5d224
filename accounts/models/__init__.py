"""People, the trail of what they did, what they are told, and programs that act in their stead."""

from accounts.models.calls import KeptCall
from accounts.models.chain_checks import ChainCheck
from accounts.models.clients import ApiClient, ApiClientQuerySet, ApiKey, KeyState
from accounts.models.notice_choices import NoticeChoice
from accounts.models.people import (
    Notice,
    NoticeKind,
    NoticeMail,
    NoticeQuerySet,
    User,
    UserManager,
)
from accounts.models.saved_filters import SavedFilter
from accounts.models.trail import AuditEvent, AuditEventQuerySet, as_utc_text

__all__ = [
    "ApiClient",
    "ApiClientQuerySet",
    "ApiKey",
    "AuditEvent",
    "AuditEventQuerySet",
    "ChainCheck",
    "KeptCall",
    "KeyState",
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
