"""Rows that belong to one entity."""

from __future__ import annotations

from typing import Self, TypeVar

from django.db import models

from common.actor import Actor

_M = TypeVar("_M", bound=models.Model)
# Kinds of office in the SIOPS; siops.offices finds out who holds them.
MANAGER, TECHNICIAN, CERTIFIER = "siops_manager", "technician", "certifier"
# Who watches over the entities: the Conselho de Saúde over its own, the Tribunal de Contas over those of its state.
COUNCIL, COURT = "health_council", "audit_court"


class EntityScopedQuerySet(models.QuerySet[_M]):
    """Which rows exist for who is asking: those of the one entity of the session, or all for the ministry's team."""

    def visible_to(self, actor: Actor) -> Self:
        return actor.seen(self, "siops")
