"""Facts every app shares: the audit trail, the simulated outbox, the worker's heartbeat and protective counters."""

from datetime import datetime

from django.conf import settings
from django.db import models

from common.actor import Actor


class AuditEvent(models.Model):
    """One thing that somebody did (evento de auditoria). Append-only: the database refuses changes."""

    verb = models.CharField("ação", max_length=80)
    at = models.DateTimeField("quando")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="quem", null=True, blank=True, related_name="+"
    )
    system_actor = models.CharField("rotina", max_length=80, blank=True)
    # In which capacity: the kinds and roles of the offices that reached the target, joined by commas.
    office = models.CharField("função", max_length=80, blank=True)
    role = models.CharField("papel", max_length=160, blank=True)
    by_substitution = models.BooleanField("por substituição", default=False)
    target_type = models.CharField("tipo do alvo", max_length=80)
    target_id = models.CharField("identificador do alvo", max_length=40)
    target_label = models.CharField("alvo", max_length=200)
    entity_id = models.BigIntegerField("ente", null=True, blank=True)
    details = models.JSONField("detalhes", default=dict, blank=True)
    request_id = models.CharField("requisição", max_length=36, blank=True)

    class Meta:
        verbose_name = "evento de auditoria"
        verbose_name_plural = "eventos de auditoria"
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["target_type", "target_id"], name="audit_target"),
            # The newest of an entity, in the order of the trail.
            models.Index(
                fields=["entity_id", "-at", "-id"], name="audit_entity", condition=models.Q(entity_id__isnull=False)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(actor__isnull=False) | ~models.Q(system_actor=""),
                name="audit_is_never_anonymous",
            )
        ]

    def __str__(self) -> str:
        return f"{self.verb} · {self.target_label}"


class OutboxMessageQuerySet(models.QuerySet["OutboxMessage"]):
    def visible_to(self, actor: Actor) -> "OutboxMessageQuerySet":
        """Messages to the account, and those to its e-mail written before the account existed.

        A session that proves only one mailbox reads that one alone; nobody reads none.
        """
        if actor.account is None:
            return self.none()
        own = models.Q(addressee=actor.account.pk)
        if actor.account.email:
            own |= models.Q(addressee=None, to_email__iexact=actor.account.email)
        return self.filter(own) if actor.mailbox is None else self.filter(own, to_email__iexact=actor.mailbox)

    def due(self, at: datetime) -> "OutboxMessageQuerySet":
        """What is owed and may be tried at `at`."""
        waited = models.Q(next_try_at=None) | models.Q(next_try_at__lte=at)
        return self.filter(waited, sent_at=None, given_up_at=None)

    def to_mailbox(self, address: str) -> "OutboxMessageQuerySet":
        """Everything written to an address, whoever asks: what the owner of the real mailbox would read."""
        return self.filter(to_email__iexact=address)


class OutboxMessage(models.Model):
    """An e-mail that the portal owes to somebody ("Caixa de saída simulada").

    The row is written in the transaction of the action, so a mail exists exactly when the action does; a worker
    sends it, or gives it up (`given_up_at`) when it can never arrive.
    """

    addressee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        verbose_name="destinatário",
        null=True,
        blank=True,
        related_name="outbox_messages",
    )
    to_email = models.EmailField("para")
    subject = models.CharField("assunto", max_length=200)
    body = models.TextField("mensagem")
    written_at = models.DateTimeField("escrita em")
    sent_at = models.DateTimeField("enviada em", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("tentativas", default=0)
    next_try_at = models.DateTimeField("próxima tentativa", null=True, blank=True)
    given_up_at = models.DateTimeField("não entregue desde", null=True, blank=True)
    last_error = models.CharField("último erro", max_length=120, blank=True)
    idempotency_key = models.CharField("chave de unicidade", max_length=120, unique=True, null=True, blank=True)

    objects = OutboxMessageQuerySet.as_manager()

    class Meta:
        verbose_name = "mensagem da caixa de saída simulada"
        verbose_name_plural = "caixa de saída simulada"
        ordering = ["-written_at", "-pk"]
        indexes = [
            models.Index(fields=["written_at"], name="outbox_unsent", condition=models.Q(sent_at__isnull=True)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sent_at__isnull=True) | models.Q(given_up_at__isnull=True),
                name="outbox_sent_is_not_given_up",
            )
        ]

    def __str__(self) -> str:
        return self.subject


class Heartbeat(models.Model):
    """How far a background process came: when it last lived, in real time, as /healthz shows it.

    That of the visits says until which instant of the room's time all that came due is on record.
    """

    name = models.CharField("processo", max_length=40, primary_key=True)
    at = models.DateTimeField("último sinal")

    class Meta:
        verbose_name = "sinal de vida"
        verbose_name_plural = "sinais de vida"

    def __str__(self) -> str:
        return self.name


class Counter(models.Model):
    """How often somebody tried something lately (contador); the key holds a digest, never a document or an address."""

    key = models.CharField("chave", max_length=120, primary_key=True)
    times = models.PositiveIntegerField("vezes")
    ends_at = models.DateTimeField("lembrado até", db_index=True)

    class Meta:
        verbose_name = "contador"
        verbose_name_plural = "contadores"

    def __str__(self) -> str:
        return self.key.partition(":")[0]
