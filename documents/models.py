"""Papers of the portal, the processes that group them, and who signed them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db import models
from django.db.models import F, Q

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


@dataclass(frozen=True)
class Revocation:
    """A certificate that signed is revoked today: since when, and whether it was so already as it signed."""

    at: datetime
    was_before: bool

    @classmethod
    def of(cls, certificate: Certificate, *, signed_at: datetime) -> Revocation | None:
        """Both instants are the room's; None for a certificate that nobody revoked."""
        since = certificate.revoked_since
        return cls(since, was_before=since <= signed_at) if since else None


class PaperQuerySet(models.QuerySet["Paper"]):
    def visible_to(self, actor: Actor) -> PaperQuerySet:
        """That a paper exists is public for who has its codes or names its process; its file is not among this."""
        return self.issued().order_by("issued_at", "pk")

    def issued(self) -> PaperQuerySet:
        """Those that all of their signatories have signed; the others are being prepared (em preparo)."""
        return self.filter(files__number=F("signatories"))

    def with_file(self, sha256: str) -> PaperQuerySet:
        """Those whose file, under all of its signatures, is this one."""
        return self.filter(files__number=F("signatories"), files__sha256=sha256)


class Paper(models.Model):
    """A PDF that the portal issues (papel): registered with its numbers, then signed by each of its signatories.

    `code` and `crc` are labels to find it by; what proves it is the signature, the SHA-256 of its file here, and its
    entry in the receipts log.
    """

    process = models.ForeignKey(Process, models.PROTECT, verbose_name="processo", related_name="papers")
    kind = models.CharField("espécie", max_length=40)
    title = models.CharField("título", max_length=200)
    target_type = models.CharField("tipo do alvo", max_length=80)
    target_id = models.CharField("identificador do alvo", max_length=40)
    # Of what is issued more than once (um relatório, a cada pedido); 1 of everything else.
    edition = models.PositiveIntegerField("via", default=1)
    code = models.CharField("código verificador", max_length=10, unique=True)
    crc = models.CharField("código CRC", max_length=8)
    signatories = models.PositiveSmallIntegerField("quantos assinam")
    issued_at = models.DateTimeField("emitido em")

    objects = PaperQuerySet.as_manager()

    class Meta:
        verbose_name = "papel"
        verbose_name_plural = "papéis"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "target_type", "target_id", "edition"], name="paper_one_for_each_target"
            ),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9]{10}$", crc__regex=r"^[0-9A-F]{8}$"), name="paper_codes_have_their_form"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.code})"

    @cached_property
    def file(self) -> PaperFile:
        """The file with all signatures that it has by now."""
        return self.files.latest("number")

    @property
    def content(self) -> bytes:
        """The file, byte for byte as it was signed."""
        return self.file.content

    @property
    def sha256(self) -> str:
        return self.file.sha256


class PaperFile(models.Model):
    """A paper under so many signatures; none is what was registered, and how each signed file begins.

    Kept sealed, and never made again.
    """

    paper = models.ForeignKey(Paper, models.PROTECT, verbose_name="papel", related_name="files")
    number = models.PositiveSmallIntegerField("assinaturas")
    sha256 = models.CharField("SHA-256 do arquivo", max_length=64, unique=True)
    size = models.PositiveIntegerField("bytes")
    sealed_content = models.BinaryField("arquivo cifrado", editable=False)

    class Meta:
        verbose_name = "arquivo de papel"
        verbose_name_plural = "arquivos de papéis"
        constraints = [models.UniqueConstraint(fields=["paper", "number"], name="paper_file_once_for_each_signature")]

    def __str__(self) -> str:
        return f"{self.paper_id}, {self.number} assinaturas"

    @cached_property
    def content(self) -> bytes:
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

    @property
    def revocation(self) -> Revocation | None:
        """That of its certificate, seen from the instant of the signature."""
        return Revocation.of(self.certificate, signed_at=self.signed_at)


class LogEntryQuerySet(models.QuerySet["LogEntry"]):
    def visible_to(self, actor: Actor) -> LogEntryQuerySet:
        """The log is of who reads everything: that is asked at its page. Each receipt carries its own proof."""
        return self


class LogEntry(models.Model):
    """One entry of the receipts log (registro de recibos): a paper, an audit event that matters in law, or a receipt.

    It is written with what it is of, in the same transaction; `index` is its place, given once, and `nodes` the hashes
    of the subtrees that it completes (documents.log.tree), one after the other.
    """

    # None for what is no paper. Papers from before the log have no entry.
    paper = models.OneToOneField(
        Paper, models.PROTECT, verbose_name="papel", related_name="entry", null=True, blank=True
    )
    content = models.TextField("conteúdo")
    index = models.BigIntegerField("posição", unique=True, null=True, blank=True)
    nodes = models.BinaryField("hashes", null=True)

    objects = LogEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "entrada do registro de recibos"
        verbose_name_plural = "registro de recibos"
        ordering = ["index"]
        indexes = [models.Index(fields=["id"], name="log_without_place", condition=Q(index=None))]
        constraints = [
            models.CheckConstraint(
                condition=Q(index=None, nodes=None) | Q(index__gte=0, nodes__isnull=False),
                name="log_place_comes_with_its_hashes",
            ),
        ]

    def __str__(self) -> str:
        return f"nº {self.index}" if self.index is not None else "sem posição ainda"


class LogCheckpointQuerySet(models.QuerySet["LogCheckpoint"]):
    def visible_to(self, actor: Actor) -> LogCheckpointQuerySet:
        """Checkpoints are public: a size and a hash."""
        return self.order_by("size")


class LogCheckpoint(models.Model):
    """Size and root of the log at a real instant, signed by the seal of the portal (ponto de controle)."""

    size = models.BigIntegerField("registros", unique=True)
    root = models.BinaryField("raiz")
    # What names the log, as it was signed: the row that it is the hash of may be tampered with.
    log = models.CharField("nome do registro", max_length=64)
    address = models.CharField("endereço da sala", max_length=200)
    at = models.DateTimeField("assinado em")
    signature = models.BinaryField("assinatura")
    certificate = models.ForeignKey(Certificate, models.PROTECT, verbose_name="certificado do selo", related_name="+")

    objects = LogCheckpointQuerySet.as_manager()

    class Meta:
        verbose_name = "ponto de controle"
        verbose_name_plural = "pontos de controle"
        ordering = ["size"]

    def __str__(self) -> str:
        return f"{self.size} registros"
