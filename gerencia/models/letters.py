"""The ofício by which a state joins an offer, exceptionally: registered by one of the SAPS, checked by another."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django_fsm import ConcurrentTransitionMixin, FSMField, transition

from common.actor import Actor
from gerencia.models.enrolments import Enrolment


class OfficialLetterQuerySet(models.QuerySet["OfficialLetter"]):
    def visible_to(self, actor: Actor) -> OfficialLetterQuerySet:
        """Of the entities the actor acts for; the desk sees all. The file is never among what is read."""
        entities = actor.entities_in("gerencia")
        rows = self if entities is None else self.filter(enrolment__entity__in=entities)
        return rows.defer("sealed_content")

    def running(self) -> OfficialLetterQuerySet:
        """Sent, and not returned."""
        return self.filter(status__in=OfficialLetter.RUNNING)


class OfficialLetter(ConcurrentTransitionMixin, models.Model):
    """An ofício to the SAPS. What counts is when it was sent, whatever the day on which it is registered.

    The file of one made in the portal is its paper (documents); that of one received is kept sealed here.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "ASSINADO, A ENVIAR"
        SENT = "sent", "ENVIADO"
        UNDER_CHECK = "under_check", "EM CONFERÊNCIA"
        ACCEPTED = "accepted", "ACEITO"
        RETURNED = "returned", "DEVOLVIDO"

    WAITING = (Status.SENT, Status.UNDER_CHECK)
    RUNNING = (*WAITING, Status.ACCEPTED)

    class Signatory(models.TextChoices):
        SECRETARY = "secretary", "Secretário(a) Estadual de Saúde"
        COORDINATOR = "coordinator", "Coordenador(a) de Atenção Primária à Saúde"
        OTHER = "other", "Outro cargo"

    ACCEPTED_SIGNATORIES = (Signatory.SECRETARY, Signatory.COORDINATOR)

    class Channel(models.TextChoices):
        PORTAL = "portal", "pelo portal"
        SEI = "sei", "pelo SEI"
        EMAIL = "email", "por e-mail"
        POST = "post", "pelos Correios"

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, verbose_name="adesão", related_name="letters")
    number = models.CharField("número", max_length=40)
    signatory_role = models.CharField("cargo do signatário", max_length=12, choices=Signatory.choices)
    signatory_name = models.CharField("signatário", max_length=120)
    channel = models.CharField("como chegou", max_length=8, choices=Channel.choices, default=Channel.PORTAL)
    signer = models.CharField("titular do certificado que assinou", max_length=200, blank=True)
    sha256 = models.CharField("SHA-256 do arquivo", max_length=64, blank=True)
    sealed_content = models.BinaryField("arquivo cifrado", null=True, editable=False)
    status = FSMField("situação", max_length=12, choices=Status.choices, default=Status.DRAFT, protected=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="trazido por", related_name="+"
    )
    written_at = models.DateTimeField("trazido em")
    sent_at = models.DateTimeField("enviado em", null=True, blank=True)
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="registrado por", null=True, blank=True, related_name="+"
    )
    registered_at = models.DateTimeField("registrado em", null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="conferido por", null=True, blank=True, related_name="+"
    )
    checked_at = models.DateTimeField("conferido em", null=True, blank=True)
    reason = models.TextField("motivo da devolução", blank=True)

    objects = OfficialLetterQuerySet.as_manager()

    class Meta:
        verbose_name = "ofício de adesão"
        verbose_name_plural = "ofícios de adesão"
        ordering = ["-written_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"],
                condition=Q(status__in=["sent", "under_check", "accepted"]),
                name="gerencia_letter_one_running",
            ),
            models.UniqueConstraint(
                fields=["sha256"],
                condition=Q(status__in=["sent", "under_check", "accepted"]),
                name="gerencia_letter_same_file_once",
            ),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(sent_at__isnull=False) & ~Q(sha256="") & ~Q(signer=""),
                name="gerencia_letter_sent_is_signed_and_dated",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["under_check", "accepted"])
                | Q(registered_at__isnull=False, registered_by__isnull=False),
                name="gerencia_letter_registered_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(status="accepted")
                | Q(checked_at__isnull=False, checked_by__isnull=False) & ~Q(checked_by=F("registered_by")),
                name="gerencia_letter_checked_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(status="returned") | ~Q(reason="") & Q(checked_by__isnull=False),
                name="gerencia_letter_returned_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(signatory_role="other"), name="gerencia_letter_signatory_is_one_of_two"
            ),
        ]

    def __str__(self) -> str:
        return f"Ofício nº {self.number}"

    @property
    def entity_id(self) -> int:
        return self.enrolment.entity_id

    @transition(status, source=Status.DRAFT, target=Status.SENT)
    def send(self, *, at: datetime) -> None:
        self.sent_at = at

    @transition(status, source=Status.SENT, target=Status.UNDER_CHECK)
    def register(self, *, by: Actor, at: datetime) -> None:
        """By one of the SAPS."""
        self.registered_by_id, self.registered_at = by.account_id, at

    @transition(status, source=Status.UNDER_CHECK, target=Status.ACCEPTED)
    def accept(self, *, by: Actor, at: datetime) -> None:
        """By another member of the SAPS."""
        self.checked_by_id, self.checked_at = by.account_id, at

    @transition(status, source=[Status.SENT, Status.UNDER_CHECK], target=Status.RETURNED)
    def send_back(self, *, by: Actor, reason: str, at: datetime) -> None:
        self.checked_by_id, self.checked_at, self.reason = by.account_id, at, reason
