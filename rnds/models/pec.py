"""The simulated PEC: one installation, its folder "chaves" and its screen «Certificados» (SM4)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django_fsm import ConcurrentTransitionMixin, FSMField, transition

from common import vault
from common.actor import Actor
from common.models import AuditEvent
from egestor import installation_key
from territory.models import Entity, Establishment

# A little less than an hour, so that the sweep, which runs every minute, erases within the hour.
UNOPENED_LASTS = timedelta(minutes=55)


class PecInstallationQuerySet(models.QuerySet["PecInstallation"]):
    def visible_to(self, actor: Actor) -> PecInstallationQuerySet:
        return actor.seen(self, "rnds")


class PecInstallation(ConcurrentTransitionMixin, models.Model):
    """A PEC installation of the municipality (instalação do PEC).

    `counter_key` (contra-chave) is the pairing code that the PEC shows: 8 groups of 4, not a cryptographic key.
    """

    class Status(models.TextChoices):
        NO_CERTIFICATE = "no_certificate", "Sem certificado"
        FILE_AVAILABLE = "file_available", "Arquivo disponível"
        ENABLED = "enabled", "Habilitado"

    class LastResult(models.TextChoices):
        NONE = "", "–"
        SUCCESS = "success", "Conexão bem-sucedida"
        NO_CONNECTION = "no_connection", "Sem conexão"
        CERTIFICATE_EXPIRED = "certificate_expired", "Certificado expirado"
        CERTIFICATE_FAILURE = "certificate_failure", "Falha no certificado"

    entity = models.ForeignKey(Entity, models.PROTECT, verbose_name="ente", related_name="pec_installations")
    establishment = models.ForeignKey(
        Establishment, models.PROTECT, verbose_name="estabelecimento", related_name="pec_installations"
    )
    name = models.CharField("nome", max_length=80)
    counter_key = models.CharField("contra-chave", max_length=39, unique=True)
    status = FSMField("situação", max_length=20, choices=Status.choices, default=Status.NO_CERTIFICATE, protected=True)
    enabled_file = models.ForeignKey(
        "rnds.PecKeyFile", models.PROTECT, verbose_name="certificado", null=True, blank=True, related_name="+"
    )
    sealed_password = models.BinaryField("senha cifrada", null=True, editable=False)
    certificate_sha256 = models.CharField("SHA-256 do certificado", max_length=64, blank=True)
    requester_id = models.PositiveIntegerField("identificador solicitante", null=True, blank=True)
    serves_rnds = models.BooleanField("RNDS", default=False)
    serves_cadsus = models.BooleanField("CADSUS", default=False)
    enabled_at = models.DateTimeField("data de inclusão", null=True, blank=True)
    certificate_not_after = models.DateTimeField("validade do certificado", null=True, blank=True)
    last_result = models.CharField(
        "status do último envio", max_length=24, choices=LastResult.choices, blank=True, default=""
    )
    last_result_at = models.DateTimeField("último envio em", null=True, blank=True)
    activations = models.PositiveSmallIntegerField("instalações e atualizações feitas", default=0)
    activated_at = models.DateTimeField("instalação ou atualização em", null=True, blank=True)

    objects = PecInstallationQuerySet.as_manager()

    class Meta:
        verbose_name = "instalação do PEC"
        verbose_name_plural = "instalações do PEC"
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    status="enabled",
                    enabled_file__isnull=False,
                    sealed_password__isnull=False,
                    enabled_at__isnull=False,
                    certificate_not_after__isnull=False,
                )
                | (~Q(status="enabled") & Q(enabled_file__isnull=True, sealed_password__isnull=True)),
                name="pec_enabled_has_certificate",
            ),
            models.CheckConstraint(
                condition=~Q(status="enabled") | Q(serves_rnds=True) | Q(serves_cadsus=True),
                name="pec_enabled_serves_something",
            ),
            models.CheckConstraint(
                condition=~Q(status="enabled", serves_rnds=True) | Q(requester_id__isnull=False),
                name="pec_rnds_has_requester_id",
            ),
            models.CheckConstraint(
                condition=Q(activations=0, activated_at__isnull=True)
                | Q(activations__gt=0, activated_at__isnull=False),
                name="pec_activated_has_instant",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def password(self) -> str:
        """Password of the enabled certificate, as the PEC keeps it to call the RNDS by itself."""
        return vault.unseal(self.sealed_password).decode() if self.sealed_password else ""

    @property
    def installation_key(self) -> str:
        """The key (chave) that the PEC shows for its next installation or update; each one done brings another."""
        return installation_key.key_of(self.counter_key, self.activations)

    def history(self) -> models.QuerySet[AuditEvent]:
        """What was done with this installation, newest first."""
        return AuditEvent.objects.filter(target_type=self._meta.label_lower, target_id=str(self.pk))

    @transition(status, source=[Status.NO_CERTIFICATE, Status.FILE_AVAILABLE], target=Status.FILE_AVAILABLE)
    def receive_file(self) -> None:
        """A file arrived in the folder "chaves"."""

    @transition(status, source=Status.FILE_AVAILABLE, target=Status.NO_CERTIFICATE)
    def lose_last_file(self) -> None:
        """The folder "chaves" is empty again."""

    @transition(status, source=Status.FILE_AVAILABLE, target=Status.ENABLED)
    def enable(
        self,
        *,
        file: PecKeyFile,
        sealed_password: bytes,
        requester_id: int | None,
        serves_rnds: bool,
        serves_cadsus: bool,
        fingerprint: str,
        not_after: datetime,
        at: datetime,
    ) -> None:
        """«Habilitar»: the only certificate of the installation."""
        self.enabled_file, self.sealed_password, self.requester_id = file, sealed_password, requester_id
        self.serves_rnds, self.serves_cadsus = serves_rnds, serves_cadsus
        self.certificate_sha256 = fingerprint
        self.enabled_at, self.certificate_not_after = at, not_after
        self.last_result, self.last_result_at = "", None

    @transition(status, source=Status.ENABLED, target=Status.FILE_AVAILABLE)
    def disable(self) -> None:
        """«Desabilitar certificado»: the file stays in the folder."""
        self.enabled_file = self.sealed_password = self.requester_id = None
        self.certificate_sha256 = ""
        self.enabled_at = self.certificate_not_after = None
        self.serves_rnds = self.serves_cadsus = False
        self.last_result, self.last_result_at = "", None


class PecKeyFileQuerySet(models.QuerySet["PecKeyFile"]):
    """Who puts a file here need not know its password, so only time tells whether anybody opens it."""

    def present_at(self, at: datetime) -> PecKeyFileQuerySet:
        return self.exclude(_overtaken_at(at))

    def overtaken_at(self, at: datetime) -> PecKeyFileQuerySet:
        return self.filter(_overtaken_at(at))


def _overtaken_at(at: datetime) -> Q:
    return Q(cleared_at=None, uploaded_at__lte=at - UNOPENED_LASTS)


class PecKeyFile(models.Model):
    """A file in the installation's folder "chaves" (Windows …\\webserver\\chaves), as it was put there.

    `cleared_at` is when the house knew that it hides no certificate of the real ICP-Brasil: it wrote the file itself,
    or the password opened it. A file that nobody clears is erased within the hour.
    """

    installation = models.ForeignKey(
        PecInstallation, models.CASCADE, verbose_name="instalação", related_name="key_files"
    )
    filename = models.CharField("arquivo", max_length=120)
    sealed_content = models.BinaryField("conteúdo cifrado", editable=False)
    size = models.PositiveIntegerField("tamanho (bytes)")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="incluído por", related_name="+"
    )
    uploaded_at = models.DateTimeField("incluído em")
    cleared_at = models.DateTimeField("conferido em", null=True, blank=True)

    objects = PecKeyFileQuerySet.as_manager()

    class Meta:
        verbose_name = "arquivo da pasta chaves"
        verbose_name_plural = "arquivos da pasta chaves"
        ordering = ["filename"]
        constraints = [models.UniqueConstraint(fields=["installation", "filename"], name="pec_file_name_once")]

    def __str__(self) -> str:
        return self.filename

    @property
    def content(self) -> bytes:
        return vault.unseal(self.sealed_content)

    @property
    def unopened_until(self) -> datetime | None:
        """When a file that nobody opened leaves the folder; None for one that stays."""
        return None if self.cleared_at else self.uploaded_at + UNOPENED_LASTS
