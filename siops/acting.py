"""In which role, for which entity, somebody acts in the SIOPS at one instant. The session is bound to one entity."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

import rules

from accounts.models import User
from siops.models import HealthManager, Technician
from territory.models import Entity


@dataclass(frozen=True)
class Acting:
    """Who acts. Every question is answered from the database as it is now, never from the session.

    `role` is a HealthManager.Role or TECHNICIAN; `at` is the instant of the request.
    """

    user: User
    entity: Entity
    role: str
    at: datetime

    TECHNICIAN: ClassVar[str] = "technician"
    is_staff: ClassVar[bool] = False

    @property
    def entity_id(self) -> int:
        return self.entity.pk

    @property
    def record(self) -> HealthManager | Technician | None:
        """The record that gives the role at `at`, read anew each time; None once it was lost."""
        if self.role == self.TECHNICIAN:
            # Registered again, the person first sets a new password: an older session does not live on.
            entered = Technician.objects.filter(status=Technician.Status.ACTIVE)
            return entered.filter(entity=self.entity, person__user=self.user).first()
        held = HealthManager.objects.in_office_at(self.at).filter(role=self.role)
        return held.filter(entity=self.entity, person__user=self.user).first()

    @property
    def holds_role(self) -> bool:
        return self.record is not None and self.user.is_active

    @property
    def by_substitution(self) -> bool:
        """Whether what is done is shown "por substituição"."""
        return self.role in HealthManager.SUBSTITUTES

    @property
    def role_label(self) -> str:
        if self.role == self.TECHNICIAN:
            return "Responsável pelo envio de dados"
        return HealthManager.Role(self.role).label

    def has_perm(self, permission: str, target: Any = None) -> bool:
        """The rules of siops/rules.py, asked of this acting; a lost role holds nothing."""
        return self.holds_role and bool(rules.has_perm(permission, self, target))


def account_of(by: Acting | User) -> User:
    """The account behind whoever acts: somebody of the entity, or the ministry's team."""
    return by.user if isinstance(by, Acting) else by


def acts_by_substitution(by: Acting | User) -> bool:
    """Whether the act is one of a substitute; the ministry's team has none."""
    return isinstance(by, Acting) and by.by_substitution


def acted_as(by: Acting | User) -> dict[str, Any]:
    """What the audit trail keeps of the capacity in which somebody acted."""
    if isinstance(by, Acting):
        return {"role": by.role, "by_substitution": by.by_substitution}
    return {"role": "ministry"}
