"""The permissions of the desk; who holds each is said in desk/rules.py. Those of a queue are of the app that has it."""

from enum import StrEnum


class Permission(StrEnum):
    OPEN_DESK = "desk.open_desk"
    READ_TRAIL = "desk.read_trail"
