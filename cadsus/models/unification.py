"""Two records that may be one person, and records made one (unificação, spec 6.3)."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django_fsm import ConcurrentTransitionMixin, FSMField, transition

from common.actor import Actor
from registry import keys
from registry.models import Person
from registry.similarity import Described

REASON = 200


def compared_digest(left: Described, right: Described) -> str:
    """A name for what two records say in the fields that are compared, whichever comes first."""
    sides = sorted(
        [
            keys.fold_name(side.name),
            keys.fold_name(side.mother),
            side.birth_date.isoformat() if side.birth_date else "",
            side.sex or "",
            side.birth_city or "",
        ]
        for side in (left, right)
    )
    return hashlib.sha256(json.dumps(sides).encode()).hexdigest()


class SuspectedPairQuerySet(models.QuerySet["SuspectedPair"]):
    def visible_to(self, actor: Actor) -> SuspectedPairQuerySet:
        """All, for whoever may consult: the registry is of the whole country. Nobody else comes as far."""
        return self

    def with_people(self) -> SuspectedPairQuerySet:
        return self.select_related("left__birth_city__uf", "right__birth_city__uf", "decided_by")

    def standing(self) -> SuspectedPairQuerySet:
        """Of records of which none was absorbed meanwhile."""
        return self.filter(left__survivor=None, right__survivor=None)

    def between(self, lefts: set[int], rights: set[int]) -> SuspectedPairQuerySet:
        """Of an older record among the first and a newer one among the second."""
        return self.filter(left__in=lefts, right__in=rights)

    def of(self, people: set[int]) -> SuspectedPairQuerySet:
        """Both of whose records are among these."""
        return self.filter(left__in=people, right__in=people)

    def queue(self, day: date) -> SuspectedPairQuerySet:
        """What waits for a decision on that day, the likeliest first: what was put off comes back by itself."""
        due = Q(postponed_until=None) | Q(postponed_until__lte=day)
        waiting = self.standing().filter(due, status=SuspectedPair.Status.SUSPECTED)
        return waiting.order_by("-score", "pk")

    def postponed(self, day: date) -> SuspectedPairQuerySet:
        rows = self.standing().filter(status=SuspectedPair.Status.SUSPECTED, postponed_until__gt=day)
        return rows.order_by("postponed_until", "pk")

    def dismissed(self) -> SuspectedPairQuerySet:
        """Decided not to be one person, whatever became of the records since."""
        return self.filter(status=SuspectedPair.Status.NOT_DUPLICATE).order_by("-decided_at", "-pk")


class SuspectedPair(ConcurrentTransitionMixin, models.Model):
    """Two records that look like one person (suspeita de duplicidade).

    `digest` is of what both said in the compared fields when the pair was last judged: «não é duplicado» holds as long
    as they still say it.
    """

    class Status(models.TextChoices):
        SUSPECTED = "suspected", "SUSPEITA"
        NOT_DUPLICATE = "not_duplicate", "NÃO DUPLICADO"
        UNIFIED = "unified", "UNIFICADO"

    left = models.ForeignKey(Person, models.PROTECT, verbose_name="cadastro mais antigo", related_name="+")
    right = models.ForeignKey(Person, models.PROTECT, verbose_name="cadastro mais novo", related_name="+")
    score = models.PositiveSmallIntegerField("semelhança")
    digest = models.CharField("resumo do que se comparou", max_length=64, db_index=True)
    status = FSMField("situação", max_length=13, choices=Status.choices, default=Status.SUSPECTED, protected=True)
    found_at = models.DateTimeField("encontrado em")
    postponed_until = models.DateField("adiado até", null=True, blank=True)
    reason = models.CharField("motivo", max_length=REASON, blank=True)
    decided_at = models.DateTimeField("decidido em", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="decidido por", null=True, blank=True, related_name="+"
    )

    objects = SuspectedPairQuerySet.as_manager()

    class Meta:
        verbose_name = "suspeita de duplicidade"
        verbose_name_plural = "suspeitas de duplicidade"
        ordering = ["-score", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["left", "right"], name="suspected_pair_once"),
            models.CheckConstraint(condition=Q(left__lt=F("right")), name="suspected_pair_older_first"),
            models.CheckConstraint(condition=Q(score__lte=100), name="suspected_pair_score_is_a_percentage"),
            models.CheckConstraint(
                condition=Q(status="suspected", decided_at__isnull=True, decided_by__isnull=True, reason="")
                | Q(status="not_duplicate", decided_at__isnull=False, decided_by__isnull=False) & ~Q(reason="")
                # Who unified stands in the unification: it may have been a system.
                | Q(status="unified", decided_at__isnull=False),
                name="suspected_pair_decided_has_who",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.left} e {self.right}"

    @transition(status, source=Status.SUSPECTED, target=Status.SUSPECTED)
    def postpone(self, *, until: date) -> None:
        """Adiar."""
        self.postponed_until = until

    @transition(status, source=Status.SUSPECTED, target=Status.NOT_DUPLICATE)
    def dismiss(self, *, reason: str, digest: str, by: Actor, at: datetime) -> None:
        """Não é duplicado, as long as both say what they say now."""
        self.reason, self.digest, self.postponed_until = reason, digest, None
        self.decided_at, self.decided_by_id = at, by.author_id

    @transition(status, source=[Status.SUSPECTED, Status.NOT_DUPLICATE], target=Status.UNIFIED)
    def unify(self, *, by: Actor, at: datetime) -> None:
        """Both are one record now."""
        self.reason, self.postponed_until = "", None
        self.decided_at, self.decided_by_id = at, by.account_id

    @transition(status, source=[Status.NOT_DUPLICATE, Status.UNIFIED], target=Status.SUSPECTED)
    def suspect_again(self, *, score: int, digest: str, at: datetime) -> None:
        """A compared field changed, or the unification was undone."""
        self.score, self.digest, self.found_at = score, digest, at
        self.reason, self.decided_at, self.decided_by = "", None, None


class UnificationQuerySet(models.QuerySet["Unification"]):
    def visible_to(self, actor: Actor) -> UnificationQuerySet:
        """All, for whoever may consult: the registry is of the whole country. Nobody else comes as far."""
        return self

    def with_names(self) -> UnificationQuerySet:
        return self.select_related("survivor", "unified_by", "undone_by").prefetch_related("absorbed")

    def touching(self, person_id: int) -> UnificationQuerySet:
        """In which a record survived or was absorbed."""
        found = self.filter(Q(survivor=person_id) | Q(absorbed=person_id))
        return self.filter(pk__in=found.values("pk"))

    def on_top_of(self, unification: Unification) -> UnificationQuerySet:
        """Later ones, still in force, of the record that survived."""
        later = self.filter(status=Unification.Status.UNIFIED, pk__gt=unification.pk)
        return later.touching(unification.survivor_id)


class Unification(ConcurrentTransitionMixin, models.Model):
    """Records made one (unificação): `before` and `after` are photographs of every row of all of them.

    Undone, all comes back as it was before; what was edited on the survivor since `after` stays there.
    """

    class Status(models.TextChoices):
        UNIFIED = "unified", "UNIFICADO"
        UNDONE = "undone", "DESUNIFICADO"

    survivor = models.ForeignKey(Person, models.PROTECT, verbose_name="cadastro principal", related_name="unifications")
    absorbed = models.ManyToManyField(Person, verbose_name="cadastros unificados", related_name="absorptions")
    status = FSMField("situação", max_length=8, choices=Status.choices, default=Status.UNIFIED, protected=True)
    reason = models.CharField("motivo", max_length=REASON)
    unified_at = models.DateTimeField("unificado em")
    unified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="unificado por", null=True, blank=True, related_name="+"
    )
    unified_by_system = models.CharField("unificado pelo sistema", max_length=80, blank=True)
    before: Any = models.JSONField("antes")
    after: Any = models.JSONField("depois")
    # Records absorbed earlier by one that was absorbed now: which one each pointed to.
    repointed: Any = models.JSONField("reapontados", default=dict, blank=True)
    undo_reason = models.CharField("motivo de desfazer", max_length=REASON, blank=True)
    undone_at = models.DateTimeField("desfeito em", null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="desfeito por", null=True, blank=True, related_name="+"
    )

    objects = UnificationQuerySet.as_manager()

    class Meta:
        verbose_name = "unificação"
        verbose_name_plural = "unificações"
        ordering = ["-unified_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="unification_has_reason"),
            models.CheckConstraint(
                condition=Q(unified_by__isnull=False, unified_by_system="")
                | Q(unified_by__isnull=True) & ~Q(unified_by_system=""),
                name="unification_is_of_somebody",
            ),
            models.CheckConstraint(
                condition=Q(status="unified", undone_at__isnull=True, undone_by__isnull=True, undo_reason="")
                | Q(status="undone", undone_at__isnull=False, undone_by__isnull=False) & ~Q(undo_reason=""),
                name="unification_undone_has_who",
            ),
        ]

    def __str__(self) -> str:
        return f"Unificação em {self.survivor}"

    @property
    def who(self) -> str:
        """Who unified, in words."""
        return str(self.unified_by.name) if self.unified_by else self.unified_by_system

    @transition(status, source=Status.UNIFIED, target=Status.UNDONE)
    def undo(self, *, reason: str, by: Actor, at: datetime) -> None:
        """Desfazer."""
        self.undo_reason, self.undone_at, self.undone_by_id = reason, at, by.author_id
