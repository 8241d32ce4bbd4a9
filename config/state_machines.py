"""The state machines of the house, read from the models and drawn as Markdown with Mermaid."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.models import Model
from django_fsm import FSMField

from config.paths import BASE_DIR

FOLDER = BASE_DIR / "docs" / "state-machines"


def machines() -> Iterator[tuple[type[Model], FSMField]]:
    """Every model with a state, and the field that holds it."""
    for model in apps.get_models():
        for field in model._meta.fields:
            if isinstance(field, FSMField):
                yield model, field


def transitions(model: type[Model], field: FSMField) -> list[tuple[str, str, str]]:
    """(source, event, target) of every transition, in the order of the states."""
    order = [value for value, _ in field.flatchoices]
    found = [(str(t.source), t.name, str(t.target)) for t in field.get_all_transitions(model)]
    return sorted(found, key=lambda row: (order.index(row[0]), order.index(row[2]), row[1]))


def drawing(model: type[Model], field: FSMField) -> str:
    """The machine as a Markdown page: diagram and table."""
    labels: dict[str, Any] = dict(field.flatchoices)
    rows = transitions(model, field)
    lines = [
        f"# {str(model._meta.verbose_name).capitalize()} (`{model.__name__}.{field.name}`)",
        "",
        "Gerado de `models` por `python manage.py state_machines`; não edite à mão.",
        "",
        "```mermaid",
        "stateDiagram-v2",
        *(f'    state "{label}" as {value}' for value, label in labels.items()),
        f"    [*] --> {field.get_default()}",
        *(f"    {source} --> {target}: {event}" for source, event, target in rows),
        *(f"    {value} --> [*]" for value in labels if value not in {source for source, _, _ in rows}),
        "```",
        "",
        "| de | evento | para |",
        "|---|---|---|",
        *(f"| {labels[source]} | `{event}` | {labels[target]} |" for source, event, target in rows),
        "",
    ]
    return "\n".join(lines)


def pages() -> dict[str, str]:
    """File name → content of every page of docs/state-machines."""
    return {f"{model._meta.label_lower}.md": drawing(model, field) for model, field in machines()}
