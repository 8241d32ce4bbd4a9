"""The log of what machines asked (registro de chamadas), and their messages (mensagens)."""

from __future__ import annotations

from datetime import datetime

from django.db import models

from interop import messages


class ExchangeQuerySet(models.QuerySet["Exchange"]):
    def visible_to(self, fingerprint: str) -> ExchangeQuerySet:
        """The calls of one certificate, for whoever calls with it; without a certificate, none."""
        return self.filter(fingerprint=fingerprint) if fingerprint else self.none()


class Exchange(models.Model):
    """One call of a machine and its answer (chamada). Append-only, and short-lived: see journal.prune.

    No secret is in it: claims without keys and chains, documents masked, addresses without query or long numbers.
    """

    request_id = models.CharField("requisição", max_length=36)
    door = models.CharField("porta", max_length=40)
    method = models.CharField("método", max_length=10)
    path = models.CharField("endereço", max_length=200)
    at = models.DateTimeField("quando, na sala")
    real_at = models.DateTimeField("quando")
    fingerprint = models.CharField("SHA-256 do certificado", max_length=64, blank=True)
    holder = models.CharField("titular", max_length=20, blank=True)
    status = models.PositiveSmallIntegerField("resposta")
    milliseconds = models.FloatField("duração (ms)")
    scenario = models.CharField("cenário", max_length=40, blank=True)
    code = models.CharField("recusa", max_length=60, blank=True)
    explanation = models.CharField("explicação", max_length=400, blank=True)
    claims = models.JSONField("conteúdo do token", default=dict, blank=True)

    objects = ExchangeQuerySet.as_manager()

    class Meta:
        verbose_name = "chamada"
        verbose_name_plural = "registro de chamadas"
        ordering = ["-real_at", "-pk"]
        indexes = [models.Index(fields=["real_at"], name="exchange_real_at")]
        constraints = [models.UniqueConstraint(fields=["request_id"], name="exchange_named_once")]

    def __str__(self) -> str:
        return self.request_id


class MessageQuerySet(models.QuerySet["Message"]):
    def kept_at(self, real_at: datetime) -> MessageQuerySet:
        """Those whose days are not over, whether or not the sweep came by."""
        return self.filter(exchange__real_at__gt=real_at - messages.kept_for())

    def over_at(self, real_at: datetime) -> MessageQuerySet:
        return self.filter(exchange__real_at__lte=real_at - messages.kept_for())


class Message(models.Model):
    """What was sent and answered in a call (mensagem), sealed. Append-only; whoever knows the link may read it.

    The sweep erases it before its line: see journal.prune.
    """

    exchange = models.OneToOneField(
        Exchange, models.DO_NOTHING, to_field="request_id", related_name="message", verbose_name="chamada"
    )
    link = models.CharField("código do endereço", max_length=32)
    again_of = models.CharField("reenvio de", max_length=36, blank=True)
    sealed = models.BinaryField("conteúdo cifrado")

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = "mensagem"
        verbose_name_plural = "mensagens"
        indexes = [models.Index(fields=["again_of"], name="message_again", condition=~models.Q(again_of=""))]
        constraints = [models.UniqueConstraint(fields=["link"], name="message_one_link")]

    def __str__(self) -> str:
        return str(self.exchange_id)

    def content(self) -> messages.Content | None:
        """What it holds; None when no key of the vault opens it any more."""
        return messages.unseal(self.sealed, self.again_of)
