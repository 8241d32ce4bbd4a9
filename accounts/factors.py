"""The second factor of the team (segundo fator): a secret shared with an authenticator, and codes for who loses it."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class SecondFactor(models.Model):
    """What a member of the team shares with an authenticator (TOTP, RFC 6238); no row before the first code was right.

    A code counts once: `last_step` is the thirty seconds of the last one.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="conta", related_name="second_factor"
    )
    sealed_secret = models.BinaryField("segredo cifrado", editable=False)
    enrolled_at = models.DateTimeField("cadastrado em")
    last_step = models.BigIntegerField("último código aceito", default=0)

    class Meta:
        verbose_name = "segundo fator"
        verbose_name_plural = "segundos fatores"

    def __str__(self) -> str:
        return f"Segundo fator de {self.user}"


class RecoveryCode(models.Model):
    """A code written down at the enrolment (código de recuperação): it stands for the authenticator once."""

    factor = models.ForeignKey(
        SecondFactor, models.CASCADE, verbose_name="segundo fator", related_name="recovery_codes"
    )
    digest = models.CharField("resumo", max_length=64)
    used_at = models.DateTimeField("usado em", null=True, blank=True)

    class Meta:
        verbose_name = "código de recuperação"
        verbose_name_plural = "códigos de recuperação"
        constraints = [
            models.UniqueConstraint(fields=["factor", "digest"], name="recovery_code_once"),
            models.CheckConstraint(condition=~Q(digest=""), name="recovery_code_is_hashed"),
        ]

    def __str__(self) -> str:
        return f"Código de recuperação de {self.factor.user}"
