"""The permissions of deadlines and sanctions. Who holds each is said in sanctions/rules.py."""

from enum import StrEnum


class Permission(StrEnum):
    VIEW_SANCTIONS = "sanctions.view_sanctions"
    PRESENT_DEFENCE = "sanctions.present_defence"
    READ_SANCTIONS = "sanctions.read_sanctions"
