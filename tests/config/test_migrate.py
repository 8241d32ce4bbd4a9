"""`manage.py migrate`: the list of rooms has its own tables only, and historical models leave nothing behind."""

import gc
from typing import Any
from weakref import ReferenceType

import pytest
from django.core.management import call_command
from django.core.management.commands import migrate as django_migrate
from django.db import connections, models
from django.db.migrations.state import ModelState, ProjectState
from django.db.models.signals import class_prepared
from django_fsm import FSMField

from config.management.commands import migrate
from rooms.router import CONTROL


@pytest.mark.django_db(databases=["default", "control"])
def test_only_the_history_of_the_rooms_is_replayed_in_the_list_of_rooms() -> None:
    """The runner made both databases by the command."""
    history = "SELECT DISTINCT app FROM django_migrations"
    with connections[CONTROL].cursor() as control, connections["default"].cursor() as world:
        control.execute(history)
        world.execute(history)
        assert {app for (app,) in control} == {"rooms"}
        assert {"rooms", "rnds", "siops", "cadsus"} <= {app for (app,) in world}
    call_command("migrate", "--check", database=CONTROL, verbosity=0)


def test_a_historical_model_leaves_no_receiver_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    gc.collect()
    before = receivers()
    state = ProjectState()
    fields: list[tuple[str, Any]] = [("id", models.AutoField(primary_key=True)), ("status", FSMField(default="new"))]
    state.add_model(ModelState("rnds", "Historical", fields))

    def render(*_: object, **__: object) -> None:
        assert state.apps.get_model("rnds", "Historical")._meta.get_field("status")
        state.reload_model("rnds", "historical")
        assert receivers() == before + 1

    monkeypatch.setattr(django_migrate.Command, "handle", render)
    migrate.Command().handle(database="default", app_label=None, run_syncdb=False)
    assert receivers() == before


def test_only_models_whose_sql_may_change_are_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """What refers to a changed column follows it; before Python code runs everything is made anew."""
    state = ProjectState()
    state.add_model(ModelState("rnds", "Post", [("id", models.AutoField(primary_key=True))]))
    refers: list[tuple[str, Any]] = [
        ("id", models.AutoField(primary_key=True)),
        ("post", models.ForeignKey("rnds.Post", models.CASCADE)),
    ]

    def render(*_: object, **__: object) -> None:
        post = state.apps.get_model("rnds", "Post")
        state.add_model(ModelState("rnds", "Letter", refers))
        letter = state.apps.get_model("rnds", "Letter")
        assert state.apps.get_model("rnds", "Post") is post
        assert letter._meta.get_field("post").related_model is post
        state.add_field("rnds", "post", "letter", models.ForeignKey("rnds.Letter", models.CASCADE, null=True), True)
        assert state.apps.get_model("rnds", "Letter") is letter
        state.add_constraint("rnds", "letter", models.UniqueConstraint(fields=["post"], name="one"))
        assert state.apps.get_model("rnds", "Letter")._meta.constraints
        state.alter_field("rnds", "post", "id", models.BigAutoField(primary_key=True), True)
        changed = state.apps.get_model("rnds", "Post")
        assert changed is not post
        assert state.apps.get_model("rnds", "Letter")._meta.get_field("post").related_model is changed
        state.clear_delayed_apps_cache()
        assert state.apps.get_model("rnds", "Post") is not changed

    monkeypatch.setattr(django_migrate.Command, "handle", render)
    migrate.Command().handle(database="default", app_label=None, run_syncdb=False)
    assert vars(ProjectState)["_find_reload_model"] is migrate._around


def receivers() -> int:
    """Who listens; the signal forgets only now and then what is gone."""
    kept = [receiver for _, receiver, *_ in class_prepared.receivers]
    return sum(not isinstance(each, ReferenceType) or each() is not None for each in kept)
