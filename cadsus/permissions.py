"""The permissions of the CADSUS and of the SISRede. Who holds each is said in cadsus/rules.py."""

from enum import StrEnum


class Permission(StrEnum):
    # Each person of their own requests (SGOP).
    REGISTER_OPERATOR = "cadsus.register_operator"
    ASK_ACCESS = "cadsus.ask_access"
    # Who answers for the establishment.
    DECIDE_REQUEST = "cadsus.decide_request"
    KEEP_LINKS = "cadsus.keep_links"
    CONSULT_REGISTRY = "cadsus.consult_registry"
    WRITE_REGISTRY = "cadsus.write_registry"
    ENTER_SISREDE = "cadsus.enter_sisrede"
