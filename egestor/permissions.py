"""The permissions of the e-Gestor over codes, tokens and chamados; who holds each is said in egestor/rules.py."""

from enum import StrEnum


class Permission(StrEnum):
    GENERATE_TOKEN = "egestor.generate_token"  # noqa: S105 -- a permission
    CANCEL_TOKEN = "egestor.cancel_token"  # noqa: S105 -- a permission
    REDEEM_TOKEN = "egestor.redeem_token"  # noqa: S105 -- a permission
    GENERATE_INSTALLATION_CODE = "egestor.generate_installation_code"
    CANCEL_INSTALLATION_CODE = "egestor.cancel_installation_code"
    GENERATE_COUNTER_KEY = "egestor.generate_counter_key"
    OPEN_TICKET = "egestor.open_ticket"
    VIEW_TICKET = "egestor.view_ticket"
    READ_TICKETS = "egestor.read_tickets"
    ANSWER_TICKET = "egestor.answer_ticket"
