"""The permissions of the oversight; who holds each is said in oversight/rules.py."""

from enum import StrEnum


class Permission(StrEnum):
    READ = "oversight.read"
    GIVE_OPINION = "oversight.give_opinion"
    READ_ASSESSMENT = "oversight.read_assessment"
    ASSESS = "oversight.assess"
