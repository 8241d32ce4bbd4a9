"""The users of the SISRede (SisredeUsuario) and how far each is synchronized with the CADSUS (spec 6.2)."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django_fsm import ConcurrentTransitionMixin, FSMField, transition

from cadsus.comparison import Identity
from cadsus.models.modules import OFFICE, Module
from cadsus.models.territory import MicroArea
from common import documents
from common.actor import Actor
from common.folding import folded_column
from registry.models import Person
from registry.models.people import NAME
from registry.models.tables import CnsKind, Sex
from territory.models import Establishment, Municipality

CHART_DIGITS = 7


class CitizenQuerySet(models.QuerySet["Citizen"]):
    def visible_to(self, actor: Actor) -> CitizenQuerySet:
        """Those of the municipality in which somebody has a function: who lives elsewhere is attended as well."""
        entities = {office.entity_id for office in actor.offices if office.kind == OFFICE}
        return self.filter(establishment__entity__in=entities)

    def of_unit(self, cnes: str) -> CitizenQuerySet:
        return self.filter(establishment=cnes)

    def newborns(self) -> CitizenQuerySet:
        """Opened as «RN DE …» and still to complete: without registration, or without CPF."""
        return self.filter(mother_citizen__isnull=False).filter(Q(cns="") | Q(cpf=""))


class Citizen(ConcurrentTransitionMixin, models.Model):
    """A person as the SISRede has them: the seven fields of its own, an address that is never copied, a status.

    «Em conferência» is no status of its own: it is an open consultation, which ends by itself.
    """

    class Kind(models.TextChoices):
        NOT_LINKED = "not_linked", "Não vinculado ao domicílio"
        LINKED = "linked", "Vinculado ao domicílio"
        NEWBORN = "newborn", "RN sem registro"

    class Status(models.TextChoices):
        NOT_SYNCHRONIZED = "not_synchronized", "NÃO SINCRONIZADO"
        SYNCHRONIZED = "synchronized", "SINCRONIZADO"
        PENDING_REVENUE = "pending_revenue", "PENDENTE: RECEITA"
        PENDING_DOWN = "pending_down", "PENDENTE: CADSUS INDISPONÍVEL"
        PENDING_NO_CNS = "pending_no_cns", "PENDENTE: SEM CNS"
        PENDING_UNIFICATION = "pending_unification", "PENDENTE: UNIFICAÇÃO"
        PENDING_CPF = "pending_cpf", "PENDENTE: CPF"
        JUSTIFIED = "justified", "JUSTIFICADO"
        STALE = "stale", "DESATUALIZADO"

    PENDING = (
        Status.PENDING_REVENUE,
        Status.PENDING_DOWN,
        Status.PENDING_NO_CNS,
        Status.PENDING_UNIFICATION,
        Status.PENDING_CPF,
    )
    # Where the data of the CADSUS are: with them the attendance opens.
    IN_ORDER = (Status.SYNCHRONIZED, Status.STALE)
    # A CADSUS that does not answer takes nothing from these.
    WITHOUT_DATA = (Status.NOT_SYNCHRONIZED, *PENDING, Status.JUSTIFIED)

    name = models.CharField("nome", max_length=NAME)
    search_name = folded_column("name", max_length=NAME)
    mother = models.CharField("nome da mãe", max_length=NAME, blank=True)
    birth_date = models.DateField("data de nascimento", null=True, blank=True)
    sex = models.CharField("sexo", max_length=1, choices=Sex.choices, blank=True)
    birth_city = models.ForeignKey(
        Municipality, models.PROTECT, verbose_name="município de nascimento", null=True, blank=True, related_name="+"
    )
    cpf = models.CharField("CPF", max_length=11, blank=True, db_index=True)
    cns = models.CharField("CNS", max_length=15, blank=True, db_index=True)
    cns_kind = models.CharField("tipo do CNS", max_length=1, choices=CnsKind.choices, blank=True)

    street = models.CharField("logradouro", max_length=120, blank=True)
    number = models.CharField("número", max_length=7, blank=True)
    complement = models.CharField("complemento", max_length=50, blank=True)
    district = models.CharField("bairro", max_length=80, blank=True)
    postal_code = models.CharField("CEP", max_length=8, blank=True)

    kind = models.CharField("tipo de cadastro", max_length=10, choices=Kind.choices, default=Kind.NOT_LINKED)
    establishment = models.ForeignKey(
        Establishment, models.PROTECT, verbose_name="estabelecimento", related_name="citizens"
    )
    microarea = models.ForeignKey(
        MicroArea, models.PROTECT, verbose_name="microárea", null=True, blank=True, related_name="citizens"
    )
    lives_outside = models.BooleanField("não é morador na AA", default=False)
    mother_citizen = models.ForeignKey(
        "self", models.PROTECT, verbose_name="prontuário da mãe", null=True, blank=True, related_name="newborns"
    )
    twin = models.PositiveSmallIntegerField("ordem entre gêmeos", default=0)

    status = FSMField(
        "situação", max_length=20, choices=Status.choices, default=Status.NOT_SYNCHRONIZED, protected=True
    )
    # The last answer that was no synchronization, by its code; what the report shows as the reason.
    finding = models.CharField("motivo", max_length=3, blank=True)
    finding_text = models.CharField("motivo por extenso", max_length=300, blank=True)
    found_at = models.DateTimeField("verificado em", null=True, blank=True)
    found_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="verificado por", null=True, blank=True, related_name="+"
    )
    person = models.ForeignKey(
        Person, models.PROTECT, verbose_name="pessoa no CADSUS", null=True, blank=True, related_name="citizens"
    )
    digest = models.CharField("resumo dos dados do CADSUS", max_length=64, blank=True)
    synchronized_at = models.DateTimeField("sincronizado em", null=True, blank=True)
    synchronized_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="sincronizado por",
        null=True,
        blank=True,
        related_name="+",
    )
    synchronized_in = models.CharField("módulo", max_length=12, choices=Module.choices, blank=True)

    objects = CitizenQuerySet.as_manager()

    class Meta:
        verbose_name = "usuário do SISRede"
        verbose_name_plural = "usuários do SISRede"
        ordering = ["name", "pk"]
        indexes = [
            models.Index(fields=["search_name", "birth_date"], name="citizen_name_birth"),
            models.Index(fields=["establishment", "microarea", "status"], name="citizen_report"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(person__isnull=False), name="citizen_one_of_a_person"
            ),
            models.UniqueConstraint(
                fields=["mother_citizen", "birth_date", "twin"],
                condition=Q(mother_citizen__isnull=False),
                name="citizen_newborn_once",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="citizen_has_name"),
            models.CheckConstraint(
                condition=(Q(cpf="") | Q(cpf__regex=r"^[0-9]{11}$"))
                & (Q(cns="", cns_kind="") | Q(cns__regex=r"^[0-9]{15}$", cns_kind__in=CnsKind.values)),
                name="citizen_numbers_are_whole",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["synchronized", "stale"])
                | Q(cns_kind=CnsKind.DEFINITIVE, person__isnull=False, synchronized_at__isnull=False)
                & Q(synchronized_by__isnull=False)
                & ~Q(digest="")
                & ~Q(synchronized_in=""),
                name="citizen_synchronized_has_facts",
            ),
            models.CheckConstraint(
                condition=~Q(status__startswith="pending") | ~Q(finding="") & Q(found_at__isnull=False),
                name="citizen_pending_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(status="justified") | Q(finding__startswith="J"), name="citizen_justified_has_code"
            ),
            models.CheckConstraint(
                condition=~Q(kind="newborn") | Q(mother_citizen__isnull=False, birth_date__isnull=False),
                name="citizen_newborn_has_mother",
            ),
            models.CheckConstraint(
                condition=Q(lives_outside=False) | ~Q(kind="linked"), name="citizen_outside_has_no_household"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def chart(self) -> str:
        """Prontuário."""
        return f"{self.pk:0{CHART_DIGITS}d}"

    @property
    def entity_id(self) -> int:
        """The municipality of the unit."""
        return self.establishment.entity_id

    @property
    def address(self) -> str:
        """The address in a line; it is of the SISRede alone."""
        line = ", ".join(part for part in (self.street, self.number, self.complement) if part)
        return " – ".join(part for part in (line, self.district) if part)

    @property
    def masked_cns(self) -> str:
        return f"{self.cns[:3]} •••• •••• {self.cns[-4:]}" if self.cns else ""

    @property
    def masked_cpf(self) -> str:
        return documents.mask_cpf(self.cpf) if self.cpf else ""

    def identity(self) -> Identity:
        """The seven fields. A provisional number is no definitive one, so it is replaced by any."""
        return Identity(
            cns=self.cns,
            name=self.name,
            mother=self.mother,
            birth_date=self.birth_date,
            sex=self.sex,
            birth_city=self.birth_city_id or "",
            cpf=self.cpf,
        )

    def take(self, identity: Identity) -> None:
        """Assign the seven fields in memory; the address is none of them."""
        self.name, self.mother, self.sex = identity.name, identity.mother, identity.sex
        self.birth_date, self.birth_city_id = identity.birth_date, identity.birth_city or None
        self.cpf, self.cns = identity.cpf, identity.cns

    def _find(self, code: str, text: str, by: Actor, at: datetime) -> None:
        self.finding, self.finding_text = code, text
        self.found_by_id, self.found_at = by.author_id, at

    @transition(status, source=list(Status), target=Status.PENDING_NO_CNS)
    def miss_number(self, *, code: str, text: str, by: Actor, at: datetime) -> None:
        """No current record with a definitive CNS."""
        self._find(code, text, by, at)

    @transition(status, source=list(Status), target=Status.PENDING_UNIFICATION)
    def find_several_numbers(self, *, code: str, text: str, by: Actor, at: datetime) -> None:
        """Two definitive CNS or more that nobody unified."""
        self._find(code, text, by, at)

    @transition(status, source=list(Status), target=Status.PENDING_CPF)
    def miss_cpf(self, *, code: str, text: str, by: Actor, at: datetime) -> None:
        """Of age, without CPF in the CADSUS."""
        self._find(code, text, by, at)

    @transition(status, source=list(Status), target=Status.PENDING_REVENUE)
    def diverge(self, *, code: str, text: str, by: Actor, at: datetime) -> None:
        """The Receita has other data, or the CPF is not regular."""
        self._find(code, text, by, at)

    @transition(status, source=WITHOUT_DATA, target=Status.PENDING_DOWN)
    def get_no_answer(self, *, code: str, text: str, by: Actor, at: datetime) -> None:
        """The CADSUS did not answer."""
        self._find(code, text, by, at)

    @transition(status, source=list(Status), target=Status.SYNCHRONIZED)
    def synchronize(self, *, person_id: int, digest: str, module: str, by: Actor, at: datetime) -> None:
        """Confirmar sincronização."""
        self.person_id, self.digest = person_id, digest
        self.synchronized_by_id, self.synchronized_at, self.synchronized_in = by.author_id, at, module
        self.cns_kind = CnsKind.DEFINITIVE
        self.finding, self.finding_text, self.found_at, self.found_by_id = "", "", None, None

    @transition(status, source=[Status.NOT_SYNCHRONIZED, *PENDING], target=Status.JUSTIFIED)
    def justify(self, *, code: str, text: str, by: Actor, at: datetime) -> None:
        """Não sincronizar, with a reason of the list."""
        self._find(code, text, by, at)

    @transition(status, source=Status.SYNCHRONIZED, target=Status.STALE)
    def become_stale(self) -> None:
        """The CADSUS has other data than those that were copied."""
