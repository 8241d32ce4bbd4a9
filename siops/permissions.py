"""The permissions of the SIOPS. Who holds each is said in siops/rules.py, in a predicate and in words."""

from enum import StrEnum


class Permission(StrEnum):
    VIEW_MANAGERS = "siops.view_managers"
    REGISTER_HEAD = "siops.register_head"
    REGISTER_SECRETARY = "siops.register_secretary"
    REGISTER_HEAD_SUBSTITUTE = "siops.register_head_substitute"
    CONFIRM_MANAGER = "siops.confirm_manager"
    REGISTER_TECHNICIAN = "siops.register_technician"
    REGISTER_COUNCIL = "siops.register_council"
    SEND_DATA = "siops.send_data"
    SEND_LETTER = "siops.send_letter"
    UPDATE_FUND_RECORD = "siops.update_fund_record"
    VIEW_FUND_RECORD = "siops.view_fund_record"
    OPEN_TICKET = "siops.open_ticket"
    VIEW_TICKET = "siops.view_ticket"
    ATTACH = "siops.attach"
    VIEW_ATTACHMENT = "siops.view_attachment"
    # The desks of the ministry and of the certifiers: to read one is not to act at it.
    READ_LETTERS = "siops.read_letters"
    REVIEW_LETTER = "siops.review_letter"
    READ_ELECTIONS = "siops.read_elections"
    LOAD_ELECTION = "siops.load_election"
    READ_FUND_RECORDS = "siops.read_fund_records"
    CHECK_FUND_RECORD = "siops.check_fund_record"
    READ_TICKETS = "siops.read_tickets"
    ANSWER_TICKET = "siops.answer_ticket"
    RELEASE_RULE = "siops.release_rule"
    READ_COUNTER = "siops.read_counter"
    ISSUE_CERTIFICATE = "siops.issue_certificate"
