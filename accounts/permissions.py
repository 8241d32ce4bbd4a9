"""The permissions over accounts and profiles; who holds each is said in accounts/rules.py."""

from enum import StrEnum


class Permission(StrEnum):
    ENTER_ADMIN = "accounts.enter_admin"
    READ_ADMIN = "accounts.read_admin"
    READ_PROFILES = "accounts.read_profiles"
    MANAGE_MEMBERSHIPS = "accounts.manage_memberships"
    REGISTER_AB_MANAGER = "accounts.register_ab_manager"
    GRANT_MEMBERSHIP = "accounts.grant_membership"
    REACTIVATE_MEMBERSHIP = "accounts.reactivate_membership"
    EXCLUDE_MEMBERSHIP = "accounts.exclude_membership"
    RETRY_MAIL = "accounts.retry_mail"
    CHANGE_CONTACT = "accounts.change_contact"
    READ_TEAM = "accounts.read_team"
    RESET_SECOND_FACTOR = "accounts.reset_second_factor"
