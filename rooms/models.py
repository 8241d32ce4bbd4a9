"""The list of rooms (salas): control tables, apart from every world (database alias "control")."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q

from common.clock import RoomTime


class RoomQuerySet(models.QuerySet["Room"]):
    def open(self) -> "RoomQuerySet":
        return self.filter(status=Room.Status.OPEN)

    def rehearsals(self) -> "RoomQuerySet":
        """Rooms that somebody opened: all but the open room."""
        return self.exclude(code=Room.OPEN_ROOM)


class Room(models.Model):
    """One simulated world, kept in a database of its own.

    A code is never used twice, so that an address or a certificate of a closed room can never mean another one.
    A database name has the generation in it and is never used twice either.
    """

    # The open room (sala aberta) is entered by whoever names none.
    OPEN_ROOM = ""
    LONGEST_TITLE = 80

    class Status(models.TextChoices):
        OPEN = "open", "Aberta"
        CLOSED = "closed", "Encerrada"

    code = models.CharField("código", max_length=12, unique=True, blank=True)
    title = models.CharField("título", max_length=LONGEST_TITLE)
    purpose = models.CharField("finalidade", max_length=200, blank=True)
    status = models.CharField("situação", max_length=10, choices=Status.choices, default=Status.OPEN)
    database = models.CharField("banco de dados", max_length=63, unique=True, null=True)
    generation = models.PositiveIntegerField("geração", default=1)
    version = models.CharField("versão das migrações", max_length=64)
    # SHA-256 of the key that owns the room; the open room belongs to the house.
    key_digest = models.CharField(max_length=64, blank=True)
    # The room's clock: how far ahead of the real one it runs (behind, when it stood long), or where it stands; and
    # while it advances, where to.
    ahead = models.DurationField("diferença do relógio", default=timedelta)
    stopped_at = models.DateTimeField("relógio parado em", null=True)
    advancing_to = models.DateTimeField("avançando até", null=True)
    runs_after_advancing = models.BooleanField(default=True)
    spares_people = models.BooleanField(default=False)
    # Only what differs from the installation: {name in the environment: value as it is written there}.
    switches = models.JSONField("interruptores", default=dict)
    sealed_pin = models.BinaryField(default=bytes)
    wrong_pins = models.PositiveSmallIntegerField("PINs errados", default=0)
    wrong_pins_since = models.DateTimeField(null=True)
    created_at = models.DateTimeField("aberta em")
    reset_at = models.DateTimeField("reiniciada em", null=True)
    expires_at = models.DateTimeField("encerra em", null=True)
    closed_at = models.DateTimeField("encerrada em", null=True)

    objects = RoomQuerySet.as_manager()

    class Meta:
        verbose_name = "sala"
        verbose_name_plural = "salas"
        constraints = [
            models.CheckConstraint(
                name="room_has_a_database_while_open",
                condition=Q(status="open", database__isnull=False, closed_at=None)
                | Q(status="closed", database=None, closed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="room_belongs_to_a_key_and_ends",
                condition=Q(code="") | (~Q(key_digest="") & Q(expires_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="room_clock_stands_while_it_advances",
                condition=Q(advancing_to=None) | Q(stopped_at__isnull=False, advancing_to__gte=F("stopped_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def is_over_at(self, at: datetime) -> bool:
        """Whether nobody may enter, reset or close it any more; the open room belongs to no key at all."""
        return self.expires_at is None or self.expires_at <= at

    @property
    def time(self) -> RoomTime:
        return RoomTime(self.ahead, self.stopped_at)


class Golden(models.Model):
    """The world that rooms are copied from (mundo-modelo). The row is written before its database, then made ready."""

    database = models.CharField("banco de dados", max_length=63, primary_key=True)
    version = models.CharField("versão das migrações", max_length=64)
    made_at = models.DateTimeField("feito em")
    is_ready = models.BooleanField("pronto", default=False)

    class Meta:
        verbose_name = "mundo-modelo"
        verbose_name_plural = "mundos-modelo"

    def __str__(self) -> str:
        return self.database


class Spare(models.Model):
    """A copy of the golden world that no room uses yet. The row is written before its database, then made ready."""

    database = models.CharField("banco de dados", max_length=63, primary_key=True)
    golden = models.ForeignKey(Golden, models.CASCADE)
    begun_at = models.DateTimeField("começada em")
    is_ready = models.BooleanField("pronta", default=False)

    class Meta:
        verbose_name = "cópia de reserva"
        verbose_name_plural = "cópias de reserva"

    def __str__(self) -> str:
        return self.database


class Keepsake(models.Model):
    """What every world shares and none may lose, by name: the rows of the simulated authorities."""

    name = models.CharField(max_length=40, primary_key=True)
    content = models.JSONField()

    class Meta:
        verbose_name = "bem comum"
        verbose_name_plural = "bens comuns"

    def __str__(self) -> str:
        return self.name
