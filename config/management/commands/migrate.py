"""`migrate`, without what a migration does not need: it takes a fifth of the time."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.commands import migrate
from django.db.migrations.state import ProjectState
from django.db.models import Model
from django.db.models.signals import class_prepared
from django_fsm import FSMField

from rooms.router import CONTROL

# Where Django puts the models that it makes for a migration.
HISTORICAL = "__fake__"
# Django's own name, of which its stubs do not speak.
_states: Any = ProjectState
_around = _states._find_reload_model


class Command(migrate.Command):
    """Django's own, but for three things that it cannot know of this house."""

    def handle(self, *args: Any, **options: Any) -> None:
        """The list of rooms has the tables of `rooms` alone, so no other app's history is replayed there."""
        if options["database"] == CONTROL and not options["app_label"]:
            options |= {"app_label": "rooms", "run_syncdb": False}
        with _historical_models_made_seldom():
            super().handle(*args, **options)


@contextmanager
def _historical_models_made_seldom() -> Iterator[None]:
    class_prepared.connect(_have_no_transitions)
    _states._find_reload_model = _near
    try:
        yield
    finally:
        _states._find_reload_model = _around
        class_prepared.disconnect(_have_no_transitions)


def _near(state: ProjectState, app_label: str, model_name: str, delay: bool = False) -> set[tuple[str, str]]:
    """Which historical models are made anew after an operation, where Django takes all that hang together: here nearly
    all of the house, and to write SQL the changed one is enough, unless others refer to what changed. Before Python
    code of a migration runs, Django makes all of them anew, as after each of its own delayed operations.
    """
    state.is_delayed = True
    if delay or _is_of_more(state, app_label, model_name):
        return {(app_label, model_name)}
    return set(_around(state, app_label, model_name, delay=True))


def _is_of_more(state: ProjectState, app_label: str, model_name: str) -> bool:
    """Whether the table, or a column of it, is new: nobody refers to it yet."""
    former = state.apps.all_models[app_label].get(model_name)
    return former is None or len(state.models[app_label, model_name].fields) > len(
        [*former._meta.local_fields, *former._meta.local_many_to_many]
    )


def _have_no_transitions(sender: type[Model], **_: object) -> None:
    """A state field listens to every model made after it, to find its transitions. A historical model has none, but
    is made anew thousands of times, so that its former fields would soon be most of the work.
    """
    if sender.__module__ == HISTORICAL:
        for field in sender._meta.local_fields:
            if isinstance(field, FSMField):
                class_prepared.disconnect(field._collect_transitions)
