"""What is done at the desk about a citizen: consultation, synchronization, justification, attendance.

Synchronizations and justifications are append-only: the database refuses to change or erase one.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from cadsus.decision import Step
from cadsus.models.citizens import Citizen
from cadsus.models.modules import OFFICE, Module
from common.actor import Actor
from common.legal_time import BRASILIA
from registry.models import Person
from territory.models import Establishment

LOCKED_FOR = timedelta(minutes=15)
# J03 is offered only so long after the system itself recorded that the CADSUS was down.
DOWN_IS_RECENT = timedelta(minutes=30)
STREET_LASTS = timedelta(days=180)


class AtDesk(models.Model):
    """Who did it, when, in which module of which unit."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="profissional", related_name="+")
    at = models.DateTimeField("quando")
    module = models.CharField("módulo", max_length=12, choices=Module.choices)
    establishment = models.ForeignKey(Establishment, models.PROTECT, verbose_name="estabelecimento", related_name="+")

    class Meta:
        abstract = True


class ConsultationQuerySet(models.QuerySet["Consultation"]):
    def open(self) -> ConsultationQuerySet:
        """Not closed; whether the time ran out is asked of `until`."""
        return self.filter(closed_at=None)

    def visible_to(self, actor: Actor) -> ConsultationQuerySet:
        """One's own."""
        return self.filter(account=actor.account_id)

    def of_this_visit(self, at: datetime) -> ConsultationQuerySet:
        """Not confirmed nor cancelled, and not long past their time: what may still be on the screen."""
        settled = Q(outcome__in=[Step.READY, Step.CHOOSE], closed_at__isnull=False)
        return self.exclude(settled).filter(until__gt=at - LOCKED_FOR)

    def holding_at(self, at: datetime) -> ConsultationQuerySet:
        return self.open().filter(until__gt=at)

    def down_lately(self, *, entity_id: int, at: datetime) -> ConsultationQuerySet:
        """Unavailabilities that the system recorded in the last half hour."""
        return self.filter(outcome=Step.DOWN, establishment__entity=entity_id, at__gt=at - DOWN_IS_RECENT, at__lte=at)


class Consultation(AtDesk):
    """One question to the CADSUS about a citizen (conferência). While it is open nobody else may ask (M42)."""

    citizen = models.ForeignKey(Citizen, models.PROTECT, verbose_name="usuário", related_name="consultations")
    outcome = models.CharField("resposta", max_length=20, choices=[(step.value, step.value) for step in Step])
    # The CPF or CNS of the document, when it was asked by it and not by what the SISRede has.
    asked_number = models.CharField("número consultado", max_length=15, blank=True)
    scenario = models.CharField("cenário", max_length=20, blank=True)
    reason = models.CharField("motivo do acesso restrito", max_length=200, blank=True)
    chosen = models.ForeignKey(
        Person, models.PROTECT, verbose_name="cadastro escolhido", null=True, blank=True, related_name="+"
    )
    digest = models.CharField("resumo do que foi mostrado", max_length=64, blank=True)
    until = models.DateTimeField("até")
    closed_at = models.DateTimeField("encerrada em", null=True, blank=True)

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        verbose_name = "conferência"
        verbose_name_plural = "conferências"
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["citizen"], condition=Q(closed_at=None), name="consultation_one_open"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=False) | Q(outcome__in=[Step.READY, Step.CHOOSE]),
                name="consultation_only_answers_stay_open",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=Step.READY) | ~Q(digest=""), name="consultation_shows_something"
            ),
        ]
        indexes = [models.Index(fields=["outcome", "at"], name="consultation_outcome")]

    def __str__(self) -> str:
        return f"Conferência de {self.citizen}"

    def holds_at(self, at: datetime) -> bool:
        return self.closed_at is None and at < self.until


class Document(models.TextChoices):
    """The document that was seen before confirming."""

    RG = "rg", "RG"
    CNH = "cnh", "CNH"
    CTPS = "ctps", "CTPS"
    PASSPORT = "passport", "Passaporte"
    CERTIFICATE = "certificate", "Certidão (criança)"
    OTHER = "other", "Outro com foto"


class Synchronization(AtDesk):
    """What one confirmation copied from the CADSUS to the SISRede (sincronização)."""

    citizen = models.ForeignKey(Citizen, models.PROTECT, verbose_name="usuário", related_name="synchronizations")
    consultation = models.OneToOneField(Consultation, models.PROTECT, verbose_name="conferência")
    person = models.ForeignKey(Person, models.PROTECT, verbose_name="pessoa no CADSUS", related_name="+")
    document = models.CharField("documento conferido", max_length=11, choices=Document.choices)
    changes = models.JSONField("mudanças", default=list, blank=True)

    class Meta:
        verbose_name = "sincronização"
        verbose_name_plural = "sincronizações"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"Sincronização de {self.citizen}"


class JustificationQuerySet(models.QuerySet["Justification"]):
    def in_force_at(self, at: datetime, *, establishment: str) -> JustificationQuerySet:
        """For this visit: the same legal day in the same unit; who lives on the street (J01), for 180 days."""
        day = at.astimezone(BRASILIA).replace(hour=0, minute=0, second=0, microsecond=0)
        today = Q(at__gte=day, at__lte=at, establishment=establishment)
        return self.filter(today | Q(code=Justification.Code.STREET, at__gt=at - STREET_LASTS, at__lte=at))

    def with_corrections(self) -> JustificationQuerySet:
        """Each with whether another one stands in its place, as `is_corrected`."""
        return self.annotate(is_corrected=Exists(Justification.objects.filter(corrects=OuterRef("pk"))))

    def visible_to(self, actor: Actor) -> JustificationQuerySet:
        entities = {office.entity_id for office in actor.offices if office.kind == OFFICE}
        return self.filter(citizen__establishment__entity__in=entities)


class Justification(AtDesk):
    """Why somebody was attended without synchronization (justificativa): citizen, date and professional."""

    class Code(models.TextChoices):
        STREET = "J01", "Pessoa em situação de rua"
        REVENUE = "J02", "Documentos desatualizados na Receita Federal"
        DOWN = "J03", "CADSUSWEB indisponível"
        NEWBORN = "J04", "RN sem registro civil"
        UNIFICATION = "J05", "CNS definitivos não unificados – aguardando unificação"
        ADULT_WITHOUT_CPF = "J06", "Maior de 18 anos sem CPF"
        OTHER = "J99", "Outro"

    citizen = models.ForeignKey(Citizen, models.PROTECT, verbose_name="usuário", related_name="justifications")
    code = models.CharField("motivo", max_length=3, choices=Code.choices)
    note = models.CharField("observação", max_length=300, blank=True)
    citizen_name = models.CharField("nome do usuário", max_length=70)
    professional_name = models.CharField("nome do profissional", max_length=150)
    corrects = models.ForeignKey(
        "self", models.PROTECT, verbose_name="corrige", null=True, blank=True, related_name="corrected_by"
    )

    objects = JustificationQuerySet.as_manager()

    class Meta:
        verbose_name = "justificativa"
        verbose_name_plural = "justificativas"
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(code="J99") | ~Q(note=""), name="justification_other_says_what"),
            models.CheckConstraint(
                condition=~Q(citizen_name="") & ~Q(professional_name=""), name="justification_names_both"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.get_code_display()}"


class Attendance(AtDesk):
    """An attendance that was opened (atendimento), and by what: the guard let it through."""

    class Basis(models.TextChoices):
        SYNCHRONIZED = "synchronized", "Cadastro sincronizado"
        JUSTIFIED = "justified", "Justificativa"
        NOT_REQUIRED = "not_required", "Módulo ainda não habilitado"

    citizen = models.ForeignKey(Citizen, models.PROTECT, verbose_name="usuário", related_name="attendances")
    basis = models.CharField("por", max_length=12, choices=Basis.choices)
    justification = models.ForeignKey(
        Justification, models.PROTECT, verbose_name="justificativa", null=True, blank=True, related_name="attendances"
    )

    class Meta:
        verbose_name = "atendimento"
        verbose_name_plural = "atendimentos"
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(basis="justified", justification__isnull=False)
                | ~Q(basis="justified") & Q(justification=None),
                name="attendance_justified_says_by_what",
            ),
        ]

    def __str__(self) -> str:
        return f"Atendimento de {self.citizen}"
