"""The permissions of the Gerencia APS; who holds each is said in gerencia/rules.py."""

from enum import StrEnum


class Permission(StrEnum):
    ENROL = "gerencia.enrol"
    READ_ENROLMENT = "gerencia.read_enrolment"
    READ_DESK = "gerencia.read_desk"
    WRITE_NOTE = "gerencia.write_note"
    SIGN_NOTE = "gerencia.sign_note"
    READ_NOTE = "gerencia.read_note"
    REVIEW_LETTER = "gerencia.review_letter"
