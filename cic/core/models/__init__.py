"""What does every room build on? Base records, the audit chain, files, work to do, and keys."""

from .attachments import Attachment
from .audit import AuditCheck, AuditEntry, AuditHead, StageChange
from .background import Job, Receipt
from .bin import KeptFile
from .exports import Export, ExportFormat
from .idempotency import IdempotencyKey
from .notifications import Notification, NotificationPreference
from .records import Publishable, Record, Referenced, Searchable, Sequence, order_indexes
from .tokens import ApiToken, CalendarKey
from .translations import Said, Translatable, Written
from .webhooks import Delivery, Webhook

__all__ = [
    "ApiToken",
    "Attachment",
    "AuditCheck",
    "AuditEntry",
    "AuditHead",
    "CalendarKey",
    "Delivery",
    "Export",
    "ExportFormat",
    "IdempotencyKey",
    "Job",
    "KeptFile",
    "Notification",
    "NotificationPreference",
    "Publishable",
    "Receipt",
    "Record",
    "Referenced",
    "Said",
    "Searchable",
    "Sequence",
    "StageChange",
    "Translatable",
    "Webhook",
    "Written",
    "order_indexes",
]
