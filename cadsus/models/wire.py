"""What the services on the wire keep between two calls."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q

from registry.models import Person

CONTINUES_FOR = timedelta(minutes=10)


class ContinuationQuerySet(models.QuerySet["Continuation"]):
    def open_at(self, real_at: datetime) -> ContinuationQuerySet:
        return self.filter(real_until__gt=real_at)

    def over_at(self, real_at: datetime) -> ContinuationQuerySet:
        return self.filter(real_until__lte=real_at)


class Continuation(models.Model):
    """The records found that did not fit in one answer (continuação): of one system and one question.

    `found` are pairs of record and score, all of them, so that a page that was lost on the way is asked for again.
    """

    holder = models.CharField("sistema", max_length=80)
    query_root = models.CharField("raiz da pergunta", max_length=200)
    query_extension = models.CharField("número da pergunta", max_length=200, blank=True)
    found = models.JSONField("achados")
    position = models.PositiveSmallIntegerField("já enviados")
    real_until = models.DateTimeField("vale até")

    objects = ContinuationQuerySet.as_manager()

    class Meta:
        verbose_name = "continuação de pergunta"
        verbose_name_plural = "continuações de perguntas"
        indexes = [models.Index(fields=["real_until"], name="continuation_until")]
        constraints = [
            models.UniqueConstraint(fields=["holder", "query_root", "query_extension"], name="continuation_once"),
            models.CheckConstraint(condition=~Q(holder=""), name="continuation_is_of_somebody"),
        ]

    def __str__(self) -> str:
        return f"{self.query_root} {self.query_extension}".strip()


class LocalIdentifierQuerySet(models.QuerySet["LocalIdentifier"]):
    def of(self, holder: str) -> LocalIdentifierQuerySet:
        return self.filter(holder=holder)


class LocalIdentifier(models.Model):
    """How a system calls a record (identificador local): a number under a root (OID) of its own.

    It is of the system that said it: two that chose the same root do not meet. It goes on naming the record that it was
    said of, which may have been absorbed since.
    """

    holder = models.CharField("sistema", max_length=80)
    root = models.CharField("raiz", max_length=200)
    extension = models.CharField("identificador", max_length=200)
    person = models.ForeignKey(Person, models.PROTECT, verbose_name="pessoa", related_name="local_identifiers")
    known_since = models.DateTimeField("conhecido desde")

    objects = LocalIdentifierQuerySet.as_manager()

    class Meta:
        verbose_name = "identificador local"
        verbose_name_plural = "identificadores locais"
        constraints = [
            models.UniqueConstraint(fields=["holder", "root", "extension"], name="local_identifier_once"),
            models.CheckConstraint(
                condition=~Q(holder="") & ~Q(root="") & ~Q(extension=""), name="local_identifier_is_whole"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.root} {self.extension}"
