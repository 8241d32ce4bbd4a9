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
    # In the SISRede, by module and unit.
    SEARCH_CITIZENS = "cadsus.search_citizens"
    REGISTER_CITIZEN = "cadsus.register_citizen"
    SYNCHRONIZE = "cadsus.synchronize"
    JUSTIFY = "cadsus.justify"
    OPEN_ATTENDANCE = "cadsus.open_attendance"
    LINK_HOUSEHOLD = "cadsus.link_household"
    READ_REPORT = "cadsus.read_report"
    PAUSE_LOOKUP = "cadsus.pause_lookup"
    # A system that shows a token.
    QUERY_BY_WIRE = "cadsus.query_by_wire"
