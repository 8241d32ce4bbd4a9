"""Rows that belong to one entity."""

from __future__ import annotations

from typing import Any, Self, TypeVar

from django.db import models

_M = TypeVar("_M", bound=models.Model)


class EntityScopedQuerySet(models.QuerySet[_M]):
    """Which rows exist for who is asking: those of the one entity of the session, or all for the ministry's team."""

    def visible_to(self, user: Any) -> Self:
        """`user` is a ministry account, or the siops.acting.Acting of the session."""
        if getattr(user, "is_staff", False):
            return self
        return self.filter(entity=getattr(user, "entity_id", None))
