"""The permissions of the PEC and the RNDS; who holds each is said in rnds/rules.py."""

from enum import StrEnum


class Permission(StrEnum):
    VIEW_CREDENTIALS = "rnds.view_credentials"
    REQUEST_CREDENTIAL = "rnds.request_credential"
    EDIT_REQUEST = "rnds.edit_request"
    REVIEW_REQUEST = "rnds.review_request"
    REVOKE_CREDENTIAL = "rnds.revoke_credential"
    DOWNLOAD_CREDENTIAL = "rnds.download_credential"
    SEND_MESSAGE_AGAIN = "rnds.send_message_again"
    MANAGE_SYSTEM_ACCESSES = "rnds.manage_system_accesses"
    DOWNLOAD_TERMS = "rnds.download_terms"
    VIEW_PEC = "rnds.view_pec"
    MANAGE_PEC_KEYS = "rnds.manage_pec_keys"
    ACTIVATE_PEC = "rnds.activate_pec"
    MANAGE_PEC_CERTIFICATE = "rnds.manage_pec_certificate"
    SEARCH_CITIZEN = "rnds.search_citizen"
