"""The request for a credential (solicitação de credenciamento), from «Validar» to «Confirmar e avançar» (SM2)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django_fsm import ConcurrentTransitionMixin, FSMField, transition

from common import vault
from common.actor import Actor
from egestor.models import DeploymentToken
from pki.models import Certificate, Pkcs12File
from registry.models import Person
from rnds.models.pec import PecInstallation
from territory.models import Entity, Establishment


class CredentialRequestQuerySet(models.QuerySet["CredentialRequest"]):
    def visible_to(self, actor: Actor) -> CredentialRequestQuerySet:
        """The team sees all; people see the requests of their entities."""
        return actor.seen(self, "rnds")

    def open(self) -> CredentialRequestQuerySet:
        """Requests still in progress ("Solicitações em andamento")."""
        return self.filter(status__in=CredentialRequest.OPEN)

    def overtaken_at(self, at: datetime) -> CredentialRequestQuerySet:
        """Drafts whose token died before the termo was accepted."""
        dead = [DeploymentToken.Status.CANCELLED, DeploymentToken.Status.EXPIRED]
        return self.filter(
            Q(token__expires_at__lte=at) | Q(token__status__in=dead), status__in=CredentialRequest.BEFORE_ACCEPTANCE
        )

    def for_panel(self, actor: Actor, at: datetime) -> CredentialRequestQuerySet:
        """ "Solicitações em andamento": the open ones, and the actor's own that were discarded in the last 30 days."""
        recent = Q(closed_at__gt=at - CredentialRequest.DISCARDED_KEPT_FOR, requested_by=actor.account_id)
        return self.filter(Q(status__in=CredentialRequest.OPEN) | Q(recent, status=CredentialRequest.Status.DISCARDED))

    def readable_at(self, at: datetime) -> CredentialRequestQuerySet:
        """All but the discarded ones older than 30 days."""
        return self.exclude(
            status=CredentialRequest.Status.DISCARDED, closed_at__lte=at - CredentialRequest.DISCARDED_KEPT_FOR
        )


class CredentialRequest(ConcurrentTransitionMixin, models.Model):
    """One request, kept as a draft step by step. The token is consumed when the termo is accepted, not before."""

    class Status(models.TextChoices):
        DRAFT = "draft", "RASCUNHO"
        AWAITING_TERMS = "awaiting_terms", "AGUARDANDO TERMO"
        UNDER_REVIEW = "under_review", "EM ANÁLISE"
        PENDING = "pending", "PENDENTE"
        GRANTED = "granted", "CONCLUÍDA"
        REJECTED = "rejected", "REPROVADA"
        CANCELLED = "cancelled", "CANCELADA"
        DISCARDED = "discarded", "DESCARTADA"

    class CertificateSource(models.TextChoices):
        GENERATE = "generate", "Gerar Certificado"
        IMPORT = "import", "Certificado A1 (.pfx)"
        PUBLIC = "public", "Carregar certificado (.cer)"

    BEFORE_ACCEPTANCE = (Status.DRAFT, Status.AWAITING_TERMS)
    OPEN = (Status.DRAFT, Status.AWAITING_TERMS, Status.UNDER_REVIEW, Status.PENDING)
    EDITABLE = (Status.DRAFT, Status.PENDING)
    DISCARDED_KEPT_FOR = timedelta(days=30)

    token = models.ForeignKey(DeploymentToken, models.PROTECT, verbose_name="token", related_name="requests")
    installation = models.ForeignKey(
        PecInstallation, models.PROTECT, verbose_name="instalação do PEC", related_name="credential_requests"
    )
    entity = models.ForeignKey(Entity, models.PROTECT, verbose_name="ente", related_name="credential_requests")
    establishment = models.ForeignKey(
        Establishment, models.PROTECT, verbose_name="estabelecimento cessionário", related_name="credential_requests"
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="solicitante", related_name="credential_requests"
    )
    requester = models.ForeignKey(Person, models.PROTECT, verbose_name="pessoa solicitante", related_name="+")
    status = FSMField("situação", max_length=20, choices=Status.choices, default=Status.DRAFT, protected=True)
    opened_at = models.DateTimeField("aberta em")
    changed_at = models.DateTimeField("alterada em")
    closed_at = models.DateTimeField("encerrada em", null=True, blank=True)
    reason = models.TextField("motivo", blank=True, help_text="Da devolução, reprovação ou desistência.")
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="analista", null=True, blank=True, related_name="+"
    )
    # A – certificado digital
    certificate_source = models.CharField(
        "certificado digital", max_length=10, choices=CertificateSource.choices, blank=True
    )
    pkcs12_form = models.CharField("forma do .pfx", max_length=12, choices=Pkcs12File.Form.choices, blank=True)
    sealed_password = models.BinaryField("senha do certificado a gerar, cifrada", null=True, editable=False)
    imported_certificate = models.ForeignKey(
        Certificate, models.PROTECT, verbose_name="certificado importado", null=True, blank=True, related_name="+"
    )
    imported_file = models.ForeignKey(
        Pkcs12File, models.PROTECT, verbose_name="arquivo importado", null=True, blank=True, related_name="+"
    )
    # B – contato do estabelecimento
    establishment_phone = models.CharField("telefone", max_length=11, blank=True)
    establishment_email = models.EmailField("e-mail", blank=True)
    # D – estabelecimentos filhos
    children = models.ManyToManyField(
        Establishment, verbose_name="estabelecimentos filhos", blank=True, related_name="+"
    )
    children_confirmed = models.BooleanField("estabelecimentos filhos confirmados", default=False)
    # E – gestor responsável
    responsible = models.ForeignKey(
        Person, models.PROTECT, verbose_name="gestor responsável", null=True, blank=True, related_name="+"
    )
    responsible_phone = models.CharField("telefone do gestor", max_length=11, blank=True)
    responsible_email = models.EmailField("e-mail do gestor", blank=True)
    # F – sistema solicitante
    ip_first = models.GenericIPAddressField("IP inicial", null=True, blank=True)
    ip_last = models.GenericIPAddressField("IP final", null=True, blank=True)
    recorded_visits = models.PositiveIntegerField(
        "quantidade de atendimentos registrados no sistema", null=True, blank=True
    )
    visits_per_day_min = models.PositiveIntegerField("mínimo de atendimentos previstos/dia", null=True, blank=True)
    visits_per_day_max = models.PositiveIntegerField("máximo de atendimentos previstos/dia", null=True, blank=True)
    peak_accesses = models.PositiveIntegerField("quantidade de acessos no período de pico", null=True, blank=True)
    portfolio_start = models.DateField("data início", null=True, blank=True)
    portfolio_end = models.DateField("data fim", null=True, blank=True)

    objects = CredentialRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "solicitação de credencial"
        verbose_name_plural = "solicitações de credencial"
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["token"],
                condition=~Q(status__in=["cancelled", "discarded"]),
                name="request_one_per_token",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "cancelled", "discarded"])
                | (
                    ~Q(certificate_source="")
                    & ~Q(establishment_phone="")
                    & ~Q(establishment_email="")
                    & Q(
                        children_confirmed=True,
                        responsible__isnull=False,
                        ip_first__isnull=False,
                        ip_last__isnull=False,
                        recorded_visits__isnull=False,
                        visits_per_day_min__isnull=False,
                        visits_per_day_max__isnull=False,
                        peak_accesses__isnull=False,
                        portfolio_start__isnull=False,
                        portfolio_end__isnull=False,
                    )
                ),
                name="request_complete_before_terms",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "awaiting_terms", "under_review", "pending"], closed_at__isnull=True)
                | Q(status__in=["granted", "rejected", "cancelled", "discarded"], closed_at__isnull=False),
                name="request_closed_has_instant",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "awaiting_terms", "under_review", "pending"])
                | Q(sealed_password__isnull=True),
                name="request_password_forgotten_when_closed",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["pending", "rejected"]) | ~Q(reason=""), name="request_refusal_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"Solicitação nº {self.pk}"

    def is_overtaken_at(self, at: datetime) -> bool:
        """Whether the token died before the termo was accepted, asked at use and never of the stored status."""
        return self.status in self.BEFORE_ACCEPTANCE and not self.token.is_live_at(at)

    def effective_status(self, at: datetime) -> CredentialRequest.Status:
        """The status to show at `at`: a draft overtaken by midnight is DISCARDED before the sweep records it."""
        return self.Status.DISCARDED if self.is_overtaken_at(at) else self.Status(self.status)

    def is_editable_at(self, at: datetime) -> bool:
        """Whether the form still takes data at `at`."""
        return self.status in self.EDITABLE and not self.is_overtaken_at(at)

    @property
    def password(self) -> str:
        """Password chosen for the certificate to generate; kept only until it is issued."""
        return vault.unseal(self.sealed_password).decode() if self.sealed_password else ""

    def _close(self, at: datetime) -> None:
        self.closed_at, self.sealed_password = at, None

    @transition(status, source=Status.DRAFT, target=Status.AWAITING_TERMS)
    def complete(self, *, at: datetime) -> None:
        """«Salvar e Continuar» with everything filled."""
        self.changed_at = at

    @transition(status, source=Status.AWAITING_TERMS, target=Status.DRAFT)
    def return_to_form(self, *, at: datetime) -> None:
        """«Cancelar» on the termo keeps the draft."""
        self.changed_at = at

    @transition(status, source=Status.AWAITING_TERMS, target=Status.UNDER_REVIEW)
    def submit_for_review(self, *, at: datetime) -> None:
        """«Confirmar e avançar» in analyst mode."""
        self.changed_at = at

    @transition(status, source=[Status.AWAITING_TERMS, Status.UNDER_REVIEW], target=Status.GRANTED)
    def grant(self, *, at: datetime, reviewed_by: Actor | None = None) -> None:
        """The credential exists from here on; by the termo itself or by an analyst."""
        self.reviewed_by_id = reviewed_by.account_id if reviewed_by is not None else None
        self._close(at)

    @transition(status, source=Status.UNDER_REVIEW, target=Status.PENDING)
    def send_back(self, *, by: Actor, reason: str, at: datetime) -> None:
        """Returned with a pendência."""
        self.reviewed_by_id, self.reason, self.changed_at = by.account_id, reason, at

    @transition(status, source=Status.PENDING, target=Status.UNDER_REVIEW)
    def resubmit(self, *, at: datetime) -> None:
        """Pendência answered; no new token is needed."""
        self.changed_at = at

    @transition(status, source=Status.UNDER_REVIEW, target=Status.REJECTED)
    def reject(self, *, by: Actor, reason: str, at: datetime) -> None:
        """Final; a new token is needed."""
        self.reviewed_by_id, self.reason = by.account_id, reason
        self._close(at)

    @transition(
        status,
        source=[Status.DRAFT, Status.AWAITING_TERMS, Status.UNDER_REVIEW, Status.PENDING],
        target=Status.CANCELLED,
    )
    def withdraw(self, *, at: datetime) -> None:
        """The requester gives up (desistência)."""
        self._close(at)

    @transition(status, source=[Status.DRAFT, Status.AWAITING_TERMS], target=Status.DISCARDED)
    def discard(self, *, at: datetime) -> None:
        """The token died first; the data stay readable for 30 days and can be copied to a new request."""
        self._close(at)


class AccessPeriod(models.Model):
    """A period of greater access (período de maior acesso) within one turn of the day."""

    class Turn(models.TextChoices):
        MORNING = "morning", "Manhã"
        AFTERNOON = "afternoon", "Tarde"
        NIGHT = "night", "Noite"

    request = models.ForeignKey(
        CredentialRequest, models.CASCADE, verbose_name="solicitação", related_name="access_periods"
    )
    turn = models.CharField("período", max_length=10, choices=Turn.choices)
    start = models.TimeField("início")
    # Midnight at the end of «Noite» is written 23:59, the last minute a time field can name.
    end = models.TimeField("fim")

    class Meta:
        verbose_name = "período de maior acesso"
        verbose_name_plural = "períodos de maior acesso"
        ordering = ["start"]
        constraints = [
            models.UniqueConstraint(fields=["request", "turn"], name="access_period_once_per_turn"),
            models.CheckConstraint(condition=Q(end__gt=models.F("start")), name="access_period_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.get_turn_display()} {self.start:%H:%M}–{self.end:%H:%M}"
