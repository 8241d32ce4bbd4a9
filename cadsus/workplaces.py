"""Where in the SISRede somebody works just now: one module of one unit."""

from __future__ import annotations

from dataclasses import dataclass

from cadsus.models.modules import Module

SLUGS = {
    "cadastro": Module.REGISTRATION,
    "recepcao": Module.RECEPTION,
    "coleta": Module.COLLECTION,
    "farmacia": Module.PHARMACY,
}


@dataclass(frozen=True)
class Workplace:
    """A module in a unit, and the municipality of the unit."""

    module: Module
    cnes: str
    entity_id: int
    name: str = ""

    @property
    def slug(self) -> str:
        """The module in an address."""
        return next(slug for slug, module in SLUGS.items() if module == self.module)

    @property
    def attends(self) -> bool:
        """Recepção, coleta and farmácia open attendances; cadastro visits homes."""
        return self.module != Module.REGISTRATION


@dataclass(frozen=True)
class UnitReport:
    """The report of a unit, as a target of the permission to read it."""

    cnes: str
    entity_id: int
