"""The permission over the receipts log; the accounts, which stand above, say who holds it."""

from enum import StrEnum


class Permission(StrEnum):
    EXPORT_LOG = "documents.export_log"
