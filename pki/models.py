"""Certificates and who signed them, without knowing why they are wanted."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django_fsm import ConcurrentTransitionMixin, FSMField, transition

from common import vault
from common.actor import Actor
from pki.authority.uses import Use, roots_for


class AuthorityQuerySet(models.QuerySet["Authority"]):
    def visible_to(self, actor: Actor) -> AuthorityQuerySet:
        """Authorities are public: whoever verifies a certificate needs them."""
        return self.order_by("pk")


class Authority(models.Model):
    """A simulated certification authority (autoridade certificadora), root or intermediate.

    `slug` is its name in URLs: `egestor-raiz`, `egestor`, `icp-raiz`, `icp`. A revoked one takes every
    certificate below it along.
    """

    slug = models.SlugField("nome curto", unique=True)
    name = models.CharField("nome", max_length=120)
    parent = models.ForeignKey("self", models.PROTECT, verbose_name="emitida por", null=True, blank=True)
    certificate_pem = models.TextField("certificado (PEM)")
    sealed_key = models.BinaryField("chave privada cifrada", editable=False)
    crl_number = models.PositiveIntegerField("número da última LCR", default=0)
    crl_der = models.BinaryField("LCR vigente", null=True, editable=False)
    crl_next_update = models.DateTimeField("próxima LCR até", null=True, blank=True)
    revoked_at = models.DateTimeField("revogada em", null=True, blank=True)

    objects = AuthorityQuerySet.as_manager()

    class Meta:
        verbose_name = "autoridade certificadora simulada"
        verbose_name_plural = "autoridades certificadoras simuladas"

    def __str__(self) -> str:
        return self.name


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def revoked_of(self, authority: Authority) -> CertificateQuerySet:
        """What the authority's revocation list must name."""
        return self.filter(authority=authority, status=Certificate.Status.REVOKED).order_by("revoked_at", "pk")

    def that_prove_a_person(self) -> CertificateQuerySet:
        """Those of a hierarchy entitled to say who somebody is."""
        return self.filter(authority__parent__slug__in=roots_for(Use.PERSON))

    def in_force_at(self, at: datetime) -> CertificateQuerySet:
        """Those in force, whose authority is too."""
        valid = self.filter(status=Certificate.Status.VALID, authority__revoked_at__isnull=True)
        return valid.filter(not_before__lte=at, not_after__gt=at)

    def for_list(self) -> CertificateQuerySet:
        """With what `situation_at` reads, and the serial of the `successor`."""
        return self.select_related("authority", "medium").annotate(successor=serial_of_newer())


def serial_of_newer(certificate: str = "") -> Subquery:
    """Serial of the newest certificate that the same holder got on a medium later; None. `certificate` is a prefix."""
    newer = Certificate.objects.filter(
        holder_document=OuterRef(f"{certificate}holder_document"), pk__gt=OuterRef(f"{certificate}pk")
    )
    return Subquery(newer.filter(medium__isnull=False).order_by("-pk").values("serial")[:1])


class Certificate(ConcurrentTransitionMixin, models.Model):
    """An X.509 certificate known to the simulator (certificado digital, SM3), issued here or imported.

    Expired is derived from `not_after`, never stored. Serial is the hexadecimal text of the certificate's number.
    """

    class Origin(models.TextChoices):
        ISSUED = "issued", "Gerado no simulador"
        IMPORTED = "imported", "Importado"

    class Status(models.TextChoices):
        PENDING = "pending", "Aguardando termo"
        VALID = "valid", "Vigente"
        SUPERSEDED = "superseded", "Substituído"
        REVOKED = "revoked", "Revogado"

    class HolderKind(models.TextChoices):
        PERSON = "pf", "e-CPF"
        ORGANISATION = "pj", "e-CNPJ"

    authority = models.ForeignKey(Authority, models.PROTECT, verbose_name="autoridade", related_name="certificates")
    origin = models.CharField("origem", max_length=10, choices=Origin.choices)
    status = FSMField("situação", max_length=20, choices=Status.choices, default=Status.PENDING, protected=True)
    sha256 = models.CharField("impressão digital SHA-256", max_length=64, unique=True)
    serial = models.CharField("número de série", max_length=40)
    holder_kind = models.CharField("tipo de titular", max_length=2, choices=HolderKind.choices)
    holder_name = models.CharField("titular", max_length=120)
    holder_document = models.CharField("CPF ou CNPJ do titular", max_length=14, db_index=True)
    not_before = models.DateTimeField("válido desde")
    not_after = models.DateTimeField("válido até")
    pem = models.TextField("certificado (PEM)")
    created_at = models.DateTimeField("registrado em")
    revoked_at = models.DateTimeField("revogado em", null=True, blank=True)
    revocation_reason = models.CharField("motivo da revogação", max_length=300, blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = "certificado"
        verbose_name_plural = "certificados"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["authority", "serial"], name="certificate_serial_once_per_authority"),
            models.CheckConstraint(
                condition=Q(status="revoked", revoked_at__isnull=False)
                | (~Q(status="revoked") & Q(revoked_at__isnull=True)),
                name="certificate_revoked_has_instant",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.holder_name} ({self.serial[:8]}…)"

    def is_current_at(self, at: datetime) -> bool:
        """Whether `at` lies within the validity period (the end instant no longer counts)."""
        return self.not_before <= at < self.not_after

    @property
    def revoked_since(self) -> datetime | None:
        """When it was revoked, by itself or together with its authority, whichever came first."""
        return min((at for at in (self.revoked_at, self.authority.revoked_at) if at is not None), default=None)

    def situation_at(self, at: datetime, *, successor: str | None = None) -> str:
        """What a list says of it at `at` (situação): the stored state, or what keeps one «Vigente» from being of use.

        `successor` is the serial of a newer one of the holder; it is named where this one no longer opens.
        """
        if self.status != self.Status.VALID:
            return str(self.get_status_display())
        medium: Medium | None = getattr(self, "medium", None)
        if medium is not None and medium.status != Medium.Status.READY:
            became = f"; substituído por {successor[:8]}…" if successor else ""
            return f"Mídia {medium.get_status_display().lower()}{became}"
        if self.authority.revoked_at is not None and at >= self.authority.revoked_at:
            return "Autoridade revogada"
        return "Vencido" if at >= self.not_after else str(self.get_status_display())

    @transition(status, source=[Status.PENDING, Status.SUPERSEDED], target=Status.VALID)
    def activate(self) -> None:
        """Enter into force; a superseded imported certificate may be used again in a later credential."""

    @transition(status, source=Status.VALID, target=Status.SUPERSEDED)
    def supersede(self) -> None:
        """A newer certificate took its place."""

    @transition(status, source=[Status.PENDING, Status.VALID, Status.SUPERSEDED], target=Status.REVOKED)
    def revoke(self, *, at: datetime, reason: str) -> None:
        """Enter the revocation list (LCR)."""
        self.revoked_at, self.revocation_reason = at, reason


class Pkcs12File(models.Model):
    """A password-protected container with certificate and private key (.pfx/.p12), sealed once more at rest."""

    class Form(models.TextChoices):
        MODERN = "moderno", "Moderno (AES-256)"
        COMPATIBLE = "compativel", "Compatível (3DES, Java e Windows antigos)"

    certificate = models.ForeignKey(Certificate, models.PROTECT, verbose_name="certificado", related_name="files")
    form = models.CharField("forma", max_length=12, choices=Form.choices)
    sealed_content = models.BinaryField("conteúdo cifrado", null=True, editable=False)
    sha256 = models.CharField("SHA-256 do arquivo", max_length=64, blank=True, default="", db_index=True)
    created_at = models.DateTimeField("guardado em")
    erased_at = models.DateTimeField("apagado em", null=True, blank=True)

    class Meta:
        verbose_name = "arquivo PKCS#12"
        verbose_name_plural = "arquivos PKCS#12"
        constraints = [
            models.CheckConstraint(
                condition=Q(sealed_content__isnull=False, erased_at__isnull=True)
                | Q(sealed_content__isnull=True, erased_at__isnull=False),
                name="pkcs12_kept_or_erased",
            )
        ]

    def __str__(self) -> str:
        return f"Arquivo {self.get_form_display()} de {self.certificate}"

    @property
    def content(self) -> bytes:
        """The container's bytes, still under the holder's password; empty once erased."""
        return vault.unseal(self.sealed_content) if self.sealed_content else b""

    def erase(self, *, at: datetime) -> None:
        """Forget the private key; the certificate's facts stay."""
        self.sealed_content, self.erased_at = None, at


class Medium(ConcurrentTransitionMixin, models.Model):
    """Where a person's certificate and key live for signing: A1 file or A3 device (mídia), opened by a PIN.

    Three wrong PINs block it, the PUK unblocks, three wrong PUKs destroy it. Expired and revoked belong to the
    certificate, not to the medium.
    """

    class Kind(models.TextChoices):
        A1 = "A1", "A1 (arquivo)"
        A3 = "A3", "A3 (mídia com PIN e PUK)"

    class Status(models.TextChoices):
        READY = "ready", "Válida"
        BLOCKED = "blocked", "Bloqueada"
        DESTROYED = "destroyed", "Inutilizada"

    MAX_FAILURES = 3

    certificate = models.OneToOneField(Certificate, models.PROTECT, verbose_name="certificado", related_name="medium")
    kind = models.CharField("tipo", max_length=2, choices=Kind.choices)
    status = FSMField("situação", max_length=10, choices=Status.choices, default=Status.READY, protected=True)
    pin_hash = models.CharField("resumo do PIN", max_length=128)
    puk_hash = models.CharField("resumo do PUK", max_length=128)
    pin_failures = models.PositiveSmallIntegerField("PINs errados", default=0)
    puk_failures = models.PositiveSmallIntegerField("PUKs errados", default=0)
    sealed_key = models.BinaryField("chave privada cifrada", null=True, editable=False)
    created_at = models.DateTimeField("criada em")

    class Meta:
        verbose_name = "mídia de certificado"
        verbose_name_plural = "mídias de certificado"
        constraints = [
            models.CheckConstraint(
                condition=Q(status="destroyed", sealed_key__isnull=True)
                | (~Q(status="destroyed") & Q(sealed_key__isnull=False)),
                name="medium_destroyed_has_no_key",
            ),
            models.CheckConstraint(
                condition=Q(pin_failures__lte=3, puk_failures__lte=3), name="medium_failures_are_bounded"
            ),
        ]

    def __str__(self) -> str:
        return f"Mídia {self.kind} de {self.certificate}"

    @transition(status, source=Status.READY, target=Status.BLOCKED)
    def block(self) -> None:
        """The third wrong PIN."""

    @transition(status, source=Status.BLOCKED, target=Status.READY)
    def unblock(self, *, pin_hash: str) -> None:
        """The PUK gives a new PIN."""
        self.pin_hash, self.pin_failures, self.puk_failures = pin_hash, 0, 0

    @transition(status, source=Status.BLOCKED, target=Status.DESTROYED)
    def destroy(self) -> None:
        """The third wrong PUK: only a new certificate helps."""
        self.sealed_key = None


class SealQuerySet(models.QuerySet["Seal"]):
    def in_force_at(self, at: datetime) -> SealQuerySet:
        """Those whose certificate is in force in the room, and whose authority is too."""
        valid = self.filter(certificate__status=Certificate.Status.VALID, certificate__authority__revoked_at=None)
        return valid.filter(certificate__not_before__lte=at, certificate__not_after__gt=at)


class Seal(models.Model):
    """The portal's own certificate and key (selo do portal), which sign the papers that it issues."""

    certificate = models.OneToOneField(Certificate, models.PROTECT, verbose_name="certificado", related_name="seal")
    sealed_key = models.BinaryField("chave privada cifrada", editable=False)
    created_at = models.DateTimeField("criado em")

    objects = SealQuerySet.as_manager()

    class Meta:
        verbose_name = "selo do portal"
        verbose_name_plural = "selos do portal"

    def __str__(self) -> str:
        return f"Selo do portal ({self.certificate.serial[:8]}…)"


class SigningKey(models.Model):
    """RSA key that signs access tokens, published as JWKS. Only the newest signs; older ones stay to verify."""

    kid = models.CharField("identificador", max_length=80, unique=True)
    sealed_key = models.BinaryField("chave privada cifrada", editable=False)
    created_at = models.DateTimeField("criada em")

    class Meta:
        verbose_name = "chave de assinatura"
        verbose_name_plural = "chaves de assinatura"
        ordering = ["-created_at", "-pk"]
        get_latest_by = ["created_at", "pk"]

    def __str__(self) -> str:
        return self.kid
