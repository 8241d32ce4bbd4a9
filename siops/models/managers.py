"""Who answers for the entity (gestores): head of the executive, secretary, substitutes; and who watches over it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import connections, models
from django.db.models import Q
from django_fsm import ConcurrentTransitionMixin, FSMField, transition

from common.actor import Actor
from common.legal_time import BRASILIA
from registry.models import Person
from siops.models.elections import ElectionLoad
from siops.models.scoped import EntityScopedQuerySet
from territory.models import Entity

# The places that write a status set-based, for an election that changes thousands of entities at once. Like the
# machine, the first makes `substitute` and the second `doubt`, from the states that these leave.
OVERTAKE_HEADS = """
UPDATE siops_healthmanager SET status = 'substituted', closed_at = %(at)s
WHERE role = 'head' AND status IN ('active', 'to_confirm') AND entity_id = ANY(%(entities)s) RETURNING id
"""
DOUBT_APPOINTEES = """
UPDATE siops_healthmanager SET status = 'to_confirm'
WHERE role = ANY(%(roles)s) AND status = 'active' AND entity_id = ANY(%(entities)s) RETURNING id
"""


class HealthManagerQuerySet(EntityScopedQuerySet["HealthManager"]):
    def in_office_at(self, at: datetime) -> HealthManagerQuerySet:
        """Records whose holder may act at `at`: active, begun, and not past the last day (inclusive)."""
        return self.in_office_on(at.astimezone(BRASILIA).date())

    def in_office_on(self, today: date) -> HealthManagerQuerySet:
        """The same of a whole day of Brasília."""
        return self.filter(
            Q(ends_on=None) | Q(ends_on__gte=today), status=HealthManager.Status.ACTIVE, starts_on__lte=today
        )

    def current(self) -> HealthManagerQuerySet:
        """The present records, in office or waiting for confirmation; never history."""
        return self.filter(status__in=HealthManager.CURRENT)

    def overtake_heads(self, entity_ids: Collection[int], *, at: datetime) -> list[HealthManager]:
        """Make the transition `substitute` on the heads of these entities; call with the entities locked."""
        return self._written(OVERTAKE_HEADS, {"at": at, "entities": list(entity_ids)})

    def doubt_appointees(self, entity_ids: Collection[int]) -> list[HealthManager]:
        """Make the transition `doubt` on whoever the heads of these entities registered."""
        roles = [role.value for role in HealthManager.APPOINTED]
        return self._written(DOUBT_APPOINTEES, {"roles": roles, "entities": list(entity_ids)})

    def _written(self, sql: str, values: dict[str, Any]) -> list[HealthManager]:
        with connections[self.db].cursor() as cursor:
            cursor.execute(sql, values)
            written = [row[0] for row in cursor.fetchall()]
        related = ("person__user", "entity__municipality__uf", "entity__uf")
        return list(self.filter(pk__in=written).select_related(*related).order_by("pk"))


class HealthManager(ConcurrentTransitionMixin, models.Model):
    """One record of a gestor (SM-2). A new record overwrites the former, which stays as history."""

    class Role(models.TextChoices):
        HEAD = "head", "Chefe do Poder Executivo"
        HEAD_SUBSTITUTE = "head_substitute", "Substituto do Chefe do Poder Executivo"
        SECRETARY = "secretary", "Secretário de Saúde"
        SECRETARY_SUBSTITUTE = "secretary_substitute", "Substituto do Secretário de Saúde"
        COUNCIL = "council", "Membro do Conselho de Saúde"
        # Of the state's entity; what it watches over are the municípios of that state as well.
        COURT = "court", "Controle Externo (Tribunal de Contas)"

    class Status(models.TextChoices):
        ACTIVE = "active", "ATIVO"
        TO_CONFIRM = "to_confirm", "A CONFIRMAR"
        SUBSTITUTED = "substituted", "SUBSTITUÍDO"
        ENDED = "ended", "ENCERRADO"

    CURRENT = (Status.ACTIVE, Status.TO_CONFIRM)
    # Who homologates: the health secretary or the substitute.
    SECRETARIAT = (Role.SECRETARY, Role.SECRETARY_SUBSTITUTE)
    ANSWERING = (Role.HEAD, Role.HEAD_SUBSTITUTE, *SECRETARIAT)
    # Who watches, of whom an entity has as many as it has members.
    WATCHING = (Role.COUNCIL, Role.COURT)
    BY_CERTIFICATE = (*ANSWERING, Role.COURT)
    SUBSTITUTES = (Role.HEAD_SUBSTITUTE, Role.SECRETARY_SUBSTITUTE)
    # Registered by the head of the executive.
    APPOINTED = (Role.HEAD_SUBSTITUTE, *SECRETARIAT)

    entity = models.ForeignKey(Entity, models.PROTECT, verbose_name="ente", related_name="health_managers")
    role = models.CharField("papel", max_length=24, choices=Role.choices)
    person = models.ForeignKey(Person, models.PROTECT, verbose_name="pessoa", related_name="health_manager_records")
    status = FSMField("situação", max_length=16, choices=Status.choices, default=Status.ACTIVE, protected=True)
    email = models.EmailField("e-mail institucional")
    phone = models.CharField("telefone", max_length=11, blank=True)
    position = models.CharField("cargo", max_length=120)
    act_number = models.CharField("número do ato", max_length=40, blank=True)
    act_date = models.DateField("data do ato", null=True, blank=True)
    starts_on = models.DateField("início")
    ends_on = models.DateField("fim", null=True, blank=True, help_text="Último dia de vigência, inclusive.")
    registered_at = models.DateTimeField("cadastrado em")
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="cadastrado por", null=True, blank=True, related_name="+"
    )
    registered_by_substitution = models.BooleanField("por substituição", default=False)
    election_load = models.ForeignKey(
        ElectionLoad, models.PROTECT, verbose_name="carga da eleição", null=True, blank=True, related_name="heads"
    )
    closed_at = models.DateTimeField("encerrado em", null=True, blank=True)

    objects = HealthManagerQuerySet.as_manager()

    class Meta:
        verbose_name = "gestor"
        verbose_name_plural = "gestores"
        ordering = ["entity", "role", "-registered_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["entity", "role"],
                condition=Q(status__in=["active", "to_confirm"]) & ~Q(role__in=["council", "court"]),
                name="health_manager_one_current_per_role",
            ),
            models.UniqueConstraint(
                fields=["entity", "role", "person"],
                condition=Q(status__in=["active", "to_confirm"], role__in=["council", "court"]),
                name="health_manager_watching_once",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["active", "to_confirm"], closed_at__isnull=True)
                | Q(status__in=["substituted", "ended"], closed_at__isnull=False),
                name="health_manager_closed_has_instant",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="health_manager_dates_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(role__in=["head_substitute", "secretary_substitute"]) | Q(ends_on__isnull=False),
                name="health_manager_substitute_has_last_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} · {self.person}"

    def is_in_office_at(self, at: datetime) -> bool:
        """Whether the holder may act at `at`; the first and the last day count whole, in Brasília."""
        today = at.astimezone(BRASILIA).date()
        ended = self.ends_on is not None and today > self.ends_on
        return self.status == self.Status.ACTIVE and self.starts_on <= today and not ended

    @transition(status, source=[Status.ACTIVE, Status.TO_CONFIRM], target=Status.SUBSTITUTED)
    def substitute(self, *, at: datetime) -> None:
        """A newer record of the same role overwrites this one."""
        self.closed_at = at

    @transition(status, source=[Status.ACTIVE, Status.TO_CONFIRM], target=Status.ENDED)
    def end(self, *, at: datetime) -> None:
        """Closed without a successor."""
        self.closed_at = at

    @transition(status, source=Status.ACTIVE, target=Status.TO_CONFIRM)
    def doubt(self) -> None:
        """The head changed: whoever the former head registered waits for the new one's word."""

    @transition(status, source=Status.TO_CONFIRM, target=Status.ACTIVE)
    def confirm(self, *, by: Actor) -> None:
        """The new head keeps this person."""
        self.registered_by_id, self.registered_by_substitution = by.account_id, by.by_substitution

    def change_term(self, *, starts_on: date, ends_on: date | None) -> None:
        """Other dates of validity (vigência)."""
        self.starts_on, self.ends_on = starts_on, ends_on
