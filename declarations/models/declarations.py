"""A version of the declaration of a bimestre, with the whole machine SM-4 of the specification (section 6)."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django_fsm import ConcurrentTransitionMixin, FSMField, transition

from declarations.engine import anexo12
from declarations.models.periods import ReportingPeriod
from siops.models.scoped import EntityScopedQuerySet
from territory.models import Entity

HASH = 64


class DeclarationQuerySet(EntityScopedQuerySet["Declaration"]):
    def newest_first(self) -> DeclarationQuerySet:
        return self.order_by("-version")

    def homologated(self) -> DeclarationQuerySet:
        """The one version of each bimestre that is official."""
        return self.filter(status=Declaration.Status.HOMOLOGATED)

    def waiting(self) -> DeclarationQuerySet:
        """Those that wait for the gestor, the oldest first."""
        return self.filter(status=Declaration.Status.TRANSMITTED).order_by("transmitted_at", "pk")


class Declaration(ConcurrentTransitionMixin, models.Model):
    """One version of what an entity declares for one bimestre (declaração).

    Whoever fills it may edit until it is transmitted; each edit returns it to RASCUNHO. What follows `transmit`
    (`homologate`, `send_back`, `substitute`, `rectify`) never touches the amounts: a correction is a new version.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "RASCUNHO"
        WITH_FINDINGS = "with_findings", "COM CRÍTICAS"
        VALIDATED = "validated", "VALIDADA"
        PACKED = "packed", "GRAVADA"
        TRANSMITTED = "transmitted", "TRANSMITIDA"
        REJECTED = "rejected", "REJEITADA"
        HOMOLOGATED = "homologated", "HOMOLOGADA"
        RETURNED = "returned", "DEVOLVIDA"
        SUBSTITUTED = "substituted", "SUBSTITUÍDA"
        RECTIFIED = "rectified", "RETIFICADA"

    # While it may still be edited.
    OPEN = (Status.DRAFT, Status.WITH_FINDINGS, Status.VALIDATED, Status.PACKED, Status.REJECTED)
    AT_WORK = (Status.DRAFT, Status.WITH_FINDINGS, Status.VALIDATED, Status.PACKED)
    # Sent, and not official: the technician may prepare the next version.
    SENT = (Status.TRANSMITTED, Status.RETURNED, Status.SUBSTITUTED)

    entity = models.ForeignKey(Entity, models.PROTECT, verbose_name="ente", related_name="declarations")
    period = models.ForeignKey(
        ReportingPeriod, models.PROTECT, verbose_name="bimestre", related_name="declarations", db_index=False
    )
    version = models.PositiveSmallIntegerField("versão", default=1)
    layout = models.CharField("leiaute", max_length=24, default=anexo12.NAME)
    status = FSMField("situação", max_length=16, choices=Status.choices, default=Status.DRAFT, protected=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="aberta por", related_name="+")
    opened_at = models.DateTimeField("aberta em")
    saved_at = models.DateTimeField("salva em", null=True, blank=True)
    # Hundredths of a percent, at the official stage, as last saved; none without a base.
    percent = models.IntegerField("percentual aplicado", null=True, blank=True)
    # What the last judgement was of, and came to.
    content_hash = models.CharField("resumo do conteúdo", max_length=HASH, blank=True)
    rules = models.CharField("conjunto de regras", max_length=24, blank=True)
    blocking = models.PositiveIntegerField("impeditivas", default=0)
    warnings = models.PositiveIntegerField("avisos", default=0)
    verified_at = models.DateTimeField("verificada em", null=True, blank=True)
    packed_at = models.DateTimeField("gravada em", null=True, blank=True)
    transmitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="transmitida por",
        related_name="+",
        null=True,
        blank=True,
    )
    transmitted_at = models.DateTimeField("transmitida em", null=True, blank=True)
    homologated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="homologada por",
        related_name="+",
        null=True,
        blank=True,
    )
    homologated_at = models.DateTimeField("homologada em", null=True, blank=True)
    reason = models.TextField("motivo", blank=True)
    # The last mark of the wait that the gestor was told (E6).
    reminded_at = models.DateTimeField("lembrada em", null=True, blank=True)

    objects = DeclarationQuerySet.as_manager()

    class Meta:
        verbose_name = "declaração"
        verbose_name_plural = "declarações"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["entity", "period", "version"], name="declaration_version_once"),
            models.UniqueConstraint(
                fields=["entity", "period"],
                condition=Q(status__in=["draft", "with_findings", "validated", "packed", "rejected"]),
                name="declaration_one_open",
            ),
            models.UniqueConstraint(
                fields=["entity", "period"], condition=Q(status="transmitted"), name="declaration_one_waiting"
            ),
            models.UniqueConstraint(
                fields=["entity", "period"], condition=Q(status="homologated"), name="declaration_one_official"
            ),
            models.CheckConstraint(condition=Q(version__gte=1, version__lte=999), name="declaration_version_exists"),
            models.CheckConstraint(
                condition=Q(status="draft", verified_at=None, content_hash="", rules="", blocking=0, warnings=0)
                | (~Q(status="draft") & ~Q(content_hash="") & ~Q(rules="") & Q(verified_at__isnull=False)),
                name="declaration_draft_is_not_judged",
            ),
            models.CheckConstraint(
                condition=Q(status="draft")
                | Q(status__in=["with_findings", "rejected"], blocking__gt=0)
                | (~Q(status__in=["draft", "with_findings", "rejected"]) & Q(blocking=0)),
                name="declaration_blocking_stops",
            ),
            models.CheckConstraint(
                condition=~Q(
                    status__in=["packed", "transmitted", "homologated", "returned", "substituted", "rectified"]
                )
                | Q(packed_at__isnull=False),
                name="declaration_written_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["transmitted", "homologated", "returned", "substituted", "rectified"])
                | Q(transmitted_by__isnull=False, transmitted_at__isnull=False),
                name="declaration_sent_says_who",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["homologated", "rectified"])
                | Q(homologated_by__isnull=False, homologated_at__isnull=False),
                name="declaration_official_says_who",
            ),
            models.CheckConstraint(
                condition=~Q(status="returned") | ~Q(reason=""), name="declaration_returned_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"Declaração do {self.period}, versão {self.version}"

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    @property
    def sent_at(self) -> datetime:
        """When it was transmitted; asked only of what was."""
        if self.transmitted_at is None:
            raise TypeError("what was not transmitted waits for nobody")
        return self.transmitted_at

    def _judge(self, content_hash: str, rules: str, blocking: int, warnings: int, at: datetime) -> None:
        self.content_hash, self.rules, self.verified_at = content_hash, rules, at
        self.blocking, self.warnings = blocking, warnings
        self.packed_at = None

    @transition(status, source=list(OPEN), target=Status.DRAFT)
    def edit(self, *, percent: int | None, at: datetime) -> None:
        """Salvar or importar: whatever was judged or written before is of other amounts."""
        self.percent, self.saved_at = percent, at
        self.content_hash, self.rules, self.blocking, self.warnings = "", "", 0, 0
        self.verified_at = self.packed_at = None

    @transition(status, source=list(OPEN), target=Status.WITH_FINDINGS)
    def find_blocking(self, *, content_hash: str, rules: str, blocking: int, warnings: int, at: datetime) -> None:
        """«Verificar Críticas», and something blocks."""
        self._judge(content_hash, rules, blocking, warnings, at)

    @transition(status, source=list(OPEN), target=Status.VALIDATED)
    def validate(self, *, content_hash: str, rules: str, warnings: int, at: datetime) -> None:
        """«Verificar Críticas», and nothing blocks."""
        self._judge(content_hash, rules, 0, warnings, at)

    @transition(status, source=Status.VALIDATED, target=Status.PACKED)
    def pack(self, *, at: datetime) -> None:
        """«Gravar arquivo para Transmissão»."""
        self.packed_at = at

    @transition(status, source=Status.PACKED, target=Status.TRANSMITTED)
    def transmit(self, *, by_id: int, at: datetime) -> None:
        """Transmitir: from here on the amounts stay as they are."""
        self.transmitted_by_id, self.transmitted_at = by_id, at

    @transition(status, source=list(AT_WORK), target=Status.REJECTED)
    def reject(self, *, content_hash: str, rules: str, blocking: int, warnings: int, at: datetime) -> None:
        """The server judged it again on reception, and something blocks: no receipt."""
        self._judge(content_hash, rules, blocking, warnings, at)

    @transition(status, source=Status.TRANSMITTED, target=Status.HOMOLOGATED)
    def homologate(self, *, by_id: int, at: datetime) -> None:
        """Homologar: the act of the gestor that makes it official."""
        self.homologated_by_id, self.homologated_at = by_id, at

    @transition(status, source=Status.TRANSMITTED, target=Status.RETURNED)
    def send_back(self, *, reason: str) -> None:
        """«Devolver ao técnico», who may open the next version."""
        self.reason = reason

    @transition(status, source=Status.TRANSMITTED, target=Status.SUBSTITUTED)
    def substitute(self) -> None:
        """Another version of the same bimestre was transmitted before this one was homologated."""

    @transition(status, source=Status.HOMOLOGATED, target=Status.RECTIFIED)
    def rectify(self) -> None:
        """The version that corrects this one (retificação) was homologated."""
