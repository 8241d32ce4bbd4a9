"""The log of what machines asked (registro de chamadas)."""

from django.db import models


class ExchangeQuerySet(models.QuerySet["Exchange"]):
    def visible_to(self, fingerprint: str) -> "ExchangeQuerySet":
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
        indexes = [
            models.Index(fields=["request_id"], name="exchange_request"),
            models.Index(fields=["real_at"], name="exchange_real_at"),
        ]

    def __str__(self) -> str:
        return self.request_id
