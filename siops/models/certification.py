"""«Certificado Digital», etapas 1 to 4: from the request financed by the ministry to the first use (SM-1)."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, DateTimeField, ExpressionWrapper, F, Func, Q, TimeField, Value, When
from django.db.models.functions import Replace
from django_fsm import ConcurrentTransitionMixin, FSMField, transition

from common.actor import Actor
from common.folding import fold
from pki.models import Medium, serial_of_newer
from registry.models import Person
from siops.models.scoped import CERTIFIER, EntityScopedQuerySet
from territory.models import Entity, Municipality

# Crockford's base 32: no letter that reads like a digit.
PROTOCOL_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# Who acts, in the audit trail, for people who have no way in yet.
SYSTEM = "certificado_digital"
_LOOK_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})


def plain_protocol(text: str) -> str:
    """`7QK49XTB`, whole or in part, from what a person typed: any case, with or without hyphens and spaces."""
    return "".join(c for c in text if c.isascii() and c.isalnum()).upper().translate(_LOOK_ALIKE)


class Certifier(models.Model):
    """A certifier (certificadora) of the simulator."""

    name = models.CharField("nome", max_length=80, unique=True)

    class Meta:
        verbose_name = "certificadora"
        verbose_name_plural = "certificadoras"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ServicePoint(models.Model):
    """Where a certifier attends in person (posto de atendimento)."""

    certifier = models.ForeignKey(Certifier, models.PROTECT, verbose_name="certificadora", related_name="points")
    municipality = models.ForeignKey(Municipality, models.PROTECT, verbose_name="município", related_name="+")
    name = models.CharField("nome", max_length=120)

    class Meta:
        verbose_name = "posto de atendimento"
        verbose_name_plural = "postos de atendimento"
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["certifier", "name"], name="service_point_name_once")]

    def __str__(self) -> str:
        return f"{self.name} ({self.certifier})"


class Attendant(models.Model):
    """Who attends at the counter of one certifier (atendente), and issues for no other."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="conta", related_name="attendant"
    )
    certifier = models.ForeignKey(Certifier, models.PROTECT, verbose_name="certificadora", related_name="attendants")

    class Meta:
        verbose_name = "atendente de certificadora"
        verbose_name_plural = "atendentes de certificadora"

    def __str__(self) -> str:
        return f"{self.user} · {self.certifier}"


def beginning() -> Func:
    """The instant at which the scheduled period begins, as an expression of the database."""
    hours = [When(period=period, then=Value(begins)) for period, begins in CertificationRequest.BEGINS.items()]
    local = F("scheduled_for") + Case(*hours, output_field=TimeField())
    wrapped = ExpressionWrapper(local, output_field=DateTimeField())
    return Func(Value("America/Sao_Paulo"), wrapped, function="timezone", output_field=DateTimeField())


class CertificationRequestQuerySet(EntityScopedQuerySet["CertificationRequest"]):
    def visible_to(self, actor: Actor) -> Self:
        """The requests made to the certifier whose counter the actor attends; all for who reads the whole SIOPS."""
        if actor.entities_in("siops") is None:
            return self
        return self.filter(certifier__in=actor.units(CERTIFIER))

    def open(self) -> CertificationRequestQuerySet:
        """Neither activated nor cancelled."""
        return self.filter(status__in=CertificationRequest.OPEN)

    def for_reading(self) -> CertificationRequestQuerySet:
        """With everything that a page about a request shows."""
        return self.select_related(
            "person",
            "entity__municipality__uf",
            "entity__uf",
            "certifier",
            "service_point__certifier",
            "service_point__municipality__uf",
            "issued_by",
            "medium__certificate__authority",
        ).annotate(successor=serial_of_newer("medium__certificate__"))

    def to_attend(self) -> CertificationRequestQuerySet:
        """Scheduled and not yet issued, in the order of the day."""
        # "morning" must come before "afternoon".
        return self.filter(status=CertificationRequest.Status.SCHEDULED).order_by("scheduled_for", "-period", "pk")

    def due_by(self, day: date) -> CertificationRequestQuerySet:
        """Scheduled for that day or an earlier one and not attended yet; each waits since `begins_at`."""
        waiting = self.filter(status=CertificationRequest.Status.SCHEDULED, scheduled_for__lte=day)
        return waiting.select_related("person").annotate(begins_at=beginning())

    def attended(self) -> CertificationRequestQuerySet:
        """Issued at the counter, the newest first."""
        return self.filter(issued_at__isnull=False).order_by("-issued_at", "-pk")

    def at_the_counter(self) -> CertificationRequestQuerySet:
        """Scheduled or attended on any day, the latest first."""
        scheduled = Q(status=CertificationRequest.Status.SCHEDULED)
        return self.filter(scheduled | Q(issued_at__isnull=False)).order_by("-scheduled_for", "-period", "pk")

    def matching(self, text: str) -> CertificationRequestQuerySet:
        """By a part of the protocol or of the holder's name."""
        found = Q(person__search_name__contains=fold(text))
        if part := plain_protocol(text):
            found |= Q(plain_protocol__contains=part)
        return self.alias(plain_protocol=Replace(F("protocol"), Value("-"), Value(""))).filter(found)


class CertificationRequest(ConcurrentTransitionMixin, models.Model):
    """A request for an e-CPF for one gestor. The 1ª etapa only informs; a valid certificate skips 1ª to 3ª.

    `protocol` is the holder's proof for following, scheduling and cancelling: who has neither certificate nor password
    cannot sign in.
    """

    class Status(models.TextChoices):
        REQUESTED = "requested", "SOLICITADO (2ª etapa)"
        SCHEDULED = "scheduled", "AGENDADO (3ª etapa)"
        ISSUED = "issued", "EMITIDO"
        ACTIVATED = "activated", "ATIVADO (4ª etapa)"
        CANCELLED = "cancelled", "CANCELADO"

    class Period(models.TextChoices):
        MORNING = "morning", "Manhã"
        AFTERNOON = "afternoon", "Tarde"

    class Document(models.TextChoices):
        IDENTITY = "identity", "Documento de identificação oficial com foto, original"
        CPF = "cpf", "CPF (ou documento que o traga)"
        RESIDENCE = "residence", "Comprovante de residência"
        APPOINTMENT = "appointment", "Ato de posse ou de nomeação do gestor"
        PHOTO = "photo", "Fotografia e biometria coletadas no posto"
        MEDIUM = "medium", "Mídia (token ou cartão) para gravar o certificado"

    # When the periods of the counter begin, in Brasília, and how many hours each lasts.
    BEGINS = {Period.MORNING: time(8), Period.AFTERNOON: time(13)}
    PERIOD_HOURS = 4
    OPEN = (Status.REQUESTED, Status.SCHEDULED, Status.ISSUED)
    # The .p12 of an A1 needs no medium.
    DOCUMENTS_A1 = (Document.IDENTITY, Document.CPF, Document.RESIDENCE, Document.APPOINTMENT, Document.PHOTO)
    DOCUMENTS_A3 = (*DOCUMENTS_A1, Document.MEDIUM)

    person = models.ForeignKey(Person, models.PROTECT, verbose_name="gestor", related_name="certification_requests")
    entity = models.ForeignKey(Entity, models.PROTECT, verbose_name="ente", related_name="certification_requests")
    certifier = models.ForeignKey(Certifier, models.PROTECT, verbose_name="certificadora", related_name="+")
    service_point = models.ForeignKey(ServicePoint, models.PROTECT, verbose_name="posto", related_name="+")
    kind = models.CharField("tipo", max_length=2, choices=Medium.Kind.choices)
    status = FSMField("situação", max_length=12, choices=Status.choices, default=Status.REQUESTED, protected=True)
    protocol = models.CharField("protocolo", max_length=16, unique=True)
    requested_at = models.DateTimeField("solicitado em")
    scheduled_for = models.DateField("data do atendimento", null=True, blank=True)
    period = models.CharField("período", max_length=10, choices=Period.choices, blank=True)
    documents = models.JSONField("documentos conferidos", default=list, blank=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="emitido por", null=True, blank=True, related_name="+"
    )
    issued_at = models.DateTimeField("emitido em", null=True, blank=True)
    medium = models.OneToOneField(Medium, models.PROTECT, verbose_name="mídia", null=True, blank=True)
    activated_at = models.DateTimeField("ativado em", null=True, blank=True)
    cancelled_at = models.DateTimeField("cancelado em", null=True, blank=True)

    objects = CertificationRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "solicitação de certificado"
        verbose_name_plural = "solicitações de certificado"
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(status__in=["requested", "scheduled", "issued"]),
                name="certification_one_open_per_person",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["scheduled", "issued", "activated"]) | Q(scheduled_for__isnull=False),
                name="certification_scheduled_has_date",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["issued", "activated"])
                | Q(medium__isnull=False, issued_by__isnull=False, issued_at__isnull=False),
                name="certification_issued_has_medium",
            ),
            models.CheckConstraint(
                condition=~Q(status="activated") | Q(activated_at__isnull=False),
                name="certification_activated_has_instant",
            ),
            models.CheckConstraint(
                condition=~Q(status="cancelled") | Q(cancelled_at__isnull=False),
                name="certification_cancelled_has_instant",
            ),
        ]

    def __str__(self) -> str:
        return f"Certificado de {self.person}"

    def certificate_situation_at(self, at: datetime) -> str:
        """What became of the certificate, of a row read by `for_reading`; empty before the issue."""
        if self.medium is None:
            return ""
        successor: str | None = self.successor  # type: ignore[attr-defined]  # annotated by for_reading
        return self.medium.certificate.situation_at(at, successor=successor)

    @property
    def required_documents(self) -> tuple[CertificationRequest.Document, ...]:
        """What the certifier must see before issuing."""
        return self.DOCUMENTS_A1 if self.kind == Medium.Kind.A1 else self.DOCUMENTS_A3

    @transition(status, source=[Status.REQUESTED, Status.SCHEDULED], target=Status.SCHEDULED)
    def schedule(self, *, date: Any, period: str) -> None:
        """3ª etapa, also to change the day."""
        self.scheduled_for, self.period = date, period

    @transition(status, source=Status.SCHEDULED, target=Status.ISSUED)
    def issue(self, *, medium: Medium, documents: list[str], by: Actor, at: datetime) -> None:
        """In person, with the documents checked."""
        self.medium, self.documents, self.issued_by_id, self.issued_at = medium, documents, by.account_id, at

    @transition(status, source=Status.ISSUED, target=Status.ACTIVATED)
    def activate(self, *, at: datetime) -> None:
        """4ª etapa: first entry into the Módulo de Gestores."""
        self.activated_at = at

    @transition(status, source=[Status.REQUESTED, Status.SCHEDULED], target=Status.CANCELLED)
    def cancel(self, *, at: datetime) -> None:
        """Given up before issue."""
        self.cancelled_at = at

    @transition(status, source=Status.ISSUED, target=Status.CANCELLED)
    def lapse(self, *, at: datetime) -> None:
        """The certificate was lost before its first use: destroyed medium, revoked or expired."""
        self.cancelled_at = at
