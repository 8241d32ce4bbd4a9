"""Who has an item of a queue in hand."""

from django.conf import settings
from django.db import models


class Claim(models.Model):
    """An item of a queue that somebody of the team took (quem cuida).

    It is a mark among colleagues and no permission: whoever may decide may decide. It stays with the item, so that what
    comes back from the entity comes back to who knows it.
    """

    queue = models.CharField("fila", max_length=20)
    item_id = models.BigIntegerField("item")
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="quem cuida", related_name="claims"
    )
    taken_at = models.DateTimeField("assumido em")

    class Meta:
        verbose_name = "item assumido"
        verbose_name_plural = "itens assumidos"
        ordering = ["-taken_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["queue", "item_id"], name="claim_one_holder_per_item")]

    def __str__(self) -> str:
        return f"{self.queue} nº {self.item_id}"
