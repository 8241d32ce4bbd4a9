"""Situação de entrega (SM-5): where the delivery of a bimestre stands, derived from facts at each use, never stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from common.legal_time import BRASILIA
from common.ui import Tone


class Standing(StrEnum):
    """The state of one entity in one bimestre."""

    NO_INFORMATION = "SEM_INFORMACAO"
    NOT_BEGUN = "NAO_INICIADA"
    BEING_FILLED = "EM_PREENCHIMENTO"
    WAITING = "TRANSMITIDA_AGUARDANDO_HOMOLOGACAO"
    IN_TIME = "HOMOLOGADA_NO_PRAZO"
    LATE = "HOMOLOGADA_EM_ATRASO"
    BEING_RECTIFIED = "EM_RETIFICACAO"
    NOT_HOMOLOGATED = "NAO_HOMOLOGADA"


class Group(StrEnum):
    """How the public counts and narrows them: the value is what stands in an address."""

    IN_TIME = "no-prazo"
    LATE = "em-atraso"
    WAITING = "transmitidos"
    SILENT = "nao-transmitidos"
    NO_INFORMATION = "sem-informacao"


# Group → words above the list, tone and icon: never the colour alone.
SHOWN = {
    Group.IN_TIME: ("Homologados no prazo", Tone.SUCCESS, "circle-check"),
    Group.LATE: ("Homologados em atraso", Tone.WARNING, "clock"),
    Group.WAITING: ("Transmitidos, não homologados", Tone.INFO, "hourglass-half"),
    Group.SILENT: ("Não transmitidos", Tone.DANGER, "circle-xmark"),
    Group.NO_INFORMATION: ("Sem informação", Tone.NEUTRAL, "circle-minus"),
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is on record of one entity and one bimestre; nothing at all is silence (SILENCE).

    `is_being_filled` is a version that was not sent, or was sent back; `transmitted_at` that of the one that waits.
    `homologated_at` is of the version in force, and `first_homologated_at` of the one by which the term was met.
    """

    is_being_filled: bool = False
    transmitted_at: datetime | None = None
    homologated_at: datetime | None = None
    first_homologated_at: datetime | None = None
    is_rectified: bool = False
    is_told: bool = True


SILENCE = Facts()
# Of an outside source that did not answer, or that the simulator has not: never shown as late.
UNTOLD = Facts(is_told=False)


def standing_of(facts: Facts, *, closes_at: datetime, at: datetime) -> Standing:
    """A rectification does not unpublish: the version in force stays, and the term was met by the first one."""
    if not facts.is_told:
        return Standing.NO_INFORMATION
    if facts.homologated_at:
        if facts.is_being_filled or facts.transmitted_at:
            return Standing.BEING_RECTIFIED
        return Standing.IN_TIME if was_in_time(facts, closes_at) else Standing.LATE
    if at >= closes_at:
        return Standing.NOT_HOMOLOGATED
    if facts.transmitted_at:
        return Standing.WAITING
    return Standing.BEING_FILLED if facts.is_being_filled else Standing.NOT_BEGUN


def was_in_time(facts: Facts, closes_at: datetime) -> bool:
    """Transmitted and homologated within the term (prazo)."""
    return facts.first_homologated_at is not None and facts.first_homologated_at < closes_at


def group_of(facts: Facts, closes_at: datetime) -> Group:
    if not facts.is_told:
        return Group.NO_INFORMATION
    if facts.homologated_at:
        return Group.IN_TIME if was_in_time(facts, closes_at) else Group.LATE
    return Group.WAITING if facts.transmitted_at else Group.SILENT


def label_of(facts: Facts) -> str:
    """The public words; what is being filled or rectified is nobody's business yet."""
    if not facts.is_told:
        return "Sem informação"
    if facts.homologated_at:
        day = f"{facts.homologated_at.astimezone(BRASILIA):%d/%m/%Y}"
        return f"Homologado (retificado em {day})" if facts.is_rectified else f"Homologado em {day}"
    return "Transmitido, não homologado" if facts.transmitted_at else "Não transmitido"


def term_of(facts: Facts, *, closes_at: datetime, at: datetime) -> str:
    """How it stands to the term, in words; nothing while there is time."""
    if not facts.is_told:
        return ""
    if facts.homologated_at:
        return "no prazo" if was_in_time(facts, closes_at) else "em atraso"
    return "prazo vencido" if at >= closes_at else ""
