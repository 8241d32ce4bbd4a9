"""The permissions of the declaration. Who holds each is said in declarations/rules.py."""

from enum import StrEnum


class Permission(StrEnum):
    VIEW_DECLARATION = "declarations.view_declaration"
    FILL_DECLARATION = "declarations.fill_declaration"
    HOMOLOGATE = "declarations.homologate"
    RECTIFY = "declarations.rectify"
    READ_CALENDAR = "declarations.read_calendar"
    CHANGE_CALENDAR = "declarations.change_calendar"
    ISSUE_TOKEN = "declarations.issue_token"  # noqa: S105 -- the name of a permission
