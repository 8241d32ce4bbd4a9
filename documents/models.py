"""Papers of the portal, the processes that group them, and who signed them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from common import vault
from common.actor import Actor
from documents import numbers
from pki.models import Certificate


class ProcessQuerySet(models.QuerySet["Process"]):
    def visible_to(self, actor: Actor) -> ProcessQuerySet:
        """A process is public, as on the papers that name it; it shows what was issued, never what it says."""
        return self.order_by("pk")


class Process(models.Model):
    """The matter that several papers belong to (processo), by its number «25000.000031/2026-dd»."""

    year = models.PositiveSmallIntegerField("ano")
    serial = models.PositiveIntegerField("sequencial do ano")
    number = models.CharField("número", max_length=20, unique=True)
    subject = models.CharField("assunto", max_length=200)
    # What it is about, as the audit trail names a target; one process for each.
    target_type = models.CharField("tipo do alvo", max_length=80)
    target_id = models.CharField("identificador do alvo", max_length=40)
    opened_at = models.DateTimeField("aberto em")

    objects = ProcessQuerySet.as_manager()

    class Meta:
        verbose_name = "processo"
        verbose_name_plural = "processos"
        constraints = [
            models.UniqueConstraint(fields=["year", "serial"], name="process_serial_once_a_year"),
            models.UniqueConstraint(fields=["target_type", "target_id"], name="process_one_for_each_target"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def digits(self) -> str:
        """The number as an address has it."""
        return numbers.digits_of(self.number)


class PaperQuerySet(models.QuerySet["Paper"]):
    def visible_to(self, actor: Actor) -> PaperQuerySet:
        """That a paper exists is public for who has its codes or names its process; its file is not among this."""
        return self.defer("sealed_content").order_by("issued_at", "pk")


class Paper(models.Model):
    """A signed PDF that the portal issued (papel). Its file is kept sealed and never made again.

    `code` and `crc` are labels to find it by; what proves it is the signature, and here the SHA-256 of the file.
    """

    process = models.ForeignKey(Process, models.PROTECT, verbose_name="processo", related_name="papers")
    kind = models.CharField("espécie", max_length=40)
    title = models.CharField("título", max_length=200)
    target_type = models.CharField("tipo do alvo", max_length=80)
    target_id = models.CharField("identificador do alvo", max_length=40)
    code = models.CharField("código verificador", max_length=10, unique=True)
    crc = models.CharField("código CRC", max_length=8)
    sha256 = models.CharField("SHA-256 do arquivo", max_length=64, unique=True)
    size = models.PositiveIntegerField("bytes")
    sealed_content = models.BinaryField("arquivo cifrado", editable=False)
    issued_at = models.DateTimeField("emitido em")

    objects = PaperQuerySet.as_manager()

    class Meta:
        verbose_name = "papel"
        verbose_name_plural = "papéis"
        constraints = [
            models.UniqueConstraint(fields=["kind", "target_type", "target_id"], name="paper_one_for_each_target"),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9]{10}$", crc__regex=r"^[0-9A-F]{8}$"), name="paper_codes_have_their_form"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.code})"

    @property
    def content(self) -> bytes:
        """The file, byte for byte as it was signed."""
        return vault.unseal(self.sealed_content)


class PaperSignature(models.Model):
    """One signatory of a paper (signatário), in order: who, as what, when by the room's clock, by which certificate."""

    paper = models.ForeignKey(Paper, models.PROTECT, verbose_name="papel", related_name="signatures")
    position = models.PositiveSmallIntegerField("ordem")
    name = models.CharField("nome", max_length=120)
    role = models.CharField("cargo ou perfil", max_length=120)
    signed_at = models.DateTimeField("assinado em")
    certificate = models.ForeignKey(Certificate, models.PROTECT, verbose_name="certificado", related_name="+")
    is_seal = models.BooleanField("pelo selo do portal")

    class Meta:
        verbose_name = "assinatura de papel"
        verbose_name_plural = "assinaturas de papéis"
        ordering = ["paper", "position"]
        constraints = [
            models.UniqueConstraint(fields=["paper", "position"], name="paper_signature_once_in_its_place"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.role}"
