"""Reference data: federative units, municipalities, the entities that answer for them, and health establishments."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q

from common import documents
from common.actor import Actor
from common.folding import folded_column


class Uf(models.Model):
    """A federative unit (unidade da Federação), by its two-digit IBGE code."""

    ibge = models.CharField("código IBGE", max_length=2, primary_key=True)
    acronym = models.CharField("sigla", max_length=2, unique=True)
    name = models.CharField("nome", max_length=40)
    time_zone = models.CharField("fuso horário", max_length=40)

    class Meta:
        verbose_name = "unidade da Federação"
        verbose_name_plural = "unidades da Federação"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.acronym


class Municipality(models.Model):
    """A municipality (município), by its seven-digit IBGE code, with the time zone of Lei 12.876/2013."""

    ibge = models.CharField("código IBGE", max_length=7, primary_key=True)
    name = models.CharField("nome", max_length=80)
    search_name = models.CharField("nome para busca", max_length=80, db_index=True)
    uf = models.ForeignKey(Uf, models.PROTECT, verbose_name="UF", related_name="municipalities")
    time_zone = models.CharField("fuso horário", max_length=40)

    class Meta:
        verbose_name = "município"
        verbose_name_plural = "municípios"
        ordering = ["search_name"]

    def __str__(self) -> str:
        return f"{self.name}/{self.uf.acronym}"


class Entity(models.Model):
    """A federated entity in the simulator (ente): the municipality, state or Federal District somebody acts for."""

    class Kind(models.TextChoices):
        MUNICIPALITY = "municipality", "Município"
        STATE = "state", "Estado"
        FEDERAL_DISTRICT = "federal_district", "Distrito Federal"

    kind = models.CharField("tipo", max_length=20, choices=Kind.choices)
    uf = models.ForeignKey(Uf, models.PROTECT, verbose_name="UF", related_name="entities")
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, verbose_name="município", null=True, blank=True, related_name="entities"
    )

    class Meta:
        verbose_name = "ente"
        verbose_name_plural = "entes"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="municipality", municipality__isnull=False)
                | Q(kind__in=["state", "federal_district"], municipality__isnull=True),
                name="entity_municipality_matches_kind",
            ),
            models.UniqueConstraint(
                fields=["municipality"], condition=Q(municipality__isnull=False), name="entity_one_per_municipality"
            ),
            models.UniqueConstraint(fields=["uf"], condition=Q(municipality__isnull=True), name="entity_one_per_state"),
        ]

    def __str__(self) -> str:
        return str(self.municipality) if self.municipality else self.uf.name

    @property
    def entity_id(self) -> int:
        """An entity is its own: what is asked about a row of it is asked about it in the same words."""
        return self.pk

    @property
    def ibge(self) -> str:
        """IBGE code: seven digits of the municipality or two of the UF."""
        return self.municipality_id or self.uf_id

    @property
    def time_zone(self) -> ZoneInfo:
        """Local zone, for display only; the legal clock is Brasília."""
        return ZoneInfo(self.municipality.time_zone if self.municipality else self.uf.time_zone)


class EstablishmentQuerySet(models.QuerySet["Establishment"]):
    def visible_to(self, actor: Actor) -> EstablishmentQuerySet:
        """Establishments of the entities the actor acts for; the team sees all."""
        return actor.seen(self, "territory")

    def open(self) -> EstablishmentQuerySet:
        """Establishments active in the SCNES."""
        return self.filter(is_active=True)


class Establishment(models.Model):
    """A health establishment (estabelecimento de saúde) of the synthetic SCNES, by its CNES code."""

    cnes = models.CharField("CNES", max_length=7, primary_key=True, validators=[documents.validate_cnes])
    cnpj = models.CharField("CNPJ", max_length=14, validators=[documents.validate_cnpj])
    name = models.CharField("nome fantasia", max_length=120)
    search_name = folded_column("name", max_length=120)
    unit_type = models.CharField("tipo de unidade", max_length=80)
    search_type = folded_column("unit_type", max_length=80)
    entity = models.ForeignKey(Entity, models.PROTECT, verbose_name="ente", related_name="establishments")
    municipality = models.ForeignKey(Municipality, models.PROTECT, verbose_name="município", related_name="+")
    postal_code = models.CharField("CEP", max_length=8)
    district = models.CharField("bairro", max_length=80)
    street = models.CharField("endereço", max_length=160)
    is_active = models.BooleanField("ativo no SCNES", default=True)

    objects = EstablishmentQuerySet.as_manager()

    class Meta:
        verbose_name = "estabelecimento"
        verbose_name_plural = "estabelecimentos"
        ordering = ["name", "cnes"]
        indexes = [models.Index(fields=["entity", "name"], name="establishment_entity")]

    def __str__(self) -> str:
        return f"{self.cnes} – {self.name}"
