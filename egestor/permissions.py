"""The permissions of the e-Gestor over deployment tokens; who holds each is said in egestor/rules.py."""

from enum import StrEnum


class Permission(StrEnum):
    GENERATE_TOKEN = "egestor.generate_token"  # noqa: S105 -- a permission
    CANCEL_TOKEN = "egestor.cancel_token"  # noqa: S105 -- a permission
    REDEEM_TOKEN = "egestor.redeem_token"  # noqa: S105 -- a permission
