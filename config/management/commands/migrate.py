"""`migrate`, without what a migration does not need: it takes a third of the time."""

from typing import Any

from django.core.management.commands import migrate
from django.db.models import Model
from django.db.models.signals import class_prepared
from django_fsm import FSMField

from rooms.router import CONTROL

# Where Django puts the models that it makes for a migration.
HISTORICAL = "__fake__"


class Command(migrate.Command):
    """Django's own, but for two things that it cannot know of this house."""

    def handle(self, *args: Any, **options: Any) -> None:
        """The list of rooms has the tables of `rooms` alone, so no other app's history is replayed there."""
        if options["database"] == CONTROL and not options["app_label"]:
            options |= {"app_label": "rooms", "run_syncdb": False}
        class_prepared.connect(_have_no_transitions)
        try:
            super().handle(*args, **options)
        finally:
            class_prepared.disconnect(_have_no_transitions)


def _have_no_transitions(sender: type[Model], **_: object) -> None:
    """A state field listens to every model made after it, to find its transitions. A historical model has none, but
    is made anew thousands of times, so that its former fields would soon be most of the work.
    """
    if sender.__module__ == HISTORICAL:
        for field in sender._meta.local_fields:
            if isinstance(field, FSMField):
                class_prepared.disconnect(field._collect_transitions)
